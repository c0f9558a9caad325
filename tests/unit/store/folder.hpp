#pragma once

#include <quoin/base/result.hpp>

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace quoin::store::test {

/// An empty folder that is gone at the end of the test.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "quoin-store-XXXXXX").string();
        path_ = mkdtemp(name.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    std::string operator/(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

inline std::vector<char> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_file(const std::string& path, const std::vector<char>& bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// A database with its write-ahead log, as a crash would leave them.
inline void copy_database(const std::string& from, const std::string& to) {
    for (const char* suffix : {"", "-wal"}) {
        std::filesystem::remove(to + suffix);
        if (std::filesystem::exists(from + suffix)) {
            std::filesystem::copy_file(from + suffix, to + suffix);
        }
    }
    std::filesystem::remove(to + "-shm");
}

template <class T>
T opened(Result<T> result) {
    EXPECT_TRUE(result) << (result ? "" : result.fault().text());
    return std::move(*result);
}

} // namespace quoin::store::test
