#pragma once

#include "simulated_node.hpp"

#include <quoin/crypto/scheme.hpp>
#include <quoin/slashing/guard.hpp>

namespace quoin::sim {

/// An engine with inline doubles for every port: memory for disks, the fast double for signatures. What it has put on
/// its disk survives every crash.
class VirtualNode final : public SimulatedNode {
public:
    VirtualNode(std::size_t number, std::shared_ptr<const Chain> chain, std::vector<ValidatorKey> keys);

    /// A NodeFactory.
    static std::unique_ptr<SimulatedNode> make(std::size_t number, std::shared_ptr<const Chain> chain,
                                               std::vector<ValidatorKey> keys);

    void start(std::uint64_t now_ms) override;
    void crash() override { engine_.reset(); }
    bool is_up() const override { return engine_ != nullptr; }

    void step(std::uint64_t now_ms, engine::Input input) override;
    std::uint64_t next_wakeup_ms() const override { return engine_->next_wakeup_ms(); }
    std::vector<engine::Engine::QueueDepth> queue_depths() const override { return engine_->queue_depths(); }
    engine::SharedSnapshot view() const override { return view_; }
    std::vector<SignedBlock> answer(const engine::BlockRequest& request) override;

    std::uint64_t ledger_height() const override { return disk_.ledger.size() - 1; }
    Root ledger_root(std::uint64_t number) const override { return disk_.ledger[number]; }
    std::optional<std::vector<Posting>> ledger_postings(std::uint64_t) const override { return std::nullopt; }
    std::optional<FinalityCertificate> newest_certificate() const override { return disk_.certificate; }

    engine::PeerId id() const { return peer_id(number_); }

    /// What its signing database holds, and that put back as from a backup, while the node is down.
    struct SigningRecord {
        std::map<ValidatorKey, slashing::VoteHistory> votes;
        std::map<ValidatorKey, slashing::ProposalHistory> proposals;
    };
    const SigningRecord& signing_record() const { return disk_.signed_before; }
    void restore(SigningRecord record) { disk_.signed_before = std::move(record); }

private:
    using SharedBlock = std::shared_ptr<const SignedBlock>;

    /// What outlives a crash.
    struct Disk {
        std::map<Root, SharedBlock> blocks;
        SigningRecord signed_before;
        std::vector<Root> ledger; ///< roots of finalized blocks by number, from genesis
        std::optional<FinalityCertificate> certificate;
        engine::Anchor anchor; ///< the ledger's last block and its post-state
    };

    void perform(std::uint64_t now_ms, engine::Effects effects);
    engine::BlocksLoaded load(const engine::LoadBlocks& wanted) const;
    std::optional<ValidatorSignature> sign(const engine::Sign& sign);
    std::optional<ValidatorSignature> sign_proposal(const ValidatorKey& key, const BlockHeader& header);
    std::optional<ValidatorSignature> sign_vote(const ValidatorKey& key, const AttestationData& data);
    void grow_ledger(const Root& finalized);
    void keep_anchor();
    void forget_old_blocks();

    std::size_t number_;
    std::shared_ptr<const Chain> chain_;
    std::vector<ValidatorKey> keys_;
    crypto::FastDouble scheme_;
    Disk disk_;
    std::unique_ptr<engine::Engine> engine_;
    engine::SharedSnapshot view_;
};

} // namespace quoin::sim
