#include "world.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/codec/ssz.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace quoin::test {

namespace {

std::string ack(const std::string& sub, std::uint64_t seq) {
    return R"({"op":"ack","sub":")" + sub + R"(","seq":")" + std::to_string(seq) + "\"}";
}

TEST(Stream, finalized_blocks_come_once_in_order_with_matching_previous_roots) {
    World world;
    world.grow(5);
    WsClient client{world.port()};
    ASSERT_EQ(client.status(), 101);
    client.send(subscribe("finalized_block", "genesis"));
    const auto subscribed = client.next();
    EXPECT_EQ(member(subscribed, "/op"), "subscribed");
    EXPECT_EQ(member(subscribed, "/id"), "a");
    EXPECT_EQ(member(subscribed, "/sub"), "s1");
    EXPECT_EQ(member(subscribed, "/next"), "0");
    EXPECT_EQ(member(subscribed, "/oldest"), "0");
    EXPECT_EQ(member(subscribed, "/newest"), "5");
    for (std::uint64_t number = 0; number <= 5; ++number) {
        const auto event = client.next();
        EXPECT_EQ(member(event, "/op"), "event");
        EXPECT_EQ(member(event, "/sub"), "s1");
        EXPECT_EQ(member(event, "/seq"), std::to_string(number));
        EXPECT_EQ(member(event, "/cursor"), "cursor:" + std::to_string(number) + ".0");
        EXPECT_EQ(member(event, "/topic"), "finalized_block");
        EXPECT_EQ(member(event, "/data/root"), to_hex(world.root_of(number)));
        EXPECT_EQ(member(event, "/prev"), number == 0 ? to_hex(Root{}) : to_hex(world.root_of(number - 1)));
    }
    EXPECT_EQ(member(client.next(), "/op"), "caught_up");
    world.extend();
    world.extend();
    world.finalize(); // one checkpoint, two blocks: two events
    EXPECT_EQ(member(client.next(), "/seq"), "6");
    EXPECT_EQ(member(client.next(), "/seq"), "7");
}

TEST(Stream, a_cursor_resumes_after_its_event_on_any_node) {
    World world;
    World other; // an equal chain: another node
    world.grow(6);
    other.grow(4);
    std::string cursor = "cursor:2.0";
    {
        WsClient client{world.port()};
        client.send(subscribe("finalized_block", cursor));
        client.next();
        for (int i = 0; i < 2; ++i) {
            cursor = member(client.next(), "/cursor");
        }
    }
    EXPECT_EQ(cursor, "cursor:4.0");
    WsClient client{other.port()};
    client.send(subscribe("finalized_block", cursor));
    EXPECT_EQ(member(client.next(), "/next"), "5");
    EXPECT_EQ(member(client.next(), "/op"), "caught_up");
    other.grow(1);
    const auto event = client.next();
    EXPECT_EQ(member(event, "/seq"), "5");
    EXPECT_EQ(member(event, "/prev"), to_hex(world.root_of(4)));
}

TEST(Stream, a_cursor_ahead_of_this_node_waits_for_it_without_a_gap) {
    World world;
    world.grow(2);
    WsClient client{world.port()};
    client.send(subscribe("finalized_block", "cursor:3.0"));
    EXPECT_EQ(member(client.next(), "/next"), "4");
    world.grow(4);
    std::string seqs;
    while (seqs.size() < 2) {
        const auto frame = client.next();
        seqs += member(frame, "/op") == "event" ? member(frame, "/seq") : "";
    }
    EXPECT_EQ(seqs, "45");
}

TEST(Stream, a_start_may_be_a_slot_a_root_or_the_tip) {
    World world;
    world.grow(6);
    const auto first_of = [&](const std::string& from) {
        WsClient client{world.port()};
        client.send(subscribe("finalized_block", from));
        return member(client.next(), "/next");
    };
    EXPECT_EQ(first_of("slot:3"), "3");
    EXPECT_EQ(first_of("root:" + to_hex(world.root_of(3))), "4");
    EXPECT_EQ(first_of("head"), "7");
    EXPECT_EQ(first_of("finalized"), "7");
    EXPECT_EQ(first_of("genesis"), "0");
}

