#include "preview.hpp"

#include "render.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/staking/transactions.hpp>
#include <quoin/transition/signatures.hpp>
#include <quoin/transition/transition.hpp>

namespace quoin::api {

Preview::Preview(const Chain& chain, const State& head)
    : chain_(chain), state_(transition::advance(chain, head, head.slot + 1, effects_)),
      books_(state_, chain.spec(), effects_) {}

Result<std::string> Preview::apply(const SignedTransaction& transaction) {
    const Transaction& message = transaction.message;
    const Address sender = staking::address_of(message.sender);
    skip_pending_nonces(sender, message.nonce);
    const auto verdict = staking::check_transaction(state_, chain_.spec(), transaction);
    if (!verdict) {
        return verdict.fault();
    }
    const ValidatorIndex proposer = proposer_of(state_, chain_.spec(), state_.slot);
    const std::size_t first = effects_.postings.size();
    const Result<TransactionOutcome> outcome = staking::apply_transaction(books_, transaction, proposer);
    if (!outcome) {
        return outcome.fault();
    }
    if (outcome->failure) {
        return Fault{*outcome->failure, "message.payload", "the payload would have no effect"};
    }
    JsonArray postings;
    for (std::size_t i = first; i < effects_.postings.size(); ++i) {
        postings.raw(json_of(effects_.postings[i], state_.block_number + 1, i - first));
    }
    JsonObject json;
    json.add("hash", outcome->hash).add("sender", sender).add("nonce", message.nonce);
    json.add("kind", kind_of(message.payload)).add("units", staking::units_of(transaction));
    json.add("base_fee", state_.base_fee).add("fee_burned", outcome->fee_burned).add("fee_tip", outcome->fee_tip);
    return json.add("fee", outcome->fee_burned + outcome->fee_tip).raw("postings", postings.take()).take();
}

void Preview::skip_pending_nonces(const Address& sender, std::uint64_t nonce) {
    const auto account = find_account(state_, sender);
    if (!account) {
        return;
    }
    const std::uint64_t next = state_.accounts[*account].next_nonce;
    if (nonce > next && nonce - next < limits.mempool_per_account_max) {
        state_.accounts.edit(*account).next_nonce = nonce;
    }
}

Result<void> check_signatures(const Chain& chain, const SignedTransaction& transaction) {
    const std::vector<crypto::SignatureCheck> checks = transition::checks_of(chain, transaction);
    crypto::BlsScheme scheme{1};
    const std::vector<std::uint8_t> verdicts = scheme.verify(checks, hash_tree_root(transaction));
    for (std::size_t i = 0; i < checks.size(); ++i) {
        if (verdicts[i] != 0) {
            continue;
        }
        const bool is_possession = checks[i].scheme == crypto::SignatureCheck::Scheme::bls_possession;
        return is_possession ? Fault{Reason::bad_proof_of_possession, "message.payload.proof_of_possession",
                                     "the proof does not hold for the key"}
                             : Fault{Reason::bad_signature, "signature",
                                     "the signature does not hold for the sender, the message and this chain"};
    }
    return {};
}

} // namespace quoin::api
