#include <quoin/crypto/sha256.hpp>
#include <quoin/crypto/shuffle.hpp>
#include <quoin/types/committees.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

namespace quoin::inline types {

namespace {

constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();

/// The highest index counts, since a duty set ascends.
std::size_t validators_spanned(const ValidatorColumn<ValidatorIndex>& duty_set) {
    return duty_set.empty() ? 0 : duty_set.back().value + 1;
}

} // namespace

std::uint64_t committees_per_slot(const Spec& spec, std::uint64_t on_duty) {
    if (spec.slots_per_epoch == 1) {
        return 1;
    }
    const std::uint64_t wanted = on_duty / spec.slots_per_epoch / spec.target_committee_size;
    return std::max<std::uint64_t>(1, std::min(spec.max_committees_per_slot, wanted));
}

Root shuffle_seed(const EraSets& sets, const Spec& spec, Epoch epoch) {
    if (spec.slots_per_epoch == 1) {
        return {};
    }
    std::array<std::uint8_t, 40> input{};
    std::copy(sets.seed.begin(), sets.seed.end(), input.begin());
    for (std::size_t i = 0; i < 8; ++i) {
        input[32 + i] = static_cast<std::uint8_t>(epoch.value >> (8 * i));
    }
    return crypto::sha256(input);
}

EpochCommittees::EpochCommittees(const ValidatorColumn<ValidatorIndex>& duty_set, const Root& seed, const Spec& spec,
                                 std::uint64_t rounds)
    : slots_(spec.slots_per_epoch), committees_per_slot_(types::committees_per_slot(spec, duty_set.size())),
      aggregators_per_committee_(spec.target_aggregators_per_committee), positions_(duty_set.size()),
      seats_(validators_spanned(duty_set), nowhere) {
    std::iota(positions_.begin(), positions_.end(), 0U);
    if (slots_ > 1) {
        positions_ = crypto::shuffle(positions_, seed, rounds);
    }
    attesters_.reserve(positions_.size());
    for (const std::uint32_t position : positions_) {
        const ValidatorIndex attester = duty_set[position];
        seats_[attester.value] = static_cast<std::uint32_t>(attesters_.size());
        attesters_.push_back(attester);
    }
}

std::size_t EpochCommittees::begin_of(std::uint64_t number) const {
    return attesters_.size() * number / (slots_ * committees_per_slot_);
}

std::span<const ValidatorIndex> EpochCommittees::attesters(Slot slot) const {
    const std::uint64_t first = place_in_epoch(slot) * committees_per_slot_;
    const std::size_t begin = begin_of(first);
    return std::span{attesters_}.subspan(begin, begin_of(first + committees_per_slot_) - begin);
}

std::span<const std::uint32_t> EpochCommittees::positions(Slot slot) const {
    const std::uint64_t first = place_in_epoch(slot) * committees_per_slot_;
    const std::size_t begin = begin_of(first);
    return std::span{positions_}.subspan(begin, begin_of(first + committees_per_slot_) - begin);
}

std::span<const ValidatorIndex> EpochCommittees::committee(Slot slot, std::uint64_t committee) const {
    if (committee >= committees_per_slot_) {
        return {};
    }
    const std::uint64_t number = place_in_epoch(slot) * committees_per_slot_ + committee;
    const std::size_t begin = begin_of(number);
    return std::span{attesters_}.subspan(begin, begin_of(number + 1) - begin);
}

std::span<const ValidatorIndex> EpochCommittees::aggregators_of(Slot slot, std::uint64_t committee) const {
    const std::span<const ValidatorIndex> members = this->committee(slot, committee);
    return members.first(std::min<std::uint64_t>(members.size(), aggregators_per_committee_));
}

std::optional<EpochCommittees::Seat> EpochCommittees::seat_of(ValidatorIndex validator) const {
    if (validator.value >= seats_.size() || seats_[validator.value] == nowhere) {
        return std::nullopt;
    }
    const std::uint64_t seat = seats_[validator.value];
    // The last committee that begins at or before the seat: begin_of solved for its number.
    const std::uint64_t committees = slots_ * committees_per_slot_;
    const std::uint64_t number = ((seat + 1) * committees - 1) / attesters_.size();
    const std::uint64_t slot = number / committees_per_slot_;
    return Seat{slot, number % committees_per_slot_, seat - begin_of(number),
                seat - begin_of(slot * committees_per_slot_), positions_[seat]};
}

bool EpochCommittees::is_in(Slot slot, ValidatorIndex validator) const {
    const std::optional<Seat> seat = seat_of(validator);
    return seat && seat->slot == place_in_epoch(slot);
}

bool EpochCommittees::is_aggregator(Slot slot, std::uint64_t committee, ValidatorIndex validator) const {
    const std::optional<Seat> seat = seat_of(validator);
    return seat && seat->slot == place_in_epoch(slot) && seat->committee == committee &&
           seat->place < aggregators_per_committee_;
}

SharedCommittees committees_of(const State& state, const Spec& spec, Epoch epoch) {
    const EraSets* sets = sets_of(state, era_of(spec, epoch));
    if (sets == nullptr) {
        return nullptr;
    }
    return std::make_shared<const EpochCommittees>(sets->duty_set, shuffle_seed(*sets, spec, epoch), spec);
}

SharedCommittees CommitteeCache::of(const State& state, const Spec& spec, Epoch epoch) {
    const EraSets* sets = sets_of(state, era_of(spec, epoch));
    if (sets == nullptr) {
        return nullptr;
    }
    const Root seed = shuffle_seed(*sets, spec, epoch);
    const Root duty_set = hash_tree_root(sets->duty_set);
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.seed == seed && entry.duty_set == duty_set;
    });
    if (found != entries_.end()) {
        entries_.splice(entries_.begin(), entries_, found);
    } else {
        entries_.push_front({seed, duty_set, std::make_shared<const EpochCommittees>(sets->duty_set, seed, spec)});
        if (entries_.size() > entries_max_) {
            entries_.pop_back();
        }
    }
    return entries_.front().committees;
}

} // namespace quoin::inline types
