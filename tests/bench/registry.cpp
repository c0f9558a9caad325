// State and committees of 1,000,000 validators on one core. The workload is fixed here; `--benchmark_format=json`
// prints the figures with the machine they were taken on. Beside each figure stands its arithmetic floor: hashes or
// bytes times what one of them costs on this machine, measured at the start.

#include <quoin/codec/ssz.hpp>
#include <quoin/crypto/sha256.hpp>
#include <quoin/crypto/shuffle.hpp>
#include <quoin/types/committees.hpp>

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <numeric>

namespace {

using namespace quoin;

constexpr std::uint64_t validator_count = 1'000'000;
constexpr std::uint64_t votes_per_block = validator_count / 32;
constexpr std::uint64_t increment = 1'000'000'000;

/// The numbers of genesis/mainnet-like.json that the state and its committees depend on.
Spec mainnet_spec() {
    Spec spec;
    spec.slots_per_epoch = 32;
    spec.epochs_per_era = 1;
    spec.inclusion_window_epochs = 2;
    spec.target_committee_size = 128;
    spec.max_committees_per_slot = 64;
    spec.target_aggregators_per_committee = 16;
    return spec;
}

template <std::size_t N>
Bytes<N> name_of(std::uint64_t number, std::uint8_t kind) {
    Bytes<16> input{};
    std::memcpy(input.data(), &number, sizeof(number));
    input[15] = kind;
    const Root hash = crypto::sha256(input);
    Bytes<N> name;
    for (std::size_t i = 0; i < N; ++i) {
        name[i] = hash[i % 32];
    }
    return name;
}

Validator validator_of(std::uint64_t i) {
    Validator validator;
    validator.public_key = name_of<48>(i, 1);
    validator.withdrawal_address = name_of<20>(i, 2);
    validator.operator_address = name_of<20>(i, 3);
    validator.commission = {500, 2'000, 100};
    validator.activation_era = Era{0};
    validator.last_weight = Weight{32 * increment};
    return validator;
}

/// As above, but alike in nothing: the worst that a registry can be to hash.
Validator validator_unlike_others(std::uint64_t i) {
    Validator validator = validator_of(i);
    validator.commission = {i, i + 1, i + 2};
    validator.commission_changed_at = validator.activation_era = validator.exit_era = Era{i};
    validator.last_weight = Weight{i};
    validator.slashed.reset();
    return validator;
}

void add_sets(State& state, std::uint64_t era, const Column<Weight, type_limits.validators>& previous) {
    EraSets sets;
    sets.era = Era{era};
    sets.seed = name_of<32>(era, 4);
    sets.previous_weights = previous;
    sets.weights.assign_each(validator_count, [&](std::size_t i) { return Weight{(32 + (i + era) % 7) * increment}; });
    sets.duty_set.assign_each(validator_count, [](std::size_t i) { return ValidatorIndex{i}; });
    sets.total = {Weight{validator_count * 35 * increment}, Weight{validator_count * 35 * increment}};
    state.sets.push_back(std::move(sets));
}

void add_money(State& state) {
    state.tokens.assign_each(validator_count, [](std::size_t i) { return Amount{32 * increment + i}; });
    state.shares.assign_each(validator_count, [](std::size_t i) { return Shares{32 * increment + i}; });
    state.operator_shares.assign_each(validator_count, [](std::size_t i) { return Shares{32 * increment + i}; });
    state.effective_balance.assign_each(validator_count,
                                        [](std::size_t i) { return Amount{(32 + i % 97) * increment}; });
    state.inactivity_score.assign_each(validator_count, [](std::size_t i) { return i % 5; });
    state.proposer_reward.assign_each(validator_count, [](std::size_t i) { return Amount{i % 3}; });
}

/// Just after an era boundary: every validator has an operator account of its own, three eras are kept, two epochs
/// open.
State era_boundary() {
    State state;
    state.slot = Slot{32 * 10};
    state.block_roots.assign(288, Root{{7}});
    state.proposers.assign(64, ValidatorIndex{5});
    for (std::uint64_t i = 0; i < validator_count; ++i) {
        state.append_validator(validator_of(i));
        state.append_account({name_of<20>(i, 3), Amount{increment}, 1});
    }
    add_money(state);
    for (EraHits* hits : {&state.hits, &state.previous_hits}) {
        const std::uint32_t each = hits == &state.previous_hits ? 1 : 0;
        hits->source.assign(validator_count, each);
        hits->target.assign(validator_count, each);
        hits->head.assign(validator_count, each);
    }
    add_sets(state, 8, {});
    add_sets(state, 9, state.sets.back().weights);
    add_sets(state, 10, state.sets.back().weights);
    state.candidate = Candidate{Era{10}, state.sets.back().weights};
    for (const std::uint64_t epoch : {9, 10}) {
        OpenEpoch open;
        open.epoch = Epoch{epoch};
        open.voted.resize(validator_count);
        state.open_epochs.push_back(std::move(open));
    }
    return state;
}

const State& sealed_boundary() {
    static const State state = [] {
        State fresh = era_boundary();
        fresh.seal();
        return fresh;
    }();
    return state;
}

const EpochCommittees& committees() {
    static const SharedCommittees made = committees_of(sealed_boundary(), mainnet_spec(), Epoch{10});
    return *made;
}

/// What one block of `slot` changes besides registry and sets.
void change_as_a_block(State& state, std::uint64_t slot) {
    state.slot = Slot{320 + slot};
    OpenEpoch& open = state.open_epochs.edit(state.open_epochs.size() - 1);
    for (const std::uint32_t position : committees().positions(Slot{slot})) {
        open.voted.set(position);
    }
    open.target_weight[0] += Weight{slot + 1};
    for (const ValidatorIndex voter : committees().attesters(Slot{slot})) {
        state.hits.source.increment(voter.value);
        state.hits.target.increment(voter.value);
        state.hits.head.increment(voter.value);
    }
    state.proposer_reward.edit(slot * 31'337 % validator_count) += Amount{slot + 1};
    for (std::uint64_t i = 0; i < 8; ++i) {
        state.accounts.edit((slot * 7 + i) * 104'729 % validator_count).balance += Amount{1};
    }
    state.block_roots.edit(slot) = name_of<32>(slot, 5);
}

/// Nanoseconds of one tree node, of the processor's time, in a layer that lies in the cache.
double node_ns() {
    static const double cost = [] {
        std::vector<Root> nodes(4'096);
        const std::clock_t begin = std::clock();
        for (int i = 0; i < 200; ++i) {
            crypto::hash_pairs(nodes, std::span{nodes}.first(2'048));
        }
        return static_cast<double>(std::clock() - begin) * 1e9 / CLOCKS_PER_SEC / (200 * 2'048);
    }();
    return cost;
}

void note_floor_of_hashes(benchmark::State& run, double hashes) {
    run.counters["node_ns"] = node_ns();
    run.counters["floor_ms"] = hashes * node_ns() / 1e6;
}

/// Nodes of the tree over a column of numbers of `bytes` each.
double nodes_of_numbers(std::uint64_t bytes) {
    return static_cast<double>(validator_count * bytes) / 32;
}

/// Milliseconds, of the processor's time, to copy a list of positions.
double copy_ms(const std::vector<std::uint32_t>& positions) {
    std::vector<std::uint32_t> copy(positions.size());
    const std::clock_t begin = std::clock();
    for (int i = 0; i < 100; ++i) {
        std::memcpy(copy.data(), positions.data(), positions.size() * sizeof(std::uint32_t));
        benchmark::DoNotOptimize(copy.data());
        benchmark::ClobberMemory();
    }
    return static_cast<double>(std::clock() - begin) * 1e3 / CLOCKS_PER_SEC / 100;
}

/// 90 rounds over a million positions; the floor is to read and write each position once a round, and a hash (half a
/// node) for every 256 positions that decide.
void shuffle_of_the_whole_set(benchmark::State& run) {
    std::vector<std::uint32_t> positions(validator_count);
    std::iota(positions.begin(), positions.end(), 0U);
    const Root seed = name_of<32>(0, 6);
    for (auto _ : run) {
        benchmark::DoNotOptimize(crypto::shuffle(positions, seed, shuffle_rounds));
    }
    const double hashes = 90.0 * validator_count / 2 / 256;
    run.counters["floor_ms"] = 90 * copy_ms(positions) + hashes * node_ns() / 2 / 1e6;
}

void committees_of_an_epoch(benchmark::State& run) {
    for (auto _ : run) {
        benchmark::DoNotOptimize(committees_of(sealed_boundary(), mainnet_spec(), Epoch{10}));
    }
}

/// The naive form, for one slot.
void attesters_of_a_slot(benchmark::State& run) {
    for (auto _ : run) {
        benchmark::DoNotOptimize(attesters_of(sealed_boundary(), mainnet_spec(), Slot{321}));
    }
}

void seats_from_the_cache(benchmark::State& run) {
    CommitteeCache cache;
    std::uint64_t validator = 0;
    for (auto _ : run) {
        const SharedCommittees found = cache.of(sealed_boundary(), mainnet_spec(), Epoch{10});
        benchmark::DoNotOptimize(found->seat_of(ValidatorIndex{validator++ % validator_count}));
    }
}

/// The root of the registry's records from nothing: 17 hashes for each (public key 1, commission 3, fields 12, list 1).
void registry_root(benchmark::State& run, Validator (*record)(std::uint64_t)) {
    Column<Validator, type_limits.validators> validators;
    for (std::uint64_t i = 0; i < validator_count; ++i) {
        validators.push_back(record(i));
    }
    for (auto _ : run) {
        benchmark::DoNotOptimize(hash_tree_root(validators));
    }
    note_floor_of_hashes(run, 17.0 * validator_count);
}

/// Every column that an era rewrites: money, scores, hits, one era's weights and duty set. Hits start anew as zeros,
/// which cost nothing.
void root_after_an_era(benchmark::State& run) {
    for (auto _ : run) {
        run.PauseTiming();
        State state = sealed_boundary();
        add_money(state);
        for (auto* column : {&state.hits.source, &state.hits.target, &state.hits.head}) {
            column->assign(validator_count, 0);
        }
        state.sets.erase(state.sets.begin());
        add_sets(state, 11, state.sets.back().weights);
        run.ResumeTiming();
        state.seal();
        benchmark::DoNotOptimize(hash_tree_root(state));
    }
    note_floor_of_hashes(run, 8 * nodes_of_numbers(8));
}

/// Copy, a block's changes, root. The floor is all three columns of hits and the voted bits of one epoch.
void root_after_a_block(benchmark::State& run) {
    std::uint64_t slot = 0;
    static_cast<void>(committees());
    for (auto _ : run) {
        run.PauseTiming();
        State state = sealed_boundary();
        change_as_a_block(state, slot++ % 32);
        run.ResumeTiming();
        state.seal();
        benchmark::DoNotOptimize(hash_tree_root(state));
    }
    note_floor_of_hashes(run, 3 * nodes_of_numbers(4) + static_cast<double>(validator_count) / 8 / 32);
}

void copy_and_change_as_a_block(benchmark::State& run) {
    std::uint64_t slot = 0;
    static_cast<void>(committees());
    for (auto _ : run) {
        State state = sealed_boundary();
        change_as_a_block(state, slot++ % 32);
        benchmark::DoNotOptimize(state);
    }
}

double heap_mb() {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd) / 1e6;
}

/// Heap of one state, and of 64 that share the boundary and have a block's change of their own each.
void memory_of_states(benchmark::State& run) {
    for (auto _ : run) {
        static_cast<void>(committees());
        const double before = heap_mb();
        State one = era_boundary();
        one.seal();
        const double with_one = heap_mb();
        std::vector<State> forks;
        for (std::uint64_t i = 0; i < 64; ++i) {
            forks.push_back(one);
            change_as_a_block(forks.back(), i % 32);
            forks.back().seal();
        }
        const double with_all = heap_mb();
        run.counters["one_mb"] = with_one - before;
        run.counters["with_64_forks_mb"] = with_all - before;
        run.counters["ratio"] = (with_all - before) / (with_one - before);
    }
}

BENCHMARK(shuffle_of_the_whole_set)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(registry_root, alike, validator_of)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(registry_root, unlike, validator_unlike_others)->Unit(benchmark::kMillisecond);
BENCHMARK(memory_of_states)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(committees_of_an_epoch)->Unit(benchmark::kMillisecond);
BENCHMARK(attesters_of_a_slot)->Unit(benchmark::kMillisecond);
BENCHMARK(seats_from_the_cache)->Unit(benchmark::kNanosecond);
BENCHMARK(root_after_an_era)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK(root_after_a_block)->Unit(benchmark::kMillisecond)->Iterations(10);
BENCHMARK(copy_and_change_as_a_block)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
