#include "world.hpp"

#include <quoin/codec/ssz.hpp>

namespace quoin::staking {

namespace {

using test::account_address;
using test::coin;

Transfer pay(std::uint64_t to, std::uint64_t amount) {
    return {account_address(to), Amount{amount}};
}

Stake stake_of(std::uint64_t key, std::uint64_t amount) {
    Stake stake;
    stake.public_key = test::validator_key(key);
    stake.withdrawal_address = account_address(key);
    stake.commission = {500, 2'000, 100};
    stake.amount = Amount{amount};
    return stake;
}

TEST(Transactions, an_address_is_the_head_of_the_keys_hash) {
    const AccountKey key = test::account_key(3);
    const Root hash = crypto::sha256(key.octets);
    const Address address = address_of(key);
    EXPECT_TRUE(std::equal(address.begin(), address.end(), hash.begin()));
}

TEST(Transactions, space_is_bytes_and_signatures) {
    const World world;
    const SignedTransaction transfer = world.transaction(0, pay(1, 5));
    EXPECT_EQ(units_of(transfer), encode(transfer).size() + units_per_account_signature);
    const SignedTransaction stake = world.transaction(0, stake_of(9, coin));
    EXPECT_EQ(units_of(stake), encode(stake).size() + units_per_account_signature + units_per_proof_of_possession);
}

TEST(Transactions, the_base_fee_is_burned_and_the_tip_goes_to_the_proposers_withdrawal_account) {
    World world;
    const SignedTransaction transaction = world.transaction(5, pay(6, 1'000));
    const std::uint64_t units = units_of(transaction);
    const auto outcome = world.apply(transaction, 2);
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome->failure, std::nullopt);
    EXPECT_EQ(outcome->fee_burned, Amount{100 * units});
    EXPECT_EQ(outcome->fee_tip, Amount{1 * units});
    EXPECT_EQ(outcome->hash, hash_tree_root(transaction));
    EXPECT_EQ(world.state.burned, Uint128{100 * units});
    EXPECT_EQ(world.balance(2), Amount{10'000 * coin + units});
    EXPECT_EQ(world.balance(6), Amount{10'000 * coin + 1'000});
    EXPECT_EQ(world.balance(5), Amount{10'000 * coin - 1'000 - 101 * units});
    EXPECT_EQ(world.effects.transactions, std::vector{*outcome});
    EXPECT_EQ(world.effects.postings.back().reference, outcome->hash);
}

TEST(Transactions, a_tip_never_takes_the_price_above_max_fee) {
    World world;
    SignedTransaction transaction = world.transaction(5, pay(6, 1));
    transaction.message.max_fee = Amount{103};
    transaction.message.tip = Amount{1'000};
    EXPECT_EQ(world.apply(transaction)->fee_tip, Amount{3 * units_of(transaction)});
}

TEST(Transactions, at_the_base_fee_itself_there_is_no_tip_and_no_posting_of_it) {
    World world;
    SignedTransaction transaction = world.transaction(5, pay(6, 1));
    transaction.message.max_fee = Amount{100};
    const std::size_t before = world.effects.postings.size();
    EXPECT_EQ(world.apply(transaction)->fee_tip, Amount{});
    EXPECT_EQ(world.effects.postings.size(), before + 2);
}

TEST(Transactions, a_failing_payload_keeps_fee_and_nonce_and_does_nothing_else) {
    World world;
    const SignedTransaction transaction = world.transaction(5, pay(6, 10'000 * coin));
    const auto outcome = world.apply(transaction);
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome->failure, Reason::insufficient_balance);
    EXPECT_EQ(world.balance(6), Amount{10'000 * coin});
    EXPECT_EQ(world.balance(5), Amount{10'000 * coin - 101 * units_of(transaction)});
    EXPECT_EQ(world.state.accounts[*find_account(world.state, account_address(5))].next_nonce, 1U);
}

TEST(Transactions, what_makes_a_block_invalid_leaves_no_trace) {
    World world;
    world.state.slot = Slot{10};
    const SignedTransaction good = world.transaction(5, pay(6, 1));
    const auto broken = [&](auto&& change) {
        SignedTransaction transaction = good;
        change(transaction.message);
        const State before = world.state;
        const auto outcome = world.apply(transaction);
        EXPECT_FALSE(outcome.ok());
        EXPECT_EQ(world.state, before);
        return outcome.ok() ? Reason::malformed : outcome.fault().reason;
    };
    EXPECT_EQ(broken([](Transaction& message) { message.nonce = 1; }), Reason::nonce_too_high);
    EXPECT_EQ(broken([](Transaction& message) { message.max_fee = Amount{99}; }), Reason::fee_too_low);
    EXPECT_EQ(broken([](Transaction& message) { message.valid_until_slot = Slot{9}; }), Reason::expired);
    EXPECT_EQ(broken([](Transaction& message) { message.max_fee = Amount{coin * coin}; }),
              Reason::insufficient_balance);
    EXPECT_EQ(broken([](Transaction& message) { message.max_fee = Amount{100 * coin}; }), Reason::insufficient_balance);
    EXPECT_EQ(broken([](Transaction& message) { message.sender = test::account_key(99); }), Reason::unknown_account);
    ASSERT_TRUE(world.apply(good).ok());
    EXPECT_EQ(broken([](Transaction&) {}), Reason::nonce_too_low);
}

TEST(Transactions, valid_until_is_inclusive) {
    World world;
    world.state.slot = Slot{10};
    SignedTransaction transaction = world.transaction(5, pay(6, 1));
    transaction.message.valid_until_slot = Slot{10};
    EXPECT_EQ(check_transaction(world.state, world.spec, transaction).fault().reason, Reason::expired);
    EXPECT_TRUE(world.apply(transaction).ok());
}

TEST(Transactions, the_mempool_takes_a_bounded_nonce_gap_and_checks_what_can_be_checked) {
    const World world;
    SignedTransaction transaction = world.transaction(5, StakeMore{ValidatorIndex{50}, Amount{1}});
    const auto reason = [&]() -> std::optional<Reason> {
        const auto verdict = check_transaction(world.state, world.spec, transaction);
        return verdict.ok() ? std::nullopt : std::optional{verdict.fault().reason};
    };
    EXPECT_EQ(reason(), Reason::unknown_validator);
    transaction.message.nonce = 1;
    EXPECT_EQ(reason(), std::nullopt) << "an earlier transaction may register it";
    transaction.message.payload = StakeMore{ValidatorIndex{50}, Amount{0}};
    EXPECT_EQ(reason(), Reason::amount_is_zero);
    transaction.message.payload = pay(6, 1);
    transaction.message.nonce = limits.mempool_per_account_max - 1;
    EXPECT_EQ(reason(), std::nullopt);
    transaction.message.nonce = limits.mempool_per_account_max;
    EXPECT_EQ(reason(), Reason::nonce_too_high);
}

TEST(Transactions, the_mempool_refuses_a_payload_the_fee_leaves_uncovered) {
    const World world;
    SignedTransaction transaction = world.transaction(5, pay(6, 0));
    const std::uint64_t fee = 102 * units_of(transaction);
    transaction.message.payload = pay(6, 10'000 * coin - fee);
    EXPECT_TRUE(check_transaction(world.state, world.spec, transaction).ok());
    transaction.message.payload = pay(6, 10'000 * coin - fee + 1);
    EXPECT_EQ(check_transaction(world.state, world.spec, transaction).fault().reason, Reason::insufficient_balance);
}

TEST(Payloads, each_refusal_has_its_reason) {
    World world;
    Stake zero_withdrawal = stake_of(9, 32 * coin);
    zero_withdrawal.withdrawal_address = {};
    Stake greedy = stake_of(9, 32 * coin);
    greedy.commission = {2'001, 2'000, 100};
    Stake too_greedy = stake_of(9, 32 * coin);
    too_greedy.commission = {0, 10'001, 0};
    Stake hasty = stake_of(9, 32 * coin);
    hasty.commission = {0, 100, 101};
    EXPECT_EQ(world.send(5, pay(6, 0)), Reason::amount_is_zero);
    EXPECT_EQ(world.send(5, stake_of(1, 32 * coin)), Reason::validator_exists);
    EXPECT_EQ(world.send(5, stake_of(9, 32 * coin - 1)), Reason::below_min_self_stake);
    EXPECT_EQ(world.send(5, stake_of(9, 10'000 * coin)), Reason::insufficient_balance);
    EXPECT_EQ(world.send(5, zero_withdrawal), Reason::out_of_range);
    EXPECT_EQ(world.send(5, greedy), Reason::bad_commission);
    EXPECT_EQ(world.send(5, too_greedy), Reason::bad_commission);
    EXPECT_EQ(world.send(5, hasty), Reason::bad_commission);
    EXPECT_EQ(world.send(5, StakeMore{ValidatorIndex{4}, Amount{1}}), Reason::unknown_validator);
    EXPECT_EQ(world.send(5, StakeMore{ValidatorIndex{0}, Amount{1}}), Reason::not_the_operator);
    EXPECT_EQ(world.send(0, StakeMore{ValidatorIndex{0}, Amount{0}}), Reason::amount_is_zero);
    EXPECT_EQ(world.send(0, StakeMore{ValidatorIndex{0}, Amount{10'000 * coin}}), Reason::insufficient_balance);
    EXPECT_EQ(world.send(0, Unstake{ValidatorIndex{0}, Amount{0}, false}), Reason::amount_is_zero);
    EXPECT_EQ(world.send(0, Unstake{ValidatorIndex{0}, Amount{1}, true}), Reason::out_of_range);
    EXPECT_EQ(world.send(1, Unstake{ValidatorIndex{0}, Amount{}, true}), Reason::not_the_operator);
    EXPECT_EQ(world.send(0, Unstake{ValidatorIndex{0}, Amount{1'001 * coin}, false}), Reason::below_min_self_stake);
    EXPECT_EQ(world.send(0, Withdraw{ValidatorIndex{0}}), Reason::nothing_to_withdraw);
    EXPECT_EQ(world.send(0, Withdraw{ValidatorIndex{4}}), Reason::unknown_validator);
}

TEST(Payloads, the_registry_has_a_limit) {
    Spec spec = test::sample_spec();
    spec.max_validators = 4;
    World world{4, spec};
    EXPECT_EQ(world.send(5, stake_of(9, 32 * coin)), Reason::too_many_items);
}

TEST(Payloads, shares_worth_min_self_stake_stay_locked_until_exit) {
    World world;
    EXPECT_EQ(world.send(0, Unstake{ValidatorIndex{0}, Amount{968 * coin + 1}, false}), Reason::below_min_self_stake);
    EXPECT_EQ(world.send(0, Unstake{ValidatorIndex{0}, Amount{968 * coin}, false}), std::nullopt);
    EXPECT_EQ(self_stake_of(world.state, ValidatorIndex{0}), Amount{32 * coin});
    const PoolKey key{PoolKey::Kind::unbonding, ValidatorIndex{0}, Era{0}, 0};
    EXPECT_EQ(share_pool(world.state, key).pool, (Pool{Amount{968 * coin}, Shares{968 * coin}}));
}

TEST(Payloads, an_exiting_validator_takes_and_gives_no_stake) {
    World world;
    EXPECT_EQ(world.send(0, Unstake{ValidatorIndex{0}, Amount{}, true}), std::nullopt);
    EXPECT_EQ(world.send(0, Unstake{ValidatorIndex{0}, Amount{}, true}), Reason::validator_exiting);
    EXPECT_EQ(world.send(0, Unstake{ValidatorIndex{0}, Amount{1}, false}), Reason::validator_exiting);
    EXPECT_EQ(world.send(0, StakeMore{ValidatorIndex{0}, Amount{1}}), Reason::validator_exiting);
}

TEST(Payloads, a_holder_of_a_matured_pool_is_paid_to_his_own_account_and_the_operator_to_the_withdrawal_address) {
    Genesis genesis = test::sample_genesis();
    genesis.validators[0].withdrawal_address = account_address(40);
    World world{genesis};
    world.send(0, Unstake{ValidatorIndex{0}, Amount{90 * coin}, false});
    const PoolKey key{PoolKey::Kind::unbonding, ValidatorIndex{0}, Era{0}, 0};
    set_shares(world.state, key, Shares{90 * coin}, Shares{60 * coin});
    add_holding(world.state, key, account_address(7), Shares{30 * coin});
    world.state.side_pools.edit(0).matures = Era{0};
    const Amount before = world.balance(7);
    const SignedTransaction transaction = world.transaction(7, Withdraw{ValidatorIndex{0}});
    ASSERT_EQ(world.apply(transaction)->failure, std::nullopt);
    EXPECT_EQ(world.balance(7), before + Amount{30 * coin - 101 * units_of(transaction)});
    EXPECT_EQ(world.state.holdings.size(), 0U);
    EXPECT_EQ(world.send(7, Withdraw{ValidatorIndex{0}}), Reason::nothing_to_withdraw);
    EXPECT_EQ(world.send(0, Withdraw{ValidatorIndex{0}}), std::nullopt);
    EXPECT_EQ(world.balance(40), Amount{60 * coin});
    EXPECT_EQ(world.state.side_pools.size(), 0U);
}

TEST(BaseFee, moves_by_an_eighth_at_most_around_the_target) {
    World world;
    const auto after = [&](std::uint64_t base, std::uint64_t used) {
        world.state.base_fee = Amount{base};
        update_base_fee(world.state, world.spec, used);
        return world.state.base_fee.value;
    };
    EXPECT_EQ(after(8'000, 250'000), 8'000U);
    EXPECT_EQ(after(8'000, 500'000), 9'000U);
    EXPECT_EQ(after(8'000, 375'000), 8'500U);
    EXPECT_EQ(after(8'000, 1'000'000), 9'000U) << "at most 1/8 though the block is four times the target";
    EXPECT_EQ(after(8'000, 0), 7'000U);
    EXPECT_EQ(after(8'000, 125'000), 7'500U);
    EXPECT_EQ(after(3, 250'001), 4U) << "at least by 1 upward";
    EXPECT_EQ(after(3, 0), 3U);
    EXPECT_EQ(after(1, 0), 1U) << "never below 1";
    EXPECT_EQ(after(~std::uint64_t{0}, 1'000'000), ~std::uint64_t{0});
}

} // namespace

} // namespace quoin::staking
