#include "payloads.hpp"

#include "registry.hpp"
#include "share_pools.hpp"

#include <quoin/staking/queries.hpp>
#include <quoin/types/clock.hpp>

namespace quoin::staking {

namespace {

constexpr std::uint64_t basis_points = 10'000;

Fault refuse(Reason reason, const char* field, const char* message) {
    return {reason, std::string{"message.payload."} + field, message};
}

Result<void> amount_given(Amount amount) {
    if (amount.is_zero()) {
        return refuse(Reason::amount_is_zero, "amount", "must be more than zero");
    }
    return {};
}

Result<void> form_of(const Transfer& transfer) {
    return amount_given(transfer.amount);
}

Result<void> form_of(const Stake& stake) {
    const Commission& commission = stake.commission;
    if (commission.max_rate_bps > basis_points || commission.rate_bps > commission.max_rate_bps ||
        commission.max_change_bps > commission.max_rate_bps) {
        return refuse(Reason::bad_commission, "commission", "needs rate and max_change <= max_rate <= 10000");
    }
    if (stake.withdrawal_address.is_zero()) {
        return refuse(Reason::out_of_range, "withdrawal_address", "is the zero address");
    }
    return amount_given(stake.amount);
}

Result<void> form_of(const StakeMore& more) {
    return amount_given(more.amount);
}

Result<void> form_of(const Unstake& unstake) {
    if (!unstake.exit) {
        return amount_given(unstake.amount);
    }
    if (!unstake.amount.is_zero()) {
        return refuse(Reason::out_of_range, "amount", "must be zero when the validator exits");
    }
    return {};
}

Result<void> form_of(const Withdraw&) {
    return {};
}

Result<void> covered(const Payer& payer, Amount amount) {
    if (payer.funds < amount) {
        return refuse(Reason::insufficient_balance, "amount", "is more than the balance after the fee");
    }
    return {};
}

Result<void> known(const State& state, ValidatorIndex validator) {
    if (validator.value >= state.validators.size()) {
        return refuse(Reason::unknown_validator, "validator", "is not registered");
    }
    return {};
}

/// Operator of a validator whose pool still takes and gives stake.
Result<void> operates_open_pool(const State& state, const Address& sender, ValidatorIndex index) {
    if (auto verdict = known(state, index); !verdict) {
        return verdict;
    }
    const Validator& validator = state.validators[index.value];
    if (validator.operator_address != sender) {
        return refuse(Reason::not_the_operator, "validator", "is operated by another account");
    }
    if (validator.exiting) {
        return refuse(Reason::validator_exiting, "validator", "has been slashed or is leaving");
    }
    return {};
}

Era now_of(const State& state, const Spec& spec) {
    return era_of(spec, state.slot);
}

Result<void> check(const State&, const Spec&, const Payer& payer, const Transfer& transfer) {
    return covered(payer, transfer.amount);
}

Result<void> check(const State& state, const Spec& spec, const Payer& payer, const Stake& stake) {
    if (find_validator(state, stake.public_key)) {
        return refuse(Reason::validator_exists, "public_key", "is or was a validator's");
    }
    if (state.validators.size() >= spec.max_validators) {
        return refuse(Reason::too_many_items, "public_key", "the registry is full");
    }
    if (stake.amount.value < spec.min_self_stake) {
        return refuse(Reason::below_min_self_stake, "amount", "is below min_self_stake");
    }
    return covered(payer, stake.amount);
}

Result<void> check(const State& state, const Spec& spec, const Payer& payer, const StakeMore& more) {
    if (auto verdict = operates_open_pool(state, payer.address, more.validator); !verdict) {
        return verdict;
    }
    const PoolKey key = entering_key(more.validator, now_of(state, spec));
    if (!mint(share_pool(state, key).pool, more.amount)) {
        return refuse(Reason::out_of_range, "amount", "cannot be turned into shares");
    }
    return covered(payer, more.amount);
}

Result<void> check(const State& state, const Spec& spec, const Payer& payer, const Unstake& unstake) {
    if (auto verdict = operates_open_pool(state, payer.address, unstake.validator); !verdict || unstake.exit) {
        return verdict;
    }
    const SharePool pool = share_pool(state, stake_key(unstake.validator));
    const auto part = part_for(pool.pool, pool.operator_shares, unstake.amount);
    if (!part) {
        return refuse(Reason::below_min_self_stake, "amount", "is more than the self-stake");
    }
    const Pool left{pool.pool.tokens - part->tokens, pool.pool.shares - part->shares};
    if (worth(left, pool.operator_shares - part->shares).value < spec.min_self_stake) {
        return refuse(Reason::below_min_self_stake, "amount", "leaves less than min_self_stake: exit instead");
    }
    const PoolKey key = unbonding_key(state, unstake.validator, now_of(state, spec));
    if (!mint(share_pool(state, key).pool, part->tokens)) {
        return refuse(Reason::out_of_range, "amount", "cannot be turned into shares");
    }
    return {};
}

/// A matured part that `withdraw` pays: the operator's of a pool, or a holding.
struct Due {
    PoolKey pool;
    bool of_operator = false;
};

void find_due(const State& state, const Address& sender, const SidePool& pool, std::vector<Due>& due) {
    const Pool books{pool.tokens, pool.shares};
    const bool operates = state.validators[pool.key.validator.value].operator_address == sender;
    if (operates && redeem(books, pool.operator_shares)) {
        due.push_back({pool.key, true});
    }
    const auto holding = find_holding(state, pool.key, sender);
    if (holding && redeem(books, state.holdings[*holding].shares)) {
        due.push_back({pool.key, false});
    }
}

std::vector<Due> find_due(const State& state, const Spec& spec, const Address& sender, ValidatorIndex validator) {
    std::vector<Due> due;
    const Era now = now_of(state, spec);
    for (const PoolKey::Kind kind : {PoolKey::Kind::entering, PoolKey::Kind::unbonding}) {
        const Positions positions = side_pools_of(state, kind, validator);
        for (std::size_t i = positions.begin; i < positions.end; ++i) {
            if (state.side_pools[i].matures <= now) {
                find_due(state, sender, state.side_pools[i], due);
            }
        }
    }
    return due;
}

Result<void> check(const State& state, const Spec& spec, const Payer& payer, const Withdraw& withdraw) {
    if (auto verdict = known(state, withdraw.validator); !verdict) {
        return verdict;
    }
    if (find_due(state, spec, payer.address, withdraw.validator).empty()) {
        return refuse(Reason::nothing_to_withdraw, "validator", "holds nothing matured for this account");
    }
    return {};
}

void perform(Books& books, const Address& sender, const Transfer& transfer, const Root& transaction) {
    books.move(LedgerAccount::of(sender), LedgerAccount::of(transfer.to), transfer.amount, PostingKind::transfer,
               transaction);
}

void enter(Books& books, const Address& sender, ValidatorIndex validator, Amount amount, const Root& transaction) {
    SidePool fresh;
    fresh.key = entering_key(validator, books.era());
    open_side_pool(books.state(), fresh);
    const bool minted =
        deposit_for_operator(books, LedgerAccount::of(sender), fresh.key, amount, PostingKind::stake, transaction);
    QUOIN_ASSERT(minted, "the payload was checked");
}

void perform(Books& books, const Address& sender, const Stake& stake, const Root& transaction) {
    Validator validator;
    validator.public_key = stake.public_key;
    validator.withdrawal_address = stake.withdrawal_address;
    validator.operator_address = sender;
    validator.commission = stake.commission;
    validator.commission_changed_at = books.era();
    const ValidatorIndex index = register_validator(books.state(), validator);
    enter(books, sender, index, stake.amount, transaction);
    books.note(index, LifecycleEvent::Kind::deposited, books.era());
}

void perform(Books& books, const Address& sender, const StakeMore& more, const Root& transaction) {
    enter(books, sender, more.validator, more.amount, transaction);
}

void perform(Books& books, const Address&, const Unstake& unstake, const Root& transaction) {
    State& state = books.state();
    if (unstake.exit) {
        initiate_exit(state, unstake.validator);
        books.note(unstake.validator, LifecycleEvent::Kind::exit_requested, books.era());
        return;
    }
    const SharePool pool = share_pool(state, stake_key(unstake.validator));
    const auto part = part_for(pool.pool, pool.operator_shares, unstake.amount);
    const bool undelegated =
        part && undelegate_for_operator(books, unstake.validator, *part, books.era(), books.era(), transaction);
    QUOIN_ASSERT(undelegated, "the payload was checked");
}

void pay_out(Books& books, const Address& sender, const Due& due, const Root& transaction) {
    State& state = books.state();
    const SharePool pool = share_pool(state, due.pool);
    const auto holding = find_holding(state, due.pool, sender);
    const Shares shares = due.of_operator ? pool.operator_shares : state.holdings[*holding].shares;
    const Address& to = due.of_operator ? state.validators[due.pool.validator.value].withdrawal_address : sender;
    const auto tokens = redeem(pool.pool, shares);
    QUOIN_ASSERT(tokens.has_value(), "the payload was checked");
    books.move(LedgerAccount::of(due.pool), LedgerAccount::of(to), *tokens, PostingKind::withdraw, transaction);
    set_shares(state, due.pool, pool.pool.shares - shares, due.of_operator ? Shares{} : pool.operator_shares);
    if (!due.of_operator) {
        const Holding gone = state.holdings[*holding];
        remove_items(state.holdings, [&gone](const Holding& item) { return item == gone; });
    }
    close_if_empty(state, due.pool);
}

void perform(Books& books, const Address& sender, const Withdraw& withdraw, const Root& transaction) {
    bool of_operator = false;
    for (const Due& due : find_due(books.state(), books.spec(), sender, withdraw.validator)) {
        pay_out(books, sender, due, transaction);
        of_operator = of_operator || due.of_operator;
    }
    if (of_operator && status_of(books.state(), books.spec(), withdraw.validator) == ValidatorStatus::withdrawal_done) {
        books.note(withdraw.validator, LifecycleEvent::Kind::withdrawn, books.era());
    }
}

} // namespace

Result<void> check_payload_form(const Payload& payload) {
    return std::visit([](const auto& alternative) { return form_of(alternative); }, payload);
}

Result<void> check_payload(const State& state, const Spec& spec, const Payer& payer, const Payload& payload) {
    if (auto verdict = check_payload_form(payload); !verdict) {
        return verdict;
    }
    return std::visit([&](const auto& alternative) { return check(state, spec, payer, alternative); }, payload);
}

void perform_payload(Books& books, const Address& sender, const Payload& payload, const Root& transaction) {
    std::visit([&](const auto& alternative) { perform(books, sender, alternative, transaction); }, payload);
}

} // namespace quoin::staking
