#include "input_queue.hpp"
#include "submissions.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace quoin::node::test {
namespace {

class Queue : public testing::Test {
protected:
    ports::NodeMetrics metrics_;
    InputQueue queue_{metrics_, 3};
};

TEST_F(Queue, drops_what_comes_from_outside_when_it_is_full_and_nothing_else) {
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(queue_.push(engine::Tick{}));
    }
    EXPECT_FALSE(queue_.push(engine::Received{}));
    EXPECT_FALSE(queue_.push(engine::Submitted{}));
    EXPECT_EQ(metrics_.inputs_dropped, 2U);
    EXPECT_TRUE(queue_.push(engine::PeerConnected{}));
    EXPECT_TRUE(queue_.push(engine::PeerDisconnected{}));
    EXPECT_TRUE(queue_.push(engine::BlocksAnswered{}));
    queue_.push_reply(engine::Verified{});
    EXPECT_EQ(metrics_.inbox.high_water(), 6U);
    std::size_t taken = 0;
    while (queue_.next(0)) {
        ++taken;
    }
    EXPECT_EQ(taken, 7U);
    EXPECT_EQ(metrics_.inbox.depth(), 0U);
    EXPECT_TRUE(queue_.push(engine::Received{})) << "there is room again";
}

TEST_F(Queue, gives_replies_first_and_keeps_the_order_of_the_rest) {
    queue_.push(engine::Submitted{1, {}});
    queue_.push(engine::Submitted{2, {}});
    queue_.push_reply(engine::Verified{7, {}});
    queue_.push_reply(engine::Verified{8, {}});
    EXPECT_EQ(std::get<engine::Verified>(*queue_.next(0)).id, 7U);
    EXPECT_EQ(std::get<engine::Verified>(*queue_.next(0)).id, 8U);
    EXPECT_EQ(std::get<engine::Submitted>(*queue_.next(0)).id, 1U);
    EXPECT_EQ(std::get<engine::Submitted>(*queue_.next(0)).id, 2U);
    EXPECT_FALSE(queue_.next(1));
    EXPECT_TRUE(queue_.empty());
}

TEST_F(Queue, lets_the_waiting_go_when_it_is_woken_or_stopped) {
    std::thread waker([&] { queue_.wake(); });
    EXPECT_FALSE(queue_.next(60'000));
    waker.join();
    queue_.push(engine::Tick{});
    queue_.stop();
    EXPECT_FALSE(queue_.next(60'000)) << "nothing is given out any more";
    EXPECT_FALSE(queue_.push(engine::Tick{}));
    EXPECT_TRUE(queue_.stopped());
}

TEST_F(Queue, full_means_unavailable_for_each_item_that_was_submitted) {
    Submissions submissions(queue_);
    for (int i = 0; i < 3; ++i) {
        queue_.push(engine::Tick{});
    }
    engine::Transactions transactions;
    transactions.items.resize(4);
    std::vector<Result<Root>> outcomes;
    submissions.submit(transactions, [&](auto given) { outcomes = std::move(given); });
    EXPECT_TRUE(outcomes.empty()) << "completions run where they are delivered";
    submissions.deliver();
    ASSERT_EQ(outcomes.size(), 4U);
    EXPECT_EQ(outcomes[3].fault().reason, Reason::unavailable);
}

TEST_F(Queue, an_answer_reaches_who_asked_and_only_once) {
    Submissions submissions(queue_);
    int calls = 0;
    submissions.submit(engine::Transactions{}, [&](auto) { ++calls; });
    const auto id = std::get<engine::Submitted>(*queue_.next(0)).id;
    submissions.answer({id, {}});
    submissions.answer({id, {}});
    submissions.answer({id + 1, {}});
    submissions.deliver();
    submissions.close();
    EXPECT_EQ(calls, 1);
}

} // namespace
} // namespace quoin::node::test
