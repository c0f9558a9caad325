#include "core.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/transition/evidence.hpp>
#include <quoin/transition/signatures.hpp>

namespace quoin::engine {

void Engine::Core::take(const Origin& origin, Transactions transactions) {
    const BlockTree::Entry* head = tree_.find(head_.root);
    PendingTransactions pending{origin, {}, {}, {}};
    std::vector<crypto::SignatureCheck> checks;
    for (SignedTransaction& transaction : transactions.items) {
        const Root hash = hash_tree_root(transaction);
        pending.first_check.push_back(checks.size());
        if (mempool_.contains(hash)) {
            pending.outcomes.push_back(Fault{Reason::duplicate_transaction, "", "the transaction is waiting already"});
        } else if (head == nullptr || !head->state) {
            pending.outcomes.push_back(Fault{Reason::syncing, "", "the node has no head to judge transactions by"});
        } else if (const auto fits = mempool_.check(*head->state, spec(), transaction); !fits) {
            pending.outcomes.push_back(fits.fault());
        } else {
            pending.outcomes.push_back(hash);
            for (crypto::SignatureCheck& check : transition::checks_of(*chain_, transaction)) {
                checks.push_back(std::move(check));
            }
        }
        pending.transactions.push_back(std::move(transaction));
    }
    pending.first_check.push_back(checks.size());
    if (checks.empty()) {
        return finish(std::move(pending), {});
    }
    const std::uint64_t id = next_id_++;
    if (waiting_.add(id, pending)) {
        emit(Verify{id, std::move(checks)});
    } else if (origin.submission) {
        const Fault busy{Reason::unavailable, "", "too many messages wait for verification"};
        emit(Answer{*origin.submission, std::vector<Result<Root>>(pending.outcomes.size(), busy)});
    }
}

void Engine::Core::finish(PendingTransactions pending, const std::vector<std::uint8_t>& valid) {
    Transactions relayed;
    for (std::size_t i = 0; i < pending.transactions.size(); ++i) {
        Result<Root>& outcome = pending.outcomes[i];
        if (!outcome) {
            continue;
        }
        const auto first = valid.begin() + static_cast<std::ptrdiff_t>(pending.first_check[i]);
        const auto last = valid.begin() + static_cast<std::ptrdiff_t>(pending.first_check[i + 1]);
        if (!std::all_of(first, last, [](std::uint8_t v) { return v != 0; })) {
            outcome = Fault{Reason::bad_signature, "signature", "the signature is not the sender's for this chain"};
            if (pending.origin.peer) {
                emit(Blame{*pending.origin.peer, outcome.fault()});
            }
            continue;
        }
        // Others may have entered while this one was verified.
        const BlockTree::Entry* head = tree_.find(head_.root);
        if (head != nullptr && head->state) {
            if (const auto fits = mempool_.check(*head->state, spec(), pending.transactions[i]); !fits) {
                outcome = fits.fault();
                continue;
            }
        }
        mempool_.add(*outcome, pending.transactions[i], current_slot());
        announce(TransactionSeen{*outcome});
        relayed.items.push_back(std::move(pending.transactions[i]));
    }
    if (pending.origin.submission) {
        emit(Answer{*pending.origin.submission, std::move(pending.outcomes)});
    }
    if (!relayed.items.empty()) {
        emit(Broadcast{std::move(relayed), pending.origin.peer});
    }
}

void Engine::Core::take(const Origin& origin, Evidence evidence) {
    const BlockTree::Entry* head = tree_.find(head_.root);
    const Root root = hash_tree_root(evidence);
    if (evidence_.contains(root)) {
        if (origin.submission) {
            emit(Answer{*origin.submission, {root}});
        }
        return;
    }
    if (head == nullptr || !head->state) {
        return blame(origin, {Reason::syncing, "", "the node has no head to judge evidence by"});
    }
    const State& state = *head->state;
    auto checks = std::visit(
        [&](const auto& slashing) -> Result<std::vector<crypto::SignatureCheck>> {
            if (const auto offenders = transition::check_effective(state, spec(), slashing); !offenders) {
                return offenders.fault();
            }
            return transition::checks_of(*chain_, state, slashing);
        },
        evidence);
    if (!checks && checks.fault().reason == Reason::future_slot && origin.peer) {
        waiting_.hold_until(current_slot() + 1, origin, std::move(evidence)); // of a slot that our head has not reached
        return;
    }
    if (!checks) {
        // Peers that heard of it before or after us are not at fault.
        const Reason reason = checks.fault().reason;
        if (origin.submission || (reason != Reason::already_slashed && reason != Reason::evidence_too_old)) {
            blame(origin, checks.fault());
        }
        return;
    }
    verify(PendingEvidence{origin, std::move(evidence)}, std::move(*checks));
}

void Engine::Core::finish(PendingEvidence pending, bool valid) {
    if (!valid) {
        return blame(pending.origin, {Reason::bad_signature, "", "a signature of the evidence is wrong"});
    }
    const Root root = hash_tree_root(pending.evidence);
    if (pending.origin.submission) {
        emit(Answer{*pending.origin.submission, {root}});
    }
    add_evidence(std::move(pending.evidence));
}

/// Evidence whose signatures are verified: kept for our next proposal, and told to all. Those it convicts weigh nothing
/// in the fork choice from now on.
void Engine::Core::add_evidence(Evidence evidence) {
    const Root root = hash_tree_root(evidence);
    if (evidence_.size() >= limits.evidence_pool_entries_max || evidence_.contains(root)) {
        return;
    }
    if (const auto* attester = std::get_if<AttesterSlashing>(&evidence)) {
        for (const ValidatorIndex validator : attester->first.validators) {
            const auto& others = attester->second.validators;
            if (std::binary_search(others.begin(), others.end(), validator)) {
                tree_.blocks().mark_equivocator(validator);
            }
        }
    }
    evidence_.emplace(root, evidence);
    announce(OffenceSeen{evidence});
    emit(Broadcast{std::move(evidence), {}});
    update_head();
}

/// What finality has slashed, or made too old, needs no proposer any more. Of an epoch that the ledger has not come to
/// it cannot say that.
void Engine::Core::prune_evidence() {
    std::erase_if(evidence_, [&](const auto& entry) {
        const auto verdict = std::visit(
            [&](const auto& slashing) { return transition::check_effective(*ledger_state_, spec(), slashing); },
            entry.second);
        return !verdict && verdict.fault().reason != Reason::future_slot;
    });
}

} // namespace quoin::engine
