#include "files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace quoin::app {

namespace {

std::string error_text(int code) {
    return std::generic_category().message(code);
}

} // namespace

Result<std::string> read_file(const std::filesystem::path& file, std::size_t bytes_max) {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (status.type() == std::filesystem::file_type::not_found) {
        return Fault{Reason::not_found, file.string(), "there is no such file"};
    }
    if (status.type() == std::filesystem::file_type::directory) {
        return Fault{Reason::io_error, file.string(), "is a folder"};
    }
    std::ifstream stream(file, std::ios::binary);
    std::string contents;
    contents.assign(std::istreambuf_iterator<char>(stream), {});
    if (!stream.good() && !stream.eof()) {
        return Fault{Reason::io_error, file.string(), "cannot be read"};
    }
    if (contents.size() > bytes_max) {
        return Fault{Reason::too_large, file.string(), "is larger than " + std::to_string(bytes_max) + " bytes"};
    }
    return contents;
}

Result<void> replace_file(const std::filesystem::path& file, std::string_view contents) {
    const std::filesystem::path fresh = file.string() + ".new";
    {
        std::ofstream stream(fresh, std::ios::binary | std::ios::trunc);
        stream.write(contents.data(), static_cast<std::streamsize>(contents.size()));
        stream.flush();
        if (!stream.good()) {
            return Fault{Reason::not_writable, file.string(), "cannot be written"};
        }
    }
    std::error_code error;
    std::filesystem::rename(fresh, file, error);
    if (error) {
        return Fault{Reason::not_writable, file.string(), "cannot be written: " + error.message()};
    }
    return {};
}

Result<void> make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (std::filesystem::exists(folder) && !std::filesystem::is_directory(folder)) {
        return Fault{Reason::data_folder_invalid, folder.string(), "is not a folder"};
    }
    if (error) {
        const bool is_in_the_way = error == std::errc::not_a_directory;
        return Fault{is_in_the_way ? Reason::data_folder_invalid : Reason::not_writable, folder.string(),
                     "cannot be created: " + error.message()};
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        return Fault{Reason::not_writable, folder.string(), "cannot be written to: " + error_text(errno)};
    }
    return {};
}

} // namespace quoin::app
