// The slasher at the size of mainnet: how long an epoch of aggregates takes on one core, and how large slasher.db
// grows. The workload is fixed here; `--benchmark_format=json` prints the figures with the machine they were taken on.

#include <quoin/base/random.hpp>
#include <quoin/node/slasher.hpp>
#include <quoin/store/store.hpp>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

namespace {

using namespace quoin;
using slashing::SpanChunk;

constexpr std::uint64_t slots_per_epoch = 32;
constexpr std::uint64_t window_epochs = 4'096;
constexpr std::uint64_t validators_max = std::uint64_t{1} << 20;
constexpr double gigabyte = 1e9;

Spec mainnet_spec() {
    Spec spec;
    spec.slots_per_epoch = slots_per_epoch;
    spec.epochs_per_era = 1;
    spec.evidence_max_age_eras = window_epochs - 1;
    return spec;
}

/// An empty slasher.db that is gone at the end.
class File {
public:
    File() : path_("/tmp/quoin-bench-slasher-" + std::to_string(::getpid())) {
        std::filesystem::create_directory(path_);
        store_ = std::move(*store::open_span_store(path_ + "/slasher.db", Root{{1}}));
    }
    ~File() {
        store_.reset();
        std::filesystem::remove_all(path_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    ports::SpanStore& store() { return *store_; }

private:
    std::string path_;
    std::unique_ptr<ports::SpanStore> store_;
};

/// Votes of honest validators: each epoch a new draw of committees, source and target one epoch apart. Of a hundred
/// voters one is missing from its committee's aggregate, and every second of those comes with a second, whole aggregate
/// a slot later.
class Voters {
public:
    Voters(std::uint64_t validators, std::uint64_t committees_per_slot)
        : validators_(validators), committees_per_slot_(committees_per_slot) {}

    /// The batches of an epoch, one a slot.
    std::vector<std::vector<engine::Witness>> epoch(Epoch epoch) {
        std::vector<std::vector<ValidatorIndex>> committees(slots_per_epoch * committees_per_slot_);
        for (std::uint64_t i = 0; i < validators_; ++i) {
            committees[random_.below(committees.size())].push_back(ValidatorIndex{i});
        }
        std::vector<std::vector<engine::Witness>> batches(slots_per_epoch + 1);
        for (std::size_t i = 0; i < committees.size(); ++i) {
            const std::uint64_t slot = i / committees_per_slot_;
            const Slot at{epoch.value * slots_per_epoch + slot};
            IndexedAttestation timely{{}, {at, root(at.value), at_epoch(epoch - 1), at_epoch(epoch)}, signature()};
            IndexedAttestation whole{{}, timely.data, signature()};
            for (const ValidatorIndex validator : committees[i]) {
                const std::uint64_t drawn = random_.below(200);
                if (drawn > 1) {
                    timely.validators.push_back(validator);
                }
                if (drawn > 0) {
                    whole.validators.push_back(validator);
                }
            }
            batches[slot].push_back({std::make_shared<const IndexedAttestation>(std::move(timely))});
            batches[slot + 1].push_back({std::make_shared<const IndexedAttestation>(std::move(whole))});
        }
        return batches;
    }

private:
    static Root root(std::uint64_t number) {
        SeededRandom random(number);
        Root drawn;
        for (std::uint8_t& octet : drawn) {
            octet = static_cast<std::uint8_t>(random.next());
        }
        return drawn;
    }
    static Checkpoint at_epoch(Epoch epoch) { return {epoch, root(epoch.value * slots_per_epoch)}; }
    ValidatorSignature signature() {
        ValidatorSignature drawn;
        for (std::uint8_t& octet : drawn) {
            octet = static_cast<std::uint8_t>(random_.next());
        }
        return drawn;
    }

    std::uint64_t validators_;
    std::uint64_t committees_per_slot_;
    SeededRandom random_{1};
};

/// What a long run leaves in the spans: everybody's vote of every epoch, in the periods before `now`.
void fill_spans(ports::SpanStore& store, std::uint64_t groups, Epoch now, std::uint64_t periods) {
    const std::uint64_t end = SpanChunk::period_of(now);
    SpanChunk full;
    full.nearest.fill(2);
    store.in_transaction([&] {
        for (std::uint64_t period = end - periods; period < end; ++period) {
            for (std::uint64_t group = 0; group < groups; ++group) {
                store.put_spans(group, period, full);
            }
        }
    });
}

/// One epoch of 2,048 aggregates of 488 voters, and as many again that bring the late ones: a batch a slot.
void ingest_an_epoch_at_1m(benchmark::State& run) {
    const Spec spec = mainnet_spec();
    File file;
    ports::NodeMetrics metrics;
    node::SlasherWork work(spec, file.store(), metrics, [](engine::Evidence, const ports::Inbox::Completion&) {});
    Voters voters(validators_max, 64);
    Epoch epoch{512};
    fill_spans(file.store(), validators_max / SpanChunk::validators, epoch, 16);
    for (const auto& batch : voters.epoch(epoch)) {
        work.process(batch);
    }
    for (auto _ : run) {
        run.PauseTiming();
        const auto batches = voters.epoch(++epoch);
        run.ResumeTiming();
        for (const auto& batch : batches) {
            work.process(batch);
        }
    }
    run.counters["votes_per_second"] =
        benchmark::Counter(static_cast<double>(validators_max), benchmark::Counter::kIsIterationInvariantRate);
    run.counters["evidence"] = static_cast<double>(metrics.slasher_evidence);
}

/// The floor of the above: the rows that it reads and writes, and nothing done with them.
void rows_of_an_epoch_at_1m(benchmark::State& run) {
    File file;
    ports::SpanStore& store = file.store();
    const std::uint64_t groups = validators_max / SpanChunk::validators;
    fill_spans(store, groups, Epoch{512}, 2);
    Epoch target{512};
    for (auto _ : run) {
        ++target;
        for (std::uint64_t slot = 0; slot < slots_per_epoch; ++slot) {
            store.in_transaction([&] {
                for (std::uint64_t group = 0; group < groups; ++group) {
                    store.put_votes(target, group, store.votes(target, group).value_or(ports::VoteRow{}));
                    store.put_spans(group, 31, *store.spans(group, 31));
                }
            });
        }
    }
}

/// 65,536 validators for 512 epochs, and what that makes for 1,048,576 and 4,096.
void bytes_of_a_validator_epoch(benchmark::State& run) {
    constexpr std::uint64_t validators = 65'536;
    constexpr std::uint64_t epochs = 512;
    constexpr std::uint64_t slots_a_batch = 8;
    const Spec spec = mainnet_spec();
    for (auto _ : run) {
        File file;
        ports::NodeMetrics metrics;
        node::SlasherWork work(spec, file.store(), metrics, [](engine::Evidence, const ports::Inbox::Completion&) {});
        Voters voters(validators, 4);
        for (Epoch epoch{1}; epoch.value <= epochs; ++epoch) {
            std::vector<engine::Witness> batch;
            std::uint64_t slots = 0;
            for (auto& slot : voters.epoch(epoch)) {
                batch.insert(batch.end(), slot.begin(), slot.end());
                if (++slots % slots_a_batch == 0) {
                    work.process(std::exchange(batch, {}));
                }
            }
            work.process(batch);
        }
        const double bytes = static_cast<double>(file.store().database_bytes());
        const double each = bytes / static_cast<double>(validators * epochs);
        run.counters["file_bytes"] = bytes;
        run.counters["bytes_per_validator_epoch"] = each;
        run.counters["gigabytes_at_1m_x_4096"] =
            each * static_cast<double>(validators_max) * static_cast<double>(window_epochs) / gigabyte;
        // Which of 2,048 committees; a signature for 488; that one vote in a hundred is missing.
        run.counters["floor_bytes"] = 11.0 / 8 + 96.0 / 488 - (0.01 * std::log2(0.01) + 0.99 * std::log2(0.99)) / 8;
        run.counters["evidence"] = static_cast<double>(metrics.slasher_evidence);
        run.SetLabel(std::to_string(each) + " B x 1,048,576 validators x 4,096 epochs");
    }
}

BENCHMARK(ingest_an_epoch_at_1m)->Iterations(2)->Unit(benchmark::kMillisecond);
BENCHMARK(rows_of_an_epoch_at_1m)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(bytes_of_a_validator_epoch)->Iterations(1)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
