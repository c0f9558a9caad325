#include "agreement.hpp"
#include "books.hpp"
#include "forge.hpp"
#include "network.hpp"
#include "signing_log.hpp"
#include "simulated_chain.hpp"
#include "world.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/slashing/offence.hpp>

#include <gtest/gtest.h>

// Each checker must speak up when what it stands for is broken.

namespace quoin::sim {

namespace {

Root root(std::uint8_t number) {
    Root root;
    root[0] = number;
    return root;
}

/// A node that is nothing but a ledger.
class Ledger final : public SimulatedNode {
public:
    void finalize(std::vector<Root> roots) {
        roots_ = std::move(roots);
        auto view = std::make_shared<engine::Snapshot>();
        view->finalized_number = roots_.size() - 1;
        view_ = std::move(view);
    }

    void start(std::uint64_t) override {}
    void crash() override {}
    bool is_up() const override { return true; }
    void step(std::uint64_t, engine::Input) override {}
    std::uint64_t next_wakeup_ms() const override { return 0; }
    std::vector<engine::Engine::QueueDepth> queue_depths() const override { return {}; }
    engine::SharedSnapshot view() const override { return view_; }
    std::vector<SignedBlock> answer(const engine::BlockRequest&) override { return {}; }
    std::uint64_t ledger_height() const override { return roots_.size() - 1; }
    Root ledger_root(std::uint64_t number) const override { return roots_[number]; }
    std::optional<std::vector<Posting>> ledger_postings(std::uint64_t) const override { return std::nullopt; }
    std::optional<FinalityCertificate> newest_certificate() const override { return std::nullopt; }

private:
    std::vector<Root> roots_;
    engine::SharedSnapshot view_;
};

class AgreementOfTwo : public testing::Test {
protected:
    void look(std::size_t number, std::vector<Root> roots) {
        nodes_[number].finalize(std::move(roots));
        agreement_.looked_at(Slot{9}, number, nodes_[number]);
    }
    std::vector<std::string> promises() const {
        std::vector<std::string> names;
        for (const Violation& violation : found_) {
            names.push_back(violation.promise);
        }
        return names;
    }

    Violations found_;
    Ledger nodes_[2];
    Agreement agreement_{2, root(0), found_};
};

using Promises = std::vector<std::string>;

} // namespace

TEST_F(AgreementOfTwo, may_be_at_different_heights) {
    look(0, {root(0), root(1), root(2)});
    look(1, {root(0), root(1)});
    look(1, {root(0), root(1), root(2), root(3)});
    EXPECT_EQ(promises(), Promises{});
    EXPECT_EQ(agreement_.height(), 3u);
}

TEST_F(AgreementOfTwo, may_not_finalize_different_blocks) {
    look(0, {root(0), root(1), root(2)});
    look(1, {root(0), root(1), root(7)});
    EXPECT_EQ(promises(), Promises{"S1"});
}

TEST_F(AgreementOfTwo, may_part_when_a_third_broke_the_rules_and_then_each_keeps_to_its_own) {
    agreement_.is_accountable = [] { return true; };
    look(0, {root(0), root(1), root(2)});
    look(1, {root(0), root(1), root(7)});
    look(1, {root(0), root(1), root(7), root(8)});
    look(0, {root(0), root(1), root(2), root(3)});
    EXPECT_EQ(promises(), Promises{});
    EXPECT_EQ(agreement_.branches(), 2u);
}

TEST_F(AgreementOfTwo, may_not_go_back) {
    look(0, {root(0), root(1), root(2)});
    look(0, {root(0), root(1)});
    EXPECT_EQ(promises(), Promises{"S1"});
}

TEST_F(AgreementOfTwo, may_not_lose_or_change_in_a_crash_what_was_finalized) {
    look(0, {root(0), root(1), root(2)});
    nodes_[0].finalize({root(0), root(1)});
    agreement_.restarted(Slot{9}, 0, nodes_[0]);
    nodes_[0].finalize({root(0), root(1), root(5)});
    agreement_.restarted(Slot{9}, 0, nodes_[0]);
    EXPECT_EQ(promises(), (Promises{"S4", "S4"}));
}

TEST(SigningLog, finds_an_offence_exactly_when_some_pair_is_one) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        SeededRandom random(seed);
        SigningLog log;
        std::vector<AttestationData> before;
        for (int i = 0; i < 12; ++i) {
            AttestationData vote;
            vote.source.epoch = Epoch{random.below(8)};
            vote.target.epoch = vote.source.epoch + 1 + random.below(6);
            vote.head[0] = static_cast<std::uint8_t>(random.below(2));
            const bool is_new = std::find(before.begin(), before.end(), vote) == before.end();
            const bool is_offence =
                is_new && std::any_of(before.begin(), before.end(), [&](const AttestationData& old) {
                    return slashing::offence_of(old, vote) || slashing::offence_of(vote, old);
                });
            EXPECT_EQ(log.add(ValidatorIndex{3}, vote).has_value(), is_offence) << "QUOIN_SEED=" << seed;
            before.push_back(vote);
        }
    }
}

