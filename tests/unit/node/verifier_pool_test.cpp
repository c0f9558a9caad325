#include <quoin/base/random.hpp>
#include <quoin/node/machine.hpp>

#include <gtest/gtest.h>
#include <support/sample_genesis.hpp>

#include <atomic>
#include <future>
#include <thread>

namespace quoin::node::test {
namespace {

using namespace quoin::test;

crypto::SignatureCheck check_of(std::uint64_t validator, const Root& message, bool good) {
    const ValidatorSignature signature =
        crypto::FastDouble::sign(validator_key(good ? validator : validator + 1), message);
    crypto::SignatureCheck check;
    check.bls_keys = {validator_key(validator)};
    check.message = message;
    check.signature.assign(signature.begin(), signature.end());
    return check;
}

/// Counts calls and remembers how the checks came.
class CountingScheme final : public crypto::SignatureScheme {
public:
    explicit CountingScheme(std::atomic<int>& running) : running_(running) {}

    std::vector<std::uint8_t> verify(std::span<const crypto::SignatureCheck> checks, const Root& seed) override {
        EXPECT_FALSE(seed.is_zero());
        ++running_;
        auto verdicts = double_.verify(checks, seed);
        --running_;
        return verdicts;
    }
    Result<crypto::SignatureBytes> aggregate(std::span<const crypto::SignatureBytes> signatures) override {
        return double_.aggregate(signatures);
    }

private:
    std::atomic<int>& running_;
    crypto::FastDouble double_;
};

TEST(VerifierPool, gives_every_job_its_own_verdicts) {
    ports::NodeMetrics metrics;
    std::atomic<int> running = 0;
    constexpr std::size_t jobs = 2'000;
    std::atomic<std::size_t> done = 0, wrong = 0;
    std::uint64_t checks_made = 0;
    {
        VerifierPool pool(
            3, [&] { return std::make_unique<CountingScheme>(running); }, metrics);
        SeededRandom random(5);
        for (std::size_t job = 0; job < jobs; ++job) {
            std::vector<crypto::SignatureCheck> checks;
            std::vector<std::uint8_t> expected;
            for (std::uint64_t i = random.below(4) + 1; i-- > 0;) {
                const bool good = random.chance(80);
                checks.push_back(check_of(random.below(4), secret(random.below(5)), good));
                expected.push_back(good);
            }
            checks_made += checks.size();
            pool.verify(std::move(checks), [&, expected](std::vector<std::uint8_t> verdicts) {
                wrong += verdicts != expected;
                ++done;
            });
        }
        while (done < jobs) {
            std::this_thread::yield();
        }
    }
    EXPECT_EQ(wrong, 0U);
    EXPECT_EQ(metrics.verify_checks, checks_made);
    EXPECT_LE(metrics.verify_batch_max, 515U);
    EXPECT_GT(metrics.invalid_signatures, 100U);
}

TEST(VerifierPool, verifies_together_what_waits_and_the_same_message_first) {
    ports::NodeMetrics metrics;
    std::promise<void> entered, go_on;
    std::vector<std::size_t> order;
    std::promise<void> finished;
    auto gate = go_on.get_future().share();
    {
        VerifierPool pool(
            1, [] { return std::make_unique<crypto::FastDouble>(); }, metrics);
        pool.verify({check_of(0, secret(9), true)}, [&](const auto&) {
            entered.set_value();
            gate.wait();
        });
        entered.get_future().wait();
        for (std::size_t job = 0; job < 6; ++job) {
            pool.verify({check_of(job % 4, secret(job % 2), true)}, [&, job](const auto& verdicts) {
                EXPECT_EQ(verdicts, (std::vector<std::uint8_t>{1}));
                order.push_back(job);
                if (order.size() == 6) {
                    finished.set_value();
                }
            });
        }
        go_on.set_value();
        finished.get_future().wait();
    }
    EXPECT_EQ(order, (std::vector<std::size_t>{0, 2, 4, 1, 3, 5}));
    EXPECT_EQ(metrics.verify_batches, 2U) << "one for the first, one for the six that waited";
    EXPECT_EQ(metrics.verifier_queue.high_water(), 6U);
}

TEST(VerifierPool, drops_what_waits_when_it_goes) {
    ports::NodeMetrics metrics;
    std::atomic<int> calls = 0;
    {
        VerifierPool pool(
            1, [] { return std::make_unique<crypto::FastDouble>(); }, metrics);
        for (int i = 0; i < 10'000; ++i) {
            pool.verify({check_of(0, secret(1), true)}, [&](const auto&) { ++calls; });
        }
    }
    EXPECT_LE(calls, 10'000); // and it came to an end
}

} // namespace
} // namespace quoin::node::test
