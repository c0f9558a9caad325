#include "world.hpp"

#include <deque>

namespace quoin::node::test {
namespace {

class HandClock final : public ports::Clock {
public:
    std::uint64_t now_ms() const override { return ms; }
    std::uint64_t ms = 0;
};

/// Keeps the jobs of all its workers until `run`.
class HandExecutor final : public ports::Executor {
public:
    std::unique_ptr<ports::Worker> make_worker() override { return std::make_unique<HandWorker>(jobs_); }
    bool run() {
        std::deque<std::function<void()>> due;
        due.swap(*jobs_);
        for (const auto& job : due) {
            job();
        }
        return !due.empty();
    }

private:
    using Jobs = std::shared_ptr<std::deque<std::function<void()>>>;
    class HandWorker final : public ports::Worker {
    public:
        explicit HandWorker(Jobs jobs) : jobs_(std::move(jobs)) {}
        ~HandWorker() override { jobs_->clear(); }
        void post(std::function<void()> job) override { jobs_->push_back(std::move(job)); }

    private:
        Jobs jobs_;
    };

    Jobs jobs_ = std::make_shared<std::deque<std::function<void()>>>();
};

class HandVerifier final : public ports::Verifier {
public:
    void verify(std::vector<crypto::SignatureCheck> checks,
                std::function<void(std::vector<std::uint8_t>)> done) override {
        done(scheme_.verify(checks, Root{}));
    }

private:
    crypto::FastDouble scheme_;
};

/// A node without a thread, and a clock that jumps to whatever is due next.
class ByHand : public testing::Test {
protected:
    void start() {
        anchor_ = start_anchor(chain_, chain_store_, ledger_);
        clock_.ms = std::max(clock_.ms, chain_.genesis.time_ms);
        engine::Settings settings;
        settings.validators = signer_.keys();
        auto made = std::make_unique<engine::Engine>(std::make_shared<const Chain>(chain_), settings, scheme_, anchor_);
        node_ = std::make_unique<Node>(Doors{chain_, chain_store_, ledger_, signing_, signer_, verifier_, clock_,
                                             executor_, snapshots_, metrics_, spans_},
                                       std::move(made), anchor_);
        node_->set_network(network_);
        node_->push(engine::PeerConnected{{}, {anchor_.slot, anchor_.block_root}, anchor_.finalized, {}});
        node_->start();
    }

    void run_ms(std::uint64_t milliseconds) {
        const std::uint64_t end_ms = clock_.ms + milliseconds;
        while (clock_.ms < end_ms) {
            do {
                ASSERT_TRUE(node_->work());
            } while (executor_.run());
            ASSERT_GT(node_->next_wakeup_ms(), clock_.ms) << "nothing is due that was not done";
            clock_.ms = std::min(end_ms, node_->next_wakeup_ms());
        }
    }

    Log log_;
    Chain chain_ = sample_chain(4);
    MemoryChainStore chain_store_{log_};
    MemoryLedgerStore ledger_{log_};
    MemorySigningStore signing_{log_};
    DoubleSigner signer_{log_, 4};
    SilentNetwork network_{log_};
    HandClock clock_;
    HandExecutor executor_;
    HandVerifier verifier_;
    MemorySpanStore spans_;
    ports::Snapshots snapshots_;
    ports::NodeMetrics metrics_;
    crypto::FastDouble scheme_;
    engine::Anchor anchor_;
    std::unique_ptr<Node> node_;
};

TEST_F(ByHand, a_node_finalizes_without_a_thread_of_its_own) {
    start();
    run_ms(60 * 250);
    EXPECT_GT(ledger_.size(), 50U);
    EXPECT_EQ(metrics_.ledger_blocks + 1, ledger_.size());
    EXPECT_EQ(snapshots_.current()->finalized_number + 1, ledger_.size());
}

TEST_F(ByHand, equal_times_and_inputs_give_equal_doings) {
    start();
    run_ms(40 * 250);
    const auto first = log_.entries();
    ByHand_equal_times_and_inputs_give_equal_doings_Test again;
    again.start();
    again.run_ms(40 * 250);
    EXPECT_EQ(again.log_.entries(), first);
    EXPECT_GT(first.size(), 200U);
}

TEST_F(ByHand, the_ledger_waits_until_its_worker_is_let_run) {
    start();
    const std::uint64_t end_ms = clock_.ms + 20 * 250;
    while (clock_.ms < end_ms) {
        ASSERT_TRUE(node_->work());
        clock_.ms = node_->next_wakeup_ms();
    }
    EXPECT_EQ(ledger_.size(), 1U);
    EXPECT_GT(metrics_.certificates, 10U);
    while (executor_.run()) {
        node_->work();
    }
    EXPECT_GT(ledger_.size(), 10U) << "one job takes all that became final";
    EXPECT_EQ(snapshots_.current()->finalized_number + 1, ledger_.size());
}

TEST_F(ByHand, work_throws_what_a_store_threw_and_the_node_has_ended) {
    ledger_.fail_at(7);
    start();
    EXPECT_THROW(run_ms(60 * 250), std::runtime_error);
    EXPECT_FALSE(node_->push(engine::Tick{}));
    const std::size_t done = log_.entries().size();
    EXPECT_FALSE(node_->work());
    EXPECT_EQ(log_.entries().size(), done);
    std::vector<Result<Root>> outcomes;
    node_->submit(engine::Evidence{}, [&](auto given) { outcomes = std::move(given); });
    EXPECT_EQ(outcomes.at(0).fault().reason, Reason::unavailable);
}

TEST_F(ByHand, what_was_done_survives_the_node) {
    start();
    run_ms(30 * 250);
    const std::size_t before = ledger_.size();
    node_.reset();
    start();
    EXPECT_EQ(anchor_.state->block_number + 1, before);
    run_ms(30 * 250);
    EXPECT_GT(ledger_.size(), before + 20);
    EXPECT_EQ(metrics_.proposals_refused + metrics_.attestations_refused, 0U);
}

} // namespace
} // namespace quoin::node::test
