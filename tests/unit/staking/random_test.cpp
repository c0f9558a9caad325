#include "world.hpp"

#include <quoin/base/random.hpp>

#include <map>

namespace quoin::staking {

namespace {

using test::account_address;
using test::coin;

constexpr std::uint64_t accounts = 14;

/// Draws what people might do, sensible or not. The world checks its books after every step.
class Crowd {
public:
    explicit Crowd(std::uint64_t seed) : random_(seed), world_(genesis(seed)) {}

    void live(std::uint64_t eras) {
        for (std::uint64_t i = 0; i < eras && !::testing::Test::HasFatalFailure(); ++i) {
            for (std::uint64_t acts = random_.below(8); acts != 0; --acts) {
                act();
            }
            world_.leak = random_.chance(20);
            world_.finality_stalls = random_.chance(25);
            draw_hits();
            world_.pass_boundary();
        }
    }

    const World& world() const { return world_; }

private:
    static Genesis genesis(std::uint64_t seed) {
        SeededRandom random{seed + 1'000'000};
        Spec spec = test::sample_spec();
        spec.unbonding_eras = 1 + random.below(6);
        spec.evidence_max_age_eras = spec.unbonding_eras;
        spec.min_churn = (1 + random.below(2'000)) * coin;
        spec.epochs_per_era = 1 + random.below(8);
        spec.base_reward_factor = random.below(1'000);
        spec.min_slash_quotient = 1 + random.below(64);
        spec.leak_half_life_eras = 2 + random.below(10);
        spec.correlation_multiplier = random.below(4);
        return test::sample_genesis(6, spec);
    }

    std::uint64_t account() { return random_.below(accounts); }
    std::uint64_t validator() { return random_.below(world_.state.validators.size() + 1); }
    Amount amount() { return Amount{random_.below(std::uint64_t{1} << random_.below(43))}; }

    Payload payload() {
        const ValidatorIndex index{validator()};
        switch (random_.below(6)) {
        case 0:
            return Transfer{account_address(random_.below(2 * accounts)), amount()};
        case 1: {
            Stake stake;
            stake.public_key = test::validator_key(random_.below(40));
            stake.withdrawal_address = account_address(account());
            stake.commission = {random_.below(10'001), 10'000, 100};
            stake.amount = amount();
            return stake;
        }
        case 2:
            return StakeMore{index, amount()};
        case 3:
            return Unstake{index, amount(), false};
        case 4:
            return random_.chance(30) ? Unstake{index, Amount{}, true} : Unstake{index, amount(), false};
        default:
            return Withdraw{index};
        }
    }

    void send() {
        const Payload drawn = payload();
        std::uint64_t sender = account();
        if (const ValidatorIndex* index = named_by(drawn); index != nullptr && random_.chance(80)) {
            sender = operator_of(*index, sender);
        }
        const SignedTransaction transaction = world_.transaction(sender, drawn);
        const bool admissible = check_transaction(world_.state, world_.spec, transaction).ok();
        const auto outcome = world_.apply(transaction, random_.below(world_.state.validators.size()));
        if (admissible) {
            ASSERT_TRUE(outcome.ok());
            ASSERT_EQ(outcome->failure, std::nullopt);
        }
    }

    static const ValidatorIndex* named_by(const Payload& payload) {
        if (const auto* more = std::get_if<StakeMore>(&payload)) {
            return &more->validator;
        }
        if (const auto* unstake = std::get_if<Unstake>(&payload)) {
            return &unstake->validator;
        }
        const auto* withdraw = std::get_if<Withdraw>(&payload);
        return withdraw == nullptr ? nullptr : &withdraw->validator;
    }

    std::uint64_t operator_of(ValidatorIndex index, std::uint64_t otherwise) const {
        for (std::uint64_t i = 0; i < accounts && index.value < world_.state.validators.size(); ++i) {
            if (world_.validator(index.value).operator_address == account_address(i)) {
                return i;
            }
        }
        return otherwise;
    }

    void delegate() {
        const std::uint64_t to = random_.below(world_.state.validators.size());
        const std::uint64_t from = account();
        const Amount tokens = amount();
        if (!world_.validator(to).exiting && !tokens.is_zero() && world_.balance(from) > tokens) {
            world_.delegate(from, to, tokens);
        }
    }

    void slash() {
        const std::uint64_t whom = random_.below(world_.state.validators.size());
        const Era offence = world_.era().saturating_minus(random_.below(world_.spec.evidence_max_age_eras + 1));
        const bool effect = slash_has_effect(world_.state, world_.spec, ValidatorIndex{whom}, offence);
        const State before = world_.state;
        world_.slash(whom, offence, account());
        const bool same_money = before.tokens == world_.state.tokens && before.accounts == world_.state.accounts &&
                                before.side_pools == world_.state.side_pools;
        ASSERT_TRUE(effect || same_money);
    }

    void act() {
        const std::uint64_t kind = random_.below(100);
        if (kind < 75) {
            send();
        } else if (kind < 92) {
            delegate();
        } else {
            slash();
        }
    }

    void draw_hits() {
        const auto most = static_cast<std::uint32_t>(world_.spec.epochs_per_era);
        for (std::uint64_t i = 0; i < world_.state.validators.size(); ++i) {
            const bool present = random_.chance(80);
            for (auto* column : {&world_.state.hits.source, &world_.state.hits.target, &world_.state.hits.head}) {
                column->set(i, present ? most : static_cast<std::uint32_t>(random_.below(most + 1)));
            }
            world_.state.proposer_reward.set(i, Amount{random_.below(1'000'000)});
        }
    }

    SeededRandom random_;
    World world_;
};

/// L7 by the postings: no pool is debited twice for one fraction.
void expect_each_fraction_once(const World& world) {
    std::map<std::pair<PostingKind, LedgerAccount>, int> times;
    for (const Posting& posting : world.postings()) {
        if (posting.kind == PostingKind::slash_initial || posting.kind == PostingKind::slash_correlation ||
            posting.kind == PostingKind::reporter_reward) {
            EXPECT_EQ((++times[{posting.kind, posting.debit}]), 1) << posting.debit.text();
        }
    }
}

TEST(RandomLife, the_books_hold_after_every_step) {
    std::map<PostingKind, std::uint64_t> seen;
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Crowd crowd{seed};
        crowd.live(40);
        expect_each_fraction_once(crowd.world());
        ASSERT_FALSE(::testing::Test::HasFailure());
        for (const Posting& posting : crowd.world().postings()) {
            ++seen[posting.kind];
        }
    }
    for (const PostingKind kind :
         {PostingKind::transfer, PostingKind::base_fee, PostingKind::tip, PostingKind::stake, PostingKind::delegate,
          PostingKind::mint_entering, PostingKind::undelegate, PostingKind::withdraw, PostingKind::reward,
          PostingKind::penalty_missed, PostingKind::penalty_inactivity, PostingKind::slash_initial,
          PostingKind::slash_correlation, PostingKind::reporter_reward}) {
        EXPECT_GT(seen[kind], 50U) << to_string(kind) << " is hardly ever reached";
    }
}

TEST(RandomLife, the_same_seed_gives_the_same_state) {
    Crowd one{7};
    Crowd other{7};
    one.live(20);
    other.live(20);
    EXPECT_EQ(one.world().state, other.world().state);
    EXPECT_EQ(one.world().effects, other.world().effects);
}

} // namespace

} // namespace quoin::staking
