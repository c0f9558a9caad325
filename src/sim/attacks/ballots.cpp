#include "attacks/ballots.hpp"

namespace quoin::sim {

void Ballots::add(const SingleAttestation& vote) {
    voters_[vote.data].insert(vote.validator);
    while (voters_.begin()->first.slot + slots_kept < vote.data.slot) {
        voters_.erase(voters_.begin());
    }
}

void Ballots::see(Forge& forge, const engine::Message& message) {
    if (const auto* vote = std::get_if<SingleAttestation>(&message)) {
        return add(*vote);
    }
    const auto* proposal = std::get_if<engine::Proposal>(&message);
    if (proposal == nullptr) {
        return;
    }
    for (const Attestation& attestation : proposal->block.message.body.attestations) {
        const std::vector<ValidatorIndex> on_duty =
            forge.attesters(proposal->block.message.parent_root, attestation.data.slot);
        attestation.bits.for_each_set([&](std::size_t i) {
            if (i < on_duty.size()) {
                voters_[attestation.data].insert(on_duty[i]);
            }
        });
    }
}

std::vector<Attestation> Ballots::for_block(Forge& forge, const Root& parent, Slot slot) const {
    std::vector<Attestation> packed;
    for (const auto& [data, voters] : voters_) {
        const std::vector<ValidatorIndex> list(voters.begin(), voters.end());
        if (data.slot < slot && data.slot + slots_kept >= slot) {
            if (auto attestation = forge.attestation(parent, data, list)) {
                packed.push_back(std::move(*attestation));
            }
        }
    }
    return packed;
}

} // namespace quoin::sim
