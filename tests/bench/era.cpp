// An era boundary at a million validators, with the numbers of mainnet: all on duty, one in a hundred silent, and the
// same in a leak. One core, no hashing; the state before is sealed, as a parent's is. The workload is fixed here;
// `--benchmark_format=json` prints the figures with the machine they were taken on, in milliseconds: of the whole
// boundary, of its steps, and the floor, which is the time to move what the steps must read and write once.

#include <quoin/staking/era.hpp>
#include <quoin/types/clock.hpp>

#include <benchmark/benchmark.h>
#include <support/sample_genesis.hpp>
#include <transition/era.hpp>
#include <transition/schedule.hpp>
#include <transition/sets.hpp>

#include <cstring>
#include <ctime>
#include <utility>

namespace {

using namespace quoin;
using namespace quoin::test;

constexpr std::uint64_t validators = 1'000'000;
constexpr std::uint64_t stake = 32 * coin;

Spec mainnet_spec() {
    Spec spec = sample_spec();
    spec.slots_per_epoch = 32;
    spec.epochs_per_era = 1;
    spec.inclusion_window_epochs = 2;
    spec.max_effective_balance = 2'048 * coin;
    spec.base_reward_factor = 64;
    spec.min_slash_quotient = 4'096;
    spec.reporter_reward_quotient = 4'096;
    spec.leak_after_epochs = 4;
    spec.leak_half_life_eras = 4'822;
    spec.unbonding_eras = 2'048;
    spec.evidence_max_age_eras = 2'048;
    spec.churn_limit_quotient = 65'536;
    spec.min_churn = 128 * coin;
    spec.max_validators = type_limits.validators;
    return spec;
}

Genesis a_million(const Spec& spec) {
    Genesis genesis;
    genesis.spec = spec;
    genesis.validators.resize(validators);
    std::uint64_t i = 0;
    for (GenesisValidator& validator : genesis.validators) {
        std::memcpy(validator.public_key.data(), &i, sizeof i);
        validator.stake = Amount{stake};
        validator.commission = {500, 2'000, 100};
        ++i;
    }
    return genesis;
}

/// The eras pass without blocks: hits are as attesters had earned them, and finality keeps up or stands still.
class Workload {
public:
    explicit Workload(bool leak) : spec_(mainnet_spec()), leak_(leak) {
        BlockEffects effects;
        staking::Books books{state_, spec_, effects};
        staking::open_ledger(books, a_million(spec_));
        state_.proposers.resize(2 * slots_per_era(spec_));
        transition::open_genesis_sets(state_, spec_);
        for (int era = 0; era < 12; ++era) {
            attest();
            begin_next_era(state_);
            transition::process_era(state_, spec_, effects);
            effects = {};
        }
        attest();
        state_.seal();
    }

    const State& before() const { return state_; }
    const Spec& spec() const { return spec_; }
    bool leak() const { return leak_; }

    void begin_next_era(State& state) const {
        state.slot = first_slot_of(spec_, era_of(spec_, state.slot) + 1);
        if (!leak_) {
            state.finalized.epoch = epoch_of(spec_, state.slot) - 1;
        }
    }

    static Workload& of(bool leak) {
        static Workload works[]{Workload(false), Workload(true)};
        return works[leak ? 1 : 0];
    }

private:
    /// One in a hundred is silent, others from era to era.
    void attest() {
        const std::uint64_t first_silent = era_of(spec_, state_.slot).value % 100;
        for (auto* column : {&state_.hits.source, &state_.hits.target, &state_.hits.head}) {
            column->assign(validators, 1);
            for (std::uint64_t i = first_silent; i < validators; i += 100) {
                column->set(i, 0);
            }
        }
        for (std::uint64_t slot = 0; slot < spec_.slots_per_epoch; ++slot) {
            state_.proposer_reward.set(slot * 31'000, Amount{45'000'000});
        }
    }

    Spec spec_;
    bool leak_;
    State state_;
};

/// Of this thread alone: what else the machine does is not counted.
class Stopwatch {
public:
    double lap_ms() {
        const double now = now_ms();
        return now - std::exchange(last_, now);
    }

private:
    static double now_ms() {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
    }

    double last_ = now_ms();
};

/// Milliseconds to copy a gigabyte, twice that much moved, in pieces of a column's chunk that no cache holds.
double ms_per_moved_byte() {
    constexpr std::size_t bytes = std::size_t{1} << 28;
    std::vector<std::uint64_t> from(bytes / 8, 1);
    std::vector<std::uint64_t> to(bytes / 8, 2);
    double best = 1e9;
    for (int round = 0; round < 5; ++round) {
        Stopwatch watch;
        std::memcpy(to.data(), from.data(), bytes);
        benchmark::DoNotOptimize(to.data());
        best = std::min(best, watch.lap_ms());
    }
    return best / (2.0 * bytes);
}

/// Read: tokens, shares, operator shares, effective balances, scores, both weights, and the hits of two eras at half
/// the width; written: tokens, shares, operator shares, the candidate's weights, the hits.
constexpr double moved_bytes = (7 + 3 + 4 + 1.5) * 8.0 * validators;

void era(benchmark::State& run) {
    Workload& work = Workload::of(run.range(0) != 0);
    for (auto _ : run) {
        run.PauseTiming();
        auto state = std::make_unique<State>(work.before());
        auto effects = std::make_unique<BlockEffects>();
        work.begin_next_era(*state);
        run.ResumeTiming();
        transition::process_era(*state, work.spec(), *effects);
        run.PauseTiming();
        state.reset();
        effects.reset();
        run.ResumeTiming();
    }
    run.counters["floor_ms"] = moved_bytes * ms_per_moved_byte();
}

/// The steps of `process_era`, in its order.
void era_steps(benchmark::State& run) {
    Workload& work = Workload::of(run.range(0) != 0);
    const Spec& spec = work.spec();
    double roll = 0, settle = 0, entering = 0, correlation = 0, registry = 0, balances = 0, sets = 0, schedule = 0,
           checks = 0;
    for (auto _ : run) {
        State state = work.before();
        BlockEffects effects;
        work.begin_next_era(state);
        const Era ended = era_of(spec, state.slot) - 1;
        staking::Books books{state, spec, effects};
        Stopwatch watch;
        staking::Roll registry_roll{state};
        roll += watch.lap_ms();
        staking::settle_era(books, registry_roll, ended, work.leak());
        settle += watch.lap_ms();
        staking::mint_entering(books, ended);
        entering += watch.lap_ms();
        staking::correlation_penalties(books, ended);
        correlation += watch.lap_ms();
        staking::update_registry(books, registry_roll, ended);
        registry += watch.lap_ms();
        staking::update_effective_balances(state, spec);
        balances += watch.lap_ms();
        transition::update_set_version(state, spec, registry_roll);
        if (work.leak()) {
            transition::apply_leak_weights(state, spec, registry_roll);
        }
        transition::turn_mixes(state);
        transition::open_era(state, spec);
        sets += watch.lap_ms();
        staking::reset_hits(state);
        balances += watch.lap_ms();
        benchmark::DoNotOptimize(staking::check_books(state, spec));
        checks += watch.lap_ms();
        transition::draw_schedule(state, spec, ended + 2, state.mixes[1]);
        schedule += watch.lap_ms();
    }
    const auto mean = [&run](double sum) { return sum / static_cast<double>(run.iterations()); };
    run.counters["roll_ms"] = mean(roll);
    run.counters["settle_ms"] = mean(settle);
    run.counters["entering_ms"] = mean(entering);
    run.counters["correlation_ms"] = mean(correlation);
    run.counters["registry_ms"] = mean(registry);
    run.counters["balances_ms"] = mean(balances);
    run.counters["sets_and_schedule_ms"] = mean(sets);
    run.counters["checks_ms"] = mean(checks);
    run.counters["schedule_alone_ms"] = mean(schedule);
}

BENCHMARK(era)->ArgName("leak")->Arg(0)->Arg(1)->Iterations(5)->Unit(benchmark::kMillisecond);
BENCHMARK(era_steps)->ArgName("leak")->Arg(0)->Arg(1)->Iterations(5)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
