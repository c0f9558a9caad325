#pragma once

#include "advanced_states.hpp"
#include "attestation_pool.hpp"
#include "block_tree.hpp"
#include "mempool.hpp"
#include "pacemaker.hpp"
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
/// time, blocks.cpp imports blocks, votes.cpp takes attestations and aggregates, finality.cpp certificates, and what
/// the tracker makes of votes, frozen_view.cpp says what the fork choice may look at and when, duties.cpp does what an
/// honest validator does (PROTOCOL section 4), submissions.cpp takes transactions and evidence, view.cpp makes
/// snapshots.
class Engine::Core {
public:
    Core(std::shared_ptr<const Chain> chain, Settings settings, crypto::SignatureScheme& scheme, Anchor anchor);

    Effects step(std::uint64_t now_ms, Input input);
    std::uint64_t next_wakeup_ms() const;
    SharedSnapshot snapshot();
    std::vector<QueueDepth> queue_depths() const;

private:
    const Spec& spec() const { return chain_->spec(); }
    Slot current_slot() const { return pacemaker_.slot(); }
    Epoch current_epoch() const;
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
    void begin();
    void advance_clock();
    void enter_slot(Slot slot);
    void forget_old_votes();
    void blame(const Origin& origin, Fault fault);
    static bool all_valid(const std::vector<std::uint8_t>& valid);
    bool verify(Waiting message, std::vector<crypto::SignatureCheck> checks);
    Sync::Ours where_we_stand() const;
    void request_blocks_if_behind();

    // blocks.cpp
    void take(const Origin& origin, Proposal proposal);
    bool hold_back(const Origin& origin, const Root& root, const SharedBlock& block);
    void check_block(PendingBlock pending);
    void check_block_signatures(PendingBlock pending);
    void finish(PendingBlock pending, const std::vector<std::uint8_t>& valid);
    void import(const PendingBlock& pending);
    void add_to_tree(const Root& root, const SharedBlock& block, SealedState state);
    void count_block_votes(const SignedBlock& block, const State& state);
    ViewList verified_part(const ViewList& list) const;
    void note_proposal(const Root& root);
    void after_import(const Root& root);
    void refuse_block(const PendingBlock& pending, const Fault& fault);
    void release_waiting_for(const Root& root);
    void import_next_synced();
    SealedState state_or_load(const Root& root, const Origin& origin, const SharedBlock& wanted_by);
    void restore_head_state();
    bool is_sum_of_verified(const State& advanced, const Attestation& attestation);

    // votes.cpp
    void take(const Origin& origin, const SingleAttestation& attestation) { take(origin, attestation, {}); }
    void take(const Origin& origin, const SingleAttestation& attestation, std::optional<Slot> list_of);
    bool is_of_use_now(const Origin& origin, const AttestationData& data, const Message& message);
    Result<void> check_vote(const AttestationData& data) const;
    void suspect(const SingleAttestation& attestation);
    void finish(const PendingSuspect& pending, bool valid);
    void finish(PendingVote pending, bool valid);
    void take_verdict(const PendingVote& pending, bool valid);
    bool accept_vote(const SingleAttestation& attestation);
    void count_verified(std::vector<ValidatorIndex> voters, const AttestationData& data,
                        const ValidatorSignature& signature);
    void witness(IndexedAttestation indexed);
    void witness(const SignedBlockHeader& header);

    // aggregates.cpp
    void take(const Origin& origin, SignedAggregate aggregate);
    void finish(const PendingAggregate& pending, bool valid);
    void aggregate(Slot slot);
    void finish(const AggregateAsked& duty, const ValidatorKey& key,
                const std::optional<ValidatorSignature>& signature);

