// Verification of one slot's aggregates at 1,000,000 validators with the real signatures, on one core: 31,250 attesters
// in 64 committees, everybody votes alike. Once with one aggregate of each committee, which is all that has to be
// verified, and once with the copies of all 16 aggregators, of which none was known when the others came. The workload
// is fixed here; `--benchmark_format=json` prints the figures with the machine they were taken on.
//
// Validator i's secret key is i + 1: so its public key is the one before plus the generator, and a committee's sum of
// signatures is one signature by the sum of their keys. A million different keys are made in seconds, and cost as much
// to decode and to add up as any others.
//
// Beside each figure stands its arithmetic floor, measured at the start: adding up as many public keys, and as many
// Miller loops and final exponentiations as there are messages and batches, each by itself. Not in the floor: decoding
// of signatures and keys, hashing to the curve, and the random coefficients of a batch.

#include <quoin/codec/ssz.hpp>
#include <quoin/transition/signatures.hpp>
#include <quoin/types/committees.hpp>

#include <benchmark/benchmark.h>
#include <blst.h>
#include <support/sample_genesis.hpp>

#include <algorithm>
#include <ctime>
#include <iterator>

namespace {

using namespace quoin;

constexpr std::uint64_t validator_count = 1'000'000;
constexpr std::uint64_t slots_per_epoch = 32;
constexpr std::uint64_t committee_count = 64;
constexpr std::uint64_t aggregators_per_committee = 16;
/// As many aggregates, of two checks each, as the node verifies together.
constexpr std::size_t batch_aggregates = 256;

/// The numbers of genesis/mainnet-like.json that decide who attests when.
const Chain& chain() {
    static const Chain made = [] {
        Spec spec = test::sample_spec();
        spec.slots_per_epoch = slots_per_epoch;
        spec.max_committees_per_slot = committee_count;
        spec.target_aggregators_per_committee = aggregators_per_committee;
        return test::sample_chain(4, spec);
    }();
    return made;
}

const EpochCommittees& committees() {
    static const EpochCommittees made = [] {
        ValidatorColumn<ValidatorIndex> duty_set;
        duty_set.assign_each(validator_count, [](std::size_t i) { return ValidatorIndex{i}; });
        return EpochCommittees{duty_set, test::secret(1), chain().spec()};
    }();
    return made;
}

std::vector<ValidatorKey> public_keys() {
    constexpr std::size_t step = 1'000; // points are made affine so many at a time
    std::vector<ValidatorKey> keys(validator_count);
    std::vector<blst_p1> points(step);
    std::vector<blst_p1_affine> affine(step);
    blst_p1 sum = *blst_p1_generator();
    for (std::size_t i = 0; i < validator_count; i += step) {
        for (blst_p1& point : points) {
            point = sum;
            blst_p1_add_or_double_affine(&sum, &sum, &BLS12_381_G1);
        }
        const blst_p1* const in_a_row[] = {points.data(), nullptr};
        blst_p1s_to_affine(affine.data(), in_a_row, step);
        for (std::size_t j = 0; j < step; ++j) {
            blst_p1_affine_compress(keys[i + j].data(), &affine[j]);
        }
    }
    return keys;
}

/// A registry of public keys and nothing else.
const State& registry() {
    static const State state = [] {
        State made;
        for (const ValidatorKey& key : public_keys()) {
            Validator validator;
            validator.public_key = key;
            made.append_validator(validator);
        }
        return made;
    }();
    return state;
}

/// By the sum of the validators' secret keys.
ValidatorSignature sign(std::span<const ValidatorIndex> validators, const Root& message) {
    std::uint64_t sum = 0;
    for (const ValidatorIndex validator : validators) {
        sum += validator.value + 1;
    }
    Bytes<32> secret{};
    for (std::size_t i = 0; i < 8; ++i) {
        secret[31 - i] = static_cast<std::uint8_t>(sum >> (8 * i));
    }
    return crypto::SecretKey::from_bytes(secret)->sign(message).encode();
}

SignedAggregate aggregate_of(const AttestationData& data, std::uint64_t committee, ValidatorIndex aggregator,
                             const ValidatorSignature& votes) {
    SignedAggregate aggregate{{aggregator, committee, data, {}, votes}, {}};
    aggregate.message.bits.resize(committees().committee(data.slot, committee).size());
    for (std::size_t i = 0; i < aggregate.message.bits.size(); ++i) {
        aggregate.message.bits.set(i);
    }
    aggregate.signature = sign({&aggregator, 1}, transition::aggregate_signing_root(chain(), aggregate.message));
    return aggregate;
}

/// The aggregates of a slot, those of one committee together.
std::vector<SignedAggregate> aggregates_of(Slot slot, std::uint64_t copies) {
    const AttestationData data{slot, test::secret(2), {Epoch{0}, test::secret(3)}, {Epoch{1}, test::secret(4)}};
    std::vector<SignedAggregate> all;
    for (std::uint64_t c = 0; c < committees().committees_per_slot(); ++c) {
        const ValidatorSignature votes =
            sign(committees().committee(slot, c), transition::attestation_signing_root(chain(), data));
        for (const ValidatorIndex aggregator : committees().aggregators_of(slot, c).first(copies)) {
            all.push_back(aggregate_of(data, c, aggregator, votes));
        }
    }
    return all;
}

/// As the engine asks for it and the node's verifier does it. False when any is not valid.
bool verify(crypto::BlsScheme& scheme, const std::vector<SignedAggregate>& aggregates) {
    bool is_valid = true;
    for (std::size_t i = 0; i < aggregates.size(); i += batch_aggregates) {
        std::vector<crypto::SignatureCheck> checks;
        for (std::size_t j = i; j < std::min(i + batch_aggregates, aggregates.size()); ++j) {
            auto of_one = transition::checks_of(chain(), registry(), committees(), aggregates[j]);
            std::move(of_one->begin(), of_one->end(), std::back_inserter(checks));
        }
        for (const std::uint8_t verdict : scheme.verify(checks, test::secret(5))) {
            is_valid = is_valid && verdict != 0;
        }
    }
    return is_valid;
}

/// Milliseconds of the processor's time for one `work`, the least of several.
template <class Work>
double ms_of(Work work) {
    double best = 1e9;
    for (int round = 0; round < 20; ++round) {
        const std::clock_t begin = std::clock();
        work();
        best = std::min(best, static_cast<double>(std::clock() - begin) * 1e3 / CLOCKS_PER_SEC);
    }
    return best;
}

/// What one of each costs by itself in runs as long as here.
struct Costs {
    double addition_ms;
    double miller_loop_ms;
    double final_exponentiation_ms;

