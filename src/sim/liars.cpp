#include "liars.hpp"

namespace quoin::sim {

using namespace engine;

void DoubleProposer::on_message(Powers& powers, const Sighting& sighting) {
    const auto* proposal = std::get_if<Proposal>(&sighting.message);
    if (!sighting.is_own || proposal == nullptr || !owns(proposal->block.message.proposer_index) ||
        !done_.insert(proposal->block.message.proposer_index).second) {
        return;
    }
    powers.send_to_all(Proposal{powers.forge().twin(proposal->block), {}}, 2);
}

void DoubleVoter::on_message(Powers& powers, const Sighting& sighting) {
    const auto* vote = std::get_if<SingleAttestation>(&sighting.message);
    if (!sighting.is_own || vote == nullptr || !owns(vote->validator)) {
        return;
    }
    const auto head = powers.forge().block(vote->data.head);
    if (head == nullptr) {
        return;
    }
    if (const auto other = powers.forge().honest_vote(head->message.parent_root, vote->data.slot)) {
        powers.send_to_all(powers.forge().sign(vote->validator, *other), 2);
    }
}

void Surrounder::on_message(Powers& powers, const Sighting& sighting) {
    const auto* vote = std::get_if<SingleAttestation>(&sighting.message);
    if (!sighting.is_own || vote == nullptr || !owns(vote->validator)) {
        return;
    }
    const auto [before, is_first] = earlier_.emplace(vote->validator, vote->data);
    // Source below the earlier one's source is what surrounds: its own source, taken again two votes later.
    if (!is_first && vote->data.source.epoch > before->second.target.epoch + 1) {
        AttestationData outer = vote->data;
        outer.source = before->second.source;
        powers.send_to_all(powers.forge().sign(vote->validator, outer), 2);
        before->second = vote->data;
    }
}

} // namespace quoin::sim
