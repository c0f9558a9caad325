#pragma once

#include <quoin/types/genesis.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace quoin::app {

/// A node's folder (CONVENTIONS "Data folder"), held by this process alone for as long as this lives.
class DataFolder {
public:
    /// Makes the folder where it is absent. Faults: `data_folder_invalid`, `not_writable`, and `busy` when another
    /// process holds it.
    static Result<DataFolder> open(const std::filesystem::path& path);

    DataFolder(DataFolder&& other) noexcept;
    DataFolder& operator=(DataFolder&& other) = delete;
    DataFolder(const DataFolder&) = delete;
    ~DataFolder();

    const std::filesystem::path& path() const { return path_; }
    std::string file(const char* name) const { return (path_ / name).string(); }

    /// The chain of genesis.json. A folder without one takes that of `given`; one with another is `wrong_genesis`.
    /// Leaves when there is none, or it is not sound.
    std::shared_ptr<const Chain> chain(const std::string& given) const;

private:
    DataFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::filesystem::path path_;
    int lock_;
};

/// How long one durable write to the folder takes: the median of a few, in microseconds. Zero when it cannot be told.
std::uint64_t probe_commit_us(const std::filesystem::path& folder);

} // namespace quoin::app
