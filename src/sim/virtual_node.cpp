#include "virtual_node.hpp"

#include <quoin/transition/signatures.hpp>
#include <quoin/transition/transition.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::sim {

using namespace engine;

namespace {

/// How far below the anchor blocks are kept for peers that were away.
constexpr std::uint64_t kept_slots = 16'384;
/// How many blocks the ledger grows by before old ones are looked for.
constexpr std::uint64_t forget_every = 1'024;

} // namespace

PeerId peer_id(std::size_t number) {
    PeerId id;
    for (std::size_t i = 0; i < 4; ++i) {
        id[31 - i] = static_cast<std::uint8_t>((number + 1) >> (8 * i));
    }
    return id;
}

VirtualNode::VirtualNode(std::size_t number, std::shared_ptr<const Chain> chain, std::vector<ValidatorKey> keys)
    : number_(number), chain_(std::move(chain)), keys_(std::move(keys)) {
    const transition::GenesisResult genesis = transition::make_genesis(*chain_);
    disk_.ledger.push_back(genesis.block_root);
    disk_.anchor = {{Epoch{0}, genesis.block_root}, genesis.block_root, Slot{0}, genesis.state};
}

std::unique_ptr<SimulatedNode> VirtualNode::make(std::size_t number, std::shared_ptr<const Chain> chain,
                                                 std::vector<ValidatorKey> keys) {
    return std::make_unique<VirtualNode>(number, std::move(chain), std::move(keys));
}

/// As a node does: from the newest state it has, through every later stored block.
void VirtualNode::start(std::uint64_t now_ms) {
    engine_ = std::make_unique<Engine>(chain_, Settings{keys_, {}}, scheme_, disk_.anchor);
    std::multimap<Slot, SharedBlock> stored;
    for (const auto& [root, block] : disk_.blocks) {
        if (block->message.slot > disk_.anchor.slot) {
            stored.emplace(block->message.slot, block);
        }
    }
    for (const auto& [slot, block] : stored) {
        perform(now_ms, engine_->step(now_ms, Replayed{*block}));
    }
    step(now_ms, Tick{});
}

void VirtualNode::step(std::uint64_t now_ms, Input input) {
    perform(now_ms, engine_->step(now_ms, std::move(input)));
    view_ = engine_->snapshot();
    keep_anchor();
}

void VirtualNode::perform(std::uint64_t now_ms, Effects effects) {
    std::vector<Input> inputs;
    for (Effect& effect : effects) {
        if (auto* persist = std::get_if<PersistBlock>(&effect)) {
            disk_.blocks.emplace(persist->root, std::move(persist->block));
        } else if (auto* certify = std::get_if<Certify>(&effect)) {
            disk_.certificate = std::move(certify->certificate);
        } else if (auto* verify = std::get_if<Verify>(&effect)) {
            inputs.push_back(Verified{verify->id, scheme_.verify(verify->checks, Root{})});
        } else if (auto* wanted = std::get_if<Sign>(&effect)) {
            inputs.push_back(Signed{wanted->id, sign(*wanted)});
        } else if (auto* broadcast = std::get_if<Broadcast>(&effect)) {
            outbox.push_back({std::nullopt, broadcast->except, std::move(broadcast->message)});
        } else if (auto* request = std::get_if<RequestBlocks>(&effect)) {
            outbox.push_back({request->peer, std::nullopt, std::move(request->request)});
        } else if (auto* wanted_blocks = std::get_if<LoadBlocks>(&effect)) {
            inputs.push_back(load(*wanted_blocks));
        } else if (auto* blame = std::get_if<Blame>(&effect)) {
            blamed.emplace_back(blame->peer, blame->fault);
        } else if (auto* answer = std::get_if<Answer>(&effect)) {
            answers.emplace(answer->id, std::move(answer->outcomes));
        } else if (auto* finalize = std::get_if<Finalize>(&effect)) {
            grow_ledger(finalize->checkpoint.root);
            inputs.push_back(LedgerAdvanced{ledger_height(), disk_.ledger.back()});
        } else if (auto* announce = std::get_if<Announce>(&effect)) {
            events.push_back(std::move(announce->event));
        }
    }
    for (Input& input : inputs) {
        perform(now_ms, engine_->step(now_ms, std::move(input)));
    }
}

BlocksLoaded VirtualNode::load(const LoadBlocks& wanted) const {
    BlocksLoaded loaded{wanted.id, {}};
    for (const Root& root : wanted.roots) {
        if (const auto block = disk_.blocks.find(root); block != disk_.blocks.end()) {
            loaded.blocks.push_back(*block->second);
        }
    }
    return loaded;
}

