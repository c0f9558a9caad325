#include "block_run.hpp"

#include "schedule.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/finality/justification.hpp>
#include <quoin/staking/slash.hpp>
#include <quoin/staking/transactions.hpp>
#include <quoin/transition/attestations.hpp>
#include <quoin/transition/evidence.hpp>

#include <algorithm>

namespace quoin::transition {

BlockRun::BlockRun(const Chain& chain, State advanced, BlockEffects effects, CommitteeCache& committees)
    : chain_(chain), committees_(committees), state_(std::move(advanced)), effects_(std::move(effects)),
      books_(state_, chain.spec(), effects_) {}

void BlockRun::begin(ValidatorIndex proposer, const ValidatorSignature& randao_reveal, std::uint64_t time_ms) {
    proposer_ = proposer;
    header_.slot = state_.slot;
    header_.time_ms = time_ms;
    header_.proposer_index = proposer;
    header_.parent_root = latest_block_root(state_);
    ++state_.block_number;
    mix_in(state_, randao_reveal);
    hits_.emplace(state_, chain_.spec(), proposer);
}

template <class Evidence>
Result<void> BlockRun::slash(const Evidence& evidence) {
    const Result<slashing::Offenders> offenders = check_effective(state_, chain_.spec(), evidence);
    if (!offenders) {
        return offenders.fault();
    }
    const Root hash = hash_tree_root(evidence);
    const Address reporter = state_.validators[proposer_.value].withdrawal_address;
    for (const ValidatorIndex validator : offenders->validators) {
        staking::slash_validator(books_, validator, offenders->offence, offenders->lower, hash, reporter);
    }
    return {};
}

Result<void> BlockRun::take(const ProposerSlashing& evidence) {
    return slash(evidence);
}

Result<void> BlockRun::take(const AttesterSlashing& evidence) {
    return slash(evidence);
}

Result<void> BlockRun::take(const Attestation& attestation) {
    const Spec& spec = chain_.spec();
    const Result<std::vector<std::uint64_t>> positions = new_voters(state_, spec, committees_, attestation);
    if (!positions) {
        return positions.fault();
    }
    const EraSets& sets = *sets_of(state_, era_of(spec, attestation.data.slot));
    std::vector<ValidatorIndex> voters;
    for (const std::uint64_t position : *positions) {
        voters.push_back(sets.duty_set[position]);
    }
    hits_->record(attestation.data, staking::hits_of(state_, spec, attestation.data), voters);
    finality::count_votes(state_, spec, attestation.data, *positions);
    return {};
}

void BlockRun::end_attestations() {
    hits_->credit_proposer();
}

Result<void> BlockRun::take(const SignedTransaction& transaction) {
    const std::uint64_t units = staking::units_of(transaction);
    if (units > chain_.spec().block_units_limit - units_used_) {
        return Fault{Reason::too_large, "", "goes beyond the block's units"};
    }
    const Result<TransactionOutcome> outcome = staking::apply_transaction(books_, transaction, proposer_);
    if (!outcome) {
        return outcome.fault();
    }
    units_used_ += units;
    return {};
}

Applied BlockRun::finish(const Root& body_root) {
    staking::update_base_fee(state_, chain_.spec(), units_used_);
    books_.assert_balanced();
    header_.body_root = body_root;
    state_.latest_block_header = header_;
    Applied applied;
    applied.state = share_sealed(std::move(state_));
    header_.state_root = root_of(*applied.state);
    applied.block_root = hash_tree_root(header_);
    applied.effects = std::move(effects_);
    return applied;
}

} // namespace quoin::transition
