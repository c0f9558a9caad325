#include "slasher.hpp"

#include <quoin/base/random.hpp>
#include <quoin/slashing/offence.hpp>

#include <gtest/gtest.h>
#include <support/memory_spans.hpp>
#include <support/sample_genesis.hpp>
#include <unit/slashing/messages.hpp>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <functional>
#include <set>
#include <string>

namespace quoin::node {
namespace {

using test::header;
using test::indexed;
using test::MemorySpanStore;
using test::vote;

engine::Witness seen(IndexedAttestation attestation) {
    attestation.signature[0] = static_cast<std::uint8_t>(attestation.validators.size());
    return {std::make_shared<const IndexedAttestation>(std::move(attestation))};
}
engine::Witness seen(const std::vector<std::uint64_t>& validators, const AttestationData& data) {
    return seen(indexed(validators, data));
}
engine::Witness seen(const SignedBlockHeader& block) {
    return {block};
}

std::vector<std::uint64_t> numbers(const std::vector<ValidatorIndex>& validators) {
    std::vector<std::uint64_t> found;
    for (const ValidatorIndex validator : validators) {
        found.push_back(validator.value);
    }
    return found;
}

class SlasherTest : public testing::Test {
protected:
    SlasherTest() { start(); }

    /// As after the program was started again.
    void start() {
        work_ = std::make_unique<SlasherWork>(spec_, store_, metrics_,
                                              [this](engine::Evidence evidence, const ports::Inbox::Completion& done) {
                                                  reported_.push_back(evidence);
                                                  done({answer_});
                                              });
    }

    /// What is reported after a batch.
    std::vector<engine::Evidence> process(const std::vector<engine::Witness>& batch) {
        reported_.clear();
        work_->process(batch);
        return reported_;
    }
    std::vector<AttesterSlashing> votes_reported(const std::vector<engine::Witness>& batch) {
        std::vector<AttesterSlashing> found;
        for (const engine::Evidence& evidence : process(batch)) {
            found.push_back(std::get<AttesterSlashing>(evidence));
        }
        return found;
    }

