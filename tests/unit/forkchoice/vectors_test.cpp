#include <quoin/forkchoice/proto_array.hpp>

#include <gtest/gtest.h>
#include <support/vectors.hpp>

namespace quoin::forkchoice {
namespace {

using Json = rapidjson::Value;

Root root(const Json& value) {
    return Root::from(test::hex_octets(value));
}

Checkpoint checkpoint(const Json& value) {
    return {Epoch{test::integer(value["epoch"])}, root(value["root"])};
}

BlockNode node(const Json& value, const char* parent) {
    return {root(value["root"]), parent == nullptr ? Root{} : root(value[parent]), Slot{test::integer(value["slot"])},
            checkpoint(value["justified_checkpoint"]), checkpoint(value["finalized_checkpoint"])};
}

ValidatorColumn<Weight> balances(const Json& value) {
    ValidatorColumn<Weight> column;
    for (const Json& balance : value.GetArray()) {
        column.push_back(Weight{test::integer(balance)});
    }
    return column;
}

/// The viability of the consensus specs v1.5.0.
struct SpecViability {
    const ProtoArray& blocks;
    Spec spec;
    Checkpoint justified;
    Checkpoint finalized;
    Epoch now;

    bool operator()(const BlockNode& leaf) const {
        const bool justified_fits =
            justified.epoch == Epoch{} || leaf.justified.epoch == justified.epoch || leaf.justified.epoch + 2 >= now;
        return justified_fits &&
               (finalized.epoch == Epoch{} || blocks.checkpoint_of(spec, leaf.root, finalized.epoch) == finalized);
    }
};

/// Lighthouse's: its finalized checkpoint, or its justified one, is the store's.
struct ProtoArrayViability {
    Checkpoint finalized;

    bool operator()(const BlockNode& leaf) const {
        return finalized.epoch == Epoch{} || leaf.finalized == finalized || leaf.justified == finalized;
    }
};

struct Player {
    Player(const Json& vectors, bool of_the_spec)
        : blocks(node(vectors["anchor"], nullptr)), is_of_the_spec(of_the_spec) {
        if (is_of_the_spec) {
            spec.slots_per_epoch = test::integer(vectors["slots_per_epoch"]);
        }
    }

    /// Given, or Lighthouse's: half of what a slot's committee weighs.
    static Weight boost_amount(const Json& operation) {
        if (operation.HasMember("proposer_boost_weight")) {
            return Weight{test::integer(operation["proposer_boost_weight"])};
        }
        Weight sum;
        for (const Weight balance : balances(operation["balances"])) {
            sum += balance;
        }
        return Weight{sum.value / 32 * 50 / 100};
    }

    void find_head(const Json& operation) {
        const Checkpoint justified = checkpoint(operation["justified_checkpoint"]);
        const Checkpoint finalized = checkpoint(operation["finalized_checkpoint"]);
        blocks.set_weights(balances(operation["balances"]));
        std::optional<Boost> boost;
        if (operation.HasMember("proposer_boost_root")) {
            boost = Boost{root(operation["proposer_boost_root"]), boost_amount(operation)};
        }
        ProtoArray::ViableLeaf viable = ProtoArrayViability{finalized};
        if (is_of_the_spec) {
            const Epoch now{test::integer(operation["current_slot"]) / spec.slots_per_epoch};
            viable = SpecViability{blocks, spec, justified, finalized, now};
        }
        const Root head = blocks.head(justified.root, viable, boost);
        const Root expected = root(operation["expected_head"]);
        if (!is_of_the_spec && !blocks.children(expected).empty()) {
            ++inner_heads; // theirs may stop above blocks that are not viable; the specs and we judge by leaves alone
        } else {
            EXPECT_EQ(head, expected);
        }
        if (operation.HasMember("expected_weights")) {
            for (const auto& [key, weight] : operation["expected_weights"].GetObject()) {
                EXPECT_EQ(blocks.weight(root(key)).value, test::integer(weight)) << key.GetString();
            }
        }
        ++heads;
    }

    void play(const Json& operation) {
        const std::string kind = operation["op"].GetString();
        if (kind == "process_block") {
            BlockNode added = node(operation, "parent_root");
            if (!is_of_the_spec) {
                added.slot = Slot{1'000 + blocks.size()}; // its slots do not rise along a chain
            }
            EXPECT_TRUE(blocks.insert(added));
        } else if (kind == "process_attestation") {
            blocks.vote(ValidatorIndex{test::integer(operation["validator_index"])}, root(operation["block_root"]),
                        Epoch{test::integer(operation["target_epoch"])});
        } else if (kind == "equivocate") {
            blocks.mark_equivocator(ValidatorIndex{test::integer(operation["validator_index"])});
        } else if (kind == "assert_weight") {
            EXPECT_EQ(blocks.weight(root(operation["block_root"])).value, test::integer(operation["weight"]));
        } else if (kind == "find_head") {
            find_head(operation);
        } else if (kind == "prune") {
            // Theirs keeps what came later on other branches, ours only descendants. No head depends on it.
        } else {
            FAIL() << "unknown operation " << kind;
        }
    }

    ProtoArray blocks;
    Spec spec;
    bool is_of_the_spec;
    std::size_t heads = 0;
    std::size_t inner_heads = 0;
};

TEST(ForkChoiceVectors, every_head_and_weight_of_the_spec_is_found) {
    QUOIN_NEEDS_VECTORS();
    std::size_t heads = 0;
    for (const char* family : {"boost", "equivocation", "ffg", "ghost", "tie"}) {
        const auto file = test::open_vectors("fork_choice/spec_" + std::string(family) + ".json");
        ASSERT_TRUE(file.IsArray());
        for (const Json& vectors : file.GetArray()) {
            SCOPED_TRACE(vectors["name"].GetString());
            Player player(vectors, true);
            for (const Json& operation : vectors["operations"].GetArray()) {
                player.play(operation);
            }
            heads += player.heads;
        }
    }
    EXPECT_GT(heads, 100U);
}

TEST(ForkChoiceVectors, every_head_and_weight_of_lighthouses_proto_array_is_found) {
    QUOIN_NEEDS_VECTORS();
    std::size_t inner_heads = 0;
    for (const std::filesystem::path& file : test::vector_files("fork_choice/proto_array")) {
        SCOPED_TRACE(file.filename().string());
        const auto vectors = test::open_vectors(file);
        Player player(vectors, false);
        for (const Json& operation : vectors["operations"].GetArray()) {
            player.play(operation);
        }
        EXPECT_GT(player.heads, player.inner_heads);
        inner_heads += player.inner_heads;
    }
    EXPECT_EQ(inner_heads, 1U);
}

} // namespace
} // namespace quoin::forkchoice
