#include <quoin/forkchoice/proto_array.hpp>

#include <gtest/gtest.h>
#include <support/vectors.hpp>

#include <set>

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

    bool operator()(std::size_t index) const {
        const BlockNode& leaf = blocks.block(index);
        const bool justified_fits =
            justified.epoch == Epoch{} || leaf.justified.epoch == justified.epoch || leaf.justified.epoch + 2 >= now;
        return justified_fits &&
               (finalized.epoch == Epoch{} || blocks.checkpoint_of(spec, leaf.root, finalized.epoch) == finalized);
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
        ProtoArray::ViableLeaf viable = [](std::size_t) { return true; };
        if (is_of_the_spec) {
            const Epoch now{test::integer(operation["current_slot"]) / spec.slots_per_epoch};
            viable = SpecViability{blocks, spec, justified, finalized, now};
        } else {
            hide_what_is_not_viable(finalized);
        }
        EXPECT_EQ(blocks.head(justified.root, viable, boost), root(operation["expected_head"]));
        if (operation.HasMember("expected_weights")) {
            for (const auto& [key, weight] : operation["expected_weights"].GetObject()) {
                EXPECT_EQ(blocks.weight(root(key)).value, test::integer(weight)) << key.GetString();
            }
        }
        ++heads;
    }

    /// Lighthouse judges every block, by whether its finalized or its justified checkpoint is the store's finalized
    /// one; the specs judge leaves. Its heads are ours once the blocks that neither pass nor lead to one that does are
    /// hidden.
    void hide_what_is_not_viable(const Checkpoint& finalized) {
        blocks.show_all();
        std::set<Root> leading;
        for (std::size_t i = blocks.size(); i-- > 0;) {
            const BlockNode& judged = blocks.block(i);
            const bool is_viable =
                finalized.epoch == Epoch{} || judged.finalized == finalized || judged.justified == finalized;
            if (is_viable || leading.contains(judged.root)) {
                leading.insert(judged.parent_root);
            } else {
                blocks.hide(judged.root);
            }
        }
    }

    /// Lighthouse prunes once there are as many blocks before the new anchor as its threshold says, and keeps what came
    /// after it on other branches; ours prunes at once and keeps descendants alone.
    void prune(const Json& operation) {
        const Root anchor = root(operation["finalized_root"]);
        std::size_t before = 0;
        while (blocks.block(before).root != anchor) {
            ++before;
        }
        std::size_t descendants = 0;
        for (std::size_t i = before; i < blocks.size(); ++i) {
            descendants += blocks.is_descendant(anchor, blocks.block(i).root) ? 1 : 0;
        }
        const bool is_due = before >= test::integer(operation["prune_threshold"]);
        EXPECT_EQ(blocks.size() - (is_due ? before : 0), test::integer(operation["expected_len"]));
        if (is_due) {
            blocks.prune(anchor);
            EXPECT_EQ(blocks.size(), descendants);
        }
    }

    void play(const Json& operation) {
        const std::string kind = operation["op"].GetString();
        if (kind == "process_block") {
            BlockNode added = node(operation, "parent_root");
            if (!is_of_the_spec) {
                added.slot = ++last_slot; // its slots do not rise along a chain
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
            prune(operation);
        } else {
            FAIL() << "unknown operation " << kind;
        }
    }

    ProtoArray blocks;
    Spec spec;
    bool is_of_the_spec;
    Slot last_slot;
    std::size_t heads = 0;
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
    std::size_t heads = 0;
    for (const std::filesystem::path& file : test::vector_files("fork_choice/proto_array")) {
        SCOPED_TRACE(file.filename().string());
        const auto vectors = test::open_vectors(file);
        Player player(vectors, false);
        for (const Json& operation : vectors["operations"].GetArray()) {
            player.play(operation);
        }
        heads += player.heads;
    }
    EXPECT_EQ(heads, 46U);
}

} // namespace
} // namespace quoin::forkchoice
