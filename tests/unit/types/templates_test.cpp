#include <quoin/base/hex.hpp>
#include <quoin/types/genesis.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace quoin {
namespace {

std::string template_text(const std::string& name) {
    std::ifstream file("genesis/" + name + ".json");
    EXPECT_TRUE(file) << "tests run in the source folder";
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

Chain load(const std::string& name) {
    Result<Chain> chain = load_genesis(template_text(name));
    EXPECT_TRUE(chain) << chain.fault().text();
    return std::move(*chain);
}

TEST(Templates, keep_their_roots) {
    EXPECT_EQ(to_hex(load("devnet").genesis_root),
              "0x757c9480ffe41c7069bc4479445edd0de1eb7291fd4ab71481456d5eb199e282");
    EXPECT_EQ(to_hex(load("minimal").genesis_root),
              "0x798929e1402befb9127bf836d9712426078e63638a1c348177c350a17a7edb59");
    EXPECT_EQ(to_hex(load("mainnet-like").genesis_root),
              "0xc462c2fc1e57d6f09980a5c24832f2f2ad52dd0116bf07b3d2f0aab3b66cd574");
}

TEST(Templates, are_what_the_program_prints) {
    for (const char* name : {"devnet", "minimal", "mainnet-like"}) {
        EXPECT_EQ(print_genesis(load(name).genesis), template_text(name)) << name;
    }
}

TEST(Templates, have_proofs_of_possession_that_hold_and_only_development_keys) {
    crypto::BlsScheme scheme;
    for (const char* name : {"devnet", "minimal", "mainnet-like"}) {
        const Genesis genesis = load(name).genesis;
        const std::vector<std::uint8_t> verdicts = scheme.verify(genesis_checks(genesis), Root{});
        EXPECT_TRUE(std::all_of(verdicts.begin(), verdicts.end(), [](std::uint8_t ok) { return ok == 1; })) << name;
        for (const GenesisValidator& validator : genesis.validators) {
            EXPECT_TRUE(validator.development);
        }
        EXPECT_EQ(genesis.time_ms, 0U) << "a template has no time yet";
    }
}

TEST(Templates, are_the_chains_they_are_named_for) {
    const Genesis devnet = load("devnet").genesis;
    EXPECT_EQ(devnet.validators.size(), 4U);
    EXPECT_EQ(devnet.spec.slot_ms, 250U);
    EXPECT_EQ(devnet.spec.slots_per_epoch, 1U);
    EXPECT_EQ(devnet.spec.epochs_per_era, 32U);
    EXPECT_EQ(devnet.spec.inclusion_window_epochs, 32U);
    const std::uint64_t era_ms = devnet.spec.slot_ms * devnet.spec.slots_per_epoch * devnet.spec.epochs_per_era;
    EXPECT_EQ(devnet.spec.leak_half_life_eras * era_ms, 24U * 3'600'000U) << "a day";
    EXPECT_GE(devnet.accounts.size(), devnet.validators.size() + 5);
    EXPECT_EQ(load("minimal").genesis.validators.size(), 1U);
    const Spec mainnet = load("mainnet-like").genesis.spec;
    EXPECT_EQ(mainnet.slot_ms, 12'000U);
    EXPECT_EQ(mainnet.slots_per_epoch, 32U);
    EXPECT_EQ(mainnet.epochs_per_era, 1U);
    EXPECT_EQ(mainnet.inclusion_window_epochs, 2U);
}

} // namespace
} // namespace quoin
