#include "virtual_node.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/transition/signatures.hpp>
#include <quoin/transition/transition.hpp>

#include <algorithm>
#include <deque>

namespace quoin::sim {

using namespace engine;

VirtualNode::VirtualNode(std::size_t number, std::shared_ptr<const Chain> chain, std::vector<ValidatorKey> keys)
    : number_(number), chain_(std::move(chain)), keys_(std::move(keys)) {
    disk_.finalized.push_back(transition::make_genesis(*chain_).block_root);
}

PeerId VirtualNode::id() const {
    return id_of(number_);
}

PeerId VirtualNode::id_of(std::size_t number) {
    PeerId id;
    id[31] = static_cast<std::uint8_t>(number + 1);
    return id;
}

/// As a node does: from the newest state it has (here: genesis), through every stored block.
void VirtualNode::start(std::uint64_t now_ms) {
    const transition::GenesisResult genesis = transition::make_genesis(*chain_);
    const Anchor anchor{{Epoch{0}, genesis.block_root}, genesis.block_root, Slot{0}, genesis.state};
    engine_ = std::make_unique<Engine>(chain_, Settings{keys_, {}}, scheme_, anchor);
    std::multimap<Slot, const SignedBlock*> stored;
    for (const auto& [root, block] : disk_.blocks) {
        stored.emplace(block.message.slot, &block);
    }
    for (const auto& [slot, block] : stored) {
        perform(now_ms, engine_->step(now_ms, Replayed{*block}));
    }
    step(now_ms, Tick{});
}

void VirtualNode::step(std::uint64_t now_ms, Input input) {
    perform(now_ms, engine_->step(now_ms, std::move(input)));
    view_ = engine_->snapshot();
}

void VirtualNode::perform(std::uint64_t now_ms, Effects effects) {
    std::deque<Input> inputs;
    for (Effect& effect : effects) {
        if (auto* persist = std::get_if<PersistBlock>(&effect)) {
            disk_.blocks.emplace(persist->root, *persist->block);
        } else if (auto* certify = std::get_if<Certify>(&effect)) {
            disk_.certificates.push_back(certify->certificate);
        } else if (auto* verify = std::get_if<Verify>(&effect)) {
            inputs.push_back(Verified{verify->id, scheme_.verify(verify->checks, Root{})});
        } else if (auto* wanted = std::get_if<Sign>(&effect)) {
            inputs.push_back(Signed{wanted->id, sign(*wanted)});
        } else if (auto* broadcast = std::get_if<Broadcast>(&effect)) {
            outbox.push_back({std::nullopt, broadcast->except, std::move(broadcast->message)});
        } else if (auto* request = std::get_if<RequestBlocks>(&effect)) {
            outbox.push_back({request->peer, std::nullopt, request->request});
        } else if (auto* load = std::get_if<LoadBlocks>(&effect)) {
            BlocksLoaded loaded{load->id, {}};
            for (const Root& root : load->roots) {
                loaded.blocks.push_back(disk_.blocks.at(root));
            }
            inputs.push_back(std::move(loaded));
        } else if (auto* blame = std::get_if<Blame>(&effect)) {
            blamed.emplace_back(blame->peer, blame->fault);
        } else if (auto* answer = std::get_if<Answer>(&effect)) {
            answers.emplace(answer->id, std::move(answer->outcomes));
        } else if (auto* finalize = std::get_if<Finalize>(&effect)) {
            grow_ledger(now_ms, finalize->checkpoint.root);
            inputs.push_back(LedgerAdvanced{disk_.finalized.size() - 1, disk_.finalized.back()});
        } else if (auto* announce = std::get_if<Announce>(&effect)) {
            events.push_back(std::move(announce->event));
        }
    }
    for (Input& input : inputs) {
        perform(now_ms, engine_->step(now_ms, std::move(input)));
    }
}

void VirtualNode::grow_ledger(std::uint64_t, const Root& finalized) {
    std::vector<Root> fresh;
    for (Root at = finalized; std::find(disk_.finalized.rbegin(), disk_.finalized.rend(), at) == disk_.finalized.rend();
         at = disk_.blocks.at(at).message.parent_root) {
        fresh.push_back(at);
    }
    disk_.finalized.insert(disk_.finalized.end(), fresh.rbegin(), fresh.rend());
}

std::optional<ValidatorSignature> VirtualNode::sign(const Sign& wanted) {
    if (const auto* reveal = std::get_if<RandaoIntent>(&wanted.intent)) {
        return crypto::FastDouble::sign(wanted.key, transition::randao_signing_root(*chain_, reveal->slot));
    }
    if (const auto* proposal = std::get_if<ProposalIntent>(&wanted.intent)) {
        const Root root = transition::proposal_signing_root(*chain_, proposal->header);
        auto& signed_before = disk_.proposals[wanted.key];
        slashing::ProposalHistory history;
        for (const slashing::SignedProposal& old : signed_before) {
            history.highest_slot = std::max(history.highest_slot.value_or(Slot{0}), old.slot);
            if (old.slot == proposal->header.slot) {
                history.same_slot = old;
            }
        }
        const auto decision = slashing::may_sign(history, {proposal->header.slot, root});
        if (!decision) {
            return std::nullopt;
        }
        signed_before.push_back({proposal->header.slot, root});
        return crypto::FastDouble::sign(wanted.key, root);
    }
    const AttestationData& data = std::get<AttestationIntent>(wanted.intent).data;
    const Root root = transition::attestation_signing_root(*chain_, data);
    auto& signed_before = disk_.votes[wanted.key];
    slashing::VoteHistory history;
    for (const slashing::SignedVote& old : signed_before) {
        history.highest_source = std::max(history.highest_source.value_or(Epoch{0}), old.source);
        history.highest_target = std::max(history.highest_target.value_or(Epoch{0}), old.target);
        if (old.target == data.target.epoch) {
            history.same_target = old;
        }
    }
    const auto decision = slashing::may_sign(history, {data.source.epoch, data.target.epoch, root});
    if (!decision) {
        return std::nullopt;
    }
    signed_before.push_back({data.source.epoch, data.target.epoch, root});
    return crypto::FastDouble::sign(wanted.key, root);
}

std::vector<SignedBlock> VirtualNode::answer(const BlockRequest& request) const {
    std::vector<SignedBlock> found;
    if (const auto* by_root = std::get_if<BlocksByRoot>(&request)) {
        for (const Root& root : by_root->roots) {
            if (const auto block = disk_.blocks.find(root); block != disk_.blocks.end()) {
                found.push_back(block->second);
            }
        }
        return found;
    }
    const auto& range = std::get<BlocksByRange>(request);
    std::vector<Root> chain(disk_.finalized.begin() + 1, disk_.finalized.end());
    chain.insert(chain.end(), view_->unfinalized_chain.begin(), view_->unfinalized_chain.end());
    for (const Root& root : chain) {
        const SignedBlock& block = disk_.blocks.at(root);
        if (block.message.slot >= range.from_slot && block.message.slot < range.from_slot + range.count) {
            found.push_back(block);
        }
    }
    return found;
}

} // namespace quoin::sim
