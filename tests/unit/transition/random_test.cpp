#include "walk.hpp"

#include <quoin/base/random.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace quoin::transition::test {
namespace {

/// A chain on which everything happens at once, most of it nonsense. `Walk` builds each block, applies it again and
/// checks the whole of the books after it.
class RandomChain {
public:
    explicit RandomChain(std::uint64_t seed) : random_(seed), walk_(6, spec_()) {}

    void run(std::uint64_t slots) {
        for (std::uint64_t i = 0; i < slots && !::testing::Test::HasFatalFailure(); ++i) {
            fill_block();
            const std::uint64_t absent = random_.below(12);
            walk_.let_vote([absent](ValidatorIndex validator) { return validator.value != absent; });
            walk_.step(!random_.chance(15));
            count();
        }
    }

    const State& state() const { return *walk_.state; }
    std::uint64_t succeeded() const { return succeeded_; }
    std::uint64_t slashings() const { return slashings_; }

private:
    static Spec spec_() {
        Spec spec = sample_spec();
        spec.min_churn = 3'000 * coin;
        return spec;
    }

    void fill_block() {
        for (std::uint64_t i = random_.below(4); i > 0; --i) {
            walk_.transactions.push_back(transaction());
        }
        if (random_.chance(4)) {
            const std::uint64_t slot = walk_.slot.saturating_minus(random_.below(50)).value;
            BlockHeader header;
            header.slot = Slot{slot};
            header.proposer_index = ValidatorIndex{random_.below(12)};
            BlockHeader other = header;
            other.state_root[1] = 1;
            walk_.proposer_slashings.push_back({{header, {}}, {other, {}}});
        }
    }

    Amount amount() {
        static constexpr std::uint64_t sizes[]{0, 1, 7, coin, 50 * coin, 1'000 * coin, 20'000 * coin};
        const std::uint64_t size = sizes[random_.below(7)];
        return Amount{size + (random_.chance(30) ? random_.below(1'000) : 0)};
    }

    Payload payload(std::uint64_t account) {
        const ValidatorIndex validator{random_.chance(80) ? account : random_.below(30)};
        switch (random_.below(6)) {
        case 0:
            return Transfer{account_address(random_.below(40)), amount()};
        case 1: {
            Stake stake;
            stake.public_key = validator_key(random_.below(40));
            stake.withdrawal_address = account_address(random_.below(14));
            stake.commission = {random_.below(12'000), 5'000, 100};
            stake.amount = amount();
            return stake;
        }
        case 2:
            return StakeMore{validator, amount()};
        case 3:
            return Unstake{validator, amount(), false};
        case 4:
            return Unstake{validator, Amount{}, random_.chance(30)};
        default:
            return Withdraw{validator};
        }
    }

    SignedTransaction transaction() {
        const std::uint64_t account = random_.below(14);
        SignedTransaction transaction;
        transaction.message.sender = account_key(account);
        const auto position = find_account(*walk_.state, account_address(account));
        transaction.message.nonce = walk_.state->accounts[*position].next_nonce;
        transaction.message.max_fee = Amount{1'000 + random_.below(1'000)};
        transaction.message.tip = Amount{random_.below(50)};
        transaction.message.valid_until_slot = walk_.slot + 1 + random_.below(3);
        transaction.message.payload = payload(account);
        return transaction;
    }

    void count() {
        if (walk_.state->slot == walk_.slot) {
            for (const TransactionOutcome& outcome : walk_.effects.transactions) {
                succeeded_ += outcome.failure ? 0 : 1;
            }
            slashings_ += walk_.effects.slashings.size();
        }
    }

    SeededRandom random_;
    Walk walk_;
    std::uint64_t succeeded_ = 0;
    std::uint64_t slashings_ = 0;
};

TEST(RandomChain, keeps_every_invariant_of_the_books_and_builds_what_it_accepts) {
    const char* given = std::getenv("QUOIN_SEED");
    const std::uint64_t first = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
    for (std::uint64_t seed = first; seed < first + 4; ++seed) {
        SCOPED_TRACE("QUOIN_SEED=" + std::to_string(seed));
        RandomChain chain{seed};
        chain.run(400);
        ASSERT_FALSE(HasFatalFailure());
        EXPECT_GT(chain.succeeded(), 10U);
        EXPECT_GT(chain.slashings(), 0U) << "the seed slashes nobody";
        EXPECT_GT(chain.state().validators.size(), 6U);
    }
}

TEST(Templates, each_makes_a_chain_that_finalizes) {
    for (const auto& [name, slots, behind] :
         {std::tuple{"devnet", 100U, 2U}, {"minimal", 100U, 2U}, {"mainnet-like", 5U * 32U + 1U, 2U}}) {
        std::ifstream file(std::string{"genesis/"} + name + ".json");
        std::ostringstream text;
        text << file.rdbuf();
        Result<Chain> chain = load_genesis(text.str());
        ASSERT_TRUE(chain) << name << ": " << chain.fault().text();
        Walk walk{std::move(*chain)};
        walk.run_to(Slot{slots});
        EXPECT_GE(walk.state->finalized.epoch.value + behind, walk.epoch().value) << name;
    }
}

} // namespace
} // namespace quoin::transition::test
