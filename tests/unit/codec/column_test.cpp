#include "sample.hpp"

#include <quoin/base/random.hpp>
#include <quoin/codec/archive.hpp>
#include <quoin/codec/column.hpp>
#include <quoin/codec/list.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <memory>
#include <thread>
#include <vector>

namespace quoin::test {
namespace {

constexpr std::uint64_t items_max = 1 << 20;

using Numbers = Column<std::uint64_t, items_max>;
using Points = Column<Point, items_max>;

void draw(SeededRandom& random, std::uint64_t& value) {
    value = random.next();
}
void draw(SeededRandom& random, std::uint8_t& value) {
    value = static_cast<std::uint8_t>(random.next());
}
void draw(SeededRandom& random, Point& value) {
    value = Point{static_cast<std::uint32_t>(random.next()), random.chance(50)};
}

struct Book {
    Numbers pages;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("pages", pages));
    }
};

struct Shelf {
    List<Book, 4> books;
    Vector<Book, 2> pair;
    Optional<Book> open;
    Numbers places;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("books", books), field("pair", pair), field("open", open), field("places", places));
    }
};

/// A column beside the vector it stands for.
template <class C>
struct Pair {
    using T = typename C::value_type;
    C column;
    std::vector<T> model;
};

template <class C>
void expect_same(const Pair<C>& pair) {
    using T = typename C::value_type;
    ASSERT_EQ(pair.column.size(), pair.model.size());
    ASSERT_TRUE(std::equal(pair.column.begin(), pair.column.end(), pair.model.begin(), pair.model.end()));
    ASSERT_EQ(hash_tree_root(pair.column), hash_tree_root(List<T, items_max>{pair.model}));
}

template <class C>
void change(SeededRandom& random, Pair<C>& pair) {
    using T = typename C::value_type;
    T value{};
    draw(random, value);
    const std::uint64_t pick = random.below(100);
    if (pick < 50 && !pair.model.empty()) {
        const std::size_t i = random.below(pair.model.size());
        pair.column.edit(i) = value;
        pair.model[i] = value;
    } else if (pick < 85) {
        for (std::uint64_t k = random.below(900); k != 0; --k) {
            pair.column.push_back(value);
            pair.model.push_back(value);
        }
    } else if (pick < 88) {
        std::size_t count = random.below(pair.model.size() + 1);
        count -= random.chance(50) ? count % C::chunk_items : 0;
        pair.column.erase_front(count);
        pair.model.erase(pair.model.begin(), pair.model.begin() + static_cast<std::ptrdiff_t>(count));
    } else if (pick < 90) {
        const std::size_t size = random.below(3'000);
        std::vector<T> fresh(size);
        std::generate(fresh.begin(), fresh.end(), [&] {
            draw(random, value);
            return value;
        });
        pair.column.assign_each(size, [&](std::size_t i) { return fresh[i]; });
        pair.model = fresh;
    } else if (pick < 93) {
        const std::size_t period = 1 + random.below(5'000);
        const auto next_of = [&](std::size_t i, const T& item) { return i % period == 0 ? value : item; };
        pair.column.update_each(next_of);
        for (std::size_t i = 0; i < pair.model.size(); ++i) {
            pair.model[i] = next_of(i, pair.model[i]);
        }
    } else if (pick < 96) {
        const std::size_t size = random.below(pair.model.size() + 300);
        pair.column.resize(size, value);
        pair.model.resize(size, value);
    } else {
        pair.column.seal();
    }
}

/// Many columns that descend from each other by copying and go their own ways.
template <class C>
void walk(std::uint64_t seed) {
    using T = typename C::value_type;
    SCOPED_TRACE(seed);
    SeededRandom random{seed};
    std::vector<Pair<C>> family(4);
    for (int step = 0; step < 600; ++step) {
        Pair<C>& one = family[random.below(family.size())];
        if (random.chance(10)) {
            family[random.below(family.size())] = Pair<C>{one};
        } else {
            change(random, one);
        }
        if (step % 20 == 0) {
            for (const Pair<C>& pair : family) {
                ASSERT_NO_FATAL_FAILURE(expect_same(pair));
            }
        }
    }
    for (Pair<C>& pair : family) {
        const Root open = hash_tree_root(pair.column);
        EXPECT_EQ(pair.column.seal(), open);
        ASSERT_NO_FATAL_FAILURE(expect_same(pair));
        const auto decoded = decode<C>(encode(pair.column));
        ASSERT_TRUE(decoded.ok());
        EXPECT_EQ(*decoded, pair.column);
        EXPECT_EQ(encode(pair.column), encode(List<T, items_max>{pair.model}));
    }
}

} // namespace

TEST(Column, equals_a_plain_vector_under_random_edits_copies_and_seals) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        walk<Numbers>(seed);
        walk<Points>(seed);
        walk<Column<std::uint8_t, items_max>>(seed);
        walk<Column<Point, items_max, 0>>(seed);
        walk<Column<std::uint64_t, items_max, 2>>(seed);
    }
}

