#pragma once

#include "client.hpp"
#include "fakes.hpp"

#include <quoin/api/api.hpp>
#include <quoin/crypto/ed25519.hpp>

#include <memory>
#include <string>
#include <vector>

namespace quoin::test {

/// A chain that grows by hand, and a server that shows it. Blocks are real: built by the code that builds blocks, on
/// fake signatures.
class World {
public:
    explicit World(const Limits& bounds = limits, api::ApiSettings settings = {});
    ~World();

    /// A block on the head, not yet final.
    Root extend(std::vector<SignedTransaction> transactions = {}, std::vector<ProposerSlashing> slashings = {});
    /// The ledger takes everything up to the head; streams are told.
    void finalize();
    /// `count` blocks, each made final.
    void grow(std::size_t count);
    /// Shows what is there now.
    void publish();

    /// A transfer of the development account `from` (0 to 7, real Ed25519 keys), properly signed.
    SignedTransaction transfer(std::uint64_t nonce, std::uint64_t amount = 1'000'000'000, std::size_t from = 0) const;
    SignedTransaction sign(Transaction message, std::size_t from = 0) const;
    Transaction message(Payload payload, std::uint64_t nonce, std::size_t from = 0) const;
    AccountKey key(std::size_t account) const { return keys_[account].public_key(); }
    Address address(std::size_t account) const;
    /// Two headers of one proposer for one slot.
    ProposerSlashing double_proposal(ValidatorIndex validator, Slot slot) const;

    std::uint16_t port() const { return server_->port(); }
    HttpClient client() const { return HttpClient{port()}; }
    const Chain& chain() const { return chain_; }
    const State& head() const { return *blocks_.back().post_state; }
    Root root_of(std::size_t number) const { return blocks_[number].root; }
    std::uint64_t height() const { return blocks_.size() - 1; }
    void stop() { server_->stop(); }
    /// The server is gone altogether.
    void close() { server_.reset(); }

    Limits bounds;
    FakeLedger ledger;
    FakeChainStore chain_store;
    FakeInbox inbox;
    FakeNetwork network;
    FakeClock clock;
    ports::NodeMetrics metrics;
    ports::Snapshots snapshots;
    bool is_syncing = false;
    std::vector<engine::PendingTransaction> mempool;
    std::vector<engine::Evidence> pending_evidence;

private:
    std::vector<crypto::Ed25519SecretKey> keys_;
    Chain chain_;
    std::vector<ports::FinalizedBlock> blocks_; ///< by number
    std::size_t finalized_ = 0;
    std::unique_ptr<api::ApiServer> server_;
};

std::string subscribe(const std::string& topic, const std::string& from, const std::string& more = "");

} // namespace quoin::test
