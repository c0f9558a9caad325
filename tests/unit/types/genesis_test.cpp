#include <quoin/codec/json.hpp>
#include <quoin/types/clock.hpp>

#include <gtest/gtest.h>
#include <support/sample_genesis.hpp>

#include <functional>

namespace quoin {
namespace {

using test::coin;
using test::sample_genesis;

/// `json` with the first `from` replaced by `to`.
std::string replaced(std::string json, const std::string& from, const std::string& to) {
    const std::size_t at = json.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return json.replace(at, from.size(), to);
}

TEST(Genesis, a_valid_one_comes_back_from_its_own_print_with_the_same_root) {
    const Genesis genesis = sample_genesis();
    const Result<Chain> chain = load_genesis(print_genesis(genesis));
    ASSERT_TRUE(chain) << chain.fault().text();
    EXPECT_EQ(chain->genesis, genesis);
    EXPECT_EQ(chain->genesis_root, hash_tree_root(genesis));
}

TEST(Genesis, its_root_changes_with_every_part_of_it) {
    const Root root = hash_tree_root(sample_genesis());
    const std::vector<std::function<void(Genesis&)>> changes{
        [](Genesis& g) { g.name = "other"; },
        [](Genesis& g) { g.time_ms += 1; },
        [](Genesis& g) { g.fork_version[0] ^= 1; },
        [](Genesis& g) { g.spec.max_attester_slashings_per_block -= 1; },
        [](Genesis& g) { g.validators[3].stake += Amount{1}; },
        [](Genesis& g) { g.validators[0].development = true; },
        [](Genesis& g) { g.accounts[0].balance += Amount{1}; },
    };
    for (const auto& change : changes) {
        Genesis genesis = sample_genesis();
        change(genesis);
        EXPECT_NE(hash_tree_root(genesis), root);
    }
}

TEST(Genesis, an_unknown_field_is_refused_by_name) {
    const std::string json = print_genesis(sample_genesis());
    const Result<Chain> top = load_genesis(replaced(json, "\"name\"", "\"color\": \"1\", \"name\""));
    ASSERT_FALSE(top);
    EXPECT_EQ(top.fault().reason, Reason::unknown_field);
    const Result<Chain> inner = load_genesis(replaced(json, "\"slot_ms\"", "\"slot_seconds\": \"1\", \"slot_ms\""));
    ASSERT_FALSE(inner);
    EXPECT_EQ(inner.fault().reason, Reason::unknown_field);
    EXPECT_NE(inner.fault().text().find("slot_seconds"), std::string::npos);
}

TEST(Genesis, a_missing_field_is_refused_but_development_may_be_left_out) {
    const std::string json = to_json(sample_genesis());
    EXPECT_EQ(load_genesis(replaced(json, "\"slot_ms\":\"250\",", "")).fault().reason, Reason::missing_field);
    EXPECT_TRUE(load_genesis(replaced(json, ",\"development\":false", "")));
}

TEST(Genesis, a_file_that_is_not_json_is_refused) {
    EXPECT_FALSE(load_genesis(""));
    EXPECT_FALSE(load_genesis("{"));
    EXPECT_FALSE(load_genesis("[]"));
}

struct Case {
    const char* name;
    std::function<void(Genesis&)> spoil;
    Reason reason;
    const char* path;
};

const std::vector<Case>& invalid_cases() {
    static const std::vector<Case> cases{
        {"version", [](Genesis& g) { g.version = 2; }, Reason::genesis_invalid, "version"},
        {"empty name", [](Genesis& g) { g.name = ""; }, Reason::genesis_invalid, "name"},
        {"nobody", [](Genesis& g) { g.validators.clear(); }, Reason::genesis_invalid, "validators"},
        {"zero stake", [](Genesis& g) { g.validators[1].stake = {}; }, Reason::amount_is_zero, "validators[1].stake"},
        {"little stake", [](Genesis& g) { g.validators[2].stake = Amount{coin}; }, Reason::below_min_self_stake,
         "validators[2].stake"},
        {"same key", [](Genesis& g) { g.validators[3].public_key = g.validators[1].public_key; }, Reason::duplicate_key,
         "validators[3].public_key"},
        {"same account", [](Genesis& g) { g.accounts[3].address = g.accounts[0].address; }, Reason::genesis_invalid,
         "accounts[3].address"},
        {"commission", [](Genesis& g) { g.validators[0].commission.max_rate_bps = 10'001; }, Reason::bad_commission,
         "validators[0].commission.max_rate"},
        {"rate", [](Genesis& g) { g.validators[0].commission.rate_bps = 2'001; }, Reason::bad_commission,
         "validators[0].commission.rate"},
        {"change", [](Genesis& g) { g.validators[0].commission.max_change_bps = 2'001; }, Reason::bad_commission,
         "validators[0].commission.max_change"},
        {"no operator", [](Genesis& g) { g.validators[0].operator_address = {}; }, Reason::genesis_invalid,
         "validators[0].operator"},
        {"all the money", [](Genesis& g) { g.accounts[1].balance = Amount{~std::uint64_t{0}}; },
         Reason::genesis_invalid, "accounts[1].balance"},
        {"too many", [](Genesis& g) { g.spec.max_validators = 3; }, Reason::genesis_invalid, "validators"},
        {"old evidence", [](Genesis& g) { g.spec.evidence_max_age_eras = 5; }, Reason::genesis_invalid,
         "spec.evidence_max_age_eras"},
        {"reporter", [](Genesis& g) { g.spec.reporter_reward_quotient = 31; }, Reason::genesis_invalid,
         "spec.reporter_reward_quotient"},
        {"slot", [](Genesis& g) { g.spec.slot_ms = 0; }, Reason::genesis_invalid, "spec.slot_ms"},
        {"epoch", [](Genesis& g) { g.spec.slots_per_epoch = 0; }, Reason::genesis_invalid, "spec.slots_per_epoch"},
        {"era", [](Genesis& g) { g.spec.epochs_per_era = 0; }, Reason::genesis_invalid, "spec.epochs_per_era"},
        {"increment", [](Genesis& g) { g.spec.effective_balance_increment = 0; }, Reason::genesis_invalid,
         "spec.effective_balance_increment"},
        {"quotient", [](Genesis& g) { g.spec.min_slash_quotient = 0; }, Reason::genesis_invalid,
         "spec.min_slash_quotient"},
        {"hysteresis", [](Genesis& g) { g.spec.hysteresis_quotient = 0; }, Reason::genesis_invalid,
         "spec.hysteresis_quotient"},
        {"fee", [](Genesis& g) { g.spec.base_fee_change_denominator = 0; }, Reason::genesis_invalid,
         "spec.base_fee_change_denominator"},
        {"churn", [](Genesis& g) { g.spec.churn_limit_quotient = 0; }, Reason::genesis_invalid,
         "spec.churn_limit_quotient"},
        {"leak", [](Genesis& g) { g.spec.leak_half_life_eras = 1; }, Reason::genesis_invalid,
         "spec.leak_half_life_eras"},
        {"narrow window", [](Genesis& g) { g.spec.inclusion_window_epochs = 3; }, Reason::genesis_invalid,
         "spec.inclusion_window_epochs"},
        {"wide window", [](Genesis& g) { g.spec.inclusion_window_epochs = 125; }, Reason::genesis_invalid,
         "spec.inclusion_window_epochs"},
        {"responsive pacing of long epochs",
         [](Genesis& g) {
             g.spec.pacing = Pacing::responsive;
             g.spec.slots_per_epoch = 2;
         },
         Reason::genesis_invalid, "spec.pacing"},
        {"view-merge of long epochs",
         [](Genesis& g) {
             g.spec.view_merge = true;
             g.spec.slots_per_epoch = 2;
         },
         Reason::genesis_invalid, "spec.view_merge"},
        {"boost", [](Genesis& g) { g.spec.proposer_boost_percent = 40; }, Reason::genesis_invalid,
         "spec.proposer_boost_percent"},
        {"units", [](Genesis& g) { g.spec.block_units_limit = 1; }, Reason::genesis_invalid, "spec.block_units_limit"},
    };
    return cases;
}

TEST(Genesis, every_broken_rule_is_named_with_its_field) {
    for (const Case& broken : invalid_cases()) {
        Genesis genesis = sample_genesis();
        broken.spoil(genesis);
        const Result<Chain> chain = load_genesis(print_genesis(genesis));
        ASSERT_FALSE(chain) << broken.name;
        EXPECT_EQ(chain.fault().reason, broken.reason) << broken.name << ": " << chain.fault().text();
        EXPECT_EQ(chain.fault().path, broken.path) << broken.name << ": " << chain.fault().text();
        EXPECT_FALSE(chain.fault().message.empty());
    }
}

TEST(Genesis, proofs_of_possession_are_left_to_the_caller_who_sees_the_bad_one) {
    Genesis genesis = sample_genesis();
    crypto::FastDouble scheme;
    EXPECT_EQ(scheme.verify(genesis_checks(genesis), Root{}), (std::vector<std::uint8_t>{1, 1, 1, 1}));
    genesis.validators[2].proof_of_possession[5] ^= 1;
    EXPECT_TRUE(validate_genesis(genesis));
    EXPECT_EQ(scheme.verify(genesis_checks(genesis), Root{}), (std::vector<std::uint8_t>{1, 1, 0, 1}));
}

TEST(Clock, slots_epochs_and_eras_agree_at_their_borders) {
    Spec spec = test::sample_spec();
    spec.slots_per_epoch = 4;
    spec.epochs_per_era = 3;
    EXPECT_EQ(epoch_of(spec, Slot{11}), Epoch{2});
    EXPECT_EQ(era_of(spec, Slot{11}), Era{0});
    EXPECT_EQ(era_of(spec, Slot{12}), Era{1});
    EXPECT_TRUE(is_era_start(spec, Slot{12}));
    EXPECT_EQ(first_slot_of(spec, Era{2}), Slot{24});
    EXPECT_EQ(slot_at(spec, 1'000, 999), Slot{0});
    EXPECT_EQ(slot_at(spec, 1'000, 1'000 + 250 * 7 + 249), Slot{7});
    EXPECT_EQ(slot_start_ms(spec, 1'000, Slot{7}), 2'750U);
    EXPECT_EQ(slot_start_ms(spec, 1'000, Slot{~std::uint64_t{0}}), ~std::uint64_t{0}) << "a slot that will never be";
    EXPECT_EQ(slot_start_ms(spec, 1'000, Slot{~std::uint64_t{0} / 250}), ~std::uint64_t{0});
}

} // namespace
} // namespace quoin
