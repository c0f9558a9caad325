#pragma once

#include "advanced_states.hpp"
#include "attestation_pool.hpp"
#include "block_tree.hpp"
#include "mempool.hpp"
#include "sync.hpp"
#include "waiting.hpp"

#include <quoin/engine/engine.hpp>
#include <quoin/finality/tracker.hpp>
#include <quoin/slashing/detector.hpp>

#include <deque>
#include <map>
#include <set>

namespace quoin::engine {

/// The parts of the engine and the paths that messages take through them. Files: core.cpp takes inputs apart and tells
/// time, blocks.cpp imports blocks, votes.cpp takes attestations and certificates, duties.cpp does what an honest
/// validator does (PROTOCOL section 4), submissions.cpp takes transactions and evidence, view.cpp makes snapshots.
class Engine::Core {
public:
    Core(std::shared_ptr<const Chain> chain, Settings settings, crypto::SignatureScheme& scheme, Anchor anchor);

    Effects step(std::uint64_t now_ms, Input input);
    std::uint64_t next_wakeup_ms() const;
    SharedSnapshot snapshot();
    std::vector<QueueDepth> queue_depths() const;

private:
    const Spec& spec() const { return chain_->spec(); }
    Epoch current_epoch() const;
    std::uint64_t slot_start(Slot slot) const;
    std::uint64_t slot_part_ms(std::uint64_t basis_points) const;
    template <class EffectType>
    void emit(EffectType effect) {
        effects_.emplace_back(std::move(effect));
        changed_ = true;
    }
    void announce(Event event) { emit(Announce{std::move(event)}); }

    // core.cpp
    void handle(Tick) {}
    void handle(Received input);
    void handle(BlocksAnswered input);
    void handle(PeerConnected input);
    void handle(PeerDisconnected input);
    void handle(Verified input);
    void handle(Signed input);
    void handle(BlocksLoaded input);
    void handle(Replayed input);
    void handle(Submitted input);
    void handle(LedgerAdvanced input);
    void receive(const Origin& origin, Message message);
    void advance_clock(std::uint64_t now_ms);
    void enter_slot(Slot slot);
    void blame(const Origin& origin, Fault fault);
    static bool all_valid(const std::vector<std::uint8_t>& valid);
    void verify(Waiting message, std::vector<crypto::SignatureCheck> checks);
    Sync::Ours where_we_stand() const;
    void request_blocks_if_behind();

    // blocks.cpp
    void take(const Origin& origin, SignedBlock block);
    bool hold_back(const Origin& origin, const Root& root, const SharedBlock& block);
    void check_block(PendingBlock pending);
    void check_block_signatures(PendingBlock pending);
    void finish(PendingBlock pending, const std::vector<std::uint8_t>& valid);
    void import(const PendingBlock& pending);
    void add_to_tree(const Root& root, const SharedBlock& block, SealedState state);
    void count_block_votes(const SignedBlock& block, const State& state);
    void after_import(const Root& root, bool is_timely);
    void refuse_block(const PendingBlock& pending, const Fault& fault);
    void release_waiting_for(const Root& root);
    void import_next_synced();
    SealedState state_or_load(const Root& root, const Origin& origin, const SharedBlock& wanted_by);
    bool is_sum_of_verified(const State& advanced, const Attestation& attestation) const;

    // votes.cpp
    void take(const Origin& origin, SingleAttestation attestation);
    Result<void> check_vote(const SingleAttestation& attestation) const;
    void finish(PendingVote pending, bool valid);
    void accept_vote(const SingleAttestation& attestation);
    void take(const Origin& origin, FinalityCertificate certificate);
    void finish(PendingCertificate pending, bool valid);
    void note_conflict(const FinalityCertificate& certificate);
    std::vector<BlockHeader> headers_between(const Root& ancestor, const Root& descendant) const;
    void drop_oldest_certified();
    std::shared_ptr<const finality::VoteWeights> weights_of(const EraSets& sets);
    void act_on(const std::vector<finality::TrackerEvent>& events);
    void finalize(const Checkpoint& checkpoint, const FinalityCertificate* certificate);
    void update_head();

