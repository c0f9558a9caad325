#include <quoin/base/hex.hpp>

namespace quoin::inline base {

namespace {

int digit_of(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

} // namespace

std::string to_hex(ByteView bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string out = "0x";
    out.reserve(2 + 2 * bytes.size());
    for (const std::uint8_t octet : bytes) {
        out += digits[octet >> 4];
        out += digits[octet & 15];
    }
    return out;
}

Result<ByteVector> from_hex(std::string_view text) {
    if (!text.starts_with("0x") || text.size() % 2 != 0) {
        return Fault{Reason::bad_hex, "", "expected 0x and an even number of hex digits"};
    }
    ByteVector out;
    out.reserve(text.size() / 2 - 1);
    for (std::size_t i = 2; i < text.size(); i += 2) {
        const int high = digit_of(text[i]);
        const int low = digit_of(text[i + 1]);
        if (high < 0 || low < 0) {
            return Fault{Reason::bad_hex, "", "character " + std::to_string(i) + " or the next is not a hex digit"};
        }
        out.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
    return out;
}

} // namespace quoin::inline base