    static const Costs& measured() {
        static const Costs costs = measure();
        return costs;
    }

private:
    static Costs measure() {
        constexpr std::size_t additions = 4'096;
        constexpr std::size_t loops = 64;
        const std::vector<blst_p1_affine> keys(additions, BLS12_381_G1);
        std::vector<const blst_p1_affine*> left(loops, &BLS12_381_G1);
        std::vector<const blst_p2_affine*> right(loops, &BLS12_381_G2);
        const blst_p1_affine* const in_a_row[] = {keys.data(), nullptr};
        blst_p1 sum;
        blst_fp12 product;
        const double adding = ms_of([&] { blst_p1s_add(&sum, in_a_row, additions); });
        const double looping = ms_of([&] { blst_miller_loop_n(&product, right.data(), left.data(), loops); });
        blst_fp12 one;
        const double raising = ms_of([&] {
            for (std::size_t i = 0; i < loops; ++i) {
                blst_final_exp(&one, &product);
            }
        });
        return {adding / additions, looping / loops, raising / loops};
    }
};

void note_floor(benchmark::State& run, const std::vector<SignedAggregate>& aggregates) {
    double additions = 0;
    for (const SignedAggregate& aggregate : aggregates) {
        additions += static_cast<double>(aggregate.message.bits.size()) - 1;
    }
    // A loop for each aggregator's own message, and in each batch one for the votes and one for the signatures.
    const double batches = static_cast<double>((aggregates.size() + batch_aggregates - 1) / batch_aggregates);
    const double loops = static_cast<double>(aggregates.size()) + 2 * batches;
    const Costs& costs = Costs::measured();
    const double additions_ms = additions * costs.addition_ms;
    const double pairings_ms = loops * costs.miller_loop_ms + batches * costs.final_exponentiation_ms;
    run.counters["aggregates"] = static_cast<double>(aggregates.size());
    run.counters["additions_ms"] = additions_ms;
    run.counters["pairings_ms"] = pairings_ms;
    run.counters["floor_ms"] = additions_ms + pairings_ms;
}

/// All keys of the slot were decoded before.
void keys_at_hand(benchmark::State& run) {
    const auto aggregates = aggregates_of(Slot{0}, static_cast<std::uint64_t>(run.range(0)));
    crypto::BlsScheme scheme;
    if (!verify(scheme, aggregates)) {
        run.SkipWithError("an aggregate is not valid");
    }
    for (auto _ : run) {
        benchmark::DoNotOptimize(verify(scheme, aggregates));
    }
    note_floor(run, aggregates);
}

/// Slot after slot of the first epoch after a start, when every key is met for the first time. A node keeps them all:
/// from the second epoch on they are at hand.
void keys_never_met(benchmark::State& run) {
    crypto::BlsScheme scheme;
    Slot slot;
    std::vector<SignedAggregate> aggregates;
    for (auto _ : run) {
        run.PauseTiming();
        aggregates = aggregates_of(Slot{slot.value++ % slots_per_epoch}, static_cast<std::uint64_t>(run.range(0)));
        run.ResumeTiming();
        if (!verify(scheme, aggregates)) {
            run.SkipWithError("an aggregate is not valid");
        }
    }
    note_floor(run, aggregates);
}

/// One of the aggregates by itself, when the verifier has nothing else to do.
void one_aggregate(benchmark::State& run) {
    auto aggregates = aggregates_of(Slot{0}, 1);
    aggregates.resize(1);
    crypto::BlsScheme scheme;
    for (auto _ : run) {
        benchmark::DoNotOptimize(verify(scheme, aggregates));
    }
    note_floor(run, aggregates);
}

BENCHMARK(keys_at_hand)
    ->ArgName("copies")
    ->Arg(1)
    ->Arg(aggregators_per_committee)
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(keys_never_met)->ArgName("copies")->Arg(1)->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK(one_aggregate)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
