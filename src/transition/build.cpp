#include "block_run.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/transition/build.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::transition {

namespace {

/// What a block takes beside the items of its lists.
constexpr std::size_t envelope_bytes = 1'024;
/// SSZ lists of items of variable size carry an offset each.
constexpr std::size_t offset_bytes = 4;

/// The slot's start where the timer makes the slots; otherwise now, which time never runs back from.
std::uint64_t time_of_proposal(const Chain& chain, const State& advanced, std::uint64_t now_ms) {
    return chain.spec().pacing == Pacing::timer ? slot_start_ms(chain.spec(), chain.genesis.time_ms, advanced.slot)
                                                : std::max(now_ms, advanced.latest_block_header.time_ms);
}

/// Moves items into the body's lists while they fit and the run takes them.
class Packer {
public:
    explicit Packer(BlockRun& run) : run_(run) {}

    template <class Item, class List>
    void pack(std::vector<Item>& items, std::uint64_t count_max, List& list) {
        for (Item& item : items) {
            if (list.size() == count_max) {
                return;
            }
            const std::size_t bytes = encode(item).size() + offset_bytes;
            if (bytes <= bytes_left_ && run_.take(item)) {
                bytes_left_ -= bytes;
                list.push_back(std::move(item));
            }
        }
    }

private:
    BlockRun& run_;
    std::size_t bytes_left_ = limits.block_bytes_max - envelope_bytes;
};

BlockBody pack_body(BlockRun& run, const Spec& spec, BlockInputs& inputs) {
    BlockBody body;
    body.randao_reveal = inputs.randao_reveal;
    body.graffiti = inputs.graffiti;
    Packer packer{run};
    packer.pack(inputs.proposer_slashings, spec.max_proposer_slashings_per_block, body.proposer_slashings);
    packer.pack(inputs.attester_slashings, spec.max_attester_slashings_per_block, body.attester_slashings);
    packer.pack(inputs.attestations, spec.max_attestations_per_block, body.attestations);
    run.end_attestations();
    packer.pack(inputs.transactions, spec.max_transactions_per_block, body.transactions);
    return body;
}

} // namespace

Result<Built> build_on_advanced(const Chain& chain, State advanced, BlockEffects effects, BlockInputs inputs,
                                CommitteeCache& committees) {
    QUOIN_ASSERT(advanced.slot == inputs.slot, "the state was advanced to the block's slot");
    if (auto may = check_proposer(chain, advanced, inputs.slot, inputs.proposer); !may) {
        return may.fault();
    }
    const std::uint64_t time_ms = time_of_proposal(chain, advanced, inputs.now_ms);
    BlockRun run{chain, std::move(advanced), std::move(effects), committees};
    run.begin(inputs.proposer, inputs.randao_reveal, time_ms);
    Built built;
    built.block.body = pack_body(run, chain.spec(), inputs);
    built.applied = run.finish(hash_tree_root(built.block.body));
    const BlockHeader& header = run.header();
    built.header = header;
    built.block.slot = header.slot;
    built.block.time_ms = header.time_ms;
    built.block.proposer_index = header.proposer_index;
    built.block.parent_root = header.parent_root;
    built.block.state_root = header.state_root;
    return built;
}

Result<Built> build_block(const Chain& chain, const State& parent, BlockInputs inputs) {
    QUOIN_ASSERT(inputs.slot > parent.slot, "a block comes after its parent");
    BlockEffects effects;
    State advanced = advance(chain, parent, inputs.slot, effects);
    CommitteeCache committees;
    return build_on_advanced(chain, std::move(advanced), std::move(effects), std::move(inputs), committees);
}

} // namespace quoin::transition