TEST(Stream, bad_starts_and_topics_have_their_reason) {
    Limits bounds;
    bounds.cursor_ahead_blocks_max = 10;
    World world{bounds};
    world.grow(6);
    WsClient client{world.port()};
    const auto reason = [&](const std::string& text) {
        client.send(text);
        const auto answer = client.next();
        EXPECT_EQ(member(answer, "/op"), "error") << text;
        return member(answer, "/code") + " " + member(answer, "/reason");
    };
    EXPECT_EQ(reason(subscribe("weather", "head")), "400 UNKNOWN_TOPIC");
    for (const std::string from : {"", "tomorrow", "cursor:", "cursor:1", "cursor:1.x", "cursor:-1.0", "cursor:01.0",
                                   "cursor:9223372036854775807.0", "cursor:17.0", "slot:99", "slot:x", "root:0x12"}) {
        EXPECT_EQ(reason(subscribe("finalized_block", from)), "400 CURSOR_INVALID") << from;
    }
    EXPECT_EQ(reason(subscribe("finalized_block", "root:" + to_hex(Root{}))), "400 CURSOR_INVALID");
    EXPECT_EQ(reason(subscribe("head", "genesis")), "400 CURSOR_INVALID");
    client.send(subscribe("finalized_block", "cursor:16.0"));
    EXPECT_EQ(member(client.next(), "/op"), "subscribed");
}

TEST(Stream, a_pruned_cursor_is_410_and_names_the_oldest_block) {
    World world;
    world.grow(9);
    world.ledger.first_kept = 5;
    WsClient client{world.port()};
    client.send(subscribe("finalized_block", "cursor:3.0"));
    const auto answer = client.next();
    EXPECT_EQ(member(answer, "/code"), "410");
    EXPECT_EQ(member(answer, "/reason"), "CURSOR_PRUNED");
    EXPECT_EQ(member(answer, "/details/oldest"), "5");
    EXPECT_EQ(member(answer, "/id"), "a");
    client.send(subscribe("finalized_block", "genesis"));
    EXPECT_EQ(member(client.next(), "/reason"), "CURSOR_PRUNED");
    client.send(subscribe("finalized_block", "cursor:4.0"));
    EXPECT_EQ(member(client.next(), "/next"), "5");
    const auto polled = world.client().get("/v1/finalized?after=cursor:2.0");
    EXPECT_EQ(polled.status, 410);
    EXPECT_EQ(polled.at("/details/oldest"), "5");
}

TEST(Stream, malformed_commands_are_answered_and_the_socket_lives) {
    World world;
    WsClient client{world.port()};
    const auto reason = [&](const std::string& text) {
        client.send(text);
        const auto answer = client.next();
        return member(answer, "/reason") + " " + member(answer, "/details/field");
    };
    EXPECT_EQ(reason("nonsense"), "MALFORMED ?");
    EXPECT_EQ(reason("[]"), "WRONG_TYPE ?");
    EXPECT_EQ(reason("{}"), "MISSING_FIELD op");
    EXPECT_EQ(reason(R"({"op":"dance"})"), "OUT_OF_RANGE op");
    EXPECT_EQ(reason(R"({"op":"subscribe"})"), "MISSING_FIELD topic");
    EXPECT_EQ(reason(R"({"op":"subscribe","topic":"head","colour":1})"), "UNKNOWN_FIELD colour");
    EXPECT_EQ(reason(subscribe("finalized_block", "head", R"("include":["secrets"])")), "OUT_OF_RANGE include[0]");
    EXPECT_EQ(reason(subscribe("finalized_block", "head", R"("credit":0)")), "OUT_OF_RANGE credit");
    EXPECT_EQ(reason(subscribe("finalized_block", "head", R"("credit":1025)")), "OUT_OF_RANGE credit");
    EXPECT_EQ(reason(subscribe("finalized_block", "head", R"("filter":{"account":"0x1"})")), "BAD_HEX filter.account");
    EXPECT_EQ(reason(subscribe("slashing", "head", R"("include":["postings"])")), "UNKNOWN_FIELD include");
    EXPECT_EQ(reason(subscribe("head", "head", R"("credit":5)")), "UNKNOWN_FIELD credit");
    EXPECT_EQ(reason(ack("s9", 1)), "NOT_FOUND sub");
    EXPECT_EQ(reason(R"({"op":"ack","sub":"s1"})"), "MISSING_FIELD seq");
    EXPECT_EQ(reason(R"({"op":"unsubscribe","sub":"s1"})"), "NOT_FOUND sub");
    client.send(subscribe("finalized_block", "head", R"("credit":1024)"));
    EXPECT_EQ(member(client.next(), "/op"), "subscribed");
    EXPECT_EQ(member(client.next(), "/op"), "caught_up");
    EXPECT_EQ(reason(ack("s1", 7)), "OUT_OF_RANGE seq");
}