    // duties.cpp
    void do_duties();
    void reveal_ahead(Slot slot);
    void propose(Slot slot);
    void propose_on(Slot slot, ValidatorIndex proposer, const ValidatorKey& key, const ValidatorSignature& reveal);
    void attest(Slot slot);
    bool may_do_duties() const;
    SealedState advanced_past_genesis(const Root& root, const SealedState& state);
    bool is_ours(const ValidatorKey& key) const;
    void ask_to_sign(const ValidatorKey& key, DutyAsked duty);
    void finish(const RevealAsked& duty, const ValidatorKey& key, const std::optional<ValidatorSignature>& signature);
    void finish(const ProposalAsked& duty, const ValidatorKey& key, const std::optional<ValidatorSignature>& signature);
    void finish(const VoteAsked& duty, const ValidatorKey& key, const std::optional<ValidatorSignature>& signature);

    // submissions.cpp
    void take(const Origin& origin, Transactions transactions);
    void finish(PendingTransactions pending, const std::vector<std::uint8_t>& valid);
    void take(const Origin& origin, Evidence evidence);
    void finish(PendingEvidence pending, bool valid);
    void add_evidence(Evidence evidence);
    void prune_evidence();
    /// Of the evidence that waits, at most `count_max` of one kind; the proposal drops what slashes nobody any more.
    template <class Slashing>
    std::vector<Slashing> evidence_of_kind(std::size_t count_max) const {
        std::vector<Slashing> found;
        for (const auto& [root, evidence] : evidence_) {
            if (const auto* slashing = std::get_if<Slashing>(&evidence);
                slashing != nullptr && found.size() < count_max) {
                found.push_back(*slashing);
            }
        }
        return found;
    }

    // view.cpp
    std::shared_ptr<const std::vector<TreeBlock>> tree_view() const;

    std::shared_ptr<const Chain> chain_;
    Settings settings_;
    std::set<ValidatorKey> own_keys_;
    crypto::SignatureScheme& scheme_;

    std::uint64_t now_ms_ = 0;
    std::uint64_t started_ms_ = 0; ///< zero until the first step that is not a replay
    Slot current_slot_;
    Effects effects_;
    bool changed_ = true; ///< since the last snapshot

    BlockTree tree_;
    AdvancedStates advanced_;
    AttestationPool attestations_;
    Mempool mempool_;
    Sync sync_;
    finality::Tracker tracker_;
    std::deque<std::shared_ptr<const finality::VoteWeights>> vote_weights_; ///< newest first
    slashing::Detector detector_;
    WaitingRoom waiting_;
    std::map<Root, Evidence> evidence_;
    std::set<Root> refused_blocks_;
    std::map<std::uint64_t, Root> loading_; ///< by id of the `LoadBlocks`: the block whose state is wanted

    Tip head_;
    std::uint64_t next_id_ = 1;
    bool sync_import_running_ = false;

    // duties of the current slot
    std::optional<Slot> attested_;
    std::optional<Slot> proposed_;
    std::optional<Slot> frozen_;
    std::optional<Slot> revealed_ahead_;
    std::optional<Tip> timely_proposal_;
    std::map<std::pair<Slot, ValidatorKey>, ValidatorSignature> reveals_;
    std::map<std::uint64_t, std::pair<ValidatorKey, DutyAsked>> asked_to_sign_;

    // what the ledger holds
    Tip ledger_tip_;
    std::uint64_t ledger_number_ = 0;
    std::uint64_t slashed_ = 0; ///< validators, in the ledger
    SealedState ledger_state_;
    std::map<Root, SealedState> certified_states_; ///< finalized here, not yet in the ledger
    SharedSnapshot last_snapshot_;
};

} // namespace quoin::engine
