#include "handover.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/types/clock.hpp>

namespace quoin::node {

bool HandoverMaker::consider(const ports::FinalizedBlock& block) {
    const State& state = *block.post_state;
    const EraSets& sets = current_sets(state);
    if (!state.candidate || state.candidate->weights == sets.weights) {
        return false;
    }
    const std::pair<std::uint64_t, Root> wanted{sets.version + 1, hash_tree_root(state.candidate)};
    if (last_made_ == wanted) {
        return false;
    }
    const std::optional<FinalityCertificate> certificate = certificate_of(block);
    if (!certificate) {
        return false;
    }
    HandoverProof proof;
    proof.certificate = *certificate;
    proof.header = header_of(block.block.message);
    const std::vector<Root> roots = field_roots(state);
    proof.state_field_roots.assign(roots.begin(), roots.end());
    proof.candidate = state.candidate;
    proof.validators = state.validators;
    chain_store_.put_handover(wanted.first, proof);
    last_made_ = wanted;
    return true;
}

/// A link that ends in the next era is weighed by other sets: whoever follows the hand-overs could not judge it.
std::optional<FinalityCertificate> HandoverMaker::certificate_of(const ports::FinalizedBlock& block) const {
    const Slot slot = block.block.message.slot;
    std::optional<FinalityCertificate> certificate = chain_store_.certificate_at_or_after(slot);
    if (!certificate || certificate->finalized.root != block.root) {
        return std::nullopt;
    }
    const Epoch target = certificate->finalized.epoch + certificate->span;
    const bool same_sets = era_of(chain_.spec(), target) == era_of(chain_.spec(), slot);
    return same_sets ? std::move(certificate) : std::nullopt;
}

} // namespace quoin::node
