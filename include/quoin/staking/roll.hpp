#pragma once

#include <quoin/types/state.hpp>

#include <vector>

namespace quoin::staking {

/// What the steps of an era boundary ask of every validator's record, gathered in one pass: the records are large and
/// seldom change, and going over them in each step would cost more than all the arithmetic. Whoever writes a record
/// between the steps renews its entry.
class Roll {
public:
    struct Entry {
        Weight last_weight;
        std::uint32_t commission_rate_bps = 0;
        bool activated = false; ///< the entry queue let it in
        bool exiting = false;
        bool slashed = false;

        bool operator==(const Entry&) const = default;
    };

    explicit Roll(const State& state);

    std::size_t size() const { return entries_.size(); }
    const Entry& operator[](std::size_t validator) const { return entries_[validator]; }

    void renew(const State& state, ValidatorIndex validator);

    bool operator==(const Roll&) const = default;

private:
    std::vector<Entry> entries_;
};

} // namespace quoin::staking
