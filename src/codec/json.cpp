#include <quoin/codec/detail/json_reader.hpp>
#include <quoin/codec/detail/json_writer.hpp>

#include <algorithm>

namespace quoin::inline codec {

std::string json_quoted(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string quoted = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            quoted += {'\\', c};
        } else if (c == '\n') {
            quoted += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            quoted += {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
        } else {
            quoted += c;
        }
    }
    return quoted += '"';
}

namespace detail {

namespace {

constexpr Uint128 bare_number_end = Uint128{1} << 53; // from here on a double skips integers

std::string_view name_of(JsonKind kind) {
    constexpr std::string_view names[] = {"null", "true or false", "a number", "a string", "an array", "an object"};
    return names[static_cast<std::size_t>(kind)];
}

/// A key of somebody else's as part of a fault's path: bounded, and whole characters of UTF-8.
std::string shown(std::string_view key) {
    constexpr std::size_t shown_bytes_max = 64;
    std::size_t size = std::min(key.size(), shown_bytes_max);
    while (size < key.size() && (static_cast<unsigned char>(key[size]) & 0xc0) == 0x80) {
        --size;
    }
    return std::string{key.substr(0, size)};
}

/// Canonical decimal digits: no sign, no leading zero.
bool is_decimal(std::string_view text) {
    const bool has_only_digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return has_only_digits && !text.empty() && (text.size() == 1 || text.front() != '0');
}

std::optional<Uint128> parse_decimal(std::string_view digits, Uint128 most) {
    Uint128 number = 0;
    for (const char c : digits) {
        const auto digit = static_cast<unsigned>(c - '0');
        if (number > (most - digit) / 10 || digit > most) {
            return std::nullopt;
        }
        number = number * 10 + digit;
    }
    return number;
}

} // namespace

std::string decimal(Uint128 number) {
    std::string digits;
    do {
        digits += static_cast<char>('0' + static_cast<int>(number % 10));
        number /= 10;
    } while (number != 0);
    std::reverse(digits.begin(), digits.end());
    return digits;
}

bool JsonReader::expect(std::uint32_t index, JsonKind kind) {
    if (tree_.nodes[index].kind != kind) {
        std::string message = "expected ";
        message.append(name_of(kind)).append(", got ").append(name_of(tree_.nodes[index].kind));
        trail_.fail(Reason::wrong_type, std::move(message));
        return false;
    }
    return true;
}

std::uint32_t JsonReader::take_child(std::string_view name) {
    const std::uint32_t count = tree_.nodes[frame_.object].children;
    std::uint32_t child = frame_.next;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (child == 0) {
            child = frame_.object + 1;
        }
        JsonNode& node = tree_.nodes[child];
        if (tree_.key(node) == name) {
            node.is_read = true;
            frame_.next = node.next;
            return child;
        }
        child = node.next;
    }
    return 0;
}

void JsonReader::check_all_read() {
    const std::uint32_t first = frame_.object + 1;
    const std::uint32_t count = tree_.nodes[frame_.object].children;
    for (std::uint32_t i = 0, child = first; i < count; ++i, child = tree_.nodes[child].next) {
        if (tree_.nodes[child].is_read) {
            continue;
        }
        const std::string_view key = tree_.key(tree_.nodes[child]);
        for (std::uint32_t k = 0, other = first; k < count; ++k, other = tree_.nodes[other].next) {
            if (tree_.nodes[other].is_read && tree_.key(tree_.nodes[other]) == key) {
                return trail_.fail_at(shown(key).c_str(), Reason::malformed, "the key stands twice in one object");
            }
        }
        return trail_.fail_at(shown(key).c_str(), Reason::unknown_field, "no such field");
    }
}

std::optional<Uint128> JsonReader::number_at(std::uint32_t index, Uint128 most) {
    const JsonKind kind = tree_.nodes[index].kind;
    const std::string_view text = text_of(index);
    if (kind != JsonKind::number && kind != JsonKind::string) {
        trail_.fail(Reason::wrong_type, "expected an integer, got " + std::string{name_of(kind)});
        return std::nullopt;
    }
    const bool is_negative = text.size() > 1 && text.front() == '-' && is_decimal(text.substr(1));
    if (!is_negative && !is_decimal(text)) {
        trail_.fail(Reason::wrong_type, "expected an integer in decimal digits");
        return std::nullopt;
    }
    const auto number = is_negative ? std::nullopt : parse_decimal(text, most);
    if (!number) {
        trail_.fail(Reason::out_of_range, "expected an integer from 0 to " + decimal(most));
        return std::nullopt;
    }
    if (kind == JsonKind::number && *number >= bare_number_end) {
        trail_.fail(Reason::out_of_range, "an integer from 2^53 up is written as a string of digits");
        return std::nullopt;
    }
    return number;
}

std::optional<ByteVector> JsonReader::octets_at(std::uint32_t index) {
    if (!expect(index, JsonKind::string)) {
        return std::nullopt;
    }
    Result<ByteVector> octets = from_hex(text_of(index));
    if (!octets) {
        trail_.fail(octets.fault().reason, octets.fault().message);
        return std::nullopt;
    }
    return std::move(*octets);
}

} // namespace detail

} // namespace quoin::inline codec
