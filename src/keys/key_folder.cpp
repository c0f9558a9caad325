#include <quoin/base/hex.hpp>
#include <quoin/base/limits.hpp>
#include <quoin/keys/key_folder.hpp>
#include <quoin/keys/keystore.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>

namespace quoin::keys {

namespace {

constexpr mode_t secret_file_mode = 0600;
constexpr mode_t open_to_others = 0077;

std::string error_text(int code) {
    return std::generic_category().message(code);
}

/// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    bool is_open() const { return number_ >= 0; }
    int number() const { return number_; }

private:
    int number_;
};

Result<void> check_mode(const struct stat& status, const std::filesystem::path& path, const char* wanted) {
    if ((status.st_mode & open_to_others) != 0) {
        return Fault{Reason::keystore_invalid, path.string(),
                     std::string{"is open to other users: it holds secrets, so its mode must be "} + wanted};
    }
    return {};
}

bool write_all(int descriptor, std::string_view contents) {
    while (!contents.empty()) {
        const ssize_t written = ::write(descriptor, contents.data(), contents.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        contents.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    return true;
}

Result<std::string> read_all(int descriptor, const std::filesystem::path& file) {
    std::string contents(limits.body_bytes_max + 1, '\0');
    std::size_t filled = 0;
    while (filled < contents.size()) {
        const ssize_t got = ::read(descriptor, contents.data() + filled, contents.size() - filled);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return Fault{Reason::io_error, file.string(), "cannot be read: " + error_text(errno)};
        }
        if (got == 0) {
            contents.resize(filled);
            return contents;
        }
        filled += static_cast<std::size_t>(got);
    }
    return Fault{Reason::keystore_invalid, file.string(), "is larger than 1 MiB"};
}

bool sync_folder(const std::filesystem::path& folder) {
    const Descriptor opened{::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return opened.is_open() && ::fsync(opened.number()) == 0;
}

Result<std::vector<std::filesystem::path>> keystore_files(const std::filesystem::path& folder) {
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (std::filesystem::directory_iterator entry{folder, error}, end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().extension() == ".json") {
            files.push_back(entry->path());
        }
    }
    if (error) {
        return Fault{Reason::io_error, folder.string(), "cannot be listed: " + error.message()};
    }
    std::ranges::sort(files);
    return files;
}

Fault in_file(const std::filesystem::path& file, const Fault& fault) {
    return {fault.reason, file.string(), fault.message};
}

/// Adds the key of one file to the folder's.
Result<void> add(KeyFolder& keys, const std::filesystem::path& file, std::string_view password,
                 std::set<std::string>& seen) {
    const Result<std::string> json = read_secret_file(file);
    if (!json) {
        return json.fault();
    }
    const Result<KeystoreInfo> info = inspect_keystore(*json);
    if (!info) {
        return in_file(file, info.fault());
    }
    if (!seen.insert(info->public_key).second) {
        return Fault{Reason::duplicate_key, file.string(), "holds a key that another file holds too"};
    }
    if (info->kind == KeyKind::account) {
        Result<crypto::Ed25519SecretKey> key = open_account_keystore(*json, password);
        if (!key) {
            return in_file(file, key.fault());
        }
        keys.accounts.push_back(std::move(key).value());
        return {};
    }
    Result<crypto::SecretKey> key = open_validator_keystore(*json, password);
    if (!key) {
        return in_file(file, key.fault());
    }
    keys.validators.push_back(std::move(key).value());
    return {};
}

} // namespace

Result<void> make_secret_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder.parent_path(), error);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        return Fault{Reason::not_writable, folder.string(), "cannot be created: " + error_text(errno)};
    }
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        return Fault{Reason::not_writable, folder.string(), "is not a folder"};
    }
    return check_mode(status, folder, "0700");
}

Result<void> write_secret_file(const std::filesystem::path& file, std::string_view contents) {
    const Descriptor opened{::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, secret_file_mode)};
    if (!opened.is_open()) {
        return errno == EEXIST ? Fault{Reason::keystore_invalid, file.string(), "exists already and is not overwritten"}
                               : Fault{Reason::not_writable, file.string(), "cannot be created: " + error_text(errno)};
    }
    if (!write_all(opened.number(), contents) || ::fsync(opened.number()) != 0 || !sync_folder(file.parent_path())) {
        const std::string why = error_text(errno);
        ::unlink(file.c_str());
        return Fault{Reason::not_writable, file.string(), "cannot be written: " + why};
    }
    return {};
}

Result<std::string> read_secret_file(const std::filesystem::path& file) {
    const Descriptor opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)}; // a pipe must not block us
    if (!opened.is_open()) {
        return Fault{errno == ENOENT ? Reason::not_found : Reason::io_error, file.string(),
                     "cannot be opened: " + error_text(errno)};
    }
    struct stat status {};
    if (::fstat(opened.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return Fault{Reason::keystore_invalid, file.string(), "is not a regular file"};
    }
    const Result<void> mode = check_mode(status, file, "0600");
    if (!mode) {
        return mode.fault();
    }
    return read_all(opened.number(), file);
}

Result<std::string> read_password_file(const std::filesystem::path& file) {
    Result<std::string> contents = read_secret_file(file);
    if (contents) {
        contents->resize(std::min(contents->find_first_of("\r\n"), contents->size()));
    }
    return contents;
}

Result<KeyFolder> KeyFolder::open(const std::filesystem::path& folder, std::string_view password) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        return Fault{Reason::not_found, folder.string(), "is not a folder"};
    }
    const Result<void> mode = check_mode(status, folder, "0700");
    if (!mode) {
        return mode.fault();
    }
    const Result<std::vector<std::filesystem::path>> files = keystore_files(folder);
    if (!files) {
        return files.fault();
    }
    KeyFolder keys;
    std::set<std::string> seen;
    for (const std::filesystem::path& file : *files) {
        const Result<void> added = add(keys, file, password, seen);
        if (!added) {
            return added.fault();
        }
    }
    return keys;
}

} // namespace quoin::keys
