#include "normal_form.hpp"

#include "normal_form_table.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <optional>
#include <span>

namespace quoin::keys {

namespace {

struct Range {
    char32_t first;
    char32_t last;
    constexpr bool holds(char32_t c) const { return first <= c && c <= last; }
};

constexpr Range surrogates{0xd800, 0xdfff};
constexpr Range combining_marks{0x300, 0x36f};
constexpr Range full_width{0xff01, 0xff5e};
constexpr Range mathematical_letters{0x1d400, 0x1d6a3};
constexpr Range mathematical_digits{0x1d7ce, 0x1d7ff};
/// Blocks in which whatever the table does not name stays as it is, and nothing combines.
constexpr Range plain[] = {{0x00, 0x17f},    {0x370, 0x3ff},   {0x400, 0x45f},   {0x20a0, 0x20a7},
                           {0x20a9, 0x20bf}, {0x2600, 0x27bf}, {0x4e00, 0x9fff}, {0x1f300, 0x1faff}};

/// Takes one code point off the front; nothing for what is not UTF-8 in its shortest form.
std::optional<char32_t> take(std::string_view& text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
    if (length == 0 || length > text.size()) {
        return std::nullopt;
    }
    char32_t code = length == 1 ? lead : lead & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto octet = static_cast<unsigned char>(text[i]);
        if (octet >> 6 != 2) {
            return std::nullopt;
        }
        code = code << 6 | (octet & 0x3f);
    }
    constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (code < least[length - 1] || code > 0x10ffff || surrogates.holds(code)) {
        return std::nullopt;
    }
    text.remove_prefix(length);
    return code;
}

void append(std::string& out, char32_t code) {
    const auto put = [&out](char32_t octet) { out += static_cast<char>(static_cast<unsigned char>(octet)); };
    const auto put_rest = [&](unsigned shift) { put(0x80 | (code >> shift & 0x3f)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xc0 | code >> 6);
        put_rest(0);
    } else if (code < 0x10000) {
        put(0xe0 | code >> 12);
        put_rest(6);
        put_rest(0);
    } else {
        put(0xf0 | code >> 18);
        put_rest(12);
        put_rest(6);
        put_rest(0);
    }
}

std::optional<std::array<char32_t, 3>> decomposed(char32_t code) {
    const auto row = std::ranges::lower_bound(decompositions, code, {}, &Decomposition::from);
    if (row != std::end(decompositions) && row->from == code) {
        return row->to;
    }
    if (full_width.holds(code)) {
        return {{code - full_width.first + '!'}};
    }
    if (mathematical_letters.holds(code)) {
        const char32_t letter = (code - mathematical_letters.first) % 52;
        return {{letter < 26 ? 'A' + letter : 'a' + (letter - 26)}};
    }
    if (mathematical_digits.holds(code)) {
        return {{'0' + (code - mathematical_digits.first) % 10}};
    }
    const bool known = std::ranges::any_of(plain, [code](const Range& range) { return range.holds(code); });
    return known ? std::optional{std::array<char32_t, 3>{code}} : std::nullopt;
}

/// A mark that was typed apart from its letter stays where it is, as long as it is the only one: several would need
/// the canonical order of marks.
bool is_lone_mark(char32_t code, char32_t before) {
    constexpr Range not_plain_marks[] = {{0x340, 0x345}, {0x34f, 0x34f}};
    return combining_marks.holds(code) && before != 0 && !combining_marks.holds(before) &&
           std::ranges::none_of(not_plain_marks, [code](const Range& range) { return range.holds(code); });
}

bool is_control(char32_t code) {
    return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

Result<std::string> normalise(std::string_view text, bool keep_controls) {
    std::string out;
    out.reserve(3 * text.size());
    char32_t before = 0;
    while (!text.empty()) {
        const std::optional<char32_t> code = take(text);
        if (!code) {
            wipe(out);
            return Fault{Reason::bad_password, "", "text is not UTF-8"};
        }
        std::optional<std::array<char32_t, 3>> parts = decomposed(*code);
        if (!parts && is_lone_mark(*code, before)) {
            parts = {{*code}};
        }
        if (!parts) {
            wipe(out);
            return Fault{Reason::bad_password, "",
                         "text holds a character whose normal form is not known here: use letters, digits and signs "
                         "of a common keyboard"};
        }
        for (const char32_t part : *parts) {
            if (part != 0 && (keep_controls || !is_control(part))) {
                append(out, part);
                before = part;
            }
        }
    }
    return out;
}

} // namespace

void wipe(std::string& text) {
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
}

Result<std::string> normalised(std::string_view text) {
    return normalise(text, true);
}

Result<std::string> normalised_password(std::string_view password) {
    return normalise(password, false);
}

} // namespace quoin::keys
