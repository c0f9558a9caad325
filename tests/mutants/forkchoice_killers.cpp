#include "killer.hpp"

#include <quoin/forkchoice/proto_array.hpp>

#include <gtest/gtest.h>
#include <support/sample_genesis.hpp>

namespace quoin::mutants {

using namespace forkchoice;

namespace {

const Checkpoint at_genesis{Epoch{0}, test::secret(0)};

BlockNode block(std::uint64_t name, std::uint64_t parent, std::uint64_t slot) {
    return {test::secret(name), test::secret(parent), Slot{slot}, at_genesis, at_genesis};
}

ValidatorColumn<Weight> equal_weights(std::size_t validators) {
    ValidatorColumn<Weight> weights;
    for (std::size_t i = 0; i < validators; ++i) {
        weights.push_back(Weight{10});
    }
    return weights;
}

/// Finality of epoch 5 rests on an empty slot: its block is of slot 3. A branch from slot 4, justified there and kept
/// back, hangs below the finalized block and still is none of its epoch's chain.
void a_branch_kept_back_under_the_finalized_block_is_no_head() {
    const Spec spec = test::sample_spec();
    const Checkpoint finalized{Epoch{5}, test::secret(3)};
    ProtoArray blocks(block(3, 0, 3));
    blocks.set_weights(equal_weights(4));
    BlockNode honest = block(6, 3, 6);
    honest.justified = finalized;
    BlockNode kept_back = block(7, 4, 6);
    kept_back.justified = {Epoch{4}, test::secret(4)};
    ASSERT_TRUE(blocks.insert(honest));
    ASSERT_TRUE(blocks.insert(block(4, 3, 4)));
    ASSERT_TRUE(blocks.insert(kept_back));
    blocks.vote(ValidatorIndex{0}, test::secret(6), Epoch{6});
    blocks.vote(ValidatorIndex{1}, test::secret(7), Epoch{6});
    blocks.vote(ValidatorIndex{2}, test::secret(7), Epoch{6});
    const QuoinViability viable{blocks, spec, finalized, finalized, Epoch{6}};
    EXPECT_EQ(blocks.head(test::secret(3), viable), test::secret(6)) << "the head conflicts with what is final";
}

/// Two honest votes against one; two more on the small side are of validators seen on both.
void who_votes_on_both_sides_decides_nothing() {
    ProtoArray blocks(block(0, 99, 0));
    blocks.set_weights(equal_weights(5));
    ASSERT_TRUE(blocks.insert(block(1, 0, 1)));
    ASSERT_TRUE(blocks.insert(block(2, 0, 1)));
    for (const auto& [validator, side] : {std::pair{0, 1}, {1, 1}, {2, 2}, {3, 2}, {4, 2}}) {
        blocks.vote(ValidatorIndex{std::uint64_t(validator)}, test::secret(std::uint64_t(side)), Epoch{1});
    }
    const auto any = [](const auto&) { return true; };
    EXPECT_EQ(blocks.head(test::secret(0), any), test::secret(2)) << "before it is known";
    blocks.mark_equivocator(ValidatorIndex{3});
    blocks.mark_equivocator(ValidatorIndex{4});
    EXPECT_EQ(blocks.head(test::secret(0), any), test::secret(1)) << "equivocators chose the head";
}

} // namespace

Killers forkchoice_killers() {
    return {
        {Mutant::viable_without_finalized, "a branch kept back under the finalized block is no head",
         a_branch_kept_back_under_the_finalized_block_is_no_head},
        {Mutant::equivocators_still_count, "who votes on both sides decides nothing",
         who_votes_on_both_sides_decides_nothing},
    };
}

} // namespace quoin::mutants
