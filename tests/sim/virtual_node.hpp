#pragma once

#include <quoin/crypto/scheme.hpp>
#include <quoin/engine/engine.hpp>
#include <quoin/slashing/guard.hpp>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace quoin::sim {

/// What outlives a crash of a node: its blocks, and what its keys signed.
struct Disk {
    std::map<Root, SignedBlock> blocks;
    std::map<ValidatorKey, std::vector<slashing::SignedVote>> votes;
    std::map<ValidatorKey, std::vector<slashing::SignedProposal>> proposals;
    std::vector<Root> finalized; ///< by block number, from genesis
    std::vector<FinalityCertificate> certificates;
};

/// An engine with inline doubles for every port: memory for disks, the fast double for signatures, and no time of its
/// own. What it would send is left in `outbox` for the world to deliver or to lose.
class VirtualNode {
public:
    VirtualNode(std::size_t number, std::shared_ptr<const Chain> chain, std::vector<ValidatorKey> keys);

    void start(std::uint64_t now_ms);
    void crash() { engine_.reset(); }
    bool is_up() const { return engine_ != nullptr; }

    void step(std::uint64_t now_ms, engine::Input input);
    std::uint64_t next_wakeup_ms() const { return engine_->next_wakeup_ms(); }
    engine::SharedSnapshot view() const { return view_; }
    std::vector<engine::Engine::QueueDepth> queue_depths() const { return engine_->queue_depths(); }

    std::vector<SignedBlock> answer(const engine::BlockRequest& request) const;

    struct Outgoing {
        std::optional<engine::PeerId> to; ///< none: everybody but `except`
        std::optional<engine::PeerId> except;
        std::variant<engine::Message, engine::BlockRequest> what;
    };
    std::vector<Outgoing> outbox;
    std::vector<engine::Event> events;
    std::map<std::uint64_t, std::vector<Result<Root>>> answers;
    std::vector<std::pair<engine::PeerId, Fault>> blamed;

    engine::PeerId id() const;
    static engine::PeerId id_of(std::size_t number);
    const Disk& disk() const { return disk_; }

private:
    void perform(std::uint64_t now_ms, engine::Effects effects);
    std::optional<ValidatorSignature> sign(const engine::Sign& sign);
    void grow_ledger(std::uint64_t now_ms, const Root& finalized);

    std::size_t number_;
    std::shared_ptr<const Chain> chain_;
    std::vector<ValidatorKey> keys_;
    crypto::FastDouble scheme_;
    Disk disk_;
    std::unique_ptr<engine::Engine> engine_;
    engine::SharedSnapshot view_;
};

} // namespace quoin::sim
