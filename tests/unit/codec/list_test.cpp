#include <quoin/codec/list.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace quoin::test {

using Three = List<int, 3>;

TEST(List, behaves_like_a_vector_up_to_its_limit) {
    Three list{1, 2};
    list.push_back(3);
    EXPECT_TRUE(list.full());
    EXPECT_EQ(list, Three(std::vector<int>{1, 2, 3}));
    list.erase(list.begin() + 1);
    list.insert(list.begin(), 9);
    EXPECT_EQ(list, (Three{9, 1, 3}));
    EXPECT_EQ(list.front(), 9);
    EXPECT_EQ(list.back(), 3);
    list.pop_back();
    list.resize(3, 7);
    EXPECT_EQ(list.items(), (std::vector<int>{9, 1, 7}));
    list.clear();
    EXPECT_TRUE(list.empty());
}

TEST(ListDeathTest, going_over_the_limit_stops_the_node) {
    Three list{1, 2, 3};
    EXPECT_DEATH(list.push_back(4), "list keeps its limit");
    EXPECT_DEATH(list.emplace_back(4), "list keeps its limit");
    EXPECT_DEATH(list.resize(4), "list keeps its limit");
    EXPECT_DEATH(Three({1, 2, 3, 4}), "list keeps its limit");
    EXPECT_DEATH(static_cast<void>(list[3]), "index is in the list");
}

TEST(Vector, holds_exactly_as_many_as_its_type_says) {
    Vector<int, 3> vector;
    EXPECT_EQ(vector, (Vector<int, 3>{0, 0, 0}));
    vector[2] = 5;
    const std::vector<int> items{0, 0, 5};
    EXPECT_EQ(vector, (Vector<int, 3>(items.begin(), items.end())));
    EXPECT_EQ(vector.back(), 5);
}

TEST(VectorDeathTest, another_number_of_items_stops_the_node) {
    const std::vector<int> two{1, 2};
    EXPECT_DEATH((Vector<int, 3>(two.begin(), two.end())), "as many items");
    EXPECT_DEATH((Vector<int, 1>(two.begin(), two.end())), "as many items");
    EXPECT_DEATH((Vector<int, 3>{1, 2}), "as many items");
}

} // namespace quoin::test
