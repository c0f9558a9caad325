#include <quoin/staking/roll.hpp>

#include <algorithm>
#include <span>

namespace quoin::staking {

namespace {

Roll::Entry entry_of(const Validator& record) {
    Roll::Entry entry;
    entry.last_weight = record.last_weight;
    entry.commission_rate_bps = static_cast<std::uint32_t>(record.commission.rate_bps);
    entry.activated = record.activation_era != Era::far_future();
    entry.exiting = record.exiting;
    entry.slashed = record.slashed.has_value();
    return entry;
}

} // namespace

Roll::Roll(const State& state) {
    constexpr std::size_t records_ahead = 12; // the pass waits for memory alone
    entries_.reserve(state.validators.size());
    for (std::size_t c = 0; c < state.validators.chunk_count(); ++c) {
        const std::span<const Validator> records = state.validators.chunk(c);
        for (std::size_t i = 0; i < records.size(); ++i) {
            const Validator& later = records[std::min(i + records_ahead, records.size() - 1)];
            __builtin_prefetch(&later.activation_era);
            __builtin_prefetch(&later.slashed);
            entries_.push_back(entry_of(records[i]));
        }
    }
}

void Roll::renew(const State& state, ValidatorIndex validator) {
    entries_[validator.value] = entry_of(state.validators[validator.value]);
}

} // namespace quoin::staking