TEST(Column, chunks_are_whole_subtrees) {
    EXPECT_EQ(Numbers::chunk_items, 1024U);
    EXPECT_EQ(Numbers::height, 18U);
    EXPECT_EQ(Points::chunk_items, 128U);
    EXPECT_EQ((Column<std::uint64_t, 5>::chunk_items), 8U);
    EXPECT_EQ((Column<Point, 1>::chunk_items), 1U);
    EXPECT_EQ((Column<std::uint64_t, items_max, 2>::chunk_items), 16U);
    EXPECT_EQ((Column<Point, items_max, 0>::chunk_items), 1U);
}

TEST(Column, small_limits_have_the_roots_of_lists) {
    EXPECT_EQ(hash_tree_root(Column<std::uint64_t, 5>{}), hash_tree_root(List<std::uint64_t, 5>{}));
    EXPECT_EQ(hash_tree_root(Column<std::uint64_t, 5>{1, 2, 3, 4, 5}),
              hash_tree_root(List<std::uint64_t, 5>{1, 2, 3, 4, 5}));
    EXPECT_EQ(hash_tree_root(Column<Point, 1>{Point{}}), hash_tree_root(List<Point, 1>{Point{}}));
    EXPECT_EQ(hash_tree_root(Column<Root, 3>{Root{}, Root{}, Root{}}),
              hash_tree_root(List<Root, 3>{Root{}, Root{}, Root{}}));
}

TEST(Column, copies_share_sealed_chunks_and_a_write_clones_only_its_own) {
    Numbers source;
    source.resize(3 * Numbers::chunk_items, 5);
    source.seal();
    Numbers copy = source;
    EXPECT_TRUE(copy.is_sealed());
    EXPECT_EQ(&copy[0], &source[0]);
    copy.edit(Numbers::chunk_items) = 6;
    EXPECT_FALSE(copy.is_sealed());
    EXPECT_TRUE(source.is_sealed());
    EXPECT_EQ(source[Numbers::chunk_items], 5U);
    EXPECT_EQ(&copy[0], &source[0]);
    EXPECT_NE(&copy[Numbers::chunk_items], &source[Numbers::chunk_items]);
    EXPECT_EQ(&copy[2 * Numbers::chunk_items], &source[2 * Numbers::chunk_items]);
    EXPECT_FALSE(copy == source);
    copy.edit(Numbers::chunk_items) = 5;
    EXPECT_TRUE(copy == source);
}

TEST(Column, whole_chunks_go_from_the_front_without_a_write_to_the_others) {
    Numbers numbers;
    numbers.assign_each(2 * Numbers::chunk_items + 5, [](std::size_t i) { return i; });
    numbers.seal();
    const std::uint64_t* kept = &numbers[Numbers::chunk_items];
    numbers.erase_front(Numbers::chunk_items);
    EXPECT_EQ(numbers.size(), Numbers::chunk_items + 5);
    EXPECT_EQ(&numbers[0], kept);
}

TEST(Column, setting_an_item_to_what_it_is_keeps_the_seal) {
    Numbers numbers{1, 2, 3};
    numbers.seal();
    numbers.set(1, 2);
    EXPECT_TRUE(numbers.is_sealed());
    numbers.set(1, 7);
    EXPECT_FALSE(numbers.is_sealed());
    EXPECT_EQ(numbers[1], 7U);
}

