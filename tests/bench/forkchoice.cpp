// Head of the fork choice and tracker at mainnet's size: 1,000,000 validators. The workload is fixed here;
// `--benchmark_format=json` prints the figures with the machine they were taken on. `floor_us` is what moving the bytes
// that must be read or written takes at the speed a large array is read here.

#include <quoin/base/random.hpp>
#include <quoin/finality/tracker.hpp>
#include <quoin/forkchoice/proto_array.hpp>

#include <benchmark/benchmark.h>
#include <malloc.h>
#include <support/sample_genesis.hpp>

#include <algorithm>
#include <ctime>
#include <numeric>
#include <vector>

namespace {

using namespace quoin;
using namespace quoin::test;

constexpr std::uint64_t validators = 1'000'000;
constexpr std::size_t committee_size = 500;

/// Of this process: other work on the machine does not count.
double processor_us() {
    return static_cast<double>(std::clock()) * 1e6 / CLOCKS_PER_SEC;
}

/// Bytes a microsecond, from the best of some sums over 256 MiB.
double bandwidth() {
    static const double measured = [] {
        const std::vector<std::uint64_t> large(std::size_t{1} << 25, 1);
        double best = 0;
        for (int run = 0; run < 5; ++run) {
            const double start = processor_us();
            benchmark::DoNotOptimize(std::accumulate(large.begin(), large.end(), std::uint64_t{0}));
            best = std::max(best, static_cast<double>(large.size() * 8) / (processor_us() - start));
        }
        return best;
    }();
    return measured;
}

void report_floor(benchmark::State& run, std::size_t bytes) {
    run.counters["bytes"] = static_cast<double>(bytes);
    run.counters["floor_us"] = static_cast<double>(bytes) / bandwidth();
}

ValidatorColumn<Weight> sealed_weights(std::uint64_t least) {
    std::vector<Weight> weights;
    for (std::uint64_t i = 0; i < validators; ++i) {
        weights.emplace_back(least + i % 7);
    }
    ValidatorColumn<Weight> column(weights);
    column.seal();
    return column;
}

/// The duty set shuffled into committees, the members of each ascending.
std::vector<std::vector<ValidatorIndex>> committees() {
    std::vector<ValidatorIndex> all;
    for (std::uint64_t i = 0; i < validators; ++i) {
        all.emplace_back(i);
    }
    SeededRandom random(1);
    for (std::size_t i = all.size(); i > 1; --i) {
        std::swap(all[i - 1], all[random.below(i)]);
    }
    std::vector<std::vector<ValidatorIndex>> cut;
    for (std::size_t i = 0; i < all.size(); i += committee_size) {
        auto& committee = cut.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(i),
                                           all.begin() + static_cast<std::ptrdiff_t>(i + committee_size));
        std::sort(committee.begin(), committee.end());
    }
    return cut;
}

/// A chain with a fork at every eighth block, and a vote of everybody for blocks all over it.
struct Tree {
    explicit Tree(std::uint64_t count) : blocks({secret(0), {}, Slot{0}, {}, {}}), roots{secret(0)} {
        for (std::uint64_t i = 1; i < count; ++i) {
            roots.push_back(secret(i));
            blocks.insert({roots[i], roots[i % 8 == 0 ? i - 2 : i - 1], Slot{i}, {}, {}});
        }
        blocks.set_weights(weights[0]);
        vote(aggregates.size());
    }

    /// The next `count` aggregates, round and round.
    void vote(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i, ++cast) {
            const Epoch epoch{1 + cast / aggregates.size()};
            blocks.vote(aggregates[cast % aggregates.size()], roots[cast * 7919 % roots.size()], epoch);
        }
    }
    Root head() {
        const Spec spec;
        const Checkpoint finalized{Epoch{1}, roots[1]};
        return blocks.head(roots[1], forkchoice::QuoinViability(blocks, spec, finalized, finalized, Epoch{3}));
    }

    std::vector<std::vector<ValidatorIndex>> aggregates = committees();
    std::vector<ValidatorColumn<Weight>> weights{sealed_weights(32), sealed_weights(33)};
    forkchoice::ProtoArray blocks;
    std::vector<Root> roots;
    std::size_t cast = 0;
};

