#include "naive_ghost.hpp"

#include <quoin/base/random.hpp>
#include <quoin/forkchoice/proto_array.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace quoin::forkchoice {
namespace {

Root root_of(std::uint64_t number) {
    Root root;
    for (std::size_t i = 0; i < 8; ++i) {
        root[31 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return root;
}

BlockNode block(std::uint64_t number, std::uint64_t parent, std::uint64_t slot, std::uint64_t justified = 0) {
    return {root_of(number), root_of(parent), Slot{slot}, {Epoch{justified}, root_of(1)}, {Epoch{}, root_of(1)}};
}

ValidatorColumn<Weight> weights(const std::vector<std::uint64_t>& numbers) {
    ValidatorColumn<Weight> column;
    for (const std::uint64_t number : numbers) {
        column.push_back(Weight{number});
    }
    return column;
}

bool every_leaf(std::size_t) {
    return true;
}

/// 1 - 2 - 4 - 6
///   \ 3 - 5        slots as numbered
struct ForkTest : testing::Test {
    ForkTest() : blocks(block(1, 0, 0)) {
        for (const auto& [number, parent] : {std::pair{2, 1}, {3, 1}, {4, 2}, {5, 3}, {6, 4}}) {
            EXPECT_TRUE(blocks.insert(block(static_cast<std::uint64_t>(number), static_cast<std::uint64_t>(parent),
                                            static_cast<std::uint64_t>(number))));
        }
        blocks.set_weights(weights({10, 20, 30}));
    }
    Root head() { return blocks.head(root_of(1), every_leaf); }

    ProtoArray blocks;
};

TEST_F(ForkTest, ties_go_to_the_higher_root) {
    EXPECT_EQ(head(), root_of(5));
}

TEST_F(ForkTest, the_heavier_branch_wins_and_votes_count_for_all_ancestors) {
    blocks.vote(ValidatorIndex{0}, root_of(2), Epoch{1});
    EXPECT_EQ(head(), root_of(6));
    blocks.vote(ValidatorIndex{1}, root_of(3), Epoch{1});
    EXPECT_EQ(head(), root_of(5));
    blocks.vote(ValidatorIndex{2}, root_of(6), Epoch{1});
    EXPECT_EQ(head(), root_of(6));
    EXPECT_EQ(blocks.weight(root_of(1)), Weight{60});
    EXPECT_EQ(blocks.weight(root_of(2)), Weight{40});
    EXPECT_EQ(blocks.weight(root_of(4)), Weight{30});
}

TEST_F(ForkTest, a_latest_message_gives_way_only_to_a_higher_target) {
    blocks.vote(ValidatorIndex{2}, root_of(6), Epoch{5});
    blocks.vote(ValidatorIndex{2}, root_of(5), Epoch{5});
    EXPECT_EQ(head(), root_of(6));
    blocks.vote(ValidatorIndex{2}, root_of(5), Epoch{4});
    EXPECT_EQ(head(), root_of(6));
    blocks.vote(ValidatorIndex{2}, root_of(5), Epoch{6});
    EXPECT_EQ(head(), root_of(5));
    EXPECT_EQ(blocks.latest_message(ValidatorIndex{2}), root_of(5));
    EXPECT_FALSE(blocks.vote(ValidatorIndex{2}, root_of(99), Epoch{9}));
    EXPECT_EQ(blocks.latest_message(ValidatorIndex{2}), root_of(5));
}

TEST_F(ForkTest, equivocators_weigh_zero_for_ever) {
    blocks.vote(ValidatorIndex{2}, root_of(6), Epoch{1});
    blocks.vote(ValidatorIndex{0}, root_of(5), Epoch{1});
    EXPECT_EQ(head(), root_of(6));
    blocks.mark_equivocator(ValidatorIndex{2});
    EXPECT_EQ(head(), root_of(5));
    blocks.vote(ValidatorIndex{2}, root_of(6), Epoch{2});
    blocks.set_weights(weights({1, 1, 1'000}));
    EXPECT_EQ(head(), root_of(5));
    EXPECT_EQ(blocks.weight(root_of(6)), Weight{0});
}

TEST_F(ForkTest, new_weights_count_for_old_messages) {
    blocks.vote(ValidatorIndex{0}, root_of(6), Epoch{1});
    blocks.vote(ValidatorIndex{1}, root_of(5), Epoch{1});
    EXPECT_EQ(head(), root_of(5));
    blocks.set_weights(weights({21, 20}));
    EXPECT_EQ(head(), root_of(6));
    blocks.set_weights(weights({5}));
    EXPECT_EQ(blocks.head(root_of(1), every_leaf), root_of(6));
    EXPECT_EQ(blocks.weight(root_of(1)), Weight{5});
}

TEST_F(ForkTest, the_boost_counts_for_one_call_and_all_ancestors) {
    blocks.vote(ValidatorIndex{0}, root_of(3), Epoch{1});
    EXPECT_EQ(blocks.head(root_of(1), every_leaf, Boost{root_of(6), Weight{11}}), root_of(6));
    EXPECT_EQ(blocks.weight(root_of(2)), Weight{11});
    EXPECT_EQ(blocks.weight(root_of(1)), Weight{21});
    EXPECT_EQ(blocks.head(root_of(1), every_leaf, Boost{root_of(6), Weight{9}}), root_of(5));
    EXPECT_EQ(head(), root_of(5));
    EXPECT_EQ(blocks.weight(root_of(2)), Weight{0});
}

TEST_F(ForkTest, no_viable_leaf_gives_the_start) {
    EXPECT_EQ(blocks.head(root_of(2), [](std::size_t) { return false; }), root_of(2));
    EXPECT_EQ(blocks.head(root_of(1), [this](std::size_t leaf) { return blocks.block(leaf).slot < Slot{6}; }),
              root_of(5));
    EXPECT_EQ(blocks.head(root_of(2), every_leaf), root_of(6));
}

TEST_F(ForkTest, ancestors_are_found_by_slot) {
    EXPECT_EQ(blocks.ancestor_at(root_of(6), Slot{6}), root_of(6));
    EXPECT_EQ(blocks.ancestor_at(root_of(6), Slot{5}), root_of(4));
    EXPECT_EQ(blocks.ancestor_at(root_of(5), Slot{2}), root_of(1));
    EXPECT_EQ(blocks.ancestor_at(root_of(9), Slot{2}), std::nullopt);
    EXPECT_TRUE(blocks.is_descendant(root_of(2), root_of(6)));
    EXPECT_TRUE(blocks.is_descendant(root_of(6), root_of(6)));
    EXPECT_FALSE(blocks.is_descendant(root_of(3), root_of(6)));
    EXPECT_FALSE(blocks.is_descendant(root_of(6), root_of(2)));
}

TEST_F(ForkTest, a_chain_is_told_from_below_the_anchor) {
    EXPECT_EQ(blocks.chain_to(root_of(6)), (std::vector{root_of(2), root_of(4), root_of(6)}));
    EXPECT_EQ(blocks.chain_to(root_of(3)), std::vector{root_of(3)});
    EXPECT_TRUE(blocks.chain_to(root_of(1)).empty());
    EXPECT_TRUE(blocks.chain_to(root_of(9)).empty());
    blocks.prune(root_of(2));
    EXPECT_EQ(blocks.chain_to(root_of(6)), (std::vector{root_of(4), root_of(6)}));
}

TEST_F(ForkTest, a_checkpoint_is_the_last_block_up_to_the_first_slot_of_its_epoch) {
    Spec spec;
    spec.slots_per_epoch = 2;
    const Checkpoint at_two{Epoch{2}, root_of(4)};
    EXPECT_EQ(blocks.checkpoint_of(spec, root_of(6), Epoch{2}), at_two);
    EXPECT_EQ(blocks.checkpoint_of(spec, root_of(6), Epoch{7}), (Checkpoint{Epoch{7}, root_of(6)}));
    EXPECT_EQ(blocks.checkpoint_of(spec, root_of(5), Epoch{1}), (Checkpoint{Epoch{1}, root_of(1)}));
    EXPECT_TRUE(blocks.is_ancestor(spec, at_two, {Epoch{3}, root_of(6)}));
    EXPECT_FALSE(blocks.is_ancestor(spec, at_two, {Epoch{2}, root_of(4)}));
    EXPECT_FALSE(blocks.is_ancestor(spec, at_two, {Epoch{3}, root_of(5)}));
    EXPECT_TRUE(blocks.is_ancestor(spec, {Epoch{3}, root_of(6)}, {Epoch{4}, root_of(6)})) << "empty slots";
}

TEST_F(ForkTest, pruning_keeps_the_descendants_and_their_weights) {
    blocks.vote(ValidatorIndex{0}, root_of(6), Epoch{1});
    blocks.vote(ValidatorIndex{1}, root_of(3), Epoch{1});
    blocks.vote(ValidatorIndex{2}, root_of(1), Epoch{1});
    blocks.prune(root_of(2));
    EXPECT_EQ(blocks.size(), 3U);
    EXPECT_EQ(blocks.anchor().root, root_of(2));
    EXPECT_FALSE(blocks.contains(root_of(3)));
    EXPECT_FALSE(blocks.insert(block(7, 5, 7)));
    EXPECT_EQ(blocks.ancestor_at(root_of(6), Slot{1}), std::nullopt);
    EXPECT_EQ(blocks.head(root_of(2), every_leaf), root_of(6));
    EXPECT_EQ(blocks.weight(root_of(2)), Weight{10});
    blocks.vote(ValidatorIndex{2}, root_of(4), Epoch{2});
    blocks.head(root_of(2), every_leaf);
    EXPECT_EQ(blocks.weight(root_of(2)), Weight{40});
}

TEST_F(ForkTest, a_hidden_block_and_what_descends_from_it_are_no_candidates) {
    blocks.vote(ValidatorIndex{2}, root_of(6), Epoch{1});
    blocks.hide(root_of(4));
    EXPECT_TRUE(blocks.is_hidden(root_of(6)));
    EXPECT_FALSE(blocks.is_hidden(root_of(2)));
    EXPECT_EQ(head(), root_of(2)) << "its weight is that of all votes below, and it is a leaf now";
    EXPECT_EQ(blocks.weight(root_of(2)), Weight{30});
    EXPECT_TRUE(blocks.insert(block(7, 6, 7)));
    EXPECT_EQ(head(), root_of(2)) << "what comes later is hidden with its ancestor";
    EXPECT_EQ(blocks.head(root_of(4), every_leaf), root_of(7)) << "the start counts as shown";
    blocks.show(root_of(7));
    EXPECT_EQ(head(), root_of(7)) << "shown with its ancestors";
    blocks.hide(root_of(1));
    EXPECT_EQ(head(), root_of(7)) << "the anchor is never hidden";
}

TEST_F(ForkTest, showing_a_block_leaves_its_hidden_descendants_hidden) {
    blocks.hide(root_of(2));
    blocks.hide(root_of(6));
    EXPECT_EQ(head(), root_of(5));
    blocks.vote(ValidatorIndex{2}, root_of(6), Epoch{1});
    blocks.show(root_of(4));
    EXPECT_EQ(head(), root_of(4));
    blocks.show_all();
    EXPECT_EQ(head(), root_of(6));
    blocks.hide(root_of(4));
    blocks.prune(root_of(4));
    EXPECT_FALSE(blocks.is_hidden(root_of(4))) << "it is the anchor";
}

TEST_F(ForkTest, votes_of_many_for_one_block_are_as_so_many_votes) {
    const std::vector<ValidatorIndex> all{ValidatorIndex{0}, ValidatorIndex{1}, ValidatorIndex{2}};
    blocks.vote(ValidatorIndex{1}, root_of(3), Epoch{4});
    EXPECT_TRUE(blocks.vote(all, root_of(6), Epoch{3}));
    EXPECT_FALSE(blocks.vote(all, root_of(99), Epoch{5}));
    head();
    EXPECT_EQ(blocks.weight(root_of(6)), Weight{40});
    EXPECT_EQ(blocks.weight(root_of(3)), Weight{20});
}

TEST_F(ForkTest, a_block_without_a_parent_or_not_after_it_is_refused) {
    EXPECT_FALSE(blocks.insert(block(8, 77, 9)));
    EXPECT_FALSE(blocks.insert(block(8, 6, 6)));
    EXPECT_TRUE(blocks.insert(block(6, 4, 6)));
    EXPECT_EQ(blocks.size(), 6U);
}

TEST_F(ForkTest, quoin_viability_asks_for_the_finalized_block_and_a_recent_enough_justification) {
    Spec spec;
    spec.slots_per_epoch = 1;
    blocks.insert(block(7, 6, 7, 4));
    blocks.insert(block(8, 5, 8, 3));
    const std::size_t on_two = blocks.size() - 2;
    const std::size_t on_three = blocks.size() - 1;
    const auto judge = [&](std::uint64_t lock, std::uint64_t finalized, std::uint64_t now) {
        return QuoinViability{blocks, spec, {Epoch{lock}, root_of(1)}, {Epoch{finalized}, root_of(2)}, Epoch{now}};
    };
    EXPECT_TRUE(judge(4, 2, 100)(on_two));
    EXPECT_FALSE(judge(4, 2, 5)(on_three)) << "it does not hold the finalized block";
    EXPECT_FALSE(judge(4, 1, 5)(on_two)) << "another block is its checkpoint of epoch 1";
    EXPECT_TRUE(judge(4, 0, 5)(on_three));
    EXPECT_FALSE(judge(4, 0, 6)(on_three)) << "justified below the lock, and not within two epochs";
    EXPECT_TRUE(judge(0, 0, 100)(on_three)) << "lock epoch 0 passes";
    EXPECT_FALSE(judge(5, 2, 7)(on_two));
    EXPECT_TRUE(judge(5, 2, 6)(on_two));
}

/// Both models are fed the same random operations and must agree on every head and weight.
struct Twins {
    explicit Twins(SeededRandom& stream) : random(stream), fast(block(1, 0, 0)) {
        naive.blocks.emplace(root_of(1), block(1, 0, 0));
        numbers.push_back(1);
    }

    std::uint64_t any_block() { return numbers[random.below(numbers.size())]; }

    void grow() {
        const std::uint64_t parent = random.chance(60) ? numbers.back() : any_block();
        const BlockNode& above = naive.blocks.at(root_of(parent));
        const std::uint64_t number = 2 + random.below(1'000'000'000);
        const BlockNode added = block(number, parent, above.slot.value + 1 + random.below(3), random.below(5));
        if (naive.blocks.contains(added.root)) {
            return;
        }
        EXPECT_TRUE(fast.insert(added));
        naive.blocks.emplace(added.root, added);
        numbers.push_back(number);
    }
    void vote() {
        const ValidatorIndex validator{random.below(24)};
        const Root chosen = root_of(any_block());
        const Epoch target{random.below(6)};
        fast.vote(validator, chosen, target);
        naive.vote(validator, chosen, target);
    }
    void reweigh() {
        std::vector<std::uint64_t> fresh(random.below(30));
        std::generate(fresh.begin(), fresh.end(), [this] { return random.below(100); });
        ValidatorColumn<Weight> column = weights(fresh);
        naive.weights.assign(column.begin(), column.end());
        fast.set_weights(column);
    }
    void equivocate() {
        const ValidatorIndex validator{random.below(24)};
        fast.mark_equivocator(validator);
        naive.equivocators.insert(validator);
    }
    void hide_or_show() {
        const Root root = root_of(any_block());
        if (const std::uint64_t draw = random.below(10); draw == 0) {
            fast.show_all();
            naive.hidden.clear();
        } else if (draw < 4) {
            fast.show(root);
            naive.show(root);
        } else if (root != fast.anchor().root) {
            fast.hide(root);
            naive.hidden.insert(root);
        }
    }
    void prune() {
        const Root root = root_of(any_block());
        fast.prune(root);
        naive.prune(root);
        std::erase_if(numbers, [this](std::uint64_t number) { return !naive.blocks.contains(root_of(number)); });
        ASSERT_EQ(fast.size(), naive.blocks.size());
    }
    void compare() {
        const std::uint64_t least = random.below(4);
        const auto suits = [least](const BlockNode& leaf) { return leaf.justified.epoch.value >= least; };
        naive.boost =
            random.chance(30) ? std::optional{Boost{root_of(any_block()), Weight{random.below(200)}}} : std::nullopt;
        const Root start = root_of(any_block());
        const auto viable = [&](std::size_t leaf) { return suits(fast.block(leaf)); };
        ASSERT_EQ(fast.head(start, viable, naive.boost), naive.head(start, suits));
        for (const std::uint64_t number : numbers) {
            ASSERT_EQ(fast.weight(root_of(number)).value, naive.weight(root_of(number)));
            ASSERT_EQ(fast.is_hidden(root_of(number)), naive.is_hidden(root_of(number)));
        }
    }

    void compare_ancestors() {
        const Root root = root_of(any_block());
        const Checkpoint chosen{Epoch{random.below(40)}, root_of(any_block())};
        Spec spec;
        spec.slots_per_epoch = 2;
        const std::vector<bool> holders = fast.holders_of(spec, chosen);
        for (std::size_t i = 0; i < fast.size(); ++i) {
            ASSERT_EQ(holders[i], fast.checkpoint_of(spec, fast.block(i).root, chosen.epoch) == chosen);
        }
        const Slot slot{random.below(80)};
        Root at = root;
        while (naive.blocks.contains(at) && naive.blocks.at(at).slot > slot) {
            at = naive.blocks.at(at).parent_root;
        }
        ASSERT_EQ(fast.ancestor_at(root, slot), naive.blocks.contains(at) ? std::optional{at} : std::nullopt);
    }

    SeededRandom& random;
    ProtoArray fast;
    test::NaiveGhost naive;
    std::vector<std::uint64_t> numbers;
};

TEST(ProtoArray, agrees_with_ghost_from_its_definition_on_random_trees) {
    constexpr std::uint64_t seed = 2026;
    SeededRandom random(seed);
    for (int tree = 0; tree < 60; ++tree) {
        SCOPED_TRACE("seed " + std::to_string(seed) + " tree " + std::to_string(tree));
        Twins twins(random);
        twins.reweigh();
        for (int step = 0; step < 200; ++step) {
            const std::uint64_t draw = random.below(100);
            if (draw < 30) {
                twins.grow();
            } else if (draw < 70) {
                twins.vote();
            } else if (draw < 74) {
                twins.reweigh();
            } else if (draw < 75) {
                twins.equivocate();
            } else if (draw < 77 && twins.numbers.size() > 30) {
                twins.prune();
            } else if (draw < 82) {
                twins.hide_or_show();
            } else if (draw < 86) {
                twins.compare_ancestors();
            } else {
                twins.compare();
            }
            if (testing::Test::HasFatalFailure()) {
                return;
            }
        }
    }
}

} // namespace
} // namespace quoin::forkchoice
