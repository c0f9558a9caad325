#include "fakes.hpp"
#include "slot_times.hpp"
#include "support/sample_genesis.hpp"

#include <gtest/gtest.h>

namespace quoin::api {

namespace {

using test::sample_spec;

Chain chain_with(Pacing pacing) {
    Spec spec = sample_spec();
    spec.pacing = pacing;
    return test::sample_chain(4, spec);
}

/// A ledger and a head, of which only slots and times are looked at.
class Clocked {
public:
    explicit Clocked(Pacing pacing) : chain_(chain_with(pacing)) { clock.now = chain_.genesis.time_ms; }

    void add_block(std::uint64_t slot, std::uint64_t ms_since_genesis) {
        ports::FinalizedBlock block;
        block.number = blocks_++;
        block.root[0] = static_cast<std::uint8_t>(block.number);
        block.block.message.slot = Slot{slot};
        block.block.message.time_ms = at(ms_since_genesis);
        State state;
        state.latest_block_header = header_of(block.block.message);
        block.post_state = share_sealed(std::move(state));
        auto snapshot = std::make_shared<engine::Snapshot>();
        snapshot->head_state = block.post_state;
        snapshot->finalized_number = block.number;
        ledger_.append({&block, 1});
        snapshots_.publish(snapshot);
    }
    SlotTimes times() {
        return SlotTimes{{chain_, snapshots_, inbox_, ledger_, chain_store_, network_, metrics_, clock}};
    }
    std::uint64_t at(std::uint64_t ms_since_genesis) const { return chain_.genesis.time_ms + ms_since_genesis; }

    test::FakeClock clock;

private:
    Chain chain_;
    ports::Snapshots snapshots_;
    test::FakeInbox inbox_;
    test::FakeLedger ledger_;
    test::FakeChainStore chain_store_;
    test::FakeNetwork network_;
    ports::NodeMetrics metrics_;
    std::uint64_t blocks_ = 0;
};

TEST(SlotTimes, of_timer_pacing_are_the_clocks_and_need_no_block) {
    Clocked world(Pacing::timer);
    EXPECT_EQ(world.times().start_ms(Slot{0}), world.at(0));
    EXPECT_EQ(world.times().start_ms(Slot{7}), world.at(7 * 250));
    EXPECT_EQ(world.times().start_ms(Era{2}), world.at(16 * 250));
    EXPECT_FALSE(world.times().start_ms(Era::far_future()));
}

TEST(SlotTimes, of_responsive_pacing_follow_the_last_blocks) {
    Clocked world(Pacing::responsive);
    EXPECT_FALSE(world.times().start_ms(Slot{5})) << "no block says anything";
    world.add_block(0, 0);
    world.add_block(1, 900);
    EXPECT_FALSE(world.times().start_ms(Slot{5})) << "one block shows no pace";
    world.add_block(3, 1'100);
    EXPECT_EQ(world.times().start_ms(Slot{5}), world.at(1'100 + 2 * 100));
    EXPECT_EQ(world.times().start_ms(Era{2}), world.at(1'100 + 13 * 100));
    EXPECT_FALSE(world.times().start_ms(Slot{3})) << "it has begun: its block knows better";
    EXPECT_FALSE(world.times().start_ms(Era::far_future()));
}

TEST(SlotTimes, of_responsive_pacing_look_at_the_last_blocks_alone) {
    Clocked world(Pacing::responsive);
    world.add_block(0, 0);
    for (std::uint64_t slot = 1; slot <= 200; ++slot) {
        world.add_block(slot, slot < 100 ? slot * 1'000 : 100'000 + (slot - 100) * 60);
    }
    EXPECT_EQ(world.times().start_ms(Slot{300}), world.at(106'000 + 100 * 60));
}

TEST(SlotTimes, of_responsive_pacing_keep_to_the_spec_and_never_lie_in_the_past) {
    Clocked world(Pacing::responsive);
    world.add_block(0, 0);
    world.add_block(1, 100);
    world.add_block(11, 101);
    EXPECT_EQ(world.times().start_ms(Slot{21}), world.at(101 + 10 * sample_spec().min_slot_ms));
    world.clock.now = world.at(60'000);
    EXPECT_EQ(world.times().start_ms(Slot{12}), world.at(60'000));
}

} // namespace

} // namespace quoin::api
