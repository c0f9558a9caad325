#include "dial_book.hpp"

#include <gtest/gtest.h>

namespace quoin::gossip {
namespace {

engine::PeerId identity(std::uint8_t number, std::uint8_t more = 0) {
    engine::PeerId id;
    id[0] = number;
    id[1] = more;
    return id;
}

PeerAddress address_of(std::uint8_t number, std::uint8_t more = 0) {
    return {identity(number, more), "127.0.0.1", static_cast<std::uint16_t>(1'000 + number)};
}

const engine::PeerId self = identity(200);

DialBook book_with_statics(std::initializer_list<std::uint8_t> numbers) {
    DialBook book{self, {100, 1'000, 60'000}, 1};
    for (const std::uint8_t number : numbers) {
        book.add_static(address_of(number));
    }
    return book;
}

TEST(Address, is_read_with_and_without_an_id) {
    const std::string digits(64, 'a');
    for (const std::string& text : {digits + "@host.example:9600", "0x" + digits + "@host.example:9600"}) {
        const auto address = parse_peer(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(address->id->octets.front(), 0xaa);
        EXPECT_EQ(address->host, "host.example");
        EXPECT_EQ(address->port, 9'600);
    }
    EXPECT_FALSE(parse_peer("127.0.0.1:1")->id);
    EXPECT_EQ(parse_peer("[::1]:80")->host, "::1");
    EXPECT_EQ(parse_peer("[::1]:80")->endpoint(), "[::1]:80");
}

TEST(Address, anything_else_is_refused) {
    for (const char* text : {"", ":", "host", "host:", ":1", "host:0", "host:65536", "host:1x", "ab@host:1", "::1:80",
                             "ho st:1", "host:-1", "@host:1", "[]:1"}) {
        EXPECT_FALSE(parse_peer(text)) << text;
    }
}

TEST(DialBook, a_static_peer_is_dialled_at_once_and_not_twice) {
    DialBook book = book_with_statics({1});
    ASSERT_EQ(book.due({}, 0, 0).size(), 1U);
    EXPECT_TRUE(book.due({}, 0, 10'000).empty());
}

TEST(DialBook, who_is_connected_is_not_dialled) {
    DialBook book = book_with_statics({1, 2});
    const auto due = book.due({identity(1)}, 0, 0);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due.front().address.id, identity(2));
}

TEST(DialBook, ourselves_are_not_dialled_even_under_an_address_without_an_id) {
    DialBook book = book_with_statics({200});
    EXPECT_TRUE(book.due({}, 0, 0).empty());
    book.add_static({std::nullopt, "127.0.0.1", 9});
    const auto due = book.due({}, 0, 0);
    ASSERT_EQ(due.size(), 1U);
    book.reached(due.front().entry, self);
    book.failed(due.front().entry, 0);
    EXPECT_TRUE(book.due({}, 0, 1'000'000).empty());
}

TEST(DialBook, failures_double_the_wait_up_to_its_bound_and_success_resets_it) {
    DialBook book = book_with_statics({1});
    std::uint64_t now_ms = 0;
    auto entry = book.due({}, 0, now_ms).front().entry;
    for (const std::uint64_t wait_ms : {100, 200, 400, 800, 1'000, 1'000}) {
        book.failed(entry, now_ms);
        EXPECT_TRUE(book.due({}, 0, now_ms + wait_ms - 1).empty()) << wait_ms;
        now_ms += wait_ms + wait_ms / 4;
        const auto due = book.due({}, 0, now_ms);
        ASSERT_EQ(due.size(), 1U) << wait_ms;
    }
    book.reached(entry, identity(1));
    book.ended(entry, now_ms);
    EXPECT_EQ(book.due({}, 0, now_ms + 125).size(), 1U);
}

TEST(DialBook, a_peer_of_another_chain_is_left_alone_for_long) {
    DialBook book = book_with_statics({1});
    book.wrong_chain(book.due({}, 0, 0).front().entry, 0);
    EXPECT_TRUE(book.due({}, 0, 59'999).empty());
    EXPECT_EQ(book.due({}, 0, 75'000).size(), 1U);
}

TEST(DialBook, those_heard_of_are_dialled_up_to_a_number_and_given_up_when_dead) {
    DialBook book = book_with_statics({});
    for (std::uint8_t i = 1; i <= 5; ++i) {
        book.learn(address_of(i), identity(100));
    }
    EXPECT_TRUE(book.due({}, 0, 0).empty());
    const auto due = book.due({}, 1, 0);
    ASSERT_EQ(due.size(), 1U);
    std::uint64_t now_ms = 0;
    for (std::uint64_t i = 0; i < DialBook::failures_of_learned_max; ++i) {
        book.failed(due.front().entry, now_ms);
        now_ms += 2'000;
    }
    EXPECT_EQ(book.size(), 4U);
}

TEST(DialBook, one_informant_can_not_fill_the_book) {
    DialBook book = book_with_statics({});
    for (int i = 0; i < 1'000; ++i) {
        book.learn(address_of(static_cast<std::uint8_t>(i % 100), static_cast<std::uint8_t>(i / 100)), identity(150));
    }
    EXPECT_EQ(book.size(), DialBook::learned_per_informant_max);
    for (std::uint8_t informant = 0; informant < 100; ++informant) {
        for (int i = 0; i < 100; ++i) {
            book.learn(address_of(static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(10 + informant)),
                       identity(151, informant));
        }
    }
    EXPECT_EQ(book.size(), DialBook::learned_max);
}

TEST(DialBook, one_peer_under_two_entries_is_dialled_once) {
    DialBook book = book_with_statics({1, 1});
    const auto due = book.due({}, 0, 0);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_TRUE(book.due({}, 0, 1).empty());
    book.failed(due.front().entry, 1);
    EXPECT_EQ(book.due({}, 0, 1).size(), 1U) << "the other entry has its turn";
}

TEST(DialBook, an_address_whose_peer_was_found_is_not_learned_again) {
    DialBook book = book_with_statics({});
    book.add_static({std::nullopt, "127.0.0.1", 1'001});
    book.reached(book.due({}, 0, 0).front().entry, identity(1));
    book.learn(address_of(1), identity(1));
    EXPECT_EQ(book.size(), 1U);
}

TEST(DialBook, what_a_peer_says_of_itself_outweighs_hearsay) {
    DialBook book = book_with_statics({});
    book.learn(address_of(1), identity(9));
    PeerAddress moved = address_of(1);
    moved.port = 7;
    book.learn(moved, identity(9));
    EXPECT_EQ(book.due({identity(9)}, 1, 0).front().address.port, 1'001);
    book.learn(moved, identity(1));
    book.ended(1, 0);
    EXPECT_EQ(book.due({}, 1, 1'000).front().address.port, 7);
}

} // namespace
} // namespace quoin::gossip