TEST(Stream, subscriptions_of_a_socket_are_limited) {
    World world;
    WsClient client{world.port()};
    for (std::size_t i = 0; i < limits.subscriptions_per_socket_max; ++i) {
        client.send(subscribe("head", "head"));
        EXPECT_EQ(member(client.next(), "/sub"), "s" + std::to_string(i + 1));
    }
    client.send(subscribe("head", "head"));
    EXPECT_EQ(member(client.next(), "/reason"), "TOO_MANY_REQUESTS");
    client.send(R"({"op":"unsubscribe","sub":"s1"})");
    EXPECT_EQ(member(client.next(), "/op"), "unsubscribed");
    client.send(subscribe("head", "head"));
    EXPECT_EQ(member(client.next(), "/op"), "subscribed");
}

TEST(Stream, events_carry_the_lists_asked_for_and_only_what_touches_the_account) {
    World world;
    world.extend({world.transfer(0), world.transfer(0, 5, 1)});
    world.finalize();
    WsClient client{world.port()};
    client.send(subscribe("finalized_block", "cursor:0.0", R"("include":["transactions","postings"])"));
    client.next();
    const auto whole = client.next();
    EXPECT_EQ(whole["data"]["transactions"].Size(), 2U);
    EXPECT_GE(whole["data"]["postings"].Size(), 4U);
    client.next(); // caught up
    client.send(subscribe("finalized_block", "cursor:0.0",
                          R"("include":["transactions"],"filter":{"account":")" + to_hex(world.address(1)) + "\"}"));
    client.next();
    const auto filtered = client.next();
    ASSERT_EQ(filtered["data"]["transactions"].Size(), 1U);
    EXPECT_EQ(member(filtered, "/data/transactions/0/sender"), to_hex(world.address(1)));
    EXPECT_EQ(member(filtered, "/data/transaction_count"), "2");
    EXPECT_FALSE(filtered["data"].HasMember("postings"));
}

TEST(Stream, past_its_credit_a_client_gets_nothing_until_it_acknowledges) {
    World world;
    world.grow(8);
    WsClient client{world.port()};
    client.send(subscribe("finalized_block", "genesis", R"("credit":3)"));
    client.next();
    for (const char* seq : {"0", "1", "2"}) {
        EXPECT_EQ(member(client.next(), "/seq"), seq);
    }
    client.send(subscribe("head", "head")); // its answer would come after any event that is on its way
    EXPECT_EQ(member(client.next(), "/op"), "subscribed");
    client.send(ack("s1", 1));
    EXPECT_EQ(member(client.next(), "/seq"), "3");
    EXPECT_EQ(member(client.next(), "/seq"), "4");
    client.send(ack("s1", 4));
    for (const char* seq : {"5", "6", "7"}) {
        EXPECT_EQ(member(client.next(), "/seq"), seq);
    }
    client.send(ack("s1", 7));
    EXPECT_EQ(member(client.next(), "/seq"), "8");
    EXPECT_EQ(member(client.next(), "/op"), "caught_up");
}

TEST(Stream, who_stays_past_its_credit_is_closed_with_the_cursor_to_resume_from) {
    Limits bounds;
    bounds.stalled_subscriber_ms = 200;
    World world{bounds};
    world.grow(8);
    WsClient client{world.port()};
    client.send(subscribe("finalized_block", "genesis", R"("credit":3)"));
    for (int i = 0; i < 4; ++i) {
        client.next();
    }
    client.send(ack("s1", 1));
    client.next();
    client.next();
    const auto error = client.next();
    EXPECT_EQ(member(error, "/op"), "error");
    EXPECT_EQ(member(error, "/reason"), "TIMED_OUT");
    EXPECT_EQ(member(error, "/details/cursor"), "cursor:1.0");
    const WsFrame close = client.receive();
    EXPECT_EQ(close.opcode, 8);
    EXPECT_EQ(close.close_code(), 1013);
    EXPECT_EQ(close.close_reason(), "cursor:1.0");
}

TEST(Stream, a_reader_that_never_reads_is_cut_and_others_do_not_notice) {
    Limits bounds;
    bounds.stalled_subscriber_ms = 300;
    World world{bounds};
    for (std::uint64_t nonce = 0; nonce < 40; ++nonce) {
        std::vector<SignedTransaction> transactions;
        for (std::uint64_t i = 0; i < 30; ++i) {
            transactions.push_back(world.transfer(nonce * 30 + i));
        }
        world.extend(std::move(transactions));
    }
    world.finalize();
    WsClient stalled{world.port(), {}, 4'096};
    for (int i = 0; i < 64; ++i) {
        stalled.send(subscribe("finalized_block", "genesis", R"("include":["transactions","postings"])"));
    }
    WsClient honest{world.port()};
    honest.send(subscribe("finalized_block", "cursor:38.0"));
    honest.next();
    EXPECT_EQ(member(honest.next(), "/seq"), "39");
    int subscribers = 2;
    for (int look = 0; look < 300 && subscribers > 1; ++look) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        const std::string text = world.client().get("/metrics").body;
        const std::size_t at = text.find("\nquoin_stream_subscribers ");
        subscribers = text[at + 26] - '0';
    }
    EXPECT_EQ(subscribers, 1);
    world.grow(1);
    EXPECT_EQ(member(honest.next(), "/seq"), "40");
}

