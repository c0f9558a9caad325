#include <quoin/base/mutant.hpp>
#include <quoin/slashing/guard.hpp>

namespace quoin::slashing {

namespace {

Fault refused(std::string message) {
    return Fault{Reason::slashable_refused, "", std::move(message)};
}

} // namespace

Result<GuardDecision> may_sign(const VoteHistory& history, const VoteRequest& request) {
    if (request.source > request.target) {
        return refused("the source lies above the target");
    }
    if (const auto& same = history.same_target;
        same && same->target == request.target &&
        (same->signing_root == request.signing_root || is_planted(Mutant::guard_without_double_vote))) {
        return GuardDecision::sign_again;
    }
    if (history.highest_target && request.target <= *history.highest_target) {
        return refused("an attestation with target epoch " + std::to_string(history.highest_target->value) +
                       " was signed before, and " + std::to_string(request.target.value) + " is not above it");
    }
    if (history.highest_source && request.source < *history.highest_source &&
        !is_planted(Mutant::guard_without_surround)) {
        return refused("an attestation with source epoch " + std::to_string(history.highest_source->value) +
                       " was signed before, and " + std::to_string(request.source.value) + " is below it");
    }
    return GuardDecision::record_then_sign;
}

Result<GuardDecision> may_sign(const ProposalHistory& history, const ProposalRequest& request) {
    if (const auto& same = history.same_slot;
        same && same->slot == request.slot && same->signing_root == request.signing_root) {
        return GuardDecision::sign_again;
    }
    if (history.highest_slot && request.slot <= *history.highest_slot) {
        return refused("a block of slot " + std::to_string(history.highest_slot->value) + " was signed before, and " +
                       std::to_string(request.slot.value) + " is not above it");
    }
    return GuardDecision::record_then_sign;
}

} // namespace quoin::slashing
