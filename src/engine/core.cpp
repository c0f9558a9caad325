#include "core.hpp"

#include <quoin/types/clock.hpp>

namespace quoin::engine {

Engine::Engine(std::shared_ptr<const Chain> chain, Settings settings, crypto::SignatureScheme& scheme, Anchor anchor)
    : core_(std::make_unique<Core>(std::move(chain), std::move(settings), scheme, std::move(anchor))) {}
Engine::~Engine() = default;

Effects Engine::step(std::uint64_t now_ms, Input input) {
    return core_->step(now_ms, std::move(input));
}
std::uint64_t Engine::next_wakeup_ms() const {
    return core_->next_wakeup_ms();
}
SharedSnapshot Engine::snapshot() {
    return core_->snapshot();
}
std::vector<Engine::QueueDepth> Engine::queue_depths() const {
    return core_->queue_depths();
}

Engine::Core::Core(std::shared_ptr<const Chain> chain, Settings settings, crypto::SignatureScheme& scheme,
                   Anchor anchor)
    : chain_(std::move(chain)), settings_(std::move(settings)),
      own_keys_(settings_.validators.begin(), settings_.validators.end()), scheme_(scheme),
      pacemaker_(chain_->spec(), chain_->genesis.time_ms), tree_(chain_->spec(), anchor), advanced_(*chain_),
      attestations_(scheme), tracker_([this](const Checkpoint& ancestor, const Checkpoint& checkpoint) {
          return tree_.is_ancestor(ancestor, checkpoint);
      }),
      head_{anchor.slot, anchor.block_root}, ledger_tip_{anchor.slot, anchor.block_root},
      ledger_number_(anchor.state->block_number), ledger_state_(anchor.state) {
    tracker_.restart_from(anchor.finalized, {});
}

Effects Engine::Core::step(std::uint64_t now_ms, Input input) {
    effects_.clear();
    set_assertion_slot(current_slot().value);
    now_ms_ = std::max(now_ms_, now_ms);
    if (!std::holds_alternative<Replayed>(input)) {
        begin();
        advance_clock();
    }
    std::visit([this](auto& alternative) { handle(std::move(alternative)); }, input);
    if (started_ms_ != 0) {
        advance_clock(); // what came in may have ended the slot
        import_next_synced();
        request_blocks_if_behind();
        restore_head_state();
        do_duties();
    }
    return std::move(effects_);
}

/// The first step that is not a replay. Where the clock does not tell the slot, the newest block does: for whoever made
/// it its slot had begun.
void Engine::Core::begin() {
    if (started_ms_ != 0) {
        return;
    }
    started_ms_ = now_ms_;
    if (spec().pacing == Pacing::responsive && tree_.newest_slot() > current_slot()) {
        enter_slot(tree_.newest_slot());
    }
    pacemaker_.note_finalized(tree_.finalized().epoch);
    first_slot_ = std::max(current_slot(), pacemaker_.due_slot(now_ms_));
}

Epoch Engine::Core::current_epoch() const {
    return epoch_of(spec(), current_slot());
}

std::uint64_t Engine::Core::next_wakeup_ms() const {
    for (const std::uint64_t due :
         {pacemaker_.due_ms(spec().attestation_due_bps), pacemaker_.due_ms(spec().freeze_bps)}) {
        if (due > now_ms_ && due < pacemaker_.ends_ms()) {
            return due;
        }
    }
    return std::max(now_ms_ + 1, pacemaker_.ends_ms());
}

void Engine::Core::advance_clock() {
    for (Slot due = pacemaker_.due_slot(now_ms_); due > current_slot(); due = pacemaker_.due_slot(now_ms_)) {
        freeze_view(); // a slot may end before its freeze is due
        enter_slot(due);
    }
    if (now_ms_ >= pacemaker_.due_ms(spec().freeze_bps)) {
        freeze_view();
    }
}

void Engine::Core::enter_slot(Slot slot) {
    const Epoch before = current_epoch();
    pacemaker_.enter(slot, now_ms_);
    changed_ = true;
    list_votes_waiting_ = 0;
    set_assertion_slot(slot.value);
    if (spec().slots_per_epoch > 1 && current_epoch() != before) {
        tree_.move_lock();
    }
    if (current_epoch() != before) {
        forget_old_votes();
    }
    reveals_.erase(reveals_.begin(), reveals_.lower_bound({slot, ValidatorKey{}}));
    for (WaitingRoom::Held& held : waiting_.release_slot(slot)) {
        receive(held.origin, std::move(held.message));
    }
    if (!spec().view_merge) {
        open_view();
    }
    take_up_early_proposal();
    update_head();
}

void Engine::Core::forget_old_votes() {
    const Epoch oldest = current_epoch().saturating_minus(spec().inclusion_window_epochs);
    attestations_.prune(oldest);
    aggregates_seen_.erase(aggregates_seen_.begin(),
                           aggregates_seen_.lower_bound({first_slot_of(spec(), oldest), ValidatorIndex{0}}));
    const Epoch evidence_oldest =
        first_epoch_of(spec(), era_of(spec(), current_epoch()).saturating_minus(spec().evidence_max_age_eras));
    detector_.prune(evidence_oldest, first_slot_of(spec(), evidence_oldest));
}

void Engine::Core::receive(const Origin& origin, Message message) {
    std::visit([&](auto& alternative) { take(origin, std::move(alternative)); }, message);
}

void Engine::Core::handle(Received input) {
    receive(Origin{input.peer, {}, false}, std::move(input.message));
}

void Engine::Core::handle(BlocksAnswered input) {
    sync_.answered(input.peer, std::move(input.blocks));
}

void Engine::Core::handle(PeerConnected input) {
    sync_.peer_stands(input.peer, input.head, input.finalized);
    changed_ = true;
    if (input.certificate) {
        take(Origin{input.peer, {}, false}, std::move(*input.certificate));
    }
}

void Engine::Core::handle(PeerDisconnected input) {
    sync_.peer_left(input.peer);
    changed_ = true;
}

void Engine::Core::handle(Verified input) {
    std::optional<Waiting> waiting = waiting_.take(input.id);
    if (!waiting) {
        return;
    }
    if (auto* block = std::get_if<PendingBlock>(&*waiting)) {
        finish(std::move(*block), input.valid);
    } else if (auto* transactions = std::get_if<PendingTransactions>(&*waiting)) {
        finish(std::move(*transactions), input.valid);
    } else if (auto* vote = std::get_if<PendingVote>(&*waiting)) {
        finish(std::move(*vote), all_valid(input.valid));
    } else if (auto* suspected = std::get_if<PendingSuspect>(&*waiting)) {
        finish(*suspected, all_valid(input.valid));
    } else if (auto* gathered = std::get_if<PendingAggregate>(&*waiting)) {
        finish(*gathered, all_valid(input.valid));
    } else if (auto* certificate = std::get_if<PendingCertificate>(&*waiting)) {
        finish(std::move(*certificate), all_valid(input.valid));
    } else if (auto* evidence = std::get_if<PendingEvidence>(&*waiting)) {
        finish(std::move(*evidence), all_valid(input.valid));
    }
}

bool Engine::Core::all_valid(const std::vector<std::uint8_t>& valid) {
    return std::all_of(valid.begin(), valid.end(), [](std::uint8_t verdict) { return verdict != 0; });
}

void Engine::Core::handle(Signed input) {
    const auto found = asked_to_sign_.find(input.id);
    if (found == asked_to_sign_.end()) {
        return;
    }
    const auto [key, duty] = std::move(found->second);
    asked_to_sign_.erase(found);
    std::visit([&, &signer = key](const auto& alternative) { finish(alternative, signer, input.signature); }, duty);
}

void Engine::Core::handle(Submitted input) {
    const Origin origin{{}, input.id, false};
    std::visit([&](auto& what) { take(origin, std::move(what)); }, input.what);
}

void Engine::Core::handle(LedgerAdvanced input) {
    const auto state = certified_states_.find(input.root);
    if (state == certified_states_.end()) {
        return;
    }
    ledger_state_ = state->second;
    ledger_tip_ = {ledger_state_->slot, input.root};
    ledger_number_ = input.block_number;
    const auto& validators = ledger_state_->validators;
    slashed_ =
        static_cast<std::uint64_t>(std::count_if(validators.begin(), validators.end(), [](const Validator& validator) {
            return validator.slashed.has_value();
        }));
    std::erase_if(certified_states_, [&](const auto& kept) { return kept.second->slot <= ledger_tip_.slot; });
    mempool_.prune(*ledger_state_, current_slot());
    prune_evidence();
    changed_ = true;
}

void Engine::Core::blame(const Origin& origin, Fault fault) {
    if (origin.peer) {
        emit(Blame{*origin.peer, std::move(fault)});
    } else if (origin.submission) {
        emit(Answer{*origin.submission, {std::move(fault)}});
    }
}

/// False when too much is being verified already, and the message was dropped.
bool Engine::Core::verify(Waiting message, std::vector<crypto::SignatureCheck> checks) {
    const std::uint64_t id = next_id_++;
    const bool has_room = waiting_.add(id, std::move(message));
    if (has_room) {
        emit(Verify{id, std::move(checks)});
    }
    return has_room;
}

Sync::Ours Engine::Core::where_we_stand() const {
    return {head_.slot, tree_.finalized(), tree_.blocks().anchor().slot};
}

void Engine::Core::request_blocks_if_behind() {
    if (auto request = sync_.next_request(now_ms_, where_we_stand())) {
        emit(std::move(*request));
    }
}

} // namespace quoin::engine