void VirtualNode::grow_ledger(const Root& finalized) {
    std::vector<Root> fresh;
    for (Root at = finalized; std::find(disk_.ledger.rbegin(), disk_.ledger.rend(), at) == disk_.ledger.rend();
         at = disk_.blocks.at(at)->message.parent_root) {
        fresh.push_back(at);
    }
    disk_.ledger.insert(disk_.ledger.end(), fresh.rbegin(), fresh.rend());
}

/// A start begins at the ledger's end, as a node's does.
void VirtualNode::keep_anchor() {
    const Root& root = view_->finalized.root;
    if (root == disk_.anchor.block_root) {
        return;
    }
    const Slot slot = view_->finalized.slot;
    const Epoch epoch = epoch_of(chain_->spec(), slot);
    Checkpoint checkpoint{first_slot_of(chain_->spec(), epoch) == slot ? epoch : epoch + 1, root};
    if (disk_.certificate && disk_.certificate->finalized.root == root) {
        checkpoint = disk_.certificate->finalized;
    }
    const bool is_time_to_forget =
        view_->finalized_number / forget_every > disk_.anchor.state->block_number / forget_every;
    disk_.anchor = {checkpoint, root, slot, view_->finalized_state};
    if (is_time_to_forget) {
        forget_old_blocks();
    }
}

void VirtualNode::forget_old_blocks() {
    const std::uint64_t kept_from = disk_.anchor.slot.value < kept_slots ? 0 : disk_.anchor.slot.value - kept_slots;
    std::erase_if(disk_.blocks, [&](const auto& entry) { return entry.second->message.slot.value < kept_from; });
}

std::optional<ValidatorSignature> VirtualNode::sign(const Sign& wanted) {
    if (const auto* reveal = std::get_if<RandaoIntent>(&wanted.intent)) {
        return crypto::FastDouble::sign(wanted.key, transition::randao_signing_root(*chain_, reveal->slot));
    }
    if (const auto* aggregate = std::get_if<AggregateIntent>(&wanted.intent)) {
        return crypto::FastDouble::sign(wanted.key, transition::aggregate_signing_root(*chain_, aggregate->aggregate));
    }
    if (const auto* proposal = std::get_if<ProposalIntent>(&wanted.intent)) {
        return sign_proposal(wanted.key, proposal->header);
    }
    return sign_vote(wanted.key, std::get<AttestationIntent>(wanted.intent).data);
}

std::optional<ValidatorSignature> VirtualNode::sign_proposal(const ValidatorKey& key, const BlockHeader& header) {
    const Root root = transition::proposal_signing_root(*chain_, header);
    slashing::ProposalHistory history = disk_.signed_before.proposals[key];
    if (history.same_slot && history.same_slot->slot != header.slot) {
        history.same_slot.reset();
    }
    if (!slashing::may_sign(history, {header.slot, root})) {
        return std::nullopt;
    }
    disk_.signed_before.proposals[key] = {header.slot, slashing::SignedProposal{header.slot, root}};
    return crypto::FastDouble::sign(key, root);
}

std::optional<ValidatorSignature> VirtualNode::sign_vote(const ValidatorKey& key, const AttestationData& data) {
    const Root root = transition::attestation_signing_root(*chain_, data);
    const slashing::SignedVote vote{data.source.epoch, data.target.epoch, root};
    slashing::VoteHistory history = disk_.signed_before.votes[key];
    if (history.same_target && history.same_target->target != vote.target) {
        history.same_target.reset();
    }
    if (!slashing::may_sign(history, {vote.source, vote.target, root})) {
        return std::nullopt;
    }
    disk_.signed_before.votes[key] = {std::max(history.highest_source.value_or(Epoch{0}), vote.source), vote.target,
                                      vote};
    return crypto::FastDouble::sign(key, root);
}

std::vector<SignedBlock> VirtualNode::answer(const BlockRequest& request) {
    std::vector<SignedBlock> found;
    if (const auto* by_root = std::get_if<BlocksByRoot>(&request)) {
        return load({0, {by_root->roots.begin(), by_root->roots.end()}}).blocks;
    }
    const auto& range = std::get<BlocksByRange>(request);
    const auto serve = [&](const Root& root) {
        const auto block = disk_.blocks.find(root);
        if (block == disk_.blocks.end()) {
            return false;
        }
        const Slot slot = block->second->message.slot;
        if (slot >= range.from_slot && slot < range.from_slot + range.count) {
            found.push_back(*block->second);
        }
        return slot >= range.from_slot;
    };
    for (auto root = view_->unfinalized_chain.rbegin(); root != view_->unfinalized_chain.rend(); ++root) {
        serve(*root);
    }
    for (auto root = disk_.ledger.rbegin(); root != disk_.ledger.rend() && serve(*root); ++root) {}
    std::reverse(found.begin(), found.end());
    return found;
}

} // namespace quoin::sim
