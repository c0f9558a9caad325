#include <quoin/base/limits.hpp>
#include <quoin/codec/detail/json_tree.hpp>

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <limits>
#include <utility>

namespace quoin::inline codec::detail {

namespace {

/// Builds the tree from what RapidJSON reports; an answer of false ends the parse.
class TreeBuilder {
public:
    explicit TreeBuilder(std::size_t text_bytes) { tree_.text.reserve(text_bytes); }

    bool Null() { return add(JsonKind::null, ""); }
    bool Bool(bool value) { return add(JsonKind::boolean, value ? "true" : ""); }
    bool RawNumber(const char* text, rapidjson::SizeType bytes, bool) { return add(JsonKind::number, {text, bytes}); }
    bool String(const char* text, rapidjson::SizeType bytes, bool) { return add(JsonKind::string, {text, bytes}); }
    bool Key(const char* text, rapidjson::SizeType bytes, bool) {
        key_begin_ = keep({text, bytes});
        key_bytes_ = bytes;
        return true;
    }
    bool StartObject() { return open(JsonKind::object); }
    bool EndObject(rapidjson::SizeType) { return close(); }
    bool StartArray() { return open(JsonKind::array); }
    bool EndArray(rapidjson::SizeType) { return close(); }

    // Numbers come as text only.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

    JsonTree take() { return std::move(tree_); }

private:
    struct Open {
        std::uint32_t node;
        std::uint32_t last_child;
    };

    std::uint32_t keep(std::string_view text) {
        const auto begin = static_cast<std::uint32_t>(tree_.text.size());
        tree_.text += text;
        return begin;
    }

    bool add(JsonKind kind, std::string_view text) {
        const auto index = static_cast<std::uint32_t>(tree_.nodes.size());
        JsonNode node;
        node.kind = kind;
        node.key_begin = key_begin_;
        node.key_bytes = std::exchange(key_bytes_, 0);
        node.text_begin = keep(text);
        node.text_bytes = static_cast<std::uint32_t>(text.size());
        tree_.nodes.push_back(node);
        if (!open_.empty()) {
            Open& parent = open_.back();
            ++tree_.nodes[parent.node].children;
            if (parent.last_child != 0) {
                tree_.nodes[parent.last_child].next = index;
            }
            parent.last_child = index;
        }
        return true;
    }

    bool open(JsonKind kind) {
        if (open_.size() >= limits.json_depth_max) {
            return false;
        }
        add(kind, "");
        open_.push_back({static_cast<std::uint32_t>(tree_.nodes.size() - 1), 0});
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    JsonTree tree_;
    std::vector<Open> open_;
    std::uint32_t key_begin_ = 0;
    std::uint32_t key_bytes_ = 0;
};

constexpr unsigned parse_flags =
    rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag;

} // namespace

Result<JsonTree> parse_json(std::string_view text) {
    if (text.size() > std::numeric_limits<std::uint32_t>::max() / 2) {
        return Fault{Reason::too_large, "", "JSON text is too long"};
    }
    rapidjson::MemoryStream stream{text.data(), text.size()};
    TreeBuilder builder{text.size()};
    rapidjson::Reader reader;
    const rapidjson::ParseResult parsed = reader.Parse<parse_flags>(stream, builder);
    if (parsed.Code() == rapidjson::kParseErrorTermination) {
        return Fault{Reason::too_large, "", "JSON is nested too deeply"};
    }
    if (parsed.IsError()) {
        return Fault{Reason::malformed, "",
                     "JSON is broken at byte " + std::to_string(parsed.Offset()) + ": " +
                         rapidjson::GetParseError_En(parsed.Code())};
    }
    if (stream.Tell() != text.size()) { // a zero byte ends the text for RapidJSON, not for us
        return Fault{Reason::malformed, "", "JSON is broken at byte " + std::to_string(stream.Tell())};
    }
    return builder.take();
}

} // namespace quoin::inline codec::detail
