#include "metrics.hpp"

#include "json_out.hpp"
#include "participation.hpp"

#include <quoin/staking/queries.hpp>
#include <quoin/types/clock.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace quoin::api {

namespace {

/// The text format: a family's type once, then its samples.
class Exposition {
public:
    Exposition& family(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
        text_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
        return *this;
    }
    Exposition& sample(std::string_view value, std::string_view labels = {}, std::string_view suffix = {}) {
        text_.append(name_).append(suffix);
        if (!labels.empty()) {
            text_.append("{").append(labels).append("}");
        }
        text_.append(" ").append(value).append("\n");
        return *this;
    }
    Exposition& sample(std::uint64_t value, std::string_view labels = {}, std::string_view suffix = {}) {
        return sample(std::to_string(value), labels, suffix);
    }
    Exposition& gauge(std::string_view name, std::uint64_t value, std::string_view help) {
        return family(name, "gauge", help).sample(value);
    }
    Exposition& counter(std::string_view name, std::uint64_t value, std::string_view help) {
        return family(name, "counter", help).sample(value);
    }
    std::string take() { return std::move(text_); }

private:
    std::string name_;
    std::string text_;
};

/// Milliseconds as decimal seconds.
std::string seconds(std::uint64_t milliseconds) {
    const std::string fraction = std::to_string(milliseconds % 1'000);
    return std::to_string(milliseconds / 1'000) + "." + std::string(3 - fraction.size(), '0') + fraction;
}

void write_chain(Exposition& out, const engine::Snapshot& snapshot, const Spec& spec) {
    out.gauge("beacon_head_slot", snapshot.head.slot.value, "Slot of the head block");
    out.gauge("beacon_finalized_epoch", epoch_of(spec, snapshot.finalized.slot).value, "Epoch of the finalized block");
    out.gauge("beacon_current_justified_epoch", snapshot.justified.epoch.value, "Highest justified epoch");
    out.gauge("quoin_current_slot", snapshot.current_slot.value, "Slot the node is in");
    out.gauge("quoin_finalized_block_number", snapshot.finalized_number, "Newest block in the ledger");
    out.gauge("quoin_syncing", snapshot.syncing ? 1 : 0, "1 while the node catches up");
    if (!snapshot.head_state) {
        return;
    }
    const State& state = *snapshot.head_state;
    const EraSets& sets = current_sets(state);
    std::uint64_t active = 0;
    for (const Weight& weight : sets.weights) {
        active += weight.is_zero() ? 0 : 1;
    }
    out.gauge("beacon_current_active_validators", active, "Validators with weight in the current set");
    const std::uint64_t total = sets.total[0].value;
    out.family("quoin_cost_of_attack", "gauge", "Stake that must be silent (halt) or slashed (fork)");
    out.sample(total / 3 + 1, R"(kind="halt")").sample(total / 3, R"(kind="fork")");
    const auto participation = participation_of(state, spec);
    out.gauge("quoin_participation_bps", participation ? participation->target_bps() : 0,
              "Weight that voted for the right target in the last whole epoch, of 10000");
    out.family("quoin_validator_queue_length", "gauge", "Validators waiting to enter or leave");
    out.sample(state.entry_queue.waiting.size(), R"(queue="entry")");
    out.sample(state.exit_queue.waiting.size(), R"(queue="exit")");
}

void write_latency(Exposition& out, const ports::LatencyHistogram& histogram) {
    out.family("quoin_finality_latency_seconds", "histogram", "From a block's time to its commit in the ledger");
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < ports::LatencyHistogram::bounds_ms.size(); ++i) {
        count += histogram.count(i);
        out.sample(count, "le=\"" + seconds(ports::LatencyHistogram::bounds_ms[i]) + "\"", "_bucket");
    }
    count += histogram.count(ports::LatencyHistogram::bounds_ms.size());
    out.sample(count, R"(le="+Inf")", "_bucket").sample(seconds(histogram.sum_ms()), {}, "_sum");
    out.sample(count, {}, "_count");
}

void write_node(Exposition& out, const ports::NodeMetrics& node) {
    out.counter("beacon_reorgs_total", node.reorgs, "Heads that were left for another branch");
    write_latency(out, node.finality_latency);
    out.family("quoin_signer_refusals_total", "counter", "Duties that the signing database refused");
    out.sample(node.proposals_refused, R"(rule="proposal")").sample(node.attestations_refused, R"(rule="attestation")");
    out.family("quoin_duty_total", "counter", "Duties of this node's validators");
    out.sample(node.proposals_signed, R"(duty="proposal",outcome="signed")");
    out.sample(node.proposals_refused, R"(duty="proposal",outcome="refused")");
    out.sample(node.proposals_missed, R"(duty="proposal",outcome="missed")");
    out.sample(node.attestations_signed, R"(duty="attestation",outcome="signed")");
    out.sample(node.attestations_refused, R"(duty="attestation",outcome="refused")");
    out.sample(node.attestations_missed, R"(duty="attestation",outcome="missed")");
    out.sample(node.aggregates_signed, R"(duty="aggregate",outcome="signed")");
    out.family("quoin_queue_depth", "gauge", "Length of a bounded queue");
    out.sample(node.inbox.depth(), R"(queue="inbox")").sample(node.verifier_queue.depth(), R"(queue="verifier")");
    out.sample(node.slasher_queue.depth(), R"(queue="slasher")");
    out.family("quoin_queue_high_water", "gauge", "The most that a queue ever held");
    out.sample(node.inbox.high_water(), R"(queue="inbox")");
    out.sample(node.verifier_queue.high_water(), R"(queue="verifier")");
    out.sample(node.slasher_queue.high_water(), R"(queue="slasher")");
    out.counter("quoin_inputs_dropped_total", node.inputs_dropped, "Inputs that found the inbox full");
    out.counter("quoin_engine_steps_total", node.steps, "Steps of the engine");
    out.counter("quoin_engine_step_microseconds_total", node.step_us, "Time spent in them");
    out.gauge("quoin_engine_step_microseconds_max", node.step_us_max, "The longest");
    out.counter("quoin_signatures_checked_total", node.verify_checks, "Signature checks");
    out.counter("quoin_signature_batches_total", node.verify_batches, "Batches they were checked in");
    out.counter("quoin_signature_check_microseconds_total", node.verify_us, "Time spent in them");
    out.counter("quoin_signatures_invalid_total", node.invalid_signatures, "Signatures that were not valid");
    out.counter("quoin_blocks_persisted_total", node.blocks_persisted, "Blocks made durable");
    out.counter("quoin_certificates_total", node.certificates, "Finality certificates made durable");
    out.counter("quoin_peers_blamed_total", node.blames, "Faults of peers");
    out.counter("quoin_offences_seen_total", node.offences_seen, "Slashable offences found by this node");
    out.counter("quoin_slasher_messages_total", node.slasher_messages, "Verified messages that the slasher compared");
    out.counter("quoin_slasher_dropped_total", node.slasher_dropped, "Messages that it had no room for");
    out.counter("quoin_slasher_evidence_total", node.slasher_evidence, "Pieces of evidence that it found");
    out.counter("quoin_accountable_splits_total", node.splits_seen, "Conflicting checkpoints that were both certified");
    out.counter("quoin_ledger_blocks_total", node.ledger_blocks, "Blocks committed to the ledger");
    out.counter("quoin_ledger_commits_total", node.ledger_commits, "Commits of the ledger");
    out.counter("quoin_ledger_commit_microseconds_total", node.ledger_commit_us, "Time spent in them");
}

void write_process(Exposition& out) {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto milliseconds = [](const timeval& time) {
        return static_cast<std::uint64_t>(time.tv_sec) * 1'000 + static_cast<std::uint64_t>(time.tv_usec) / 1'000;
    };
    out.family("process_cpu_seconds_total", "counter", "CPU time of the process");
    out.sample(seconds(milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime)));
    std::ifstream statm{"/proc/self/statm"};
    std::uint64_t pages = 0;
    std::uint64_t resident = 0;
    statm >> pages >> resident;
    out.gauge("process_resident_memory_bytes", resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)),
              "Memory of the process");
}

} // namespace

