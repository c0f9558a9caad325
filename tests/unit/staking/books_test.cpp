#include "world.hpp"

namespace quoin::staking {

namespace {

using test::account_address;
using test::coin;

LedgerAccount account(std::uint64_t i) {
    return LedgerAccount::of(account_address(i));
}

TEST(Books, genesis_issues_every_coin) {
    const World world;
    EXPECT_EQ(world.state.issued, Uint128{4 * 1'000 + 12 * 10'000} * coin);
    EXPECT_EQ(world.state.burned, Uint128{0});
    EXPECT_EQ(world.effects.postings.size(), 16U);
    for (const Posting& posting : world.effects.postings) {
        EXPECT_EQ(posting.kind, PostingKind::genesis);
        EXPECT_EQ(posting.debit, LedgerAccount::issuance());
    }
}

TEST(Books, genesis_validators_are_active_with_shares_one_to_one) {
    const World world;
    for (std::uint64_t i = 0; i < 4; ++i) {
        EXPECT_EQ(world.pool(i).pool, (Pool{Amount{1'000 * coin}, Shares{1'000 * coin}}));
        EXPECT_EQ(world.pool(i).operator_shares, Shares{1'000 * coin});
        EXPECT_EQ(world.validator(i).activation_era, Era{0});
        EXPECT_EQ(world.state.effective_balance[i], Amount{1'000 * coin});
        EXPECT_EQ(world.validator(i).last_weight, Weight{1'000 * coin});
        EXPECT_EQ(find_validator(world.state, test::validator_key(i)), ValidatorIndex{i});
    }
}

TEST(Books, an_account_without_coins_is_opened_without_a_posting) {
    Genesis genesis = test::sample_genesis();
    genesis.accounts.push_back({account_address(50), Amount{}, false});
    const World world{genesis};
    EXPECT_TRUE(find_account(world.state, account_address(50)).has_value());
    EXPECT_EQ(world.effects.postings.size(), 16U);
}

TEST(Books, a_move_changes_both_sides_and_is_dated) {
    World world;
    world.state.slot = Slot{21};
    world.books().move(account(0), account(1), Amount{5}, PostingKind::transfer, test::secret(1));
    EXPECT_EQ(world.balance(0), Amount{10'000 * coin - 5});
    EXPECT_EQ(world.balance(1), Amount{10'000 * coin + 5});
    const Posting expected{Slot{21}, Era{2}, account(0), account(1), Amount{5}, PostingKind::transfer, test::secret(1)};
    EXPECT_EQ(world.effects.postings.back(), expected);
    world.check("move");
}

TEST(Books, a_new_account_appears_on_its_first_credit) {
    World world;
    EXPECT_FALSE(find_account(world.state, account_address(99)).has_value());
    world.books().move(account(0), account(99), Amount{5}, PostingKind::transfer);
    EXPECT_EQ(world.balance(99), Amount{5});
    world.check("move");
}

TEST(Books, a_move_to_itself_changes_nothing_but_is_posted) {
    World world;
    world.books().move(account(0), account(0), Amount{5}, PostingKind::transfer);
    EXPECT_EQ(world.balance(0), Amount{10'000 * coin});
    world.check("move");
}

using BooksDeathTest = ::testing::Test;

TEST(BooksDeathTest, nobody_pays_more_than_he_has) {
    World world;
    EXPECT_DEATH(world.books().move(account(0), account(1), Amount{10'001 * coin}, PostingKind::transfer), "negative");
    EXPECT_DEATH(world.books().move(account(98), account(1), Amount{1}, PostingKind::transfer), "L4");
}

TEST(BooksDeathTest, a_posting_of_nothing_is_a_bug) {
    World world;
    EXPECT_DEATH(world.books().move(account(0), account(1), Amount{}, PostingKind::transfer), "moves something");
}

TEST(BooksDeathTest, what_is_burned_stays_burned) {
    World world;
    world.books().move(account(0), LedgerAccount::burned(), Amount{5}, PostingKind::base_fee);
    EXPECT_DEATH(world.books().move(LedgerAccount::burned(), account(0), Amount{5}, PostingKind::dust), "burned");
}

TEST(BooksDeathTest, who_issues_beside_the_books_is_found_at_the_end_of_the_block) {
    World world;
    Books books = world.books();
    books.move(LedgerAccount::issuance(), account(0), Amount{7}, PostingKind::reward);
    books.assert_balanced();
    world.state.issued += 1;
    EXPECT_DEATH(books.assert_balanced(), "L2");
}

/// Each breaks one rule of sound books.
struct Damage {
    const char* invariant;
    void (*inflict)(State&);
};

TEST(CheckBooks, every_broken_invariant_is_named) {
    const Damage damages[] = {
        {"L2", [](State& state) { state.accounts.edit(0).balance += Amount{1}; }},
        {"L2", [](State& state) { state.tokens.edit(0) -= Amount{1}; }},
        {"L2", [](State& state) { state.burned += 1; }},
        {"L3", [](State& state) { state.shares.edit(1) += Shares{1}; }},
        {"L3", [](State& state) { state.operator_shares.edit(1) -= Shares{1}; }},
        {"L3", [](State& state) { add_holding(state, stake_key(ValidatorIndex{2}), account_address(5), Shares{1}); }},
        {"L3", [](State& state) { add_holding(state, stake_key(ValidatorIndex{9}), account_address(5), Shares{1}); }},
        {"L5",
         [](State& state) {
             state.shares.edit(1) = {};
             state.operator_shares.edit(1) = {};
         }},
        {"L5",
         [](State& state) {
             SidePool pool;
             pool.key = entering_key(ValidatorIndex{0}, Era{0});
             open_side_pool(state, pool);
         }},
        {"L7",
         [](State& state) {
             SidePool pool;
             pool.key = entering_key(ValidatorIndex{0}, Era{0});
             pool.shares = pool.operator_shares = Shares{1};
             pool.initial_taken = true;
             open_side_pool(state, pool);
         }},
        {"columns", [](State& state) { state.proposer_reward.push_back({}); }},
        {"entry_queue", [](State& state) { state.entry_queue.waiting.push_back(ValidatorIndex{4}); }},
        {"exit_queue",
         [](State& state) {
             state.exit_queue.waiting.push_back(ValidatorIndex{1});
             state.exit_queue.waiting.push_back(ValidatorIndex{1});
         }},
        {"effective_balance", [](State& state) { state.effective_balance.edit(0) += Amount{1}; }},
    };
    const World sound;
    ASSERT_TRUE(check_books(sound.state, sound.spec).ok());
    for (const Damage& damage : damages) {
        World world;
        damage.inflict(world.state);
        const auto verdict = check_books(world.state, world.spec);
        ASSERT_FALSE(verdict.ok()) << damage.invariant;
        EXPECT_EQ(verdict.fault().path, damage.invariant);
        EXPECT_EQ(verdict.fault().reason, Reason::corrupt);
    }
}

} // namespace

} // namespace quoin::staking
