#pragma once

#include <quoin/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quoin::inline codec::detail {

enum class JsonKind : std::uint8_t { null, boolean, number, string, array, object };

/// One value of a JSON text. Nodes lie in document order: the first child of a node is the one after it, and `next` is
/// the sister that follows, or 0.
struct JsonNode {
    JsonKind kind = JsonKind::null;
    bool is_read = false;        ///< by the reader, so that keys nobody asked for come to light
    std::uint32_t key_begin = 0; ///< in the tree's text, as `text_begin`
    std::uint32_t key_bytes = 0;
    std::uint32_t text_begin = 0; ///< string: unescaped; number: as written; boolean: "true" or ""
    std::uint32_t text_bytes = 0;
    std::uint32_t children = 0;
    std::uint32_t next = 0;
};

struct JsonTree {
    std::vector<JsonNode> nodes; ///< the root first
    std::string text;

    std::string_view key(const JsonNode& node) const { return slice(node.key_begin, node.key_bytes); }
    std::string_view text_of(const JsonNode& node) const { return slice(node.text_begin, node.text_bytes); }

private:
    std::string_view slice(std::uint32_t begin, std::uint32_t bytes) const {
        return std::string_view{text}.substr(begin, bytes);
    }
};

/// Parses one JSON text no deeper than `limits.json_depth_max`. RapidJSON does it, and stays behind this door.
Result<JsonTree> parse_json(std::string_view text);

} // namespace quoin::inline codec::detail
