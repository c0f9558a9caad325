#include "real_node.hpp"
#include "signing_log.hpp"
#include "simulated_chain.hpp"
#include "world.hpp"

#include <gtest/gtest.h>

namespace quoin::sim {
namespace {

using namespace engine;

constexpr std::size_t validators = 4;

std::shared_ptr<const Chain> devnet() {
    return *make_chain({.validators = validators});
}

World real_world(std::uint64_t seed) {
    return World({.chain = devnet(), .seed = seed, .make_node = RealNode::factory(seed)});
}

void expect_kept(const World& world) {
    for (const Violation& violation : world.violations()) {
        ADD_FAILURE() << violation.promise << " in slot " << violation.slot.value << ": " << violation.text;
    }
}

TEST(RealNodes, finalize_and_keep_books) {
    World world = real_world(1);
    world.run_slots(60);
    expect_kept(world);
    for (std::size_t i = 0; i < world.size(); ++i) {
        EXPECT_GT(world.node(i).ledger_height(), 50U);
        EXPECT_EQ(world.node(i).ledger_root(50), world.node(0).ledger_root(50));
        EXPECT_TRUE(world.node(i).newest_certificate());
    }
    EXPECT_GT(world.checkers().books().postings(), 10U);
}

TEST(RealNodes, do_the_same_for_the_same_seed) {
    const auto run = [](std::uint64_t seed) {
        World world = real_world(seed);
        world.run_slots(20);
        world.crash(1);
        world.run_slots(5);
        world.restart(1);
        world.run_slots(20);
        return world.trace().hash();
    };
    EXPECT_EQ(run(7), run(7));
    EXPECT_NE(run(7), run(8));
}

TEST(RealNodes, come_back_from_power_cuts_with_all_they_had_finalized) {
    World world = real_world(2);
    SeededRandom random(2);
    world.run_slots(10);
    for (int i = 0; i < 25; ++i) {
        const std::size_t victim = random.below(world.size());
        world.crash(victim);
        world.run_slots(random.below(3));
        world.restart(victim);
        world.run_slots(1 + random.below(4));
    }
    world.heal();
    world.run_slots(14);
    expect_kept(world);
    for (std::size_t i = 0; i < world.size(); ++i) {
        EXPECT_GE(world.node(i).ledger_height() + 10, world.slot().value * 2 / 3);
    }
}

TEST(RealNodes, survive_that_all_lose_power_at_once) {
    World world = real_world(3);
    for (int cut = 0; cut < 5; ++cut) {
        world.run_slots(12);
        for (std::size_t i = 0; i < world.size(); ++i) {
            world.crash(i);
        }
        for (std::size_t i = 0; i < world.size(); ++i) {
            world.restart(i);
        }
    }
    world.run_slots(14);
    expect_kept(world);
    EXPECT_GT(world.node(0).ledger_height(), 40U);
}

/// One node with all the keys, on a disk that fails: whatever it signs is held against it.
class FailingDisk {
public:
    FailingDisk(std::uint64_t seed, const DiskRules& rules) : node_(0, chain_, keys(), seed, rules) {
        now_ms_ = chain_->genesis.time_ms;
        start();
    }

    void run_slots(std::uint64_t slots) {
        const std::uint64_t end_ms = now_ms_ + slots * chain_->spec().slot_ms;
        while (now_ms_ < end_ms) {
            if (!node_.is_up()) {
                start();
                continue;
            }
            now_ms_ = std::min(end_ms, std::max(now_ms_, node_.next_wakeup_ms()));
            step(Tick{});
        }
    }
    void crash() { node_.crash(); }

    RealNode& node() { return node_; }
    const std::vector<std::string>& complaints() const { return complaints_; }
    std::uint64_t starts() const { return starts_; }

private:
    std::vector<ValidatorKey> keys() const {
        std::vector<ValidatorKey> keys;
        for (std::uint64_t i = 0; i < validators; ++i) {
            keys.push_back(validator_key(i));
        }
        return keys;
    }

    void start() {
        ++starts_;
        node_.start(now_ms_);
        if (!node_.is_up()) {
            return;
        }
        if (node_.ledger_height() + 1 < ledger_.size()) {
            complaints_.push_back("finalized blocks are lost");
            ledger_.resize(node_.ledger_height() + 1);
        }
        for (std::uint64_t number = 0; number < ledger_.size(); ++number) {
            if (node_.ledger_root(number) != ledger_[number]) {
                complaints_.push_back("finalized block " + std::to_string(number) + " is another one");
            }
        }
        look();
        const SharedSnapshot view = node_.view();
        step(PeerConnected{{}, view->head, view->certified, {}}); // we are in sync
    }

    void step(Input input) {
        node_.step(now_ms_, std::move(input));
        look();
    }

    void look() {
        for (std::uint64_t number = ledger_.size(); node_.is_up() && number <= node_.ledger_height(); ++number) {
            ledger_.push_back(node_.ledger_root(number));
        }
        for (const SimulatedNode::Outgoing& mail : node_.outbox) {
            const auto* message = std::get_if<Message>(&mail.what);
            const auto* vote = message == nullptr ? nullptr : std::get_if<SingleAttestation>(message);
            const auto* proposal = message == nullptr ? nullptr : std::get_if<Proposal>(message);
            if ((vote != nullptr && log_.add(vote->validator, vote->data)) ||
                (proposal != nullptr && log_.add(proposal->block.message))) {
                complaints_.push_back("it signed what gets it slashed");
            }
        }
        node_.outbox.clear();
    }

    std::shared_ptr<const Chain> chain_ = devnet();
    RealNode node_;
    SigningLog log_;
    std::vector<Root> ledger_; ///< as it was seen, by number
    std::vector<std::string> complaints_;
    std::uint64_t now_ms_ = 0;
    std::uint64_t starts_ = 0;
};

TEST(RealNode, a_disk_that_fails_again_and_again_costs_time_and_nothing_else) {
    std::uint64_t failures = 0;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        SCOPED_TRACE("QUOIN_SEED=" + std::to_string(seed));
        FailingDisk disk(seed, {.calls_per_failure = 150});
        disk.run_slots(80);
        EXPECT_TRUE(disk.complaints().empty()) << disk.complaints().front();
        EXPECT_GT(disk.node().ledger_height(), 20U);
        failures += disk.node().disk_failures();
    }
    EXPECT_GT(failures, 60U);
}

TEST(RealNode, a_disk_that_lies_is_noticed_after_a_power_cut) {
    std::size_t noticed = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        FailingDisk disk(seed, {.is_lying = true});
        for (int cut = 0; cut < 4 && disk.complaints().empty(); ++cut) {
            try {
                disk.run_slots(15);
                disk.crash();
            } catch (const std::runtime_error&) { // what came back is no database of ours any more
                ++noticed;
                break;
            }
        }
        noticed += disk.complaints().empty() ? 0 : 1;
    }
    EXPECT_GE(noticed, 9U);
}

} // namespace
} // namespace quoin::sim
