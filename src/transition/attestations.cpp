#include <quoin/base/mutant.hpp>
#include <quoin/transition/attestations.hpp>
#include <quoin/types/clock.hpp>

namespace quoin::transition {

namespace {

Fault fault(Reason reason, const char* path, std::string message) {
    return {reason, path, std::move(message)};
}

/// The duty positions whose bits are set and not yet counted.
Result<std::vector<std::uint64_t>> pick_new(const State& state, const Spec& spec, CommitteeCache& committees,
                                            const Attestation& attestation) {
    const Slot slot = attestation.data.slot;
    const EraSets* sets = sets_of(state, era_of(spec, slot));
    const OpenEpoch* open = open_epoch_of(state, epoch_of(spec, slot));
    QUOIN_ASSERT(sets != nullptr && open != nullptr, "J3: the window's epochs are open and their sets kept");
    const SharedCommittees of_epoch = committees.of(state, spec, epoch_of(spec, slot));
    const auto committee = of_epoch->positions(slot);
    if (attestation.bits.size() != committee.size()) {
        return fault(Reason::bits_beyond_committee, "bits",
                     "has " + std::to_string(attestation.bits.size()) + " bits for a committee of " +
                         std::to_string(committee.size()));
    }
    std::vector<std::uint64_t> fresh;
    std::optional<ValidatorIndex> slashed;
    attestation.bits.for_each_set([&](std::size_t bit) {
        const ValidatorIndex attester = sets->duty_set[committee[bit]];
        if (state.validators[attester.value].slashed && !slashed) {
            slashed = attester;
        }
        if (!open->voted.get(committee[bit])) {
            fresh.push_back(committee[bit]);
        }
    });
    if (slashed) {
        return fault(Reason::attester_slashed, "bits", "validator " + std::to_string(slashed->value) + " is slashed");
    }
    if (fresh.empty()) {
        return fault(Reason::no_new_voter, "bits", "everybody in it has been counted in this epoch");
    }
    return fresh;
}

} // namespace

Result<void> check_attestation_data(const Spec& spec, const AttestationData& data) {
    if (data.target.epoch != epoch_of(spec, data.slot)) {
        return fault(Reason::malformed, "data.target.epoch", "is not the epoch of the slot");
    }
    const bool is_first = spec.slots_per_epoch > 1 && data.target.epoch == Epoch{};
    const bool is_exception = (is_first || is_planted(Mutant::source_may_equal_target)) && data.source == data.target;
    if (data.source.epoch >= data.target.epoch && !is_exception) {
        return fault(Reason::malformed, "data.source.epoch", "is not below the target's");
    }
    return {};
}

bool is_in_window(const Spec& spec, Slot slot, Slot block_slot) {
    const std::uint64_t epochs = is_planted(Mutant::inclusion_window_of_two) ? 2 : spec.inclusion_window_epochs;
    return slot < block_slot && epoch_of(spec, block_slot) - epoch_of(spec, slot) < epochs;
}

Result<std::vector<std::uint64_t>> new_voters(const State& state, const Spec& spec, CommitteeCache& committees,
                                              const Attestation& attestation) {
    const AttestationData& data = attestation.data;
    if (auto sound = check_attestation_data(spec, data); !sound) {
        return sound.fault();
    }
    if (!is_in_window(spec, data.slot, state.slot)) {
        return fault(Reason::outside_inclusion_window, "data.slot",
                     "slot " + std::to_string(data.slot.value) + " cannot be included in slot " +
                         std::to_string(state.slot.value));
    }
    if (!is_justified(state, data.source)) {
        return fault(Reason::source_not_justified, "data.source", "is not a justified checkpoint of this chain");
    }
    return pick_new(state, spec, committees, attestation);
}

} // namespace quoin::transition
