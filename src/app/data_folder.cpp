#include "data_folder.hpp"

#include "exit.hpp"
#include "files.hpp"
#include "genesis_file.hpp"

#include <quoin/base/hex.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace quoin::app {

Result<DataFolder> DataFolder::open(const std::filesystem::path& path) {
    if (const auto made = make_folder(path); !made) {
        return made.fault();
    }
    const std::string file = (path / "lock").string();
    const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        return Fault{Reason::not_writable, file, "cannot be opened"};
    }
    DataFolder folder(path, lock);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        return Fault{Reason::busy, path.string(), "another process works in this data folder"};
    }
    return folder;
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder::~DataFolder() {
    if (lock_ >= 0) {
        ::close(lock_);
    }
}

std::shared_ptr<const Chain> DataFolder::chain(const std::string& given) const {
    const std::filesystem::path own = path_ / "genesis.json";
    const bool has_own = std::filesystem::exists(own);
    if (!has_own && given.empty()) {
        throw Exit(ExitCode::config,
                   {Reason::not_found, own.string(), "the folder has no genesis yet: give --genesis FILE or --join"});
    }
    if (given.empty()) {
        return load_genesis_file(own);
    }
    std::shared_ptr<const Chain> chain = load_genesis_file(given);
    if (has_own) {
        const auto here = load_genesis_file(own);
        if (here->genesis_root != chain->genesis_root) {
            throw Exit(ExitCode::data_folder,
                       {Reason::wrong_genesis, path_.string(),
                        "is of the chain " + to_hex(here->genesis_root) + ", not of " + to_hex(chain->genesis_root)});
        }
        return here;
    }
    or_exit(replace_file(own, print_genesis(chain->genesis)));
    return chain;
}

std::uint64_t probe_commit_us(const std::filesystem::path& folder) {
    const std::string file = (folder / "probe.tmp").string();
    const int probe = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (probe < 0) {
        return 0;
    }
    std::array<char, 4'096> page{};
    std::array<std::uint64_t, 5> taken_us{};
    bool is_sound = true;
    for (std::uint64_t& us : taken_us) {
        const auto start = std::chrono::steady_clock::now();
        is_sound = is_sound && ::write(probe, page.data(), page.size()) == static_cast<ssize_t>(page.size());
        is_sound = is_sound && ::fdatasync(probe) == 0;
        const auto passed = std::chrono::steady_clock::now() - start;
        us = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(passed).count());
    }
    ::close(probe);
    ::unlink(file.c_str());
    std::sort(taken_us.begin(), taken_us.end());
    return is_sound ? taken_us[taken_us.size() / 2] : 0;
}

} // namespace quoin::app
