// State root, block transition and head, on the numbers of the devnet with 4 and 128 validators. The workload is fixed
// here; `--benchmark_format=json` prints the figures with the machine they were taken on.

#include <quoin/codec/ssz.hpp>
#include <quoin/forkchoice/proto_array.hpp>
#include <quoin/transition/build.hpp>
#include <quoin/transition/transition.hpp>
#include <quoin/types/clock.hpp>

#include <benchmark/benchmark.h>
#include <support/sample_genesis.hpp>

#include <map>

namespace {

using namespace quoin;
using namespace quoin::test;

/// A chain in which everybody votes for every block: 40 blocks, then one more whose parts are kept.
struct Workload {
    Chain chain;
    SealedState parent; ///< post-state of block 40
    SignedBlock block;  ///< block 41, with the votes of slot 40
    SealedState post;   ///< of block 41

    explicit Workload(std::uint64_t validators) : chain(sample_chain(validators)) {
        SealedState state = transition::make_genesis(chain).state;
        Root head = transition::make_genesis(chain).block_root;
        std::vector<Attestation> votes;
        for (std::uint64_t slot = 1; slot <= 41; ++slot) {
            BlockEffects effects;
            const State advanced = transition::advance(chain, *state, Slot{slot}, effects);
            transition::BlockInputs inputs;
            inputs.slot = Slot{slot};
            inputs.proposer = proposer_of(advanced, chain.spec(), Slot{slot});
            inputs.attestations = votes;
            auto built = transition::build_block(chain, *state, std::move(inputs));
            parent = state;
            block = {built->block, {}};
            post = state = built->applied.state;
            head = built->applied.block_root;
            votes = {vote(*state, head)};
        }
    }

    Attestation vote(const State& state, const Root& head) const {
        const Epoch epoch = epoch_of(chain.spec(), state.slot);
        Checkpoint source;
        for (const Checkpoint& justified : state.recent_justified) {
            if (justified.epoch < epoch) {
                source = justified;
            }
        }
        Attestation all{{state.slot, head, source, {epoch, head}}, Bitlist<type_limits.validators>{}, {}};
        all.bits.resize(attesters_of(state, chain.spec(), state.slot).size());
        for (std::size_t i = 0; i < all.bits.size(); ++i) {
            all.bits.set(i);
        }
        return all;
    }

    static const Workload& of(std::uint64_t validators) {
        static std::map<std::uint64_t, Workload> made;
        return made.try_emplace(validators, validators).first->second;
    }
};

/// Copy a sealed state, change one balance and one vote column, and take the root of it all.
void state_root(benchmark::State& run) {
    const Workload& work = Workload::of(static_cast<std::uint64_t>(run.range(0)));
    std::uint32_t change = 0;
    for (auto _ : run) {
        State state = *work.post;
        state.accounts.edit(0).balance += Amount{1};
        state.hits.source.set(0, ++change);
        benchmark::DoNotOptimize(seal(state));
    }
}

void block_transition(benchmark::State& run) {
    const Workload& work = Workload::of(static_cast<std::uint64_t>(run.range(0)));
    for (auto _ : run) {
        const auto applied = transition::apply_block(work.chain, *work.parent, work.block);
        benchmark::DoNotOptimize(applied->state);
    }
}

/// 64 blocks on one chain with a fork at every eighth; before each head, every validator moves its vote.
void head(benchmark::State& run) {
    const auto validators = static_cast<std::uint64_t>(run.range(0));
    const auto root_of = [](std::uint64_t number) { return secret(number); };
    forkchoice::ProtoArray blocks({root_of(0), {}, Slot{0}, {}, {}});
    for (std::uint64_t i = 1; i < 64; ++i) {
        blocks.insert({root_of(i), root_of(i % 8 == 0 ? i - 2 : i - 1), Slot{i}, {}, {}});
    }
    ValidatorColumn<Weight> weights;
    weights.assign(validators, Weight{1'000});
    blocks.set_weights(weights);
    std::uint64_t epoch = 0;
    for (auto _ : run) {
        ++epoch;
        for (std::uint64_t i = 0; i < validators; ++i) {
            blocks.vote(ValidatorIndex{i}, root_of(1 + (i + epoch) % 63), Epoch{epoch});
        }
        benchmark::DoNotOptimize(blocks.head(root_of(0), [](std::size_t) { return true; }));
    }
}

BENCHMARK(state_root)->Arg(4)->Arg(128)->Unit(benchmark::kMicrosecond);
BENCHMARK(block_transition)->Arg(4)->Arg(128)->Unit(benchmark::kMicrosecond);
BENCHMARK(head)->Arg(4)->Arg(128)->Unit(benchmark::kMicrosecond);

} // namespace

BENCHMARK_MAIN();