    Spec spec_ = test::sample_spec();
    MemorySpanStore store_;
    ports::NodeMetrics metrics_;
    Result<Root> answer_{Root{}};
    std::vector<engine::Evidence> reported_;
    std::unique_ptr<SlasherWork> work_;
};

TEST_F(SlasherTest, double_and_surround_votes_are_found_within_a_batch_and_across_batches) {
    EXPECT_TRUE(process({seen({1, 2, 300}, vote(4, 8))}).empty());
    EXPECT_TRUE(process({seen({1, 2, 300}, vote(4, 8)), seen({1, 2}, vote(4, 8))}).empty()) << "a repetition";

    const auto double_vote = votes_reported({seen({2, 5}, vote(4, 8, 2))});
    ASSERT_EQ(double_vote.size(), 1U);
    EXPECT_EQ(numbers(slashing::signers_of_both(double_vote[0])), (std::vector<std::uint64_t>{2}));

    const auto surrounding = votes_reported({seen({300}, vote(3, 9))});
    ASSERT_EQ(surrounding.size(), 1U);
    EXPECT_EQ(surrounding[0].first.data, vote(3, 9)) << "the surrounding one comes first";
    EXPECT_EQ(numbers(slashing::signers_of_both(surrounding[0])), (std::vector<std::uint64_t>{300}));

    const auto together = votes_reported({seen({7}, vote(5, 7)), seen({7}, vote(4, 8, 3)), seen({1}, vote(5, 6))});
    EXPECT_EQ(together.size(), 2U);
    EXPECT_EQ(metrics_.slasher_evidence, 4U);
}

TEST_F(SlasherTest, two_headers_of_a_slot_are_found_once) {
    EXPECT_TRUE(process({seen(header(3, 7, 1)), seen(header(3, 7, 1)), seen(header(4, 7, 2))}).empty());
    EXPECT_EQ(process({seen(header(3, 7, 2)), seen(header(3, 7, 3))}),
              (std::vector<engine::Evidence>{ProposerSlashing{header(3, 7, 1), header(3, 7, 2)}}));
    EXPECT_TRUE(process({seen(header(3, 7, 4))}).empty());
}

TEST_F(SlasherTest, the_evidence_holds_attestations_as_they_were_signed) {
    const auto first = std::get<0>(seen({1, 2, 3, 900}, vote(4, 8)).message);
    process({engine::Witness{first}, seen({2, 3, 4}, vote(4, 8))}); // the second is stored for 4 alone
    const auto found = votes_reported({seen({4, 900}, vote(4, 8, 2))});
    ASSERT_EQ(found.size(), 2U) << "no earlier attestation holds both";
    for (const AttesterSlashing& evidence : found) {
        const IndexedAttestation& earlier = evidence.first;
        EXPECT_EQ(earlier.signature[0], earlier.validators.size());
        EXPECT_TRUE(earlier == *first || earlier.validators.size() == 3);
    }
}

TEST_F(SlasherTest, single_votes_give_way_to_an_aggregate_of_them) {
    for (std::uint64_t validator = 1; validator <= 40; ++validator) {
        process({seen({validator}, vote(4, 8))});
    }
    EXPECT_EQ(store_.attestations_kept(), 40U);
    std::vector<std::uint64_t> all;
    for (std::uint64_t validator = 1; validator <= 39; ++validator) {
        all.push_back(validator);
    }
    process({seen(all, vote(4, 8))});
    EXPECT_EQ(store_.attestations_kept(), 2U);
    all.push_back(40);
    process({seen(all, vote(4, 8))});
    EXPECT_EQ(store_.attestations_kept(), 1U);
    EXPECT_EQ(votes_reported({seen(all, vote(4, 8, 2))}).size(), 1U);
}

TEST_F(SlasherTest, an_epoch_has_room_for_so_many_attestations_and_no_more) {
    const std::size_t most = limits.slasher_attestations_per_target_max;
    std::vector<engine::Witness> singles;
    for (std::uint64_t validator = 0; validator < most + 2; ++validator) {
        singles.push_back(seen({validator}, vote(4, 8)));
    }
    process(singles);
    EXPECT_EQ(store_.attestations_kept(), most);
    EXPECT_EQ(metrics_.slasher_dropped, 2U);
    process({seen({most, most + 1}, vote(4, 8))});
    EXPECT_EQ(metrics_.slasher_dropped, 3U);
    process({seen({7, 8, most}, vote(4, 8)), seen({most + 1}, vote(4, 8))});
    EXPECT_EQ(store_.attestations_kept(), most) << "one took the place of two, and made room for another";
    EXPECT_EQ(metrics_.slasher_dropped, 3U);
    EXPECT_EQ(process({seen({most, most + 1}, vote(4, 8, 2))}).size(), 2U);
}

TEST_F(SlasherTest, a_validator_is_reported_again_for_an_offence_of_an_older_era_only) {
    const std::uint64_t era = spec_.epochs_per_era;
    process({seen({1}, vote(9 * era, 9 * era + 2)), seen({1}, vote(8 * era, 8 * era + 1))});
    EXPECT_EQ(process({seen({1}, vote(9 * era, 9 * era + 2, 2))}).size(), 1U);
    EXPECT_TRUE(process({seen({1}, vote(9 * era, 9 * era + 2, 3))}).empty());
    EXPECT_EQ(process({seen({1}, vote(8 * era, 8 * era + 1, 2))}).size(), 1U) << "may slash what the later left";
    EXPECT_TRUE(process({seen(header(1, 9 * era)), seen(header(1, 9 * era, 2))}).empty());
}

TEST_F(SlasherTest, what_was_seen_is_known_after_a_start_and_what_was_found_is_reported_again) {
    process({seen({1, 2}, vote(4, 8)), seen(header(5, 8))});
    ASSERT_EQ(process({seen({1}, vote(4, 8, 2))}).size(), 1U);
    start();
    EXPECT_EQ(process({seen({1}, vote(4, 8, 3))}).size(), 1U) << "the piece found before, and no other";
    EXPECT_EQ(process({seen({2}, vote(3, 9)), seen(header(5, 8, 2))}).size(), 2U);
    EXPECT_EQ(store_.evidence().size(), 3U);
}

TEST_F(SlasherTest, evidence_is_reported_until_the_engine_has_judged_it) {
    for (const Reason reason : {Reason::syncing, Reason::unavailable, Reason::future_slot}) {
        answer_ = Fault{reason, "", ""};
        EXPECT_EQ(process({seen({1}, vote(4, 8)), seen({1}, vote(4, 8, 2))}).size(), 1U);
    }
    answer_ = Fault{Reason::already_slashed, "", ""};
    EXPECT_EQ(process({seen({1}, vote(4, 8))}).size(), 1U);
    EXPECT_TRUE(process({seen({1}, vote(4, 8))}).empty());
}

TEST_F(SlasherTest, what_lies_below_the_window_is_forgotten) {
    const std::uint64_t window = (spec_.evidence_max_age_eras + 1) * spec_.epochs_per_era;
    std::size_t most = 0;
    for (std::uint64_t target = 1; target < 6 * window; ++target) {
        process({seen({1, 2, 3}, vote(target - 1, target)), seen(header(4, target))});
        most = std::max(most, store_.rows_kept() + store_.attestations_kept());
    }
    EXPECT_LE(most, 4 * window);
    EXPECT_TRUE(process({seen({1}, vote(0, 1, 2)), seen(header(4, 1, 2))}).empty());
    EXPECT_EQ(process({seen({1}, vote(6 * window - 3, 6 * window - 2, 2))}).size(), 1U);
    process({seen({2}, vote(12 * window - 1, 12 * window))});
    EXPECT_TRUE(store_.evidence().empty());
}

TEST_F(SlasherTest, the_slashed_are_caught_again_once_the_evidence_against_them_is_too_old) {
    const std::uint64_t window = (spec_.evidence_max_age_eras + 1) * spec_.epochs_per_era;
    EXPECT_EQ(process({seen({1}, vote(4, 8)), seen({1}, vote(4, 8, 2))}).size(), 1U);
    const std::uint64_t later = 8 + 2 * window;
    EXPECT_EQ(process({seen({1}, vote(4, later)), seen({1}, vote(4, later, 2))}).size(), 1U);
}

/// Every pair of votes is compared.
struct NaiveSlasher {
    std::vector<std::pair<std::uint64_t, AttestationData>> votes;
    std::set<std::uint64_t> caught;