TEST(Column, chunks_are_read_and_written_as_a_whole) {
    Numbers source;
    source.assign_each(2 * Numbers::chunk_items + 5, [](std::size_t i) { return i; });
    source.seal();
    ASSERT_EQ(source.chunk_count(), 3U);
    EXPECT_EQ(source.chunk(1).front(), Numbers::chunk_items);
    EXPECT_EQ(source.chunk(2).size(), 5U);
    Numbers copy = source;
    copy.edit_chunk(1)[7] = 0;
    EXPECT_FALSE(copy.is_sealed());
    EXPECT_EQ(source[Numbers::chunk_items + 7], Numbers::chunk_items + 7);
    EXPECT_EQ(copy[Numbers::chunk_items + 7], 0U);
    EXPECT_EQ(copy.chunk(0).data(), source.chunk(0).data());
}

TEST(Column, an_update_leaves_chunks_shared_in_which_nothing_changed) {
    Numbers source;
    source.resize(3 * Numbers::chunk_items, 5);
    source.seal();
    Numbers copy = source;
    copy.update_each([](std::size_t, std::uint64_t item) { return item; });
    EXPECT_TRUE(copy.is_sealed());
    copy.update_each([](std::size_t i, std::uint64_t item) { return i == Numbers::chunk_items ? 6 : item; });
    EXPECT_FALSE(copy.is_sealed());
    EXPECT_EQ(copy.chunk(0).data(), source.chunk(0).data());
    EXPECT_NE(copy.chunk(1).data(), source.chunk(1).data());
    EXPECT_EQ(copy.chunk(2).data(), source.chunk(2).data());
}

TEST(Column, sealing_twice_and_after_every_kind_of_change_gives_the_right_root) {
    Points points;
    points.resize(300, Point{1, true});
    const Root first = points.seal();
    EXPECT_EQ(points.seal(), first);
    points.resize(200);
    EXPECT_EQ(points.seal(), hash_tree_root(List<Point, items_max>{std::vector<Point>(200, Point{1, true})}));
    points.resize(128);
    EXPECT_EQ(points.seal(), hash_tree_root(List<Point, items_max>{std::vector<Point>(128, Point{1, true})}));
    points.clear();
    EXPECT_EQ(points.seal(), hash_tree_root(List<Point, items_max>{}));
    points.assign(2, Point{});
    EXPECT_EQ(points.seal(), hash_tree_root(List<Point, items_max>{Point{}, Point{}}));
}

TEST(Column, sealing_a_container_seals_the_columns_at_every_depth) {
    Shelf shelf{{Book{{1, 2}}, Book{{3}}}, {Book{{4}}, Book{{5}}}, Book{{6}}, {7}};
    const Root root = hash_tree_root(shelf);
    EXPECT_EQ(seal(shelf), root);
    for (const Numbers* column : {&shelf.books[0].pages, &shelf.books[1].pages, &shelf.pair[0].pages,
                                  &shelf.pair[1].pages, &shelf.open->pages, &shelf.places}) {
        EXPECT_TRUE(column->is_sealed());
    }
    EXPECT_EQ(hash_tree_root(shelf), root);
}

TEST(Column, a_moved_from_column_is_empty) {
    Numbers source{1, 2};
    source.seal();
    const Numbers target = std::move(source);
    EXPECT_EQ(target.size(), 2U);
    EXPECT_TRUE(source.empty()); // NOLINT(bugprone-use-after-move): this is what is tested
    EXPECT_FALSE(source.is_sealed());
    source.push_back(4);
    EXPECT_EQ(source, Numbers{4});
}

TEST(Column, a_sealed_column_is_read_and_copied_by_many_threads) {
    Points shared;
    shared.resize(1'000, Point{3, true});
    const Root root = shared.seal();
    std::vector<std::thread> threads;
    std::vector<char> ok(4);
    for (std::size_t t = 0; t < ok.size(); ++t) {
        threads.emplace_back([&shared, &root, &ok, t] {
            Points mine = shared;
            mine.edit(t * 200).x = 9;
            ok[t] = hash_tree_root(shared) == root && hash_tree_root(mine) != root && shared[t * 200].x == 3;
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(ok, std::vector<char>(4, 1));
}

TEST(ColumnDeathTest, steps_outside_stop_the_node) {
    Column<std::uint64_t, 2> numbers{1, 2};
    EXPECT_DEATH(numbers.push_back(3), "column keeps its limit");
    EXPECT_DEATH(static_cast<void>(numbers[2]), "index is in the column");
    EXPECT_DEATH(numbers.edit(2), "index is in the column");
}

} // namespace quoin::test
