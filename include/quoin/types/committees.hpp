#pragma once

#include <quoin/base/limits.hpp>
#include <quoin/types/state.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace quoin::inline types {

/// Rounds of the swap-or-not shuffle of committees (PROTOCOL section 6).
inline constexpr std::uint64_t shuffle_rounds = 90;

/// Into how many committees the `on_duty` validators of an epoch are cut in each slot: as many of
/// `target_committee_size` as fit, within 1 and `max_committees_per_slot`. One slot an epoch has one committee
/// (PROTOCOL section 2).
std::uint64_t committees_per_slot(const Spec& spec, std::uint64_t on_duty);

/// What an epoch of these sets is shuffled by. With one slot an epoch nothing is shuffled and the seed is zero, so that
/// all epochs of an era have the same.
Root shuffle_seed(const EraSets& sets, const Spec& spec, Epoch epoch);

/// Who attests when in an epoch: the duty set, shuffled once, cut into slots and committees. Made once and then only
/// read, by any thread; 16 bytes a validator. Slots are given as any slot of the epoch: only its place in it counts.
class EpochCommittees {
public:
    /// Where a validator stands in its epoch.
    struct Seat {
        std::uint64_t slot = 0;      ///< of the epoch, from 0
        std::uint64_t committee = 0; ///< of the slot, from 0
        std::uint64_t place = 0;     ///< in the committee: the bit of a gossiped aggregate
        std::uint64_t bit = 0;       ///< in the slot: the bit of an attestation in a block
        std::uint64_t position = 0;  ///< in the duty set: the bit of `OpenEpoch::voted`

        bool operator==(const Seat&) const = default;
    };

    EpochCommittees(const ValidatorColumn<ValidatorIndex>& duty_set, const Root& seed, const Spec& spec,
                    std::uint64_t rounds = shuffle_rounds);

    /// As `attesters_of` and `duty_positions_of` answer, without the work.
    std::span<const ValidatorIndex> attesters(Slot slot) const;
    std::span<const std::uint32_t> positions(Slot slot) const;

    std::uint64_t committees_per_slot() const { return committees_per_slot_; }
    /// One committee of a slot; the committees of a slot concatenate to its attesters. Empty from `committees_per_slot`
    /// up.
    std::span<const ValidatorIndex> committee(Slot slot, std::uint64_t committee) const;
    /// Who gathers the votes of a committee: its first `target_aggregators_per_committee` members. The shuffle has
    /// drawn them, so they need prove nothing and everybody can check it. With one slot an epoch they are those of the
    /// lowest index.
    std::span<const ValidatorIndex> aggregators_of(Slot slot, std::uint64_t committee) const;

    /// Nothing for who is not on duty. Constant time.
    std::optional<Seat> seat_of(ValidatorIndex validator) const;
    /// True when `validator` attests in `slot`.
    bool is_in(Slot slot, ValidatorIndex validator) const;
    bool is_aggregator(Slot slot, std::uint64_t committee, ValidatorIndex validator) const;

    std::size_t size() const { return attesters_.size(); }

private:
    std::uint64_t place_in_epoch(Slot slot) const { return slot.value % slots_; }
    /// Where committee `number`, counted through the epoch, begins.
    std::size_t begin_of(std::uint64_t number) const;

    std::uint64_t slots_ = 1; ///< of the epoch
    std::uint64_t committees_per_slot_ = 1;
    std::uint64_t aggregators_per_committee_ = 0;
    std::vector<ValidatorIndex> attesters_;
    std::vector<std::uint32_t> positions_; ///< of each attester
    std::vector<std::uint32_t> seats_;     ///< by validator: its place among the attesters, or `nowhere`
};

using SharedCommittees = std::shared_ptr<const EpochCommittees>;

/// The committees of an epoch; nullptr when the state does not know the epoch's era. Shuffles: ask a cache if there is
/// one.
SharedCommittees committees_of(const State& state, const Spec& spec, Epoch epoch);

/// Keeps the committees that were asked for last, for one chain and one thread. Its owner passes it on to whatever is
/// to read from it: states hold no caches. Forks that agree on seed and duty set share an entry.
class CommitteeCache {
public:
    explicit CommitteeCache(std::size_t entries_max = limits.committee_epochs_max) : entries_max_(entries_max) {}

    /// As `committees_of`.
    SharedCommittees of(const State& state, const Spec& spec, Epoch epoch);

    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        Root seed;
        Root duty_set; ///< the list's root
        SharedCommittees committees;
    };

    std::size_t entries_max_;
    std::list<Entry> entries_; ///< the latest asked for first
};

} // namespace quoin::inline types
