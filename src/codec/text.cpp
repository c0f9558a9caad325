#include <quoin/codec/text.hpp>

#include <cstddef>

namespace quoin::inline codec {

namespace {

/// How many bytes the sequence has that starts with `lead`, and the least and most that its second byte may be: these
/// bounds are what keeps out overlong forms, surrogates and what lies past U+10FFFF (Unicode table 3-7).
struct Sequence {
    std::size_t size;
    std::uint8_t second_min;
    std::uint8_t second_max;
};

constexpr Sequence sequence_of(std::uint8_t lead) {
    if (lead < 0x80) {
        return {1, 0, 0};
    }
    if (lead < 0xc2 || lead > 0xf4) {
        return {0, 0, 0};
    }
    if (lead < 0xe0) {
        return {2, 0x80, 0xbf};
    }
    if (lead < 0xf0) {
        return {3, static_cast<std::uint8_t>(lead == 0xe0 ? 0xa0 : 0x80),
                static_cast<std::uint8_t>(lead == 0xed ? 0x9f : 0xbf)};
    }
    return {4, static_cast<std::uint8_t>(lead == 0xf0 ? 0x90 : 0x80),
            static_cast<std::uint8_t>(lead == 0xf4 ? 0x8f : 0xbf)};
}

} // namespace

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const Sequence sequence = sequence_of(static_cast<std::uint8_t>(text[i]));
        if (sequence.size == 0 || text.size() - i < sequence.size) {
            return false;
        }
        for (std::size_t k = 1; k < sequence.size; ++k) {
            const auto byte = static_cast<std::uint8_t>(text[i + k]);
            const std::uint8_t least = k == 1 ? sequence.second_min : 0x80;
            const std::uint8_t most = k == 1 ? sequence.second_max : 0xbf;
            if (byte < least || byte > most) {
                return false;
            }
        }
        i += sequence.size;
    }
    return true;
}

} // namespace quoin::inline codec
