#pragma once

#include <quoin/base/assert.hpp>
#include <quoin/base/bytes.hpp>
#include <quoin/codec/wire.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace quoin::inline codec {

/// True when `text` is well-formed UTF-8: no overlong forms, no surrogates, nothing past U+10FFFF.
bool is_utf8(std::string_view text);

/// UTF-8 of at most N bytes: SSZ List[uint8, N], JSON a string.
template <std::uint64_t N>
class Text {
public:
    static constexpr Wire wire = Wire::text;
    static constexpr std::uint64_t limit = N;

    Text() = default;
    /// `text` must fit and be UTF-8; check what comes from outside with `fits`.
    Text(std::string text) : text_(std::move(text)) { QUOIN_ASSERT(fits(text_), "text is short enough and UTF-8"); }
    Text(const char* text) : Text(std::string{text}) {}

    static bool fits(std::string_view text) { return text.size() <= N && is_utf8(text); }

    std::string_view view() const { return text_; }
    const std::string& string() const { return text_; }
    std::size_t size() const { return text_.size(); }
    bool empty() const { return text_.empty(); }

    auto operator<=>(const Text&) const = default;

private:
    std::string text_;
};

/// Octets, at most N of them: SSZ List[uint8, N], JSON 0x-hex.
template <std::uint64_t N>
class ByteList {
public:
    static constexpr Wire wire = Wire::byte_list;
    static constexpr std::uint64_t limit = N;

    ByteList() = default;
    explicit ByteList(ByteVector octets) : octets_(std::move(octets)) {
        QUOIN_ASSERT(octets_.size() <= N, "byte list keeps its limit");
    }

    std::size_t size() const { return octets_.size(); }
    bool empty() const { return octets_.empty(); }
    ByteView view() const { return octets_; }
    const ByteVector& octets() const { return octets_; }
    const std::uint8_t* data() const { return octets_.data(); }
    auto begin() const { return octets_.begin(); }
    auto end() const { return octets_.end(); }

    auto operator<=>(const ByteList&) const = default;

private:
    ByteVector octets_;
};

} // namespace quoin::inline codec