    void see(const std::vector<std::uint64_t>& validators, const AttestationData& data) {
        for (const std::uint64_t validator : validators) {
            for (const auto& [owner, other] : votes) {
                if (owner == validator && (slashing::offence_of(other, data) || slashing::offence_of(data, other))) {
                    caught.insert(validator);
                }
            }
            votes.emplace_back(validator, data);
        }
    }
};

TEST_F(SlasherTest, catches_exactly_those_whom_comparing_every_pair_catches) {
    const char* given = std::getenv("QUOIN_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 5;
    SCOPED_TRACE("QUOIN_SEED=" + std::to_string(seed));
    SeededRandom random(seed);
    std::size_t caught = 0;
    for (int round = 0; round < 60; ++round) {
        store_ = MemorySpanStore{};
        start();
        NaiveSlasher naive;
        std::set<std::uint64_t> found;
        for (std::uint64_t now = 3; now < 40; ++now) {
            std::vector<engine::Witness> batch;
            for (auto i = random.below(6); i > 0; --i) {
                std::vector<std::uint64_t> validators;
                for (std::uint64_t validator = 200; validator < 300; validator += 1 + random.below(30)) {
                    validators.push_back(validator);
                }
                const std::uint64_t target = now - random.below(3);
                const AttestationData data =
                    vote(target - 1 - random.below(std::min<std::uint64_t>(target, random.chance(10) ? 30 : 2)), target,
                         random.chance(5) ? 2 : 1);
                naive.see(validators, data);
                batch.push_back(seen(validators, data));
            }
            for (const AttesterSlashing& evidence : votes_reported(batch)) {
                ASSERT_TRUE(slashing::offence_of(evidence.first.data, evidence.second.data));
                const std::vector<std::uint64_t> both = numbers(slashing::signers_of_both(evidence));
                ASSERT_FALSE(both.empty());
                found.insert(both.begin(), both.end());
            }
            ASSERT_EQ(found, naive.caught) << "round " << round << " epoch " << now;
        }
        caught += found.size();
    }
    EXPECT_GT(caught, 500U);
}

/// Waits in the store until the test lets it go on.
/// Runs posted jobs when it is told to.
class HandExecutor final : public ports::Executor {
public:
    std::unique_ptr<ports::Worker> make_worker() override { return std::make_unique<HandWorker>(*this); }
    std::size_t run() {
        std::size_t ran = 0;
        for (; !jobs_.empty(); ++ran) {
            const std::function<void()> job = std::move(jobs_.front());
            jobs_.pop_front();
            job();
        }
        return ran;
    }

private:
    class HandWorker final : public ports::Worker {
    public:
        explicit HandWorker(HandExecutor& executor) : executor_(executor) {}
        void post(std::function<void()> job) override { executor_.jobs_.push_back(std::move(job)); }

    private:
        HandExecutor& executor_;
    };
    std::deque<std::function<void()>> jobs_;
};

TEST(SlasherWorker, takes_a_slot_together_and_drops_the_oldest_when_it_is_flooded) {
    const Spec spec = test::sample_spec();
    MemorySpanStore store;
    ports::NodeMetrics metrics;
    HandExecutor executor;
    std::vector<engine::Evidence> reported;
    auto work = std::make_unique<SlasherWork>(spec, store, metrics, [&](engine::Evidence evidence, const auto& done) {
        reported.push_back(std::move(evidence));
        done({Root{}});
    });
    constexpr std::uint64_t slot_ms = 100;
    Slasher slasher(std::move(work), executor, slot_ms, metrics, [](const std::exception_ptr&) { FAIL(); });
    slasher.see(seen(header(1, 5, 1)), 1'000);
    slasher.see(seen(header(1, 5, 2)), 1'000);
    EXPECT_EQ(executor.run(), 1U);
    EXPECT_EQ(reported.size(), 1U);
    slasher.see(seen(header(2, 5, 1)), 1'099);
    EXPECT_EQ(executor.run(), 0U) << "the slot's messages gather";
    for (std::size_t i = 0; i < limits.slasher_queue_messages_max; ++i) {
        slasher.see(seen(header(3, 5, 2 + i % 2)), 1'100);
    }
    EXPECT_EQ(metrics.slasher_dropped, 1U);
    EXPECT_EQ(metrics.slasher_queue.high_water(), limits.slasher_queue_messages_max);
    slasher.see(seen(header(2, 5, 2)), 1'100);
    EXPECT_EQ(executor.run(), 1U);
    ASSERT_EQ(reported.size(), 2U) << "of 2 the first header was dropped";
    EXPECT_EQ(std::get<ProposerSlashing>(reported[1]).first.message.proposer_index, ValidatorIndex{3});
    EXPECT_EQ(metrics.slasher_queue.depth(), 0U);
}

TEST(SlasherWorker, says_so_when_its_store_fails) {
    const Spec spec = test::sample_spec();
    MemorySpanStore store;
    store.transactions_until_failure = 0;
    ports::NodeMetrics metrics;
    HandExecutor executor;
    std::string failure;
    auto work = std::make_unique<SlasherWork>(spec, store, metrics, [](engine::Evidence, const auto&) {});
    Slasher slasher(std::move(work), executor, 1, metrics, [&](std::exception_ptr problem) {
        try {
            std::rethrow_exception(problem);
        } catch (const std::exception& thrown) {
            failure = thrown.what();
        }
    });
    slasher.see(seen(header(1, 5)), 1'000);
    executor.run();
    EXPECT_EQ(failure, "the slasher's disk is full");
    slasher.see(seen(header(1, 6)), 2'000);
    EXPECT_EQ(executor.run(), 0U) << "nothing is begun after that";
}

} // namespace
} // namespace quoin::node