TEST(Stream, slashings_and_evidence_come_in_their_block_and_resume_by_index) {
    World world;
    world.grow(3);
    const ProposerSlashing one = world.double_proposal(ValidatorIndex{0}, Slot{1});
    const ProposerSlashing two = world.double_proposal(ValidatorIndex{1}, Slot{1});
    WsClient live{world.port()};
    live.send(subscribe("slashing", "head"));
    live.next();
    EXPECT_EQ(member(live.next(), "/op"), "caught_up");
    world.grow(20);
    world.extend({}, {one, two});
    world.finalize();
    const std::string block = std::to_string(world.height());
    const auto first = live.next();
    EXPECT_EQ(member(first, "/cursor"), "cursor:" + block + ".0");
    EXPECT_EQ(member(first, "/data/validator"), "0");
    EXPECT_EQ(member(first, "/data/offence"), "double_proposal");
    EXPECT_EQ(member(live.next(), "/cursor"), "cursor:" + block + ".1");
    world.grow(20);

    WsClient replay{world.port()};
    replay.send(subscribe("slashing", "genesis"));
    replay.next();
    EXPECT_EQ(member(replay.next(), "/data/validator"), "0");
    EXPECT_EQ(member(replay.next(), "/data/validator"), "1");
    EXPECT_EQ(member(replay.next(), "/op"), "caught_up");
    WsClient resumed{world.port()};
    resumed.send(subscribe("slashing", "cursor:" + block + ".0"));
    resumed.next();
    EXPECT_EQ(member(resumed.next(), "/data/validator"), "1");
    WsClient evidence{world.port()};
    evidence.send(subscribe("evidence", "genesis"));
    evidence.next();
    EXPECT_EQ(member(evidence.next(), "/data/root"), to_hex(hash_tree_root(one)));
}

TEST(Stream, lifecycle_and_era_rewards_are_durable_topics) {
    World world;
    world.grow(2);
    world.extend({}, {world.double_proposal(ValidatorIndex{0}, Slot{1})});
    world.grow(20);
    WsClient client{world.port()};
    client.send(subscribe("validator_lifecycle", "genesis"));
    client.next();
    std::string kind;
    for (int i = 0; i < 20 && kind != "slashed"; ++i) {
        kind = member(client.next(), "/data/kind");
    }
    EXPECT_EQ(kind, "slashed");
    WsClient rewards{world.port()};
    rewards.send(subscribe("era_rewards", "genesis"));
    rewards.next();
    const auto event = rewards.next();
    EXPECT_EQ(member(event, "/data/era"), "0");
    EXPECT_EQ(event["data"]["rewards"].Size(), 4U);
}

TEST(Stream, a_search_through_many_blocks_is_done_in_parts) {
    Limits bounds;
    bounds.stream_scan_blocks_max = 3;
    World world{bounds};
    world.grow(30);
    WsClient client{world.port()};
    client.send(subscribe("evidence", "genesis"));
    client.next();
    const auto frame = client.next();
    EXPECT_EQ(member(frame, "/op"), "caught_up");
    EXPECT_EQ(member(frame, "/seq"), "30");
}

TEST(Stream, live_topics_show_heads_blocks_and_reorgs) {
    World world;
    WsClient client{world.port()};
    for (const char* topic : {"head", "block", "reorg", "transaction"}) {
        client.send(subscribe(topic, "head"));
        client.next();
    }
    const Root root = world.extend();
    const auto one = client.next();
    const auto two = client.next();
    EXPECT_EQ(member(one, "/seq"), "1");
    EXPECT_EQ(member(one, "/data/root"), to_hex(root));
    EXPECT_NE(member(one, "/topic"), member(two, "/topic"));
    world.snapshots.notify(engine::Event{engine::HeadChanged{Slot{9}, root, Root{}, 2, Root{}}});
    EXPECT_EQ(member(client.next(), "/data/depth"), "2");
    EXPECT_EQ(member(client.next(), "/data/depth"), "2");
    world.snapshots.notify(engine::Event{engine::TransactionSeen{root}});
    EXPECT_EQ(member(client.next(), "/data/hash"), to_hex(root));
}