std::string metrics_text(Context& context) {
    Exposition out;
    const auto snapshot = context.parts.snapshots.current();
    if (snapshot) {
        write_chain(out, *snapshot, context.spec());
        out.family("quoin_evidence_total", "gauge", "Evidence known to this node, by state");
        out.sample(snapshot->pending_evidence.size(), R"(kind="any",state="pending")");
        out.sample(snapshot->slashings_seen, R"(kind="any",state="included")");
        const auto tip = context.feed.newest();
        const std::uint64_t head_number = snapshot->head_state ? snapshot->head_state->block_number : 0;
        out.gauge("quoin_ledger_lag_blocks", tip && head_number > *tip ? head_number - *tip : 0,
                  "Blocks of the head's chain that the ledger does not hold yet");
        out.gauge("quoin_mempool_transactions", snapshot->mempool ? snapshot->mempool->size() : 0,
                  "Transactions that wait");
    }
    out.family("quoin_ledger_imbalance", "gauge", "Sum of all accounts of the ledger: always 0");
    out.sample(signed_decimal(context.trial_balance.sums().total));
    write_node(out, context.parts.metrics);
    out.gauge("quoin_peers", context.parts.network.peers().size(), "Connected peers");
    out.gauge("quoin_stream_subscribers", context.streams, "Open sockets and event streams");
    out.gauge("quoin_stream_lag_events", context.hub.worst_lag_events(),
              "Durable events the slowest of them waits for");
    out.gauge("quoin_api_connections", context.connections, "Open connections");
    out.counter("quoin_api_requests_total", context.requests, "Requests answered");
    out.family("quoin_database_bytes", "gauge", "Size of a database file");
    out.sample(context.parts.ledger.database_bytes(), R"(file="ledger")");
    out.sample(context.parts.metrics.slasher_bytes, R"(file="slasher")");
    write_process(out);
    return out.take();
}

} // namespace quoin::api