TEST(SigningLog, tells_a_second_block_of_a_slot_from_the_same_one_again) {
    SigningLog log;
    Block block;
    block.slot = Slot{4};
    EXPECT_EQ(log.add(block), std::nullopt);
    EXPECT_EQ(log.add(block), std::nullopt);
    block.time_ms = 1;
    EXPECT_EQ(log.add(block), Offence::double_proposal);
}

TEST(Checkers, an_honest_key_that_signs_twice_breaks_s2_and_a_distrusted_one_is_guilty) {
    const auto chain = *make_chain({});
    Checkers checkers(chain, 4);
    checkers.tell = [](const std::string&) {};
    checkers.distrust({ValidatorIndex{1}});
    AttestationData one;
    one.target.epoch = Epoch{1};
    AttestationData other = one;
    other.head[0] = 1;
    for (const std::uint64_t validator : {1, 2}) {
        checkers.sent(Slot{1}, SingleAttestation{ValidatorIndex{validator}, one, {}});
        checkers.sent(Slot{1}, SingleAttestation{ValidatorIndex{validator}, other, {}});
    }
    ASSERT_EQ(checkers.found().size(), 1u);
    EXPECT_EQ(checkers.found().front().promise, "S2");
    ASSERT_EQ(checkers.guilty().size(), 1u);
    EXPECT_TRUE(checkers.guilty().contains(ValidatorIndex{1}));
}

TEST(Books, a_block_that_is_not_valid_and_a_ledger_that_books_something_else_are_found) {
    const auto chain = *make_chain({});
    Forge forge(chain);
    const SignedBlock first = *forge.build(forge.genesis_root(), Slot{1});
    const SignedBlock second = *forge.build(hash_tree_root(header_of(first.message)), Slot{2});
    Violations found;
    Books books(chain, found);
    books.add(Slot{1}, first, std::nullopt);
    books.compare(Slot{1});
    EXPECT_TRUE(found.empty());
    books.add(Slot{2}, first, std::nullopt);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found.back().promise, "state");
    books.add(Slot{2}, second, std::vector<Posting>(1));
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found.back().promise, "S5");
}

TEST(Network, counts_what_goes_wrong) {
    FaultCounts faults;
    Network network(3, 100, faults);
    SeededRandom random(1);
    EXPECT_EQ(network.delays_ms(0, 1, false, random).size(), 1u);
    EXPECT_EQ(faults.text(), "none");
    network.rules = {200, 200, 0, 100, 0};
    EXPECT_EQ(network.delays_ms(0, 1, false, random).size(), 2u);
    network.link(0, 1).loss_percent = 100;
    EXPECT_EQ(network.delays_ms(0, 1, false, random).size(), 0u);
    EXPECT_EQ(network.delays_ms(0, 1, true, random).size(), 1u) << "what is reliable is not lost";
    EXPECT_EQ(network.delays_ms(1, 0, false, random).size(), 2u) << "the other way has rules of its own";
    network.split({{0, 1}});
    EXPECT_TRUE(network.connected(0, 1));
    EXPECT_FALSE(network.connected(0, 2));
    EXPECT_TRUE(network.connected(2, 3)) << "an outsider reaches everybody";
    EXPECT_EQ(faults.text(), "lost 1, duplicated 2, late 5, partition 1");
}

} // namespace quoin::sim
