#include <quoin/base/assert.hpp>
#include <quoin/base/hex.hpp>
#include <quoin/types/effects.hpp>

#include <array>

namespace quoin::inline types {

namespace {

template <class Enum, std::size_t N>
std::string_view pick(const std::array<std::string_view, N>& names, Enum value) {
    const auto position = static_cast<std::size_t>(value);
    QUOIN_ASSERT(position < N, "enumeration has a name");
    return names[position];
}

} // namespace

std::string_view to_string(PostingKind kind) {
    static constexpr std::array<std::string_view, 16> names{
        "genesis",       "transfer",          "base_fee",        "tip",    "stake",          "delegate",
        "mint_entering", "undelegate",        "withdraw",        "reward", "penalty_missed", "penalty_inactivity",
        "slash_initial", "slash_correlation", "reporter_reward", "dust"};
    return pick(names, kind);
}

std::string_view to_string(Offence offence) {
    static constexpr std::array<std::string_view, 3> names{"double_proposal", "double_vote", "surround_vote"};
    return pick(names, offence);
}

std::string_view to_string(LifecycleEvent::Kind kind) {
    static constexpr std::array<std::string_view, 7> names{"deposited", "activated", "exit_requested", "exited",
                                                           "slashed",   "ejected",   "withdrawn"};
    return pick(names, kind);
}

LedgerAccount LedgerAccount::of(const Address& address) {
    LedgerAccount account;
    account.kind = Kind::account;
    account.address = address;
    return account;
}

LedgerAccount LedgerAccount::of(const PoolKey& pool) {
    static constexpr std::array<Kind, 3> kinds{Kind::stake, Kind::entering, Kind::unbonding};
    LedgerAccount account;
    account.kind = kinds[static_cast<std::size_t>(pool.kind)];
    account.validator = pool.validator;
    account.era = pool.era;
    account.slashes = pool.slashes;
    return account;
}

LedgerAccount LedgerAccount::issuance() {
    return {};
}

LedgerAccount LedgerAccount::burned() {
    LedgerAccount account;
    account.kind = Kind::burned;
    return account;
}

std::string LedgerAccount::text() const {
    const std::string of_validator = ":" + std::to_string(validator.value);
    const std::string of_era = of_validator + ":" + std::to_string(era.value);
    switch (kind) {
    case Kind::account:
        return "account:" + to_hex(address);
    case Kind::stake:
        return "stake" + of_validator;
    case Kind::entering:
        return "entering" + of_era;
    case Kind::unbonding:
        return "unbonding" + of_era + ":" + std::to_string(slashes);
    case Kind::issuance:
        return "issuance";
    case Kind::burned:
        return "burned";
    }
    QUOIN_ASSERT(false, "ledger account has a kind");
}

} // namespace quoin::inline types
