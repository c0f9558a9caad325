#pragma once

#include <quoin/staking/books.hpp>
#include <quoin/staking/rewards.hpp>
#include <quoin/transition/transition.hpp>

#include <optional>

namespace quoin::transition {

/// Carries out one block on a state advanced to its slot, item by item. A fault leaves the state as it was: who applies
/// a block stops there, who builds one leaves the item out. Items come in the order of the body's fields.
class BlockRun {
public:
    BlockRun(const Chain& chain, State advanced, BlockEffects effects, CommitteeCache& committees);
    BlockRun(const BlockRun&) = delete;
    BlockRun& operator=(const BlockRun&) = delete;

    const State& state() const { return state_; }

    /// The header without state and body roots, and the reveal.
    void begin(ValidatorIndex proposer, const ValidatorSignature& randao_reveal, std::uint64_t time_ms);
    Result<void> take(const ProposerSlashing& evidence);
    Result<void> take(const AttesterSlashing& evidence);
    Result<void> take(const Attestation& attestation);
    /// Before the first transaction: pays out what the attestations earned their proposer.
    void end_attestations();
    Result<void> take(const SignedTransaction& transaction);

    /// Ends the block; the run is used up. The header then lacks nothing but what `Applied::block_root` was made with.
    Applied finish(const Root& body_root);
    /// The header as `finish` left it, with the state root.
    const BlockHeader& header() const { return header_; }

private:
    template <class Evidence>
    Result<void> slash(const Evidence& evidence);

    const Chain& chain_;
    CommitteeCache& committees_;
    State state_;
    BlockEffects effects_;
    staking::Books books_;
    std::optional<staking::HitRecorder> hits_;
    ValidatorIndex proposer_;
    std::uint64_t units_used_ = 0;
    BlockHeader header_;
};

} // namespace quoin::transition