TEST(Stream, pings_come_in_their_interval_and_silence_is_cut) {
    Limits bounds;
    bounds.ping_interval_ms = 100;
    bounds.stalled_subscriber_ms = 1'000;
    World world{bounds};
    WsClient client{world.port()};
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(client.receive().opcode, 9);
    EXPECT_EQ(client.receive().opcode, 9);
    const auto passed = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(passed, std::chrono::milliseconds(150));
    int opcode = 9;
    while (opcode == 9) {
        opcode = client.receive().opcode; // and no pong
    }
    EXPECT_EQ(opcode, 0);
}

TEST(Stream, binary_and_oversize_frames_close_the_socket) {
    World world;
    WsClient binary{world.port()};
    binary.send_frame(2, "{}");
    EXPECT_EQ(binary.receive().close_code(), 1003);
    WsClient fits{world.port()};
    fits.send("{" + std::string(limits.stream_command_bytes_max - 2, ' ') + "}");
    EXPECT_EQ(member(fits.next(), "/reason"), "MISSING_FIELD");
    WsClient large{world.port()};
    large.send("{" + std::string(limits.stream_command_bytes_max - 1, ' ') + "}");
    EXPECT_EQ(large.receive().close_code(), 1009);
}

TEST(Stream, a_server_that_stops_says_goodbye_with_the_cursor) {
    World world;
    world.grow(2);
    WsClient client{world.port()};
    client.send(subscribe("finalized_block", "genesis"));
    for (int i = 0; i < 5; ++i) {
        client.next();
    }
    std::thread stopper{[&] { world.stop(); }};
    const WsFrame close = client.receive();
    stopper.join();
    EXPECT_EQ(close.opcode, 8);
    EXPECT_EQ(close.close_code(), 1001);
    EXPECT_EQ(close.close_reason(), "cursor:2.0");
}

TEST(Stream, many_subscribers_of_one_topic_share_the_reading_of_the_ledger) {
    World world;
    world.grow(2);
    std::vector<WsClient> clients;
    for (int i = 0; i < 50; ++i) {
        clients.emplace_back(world.port());
        clients.back().send(subscribe("finalized_block", "head"));
        clients.back().next();
        EXPECT_EQ(member(clients.back().next(), "/op"), "caught_up");
    }
    const std::uint64_t before = world.ledger.block_reads;
    world.grow(1);
    for (WsClient& client : clients) {
        EXPECT_EQ(member(client.next(), "/seq"), "3");
    }
    EXPECT_LE(world.ledger.block_reads - before, 2U);
}

TEST(Stream, a_plain_get_of_the_websocket_route_is_refused) {
    World world;
    EXPECT_EQ(world.client().get("/v1/ws").status, 400);
}

TEST(EventStream, resumes_by_the_last_event_id) {
    World world;
    world.grow(3);
    HttpClient client = world.client();
    client.connection().send("GET /v1/events?topics=finalized_block,head HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                             "Last-Event-ID: cursor:1.0\r\n\r\n");
    RawConnection& stream = client.connection();
    const std::string head = stream.receive_until("\r\n\r\n");
    EXPECT_NE(head.find("200 OK"), std::string::npos);
    EXPECT_NE(head.find("text/event-stream"), std::string::npos);
    EXPECT_EQ(head.find("Content-Length"), std::string::npos);
    const auto next_with = [&](const std::string& start) {
        for (;;) {
            const std::string event = stream.receive_until("\n\n");
            if (event.empty() || event.starts_with(start)) {
                return event;
            }
        }
    };
    EXPECT_NE(next_with("id:").find("id: cursor:2.0\nevent: finalized_block\ndata: {\"number\":\"2\""),
              std::string::npos);
    EXPECT_NE(next_with("id:").find("id: cursor:3.0"), std::string::npos);
    world.extend();
    EXPECT_NE(next_with("event: head").find("\"slot\":\"4\""), std::string::npos);
}

TEST(EventStream, bad_topics_and_cursors_are_http_errors) {
    World world;
    world.grow(3);
    EXPECT_EQ(world.client().get("/v1/events").at("/details/field"), "topics");
    EXPECT_EQ(world.client().get("/v1/events?topics=weather").at("/reason"), "UNKNOWN_TOPIC");
    EXPECT_EQ(world.client().get("/v1/events?topics=slashing,evidence").status, 400);
    EXPECT_EQ(world.client().get("/v1/events?topics=slashing&from=yesterday").at("/reason"), "CURSOR_INVALID");
}

} // namespace

} // namespace quoin::test