    // finality.cpp
    void take(const Origin& origin, FinalityCertificate certificate);
    void finish(PendingCertificate pending, bool valid);
    bool conflicts_with_ours(const FinalityCertificate& certificate) const;
    void check_conflict(const Origin& origin, FinalityCertificate certificate);
    void say_split(const FinalityCertificate& theirs);
    std::vector<BlockHeader> headers_between(const Root& ancestor, const Root& descendant) const;
    void drop_oldest_certified();
    std::shared_ptr<const finality::VoteWeights> weights_of(const EraSets& sets);
    void act_on(const std::vector<finality::TrackerEvent>& events);
    void finalize(const Checkpoint& checkpoint, const FinalityCertificate* certificate);
    void learn_justified(const Checkpoint& checkpoint);

    // frozen_view.cpp
    bool is_view_open() const;
    void open_view();
    void freeze_view();
    void take_in_what_waits();
    bool may_count(Slot voted) const;
    void count_latest(ValidatorIndex validator, const AttestationData& data);
    bool may_enter_view(const Block& block) const;
    bool is_timely(const Block& block) const;
    void take_up_early_proposal();
    void bring_into_view(const Root& root);
    void enter_view(const Root& root, const BlockTree::Entry& entry);
    void merge_list(const Origin& origin, const ViewList& list);
    void attest_to_proposal();
    void update_head();

    // duties.cpp
    void do_duties();
    ViewList view_list(const State& post_state) const;
    void reveal_ahead(Slot slot);
    void propose(Slot slot);
    std::optional<std::pair<ValidatorIndex, ValidatorKey>> own_proposer(Slot slot);
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
    Slot first_slot_;              ///< of the first step that is not a replay
    Pacemaker pacemaker_;
    Effects effects_;
    bool changed_ = true; ///< since the last snapshot

    BlockTree tree_;
    AdvancedStates advanced_;
    CommitteeCache committees_;
    AttestationPool attestations_;
    std::set<std::pair<Slot, ValidatorIndex>> aggregates_seen_; ///< by aggregator
    Mempool mempool_;
    Sync sync_;
    finality::Tracker tracker_;
    std::deque<std::shared_ptr<const finality::VoteWeights>> vote_weights_; ///< newest first
    std::deque<FinalityCertificate> certificates_; ///< our own, newest first: what a conflicting one is held against
    Epoch split_at_;                               ///< the highest epoch that a conflicting certificate was shown for
    slashing::Detector detector_;
    WaitingRoom waiting_;
    std::map<Root, Evidence> evidence_;
    std::set<Root> refused_blocks_;
    std::map<std::uint64_t, Root> loading_; ///< by id of the `LoadBlocks`: the block whose state is wanted
    Root loaded_for_;                       ///< the last of them: what is not found is not asked for for ever

    Tip head_;
    std::uint64_t next_id_ = 1;
    bool sync_import_running_ = false;

    // duties of the current slot
    std::optional<Slot> attested_;
    std::optional<AttestationData> own_vote_; ///< in the slot attested to
    std::optional<Slot> aggregated_;
    std::optional<Slot> proposed_;
    std::optional<Slot> opened_; ///< the view took in what had waited
    std::optional<Slot> frozen_; ///< the view takes in nothing more
    std::optional<Slot> revealed_ahead_;
    std::optional<Tip> timely_proposal_;
    std::size_t list_votes_waiting_ = 0; ///< of the timely proposal's view list, under verification
    std::map<Root, Slot> hidden_;        ///< blocks that are in the tree and not yet in the view
    struct LatestMessage {
        ValidatorIndex validator;
        Root head;
        Epoch target;
        Slot slot;
    };
    std::vector<LatestMessage> held_votes_; ///< verified, not yet in the view
    std::map<std::pair<Slot, ValidatorKey>, ValidatorSignature> reveals_;
    std::map<std::uint64_t, std::pair<ValidatorKey, DutyAsked>> asked_to_sign_;

    // what the ledger holds
    Tip ledger_tip_;
    std::uint64_t ledger_number_ = 0;
    std::uint64_t slashed_ = 0; ///< validators, in the ledger
    SealedState ledger_state_;
    std::map<Root, SealedState> certified_states_; ///< finalized here, not yet in the ledger
    SharedSnapshot last_snapshot_;
    std::uint64_t viewed_revision_ = 0; ///< of the tree, in the last snapshot
};

} // namespace quoin::engine