/// 100 aggregates of 500, and the head.
void head_after_5_percent_voted(benchmark::State& run) {
    Tree tree(static_cast<std::uint64_t>(run.range(0)));
    const std::size_t moved = tree.aggregates.size() / 20;
    double head_us = 0;
    for (auto _ : run) {
        tree.vote(moved);
        const double start = processor_us();
        benchmark::DoNotOptimize(tree.head());
        head_us += processor_us() - start;
    }
    run.counters["head_us"] = benchmark::Counter(head_us, benchmark::Counter::kAvgIterations);
    report_floor(run, moved * committee_size * 2 * 64); // a line each of message and weight
}

void head_after_all_weights_changed(benchmark::State& run) {
    Tree tree(static_cast<std::uint64_t>(run.range(0)));
    std::size_t turn = 0;
    for (auto _ : run) {
        tree.blocks.set_weights(tree.weights[++turn % 2]);
        benchmark::DoNotOptimize(tree.head());
    }
    report_floor(run, validators * (16 + 8)); // message and weight
}

/// Everybody votes for two epochs of 32 slots, in aggregates of a committee each; the data differs from slot to slot.
struct Epochs {
    Epochs() {
        EraSets sets;
        sets.weights = sets.previous_weights = sealed_weights(32);
        for (const Weight weight : sets.weights) {
            sets.total[0] += weight;
            sets.total[1] += weight;
        }
        const auto weights = finality::vote_weights(sets);
        const auto members = committees();
        for (std::uint64_t epoch = 1; epoch <= 2; ++epoch) {
            for (std::size_t i = 0; i < members.size(); ++i) {
                const Slot slot{32 * epoch + i * 32 / members.size()};
                const AttestationData data{slot, secret(slot.value), checkpoint(epoch - 1), checkpoint(epoch)};
                votes.push_back({members[i], data, {}, weights});
            }
        }
    }
    static Checkpoint checkpoint(std::uint64_t epoch) { return {Epoch{epoch}, secret(32 * epoch)}; }
    static finality::Tracker tracker() {
        finality::Tracker made([](const Checkpoint&, const Checkpoint&) { return true; });
        made.restart_from(checkpoint(0), {});
        return made;
    }

    std::vector<finality::TrackedVote> votes;
};

/// Both epochs, after which the first is final. Every aggregate comes once; `known` is the time of one that has come
/// before.
void tracker_of_two_epochs(benchmark::State& run) {
    const Epochs epochs;
    double known_us = 0;
    std::size_t bytes = 0;
    for (auto _ : run) {
        const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
        finality::Tracker tracker = Epochs::tracker();
        for (const finality::TrackedVote& vote : epochs.votes) {
            benchmark::DoNotOptimize(tracker.add(vote));
        }
        bytes = mallinfo2().uordblks + mallinfo2().hblkhd - before;
        const double start = processor_us();
        for (const finality::TrackedVote& vote : epochs.votes) {
            benchmark::DoNotOptimize(tracker.add(vote));
        }
        known_us += processor_us() - start;
    }
    const auto count = static_cast<double>(epochs.votes.size());
    run.counters["known_us"] = benchmark::Counter(known_us / count, benchmark::Counter::kAvgIterations);
    run.counters["bytes_per_epoch"] = static_cast<double>(bytes) / 2;
    run.counters["aggregates"] = count;
}

void certificate(benchmark::State& run) {
    const Epochs epochs;
    finality::Tracker tracker = Epochs::tracker();
    for (const finality::TrackedVote& vote : epochs.votes) {
        tracker.add(vote);
    }
    crypto::FastDouble scheme;
    std::size_t groups = 0;
    std::size_t bytes = 0;
    for (auto _ : run) {
        const auto made = tracker.certificate_for({tracker.finalized(), 1}, scheme,
                                                  [](const Root&, const Root&) { return std::vector<BlockHeader>{}; });
        groups = made->link.size() + made->justification.size();
        bytes = groups * (validators / 8 + 224);
    }
    run.counters["groups"] = static_cast<double>(groups);
    run.counters["bytes"] = static_cast<double>(bytes);
}

BENCHMARK(head_after_5_percent_voted)->Arg(64)->Arg(8'192)->Unit(benchmark::kMicrosecond);
BENCHMARK(head_after_all_weights_changed)->Arg(64)->Arg(8'192)->Unit(benchmark::kMicrosecond);
BENCHMARK(tracker_of_two_epochs)->Unit(benchmark::kMillisecond);
BENCHMARK(certificate)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
