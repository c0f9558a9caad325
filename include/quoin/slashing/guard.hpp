#pragma once

#include <quoin/base/result.hpp>
#include <quoin/types/numbers.hpp>

#include <cstdint>
#include <optional>

/// The rule of the signing guard (PROTOCOL H1, promise S2), apart from the database that keeps the history: whoever
/// keeps to it never signs a pair that is E1, E2 or P1, and needs no more than the highest values ever signed, so it
/// works from a minimal interchange file (EIP-3076) as well.
namespace quoin::slashing {

/// An attestation by one key, as the history keeps it.
struct SignedVote {
    Epoch source;
    Epoch target;
    std::optional<Root> signing_root; ///< none when it was imported without

    bool operator==(const SignedVote&) const = default;
};

/// What must be known of a key's past attestations to judge the next one.
struct VoteHistory {
    std::optional<Epoch> highest_source; ///< over everything signed or imported
    std::optional<Epoch> highest_target;
    std::optional<SignedVote> same_target; ///< the record with the very target that is asked for
};

struct VoteRequest {
    Epoch source;
    Epoch target;
    Root signing_root;
};

struct SignedProposal {
    Slot slot;
    std::optional<Root> signing_root;

    bool operator==(const SignedProposal&) const = default;
};

struct ProposalHistory {
    std::optional<Slot> highest_slot;
    std::optional<SignedProposal> same_slot; ///< the record with the very slot that is asked for
};

struct ProposalRequest {
    Slot slot;
    Root signing_root;
};

enum class GuardDecision : std::uint8_t {
    record_then_sign, ///< new: the record must be durable before the key is touched
    sign_again,       ///< the identical message was recorded before, as after a crash between record and publication
};

/// A new attestation needs a target above every target signed and a source not below any source signed. Refusal is
/// `slashable_refused`, for a request whose source is above its target too.
Result<GuardDecision> may_sign(const VoteHistory& history, const VoteRequest& request);

/// A new block needs a slot above every slot signed.
Result<GuardDecision> may_sign(const ProposalHistory& history, const ProposalRequest& request);

} // namespace quoin::slashing
