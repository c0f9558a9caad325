#include "stream_session.hpp"
#include "world.hpp"

#include <gtest/gtest.h>

namespace quoin::api {

namespace {

/// A session without a socket: whoever asks is as fast or slow as the test wants.
struct Session {
    explicit Session(const Limits& the_bounds = limits)
        : bounds(the_bounds), feed(world.ledger, bounds), session(feed, bounds, [] { return false; }) {}

    std::string next(std::uint64_t now_ms = 1) {
        const auto frame = session.next(now_ms);
        return frame ? frame->head + (frame->data ? *frame->data : "") + std::string{frame->tail} : "";
    }
    void finalize() {
        world.grow(1);
        feed.advance(world.height());
    }

    Limits bounds;
    test::World world;
    FinalizedFeed feed;
    StreamSession session;
};

LiveEvent head_event(std::uint64_t number) {
    return {Topic::head, "{\"number\":\"" + std::to_string(number) + "\"}"};
}

TEST(StreamSession, live_events_that_do_not_fit_the_outbox_are_named_by_a_gap) {
    Limits bounds;
    bounds.outbox_bytes_max = 1'000;
    Session client{bounds};
    client.session.command(R"({"op":"subscribe","topic":"head"})");
    EXPECT_NE(client.next().find("subscribed"), std::string::npos);
    for (std::uint64_t i = 1; i <= 20; ++i) {
        client.session.live(head_event(i));
        EXPECT_LE(client.session.outbox_bytes(), bounds.outbox_bytes_max);
    }
    std::uint64_t seen = 0;
    for (std::string frame = client.next(); frame.find("event") != std::string::npos; frame = client.next()) {
        EXPECT_NE(frame.find("\"seq\":\"" + std::to_string(++seen) + "\""), std::string::npos);
        if (seen == 6) {
            break;
        }
    }
    client.session.live(head_event(21)); // room again: the gap comes before it
    std::string all;
    for (std::string frame = client.next(); !frame.empty(); frame = client.next()) {
        all += frame + "\n";
    }
    const std::size_t gap = all.find(R"("op":"gap","sub":"s1")");
    ASSERT_NE(gap, std::string::npos) << all;
    EXPECT_NE(all.find(R"("to":"20","why":"slow_consumer")"), std::string::npos) << all;
    EXPECT_GT(all.find("\"seq\":\"21\""), gap);
    EXPECT_EQ(client.session.outbox_bytes(), 0U);
}

TEST(StreamSession, a_gap_is_said_even_when_nothing_comes_after_it) {
    Limits bounds;
    bounds.outbox_bytes_max = 1;
    Session client{bounds};
    client.session.command(R"({"op":"subscribe","topic":"head"})");
    client.next();
    client.session.live(head_event(1));
    client.session.live(head_event(2));
    EXPECT_EQ(client.next(), R"({"op":"gap","sub":"s1","from":"1","to":"2","why":"slow_consumer"})");
    EXPECT_EQ(client.next(), "");
}

TEST(StreamSession, a_replay_of_history_does_not_hold_up_live_events) {
    Session client;
    client.world.grow(50);
    client.feed.advance(50);
    client.session.command(R"({"op":"subscribe","topic":"finalized_block","from":"genesis"})");
    client.session.command(R"({"op":"subscribe","topic":"head"})");
    client.next();
    client.next();
    client.session.live(head_event(1));
    const std::string two = client.next() + client.next();
    EXPECT_NE(two.find("\"topic\":\"head\""), std::string::npos);
    EXPECT_NE(two.find("\"topic\":\"finalized_block\""), std::string::npos);
}

TEST(StreamSession, durable_subscriptions_take_turns) {
    Session client;
    client.world.grow(5);
    client.feed.advance(5);
    client.session.command(R"({"op":"subscribe","topic":"finalized_block","from":"genesis"})");
    client.session.command(R"({"op":"subscribe","topic":"finalized_block","from":"genesis"})");
    client.next();
    client.next();
    const std::string one = client.next();
    const std::string two = client.next();
    EXPECT_NE(one.substr(0, 24), two.substr(0, 24)); // another sub
}

TEST(StreamSession, caught_up_is_said_again_after_credit_ran_out) {
    Session client;
    client.session.command(R"({"op":"subscribe","topic":"finalized_block","from":"head","credit":1})");
    client.next();
    EXPECT_NE(client.next().find("caught_up"), std::string::npos);
    client.finalize();
    EXPECT_NE(client.next().find("\"seq\":\"1\""), std::string::npos);
    EXPECT_EQ(client.next(), "");
    client.finalize();
    EXPECT_EQ(client.next(), "");
    client.session.command(R"({"op":"ack","sub":"s1","seq":"1"})");
    EXPECT_NE(client.next().find("\"seq\":\"2\""), std::string::npos);
    EXPECT_NE(client.next().find("caught_up"), std::string::npos);
}

TEST(StreamSession, only_an_event_that_waits_makes_a_client_late) {
    Limits bounds;
    Session client{bounds};
    client.session.command(R"({"op":"subscribe","topic":"slashing","from":"head","credit":1})");
    client.next();
    client.next();
    for (int i = 0; i < 5; ++i) {
        client.finalize();
        EXPECT_EQ(client.next(1), "");
    }
    EXPECT_FALSE(client.session.stalled(1 + 2 * bounds.stalled_subscriber_ms).has_value());
    client.session.command(R"({"op":"subscribe","topic":"finalized_block","from":"cursor:0.0","credit":1})");
    client.next();
    client.next(10);
    client.next(10);
    EXPECT_FALSE(client.session.stalled(9 + bounds.stalled_subscriber_ms).has_value());
    const auto stalled = client.session.stalled(10 + bounds.stalled_subscriber_ms);
    ASSERT_TRUE(stalled.has_value());
    EXPECT_EQ(stalled->cursor, "cursor:0.0"); // nothing was acknowledged
}

TEST(StreamSession, answers_that_are_not_read_stop_the_reading_of_commands) {
    Session client;
    int commands = 0;
    while (!client.session.is_congested()) {
        client.session.command("{}");
        ++commands;
    }
    EXPECT_LE(commands, 64);
    client.next();
    EXPECT_FALSE(client.session.is_congested());
}

TEST(FinalizedFeed, what_is_kept_of_old_blocks_is_bounded_and_still_right) {
    Limits bounds;
    bounds.rendered_block_bytes_max = 4'000;
    test::World world;
    world.grow(40);
    FinalizedFeed feed{world.ledger, bounds};
    for (int round = 0; round < 2; ++round) {
        for (std::uint64_t number = 0; number <= 40; ++number) {
            const auto event = feed.block_event(number, {true, true});
            ASSERT_TRUE(event.has_value());
            EXPECT_NE(event->data->find("\"number\":\"" + std::to_string(number) + "\""), std::string::npos);
        }
    }
    const std::uint64_t before = world.ledger.block_reads;
    feed.block_event(40, {true, true});
    EXPECT_EQ(world.ledger.block_reads, before); // the tip stays
    feed.block_event(0, {true, true});
    EXPECT_EQ(world.ledger.block_reads, before + 1);
}

} // namespace

} // namespace quoin::api
