#pragma once

#include <string>
#include <string_view>

namespace quoin::inline types {

/// Puts every member and item of compact JSON on a line of its own, two blanks deeper than its parent, and ends in a
/// line break. `json` must be valid.
std::string indent_json(std::string_view json);

} // namespace quoin::inline types
