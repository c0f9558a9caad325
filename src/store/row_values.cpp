#include "row_values.hpp"

#include "connection.hpp"

#include <quoin/base/hex.hpp>

#include <algorithm>
#include <charconv>
#include <vector>

namespace quoin::store {

namespace {

/// The value below `count` whose name is `text`; values go by name, since their numbers may move between releases.
template <class Enum>
Enum named(std::string_view text, unsigned count, const char* what) {
    for (unsigned i = 0; i < count; ++i) {
        if (to_string(static_cast<Enum>(i)) == text) {
            return static_cast<Enum>(i);
        }
    }
    throw Corrupt("the database has an unknown " + std::string(what) + ": " + std::string(text));
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at != std::string_view::npos;) {
        const std::size_t end = text.find(':', at);
        parts.push_back(text.substr(at, end == std::string_view::npos ? end : end - at));
        at = end == std::string_view::npos ? end : end + 1;
    }
    return parts;
}

/// Zero for what is no number: the caller compares with the text again.
std::uint64_t lenient_number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

LedgerAccount lenient_account(const std::vector<std::string_view>& parts) {
    using Kind = LedgerAccount::Kind;
    const std::string_view name = parts[0];
    LedgerAccount account;
    account.kind = name == "account"     ? Kind::account
                   : name == "stake"     ? Kind::stake
                   : name == "entering"  ? Kind::entering
                   : name == "unbonding" ? Kind::unbonding
                   : name == "burned"    ? Kind::burned
                                         : Kind::issuance;
    if (account.kind == Kind::account && parts.size() == 2) {
        const Result<Address> address = bytes_from_hex<Address::size_bytes>(parts[1]);
        account.address = address ? *address : Address{};
    } else {
        account.validator = ValidatorIndex{parts.size() > 1 ? lenient_number(parts[1]) : 0};
        account.era = Era{parts.size() > 2 ? lenient_number(parts[2]) : 0};
        account.slashes = parts.size() > 3 ? lenient_number(parts[3]) : 0;
    }
    return account;
}

} // namespace

std::string signed_decimal(Int128 value) {
    Uint128 magnitude = value < 0 ? Uint128{0} - static_cast<Uint128>(value) : static_cast<Uint128>(value);
    std::string digits;
    do {
        digits += static_cast<char>('0' + static_cast<int>(magnitude % 10));
        magnitude /= 10;
    } while (magnitude != 0);
    if (value < 0) {
        digits += '-';
    }
    std::reverse(digits.begin(), digits.end());
    return digits;
}

Int128 signed_from_decimal(std::string_view text) {
    constexpr std::size_t digits_max = 38; // what 127 bits always hold
    const bool negative = !text.empty() && text.front() == '-';
    const std::string_view digits = text.substr(negative ? 1 : 0);
    const bool numeric = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits.empty() || digits.size() > digits_max || !numeric) {
        throw Corrupt("the database has a balance that is no number: " + std::string(text));
    }
    Int128 value = 0;
    for (const char c : digits) {
        value = value * 10 + (c - '0');
    }
    return negative ? -value : value;
}

LedgerAccount account_from_text(const std::string& text) {
    const LedgerAccount account = lenient_account(split(text));
    if (account.text() != text) {
        throw Corrupt("the database has an account with an unknown name: " + text);
    }
    return account;
}

PostingKind posting_kind_from_text(std::string_view text) {
    return named<PostingKind>(text, static_cast<unsigned>(PostingKind::dust) + 1, "kind of posting");
}

Offence offence_from_text(std::string_view text) {
    return named<Offence>(text, static_cast<unsigned>(Offence::surround_vote) + 1, "offence");
}

LifecycleEvent::Kind lifecycle_kind_from_text(std::string_view text) {
    return named<LifecycleEvent::Kind>(text, static_cast<unsigned>(LifecycleEvent::Kind::withdrawn) + 1,
                                       "kind of validator event");
}

Reason reason_from_text(std::string_view text) {
    constexpr unsigned values = 256;
    constexpr std::string_view not_one = "UNKNOWN"; // what `to_string` calls a value that is none
    return named<Reason>(text == not_one ? std::string_view{} : text, values, "reason");
}

} // namespace quoin::store
