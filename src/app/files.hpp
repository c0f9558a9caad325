#pragma once

#include <quoin/base/result.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace quoin::app {

/// The whole file. `not_found`, `io_error`, `too_large` above `bytes_max`.
Result<std::string> read_file(const std::filesystem::path& file, std::size_t bytes_max = std::size_t{256} << 20);

/// Replaces the file in one step, so that a reader sees the old or the new. `not_writable`.
Result<void> replace_file(const std::filesystem::path& file, std::string_view contents);

/// Makes a folder that can be written to, with those above it. `data_folder_invalid` when something else has the name,
/// `not_writable`.
Result<void> make_folder(const std::filesystem::path& folder);

} // namespace quoin::app
