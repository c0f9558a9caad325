#pragma once

#include <quoin/engine/effect.hpp>
#include <quoin/ports/inbox.hpp>
#include <quoin/ports/metrics.hpp>
#include <quoin/ports/spans.hpp>
#include <quoin/types/spec.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace quoin::node {

/// Finds slashable pairs among all verified messages of the window of evidence, whatever chain they are of: double
/// votes by what each validator was first seen to vote for a target, surround votes by min-max spans
/// (`slashing/spans.hpp`), double proposals by slot and proposer.
///
/// W1  the window ends with the highest epoch seen and begins where evidence of it would be too old, at most
///     `limits.slasher_epochs_max` epochs before.
/// W2  a validator is reported once, and again only for an offence of an older era, which may slash pools that the
///     first did not reach (LEDGER "Slashing").
/// W3  what was found is stored with the batch it was found in, before it is reported. It is reported again, once a
///     batch, while the node is too busy or too far behind to judge it, and after every start.
///
/// Without threads of its own: a simulation calls `process` where a node has its slasher's thread do it.
class SlasherWork {
public:
    /// Gives evidence to the engine, as `ports::Inbox::submit` does; the completion may come from any thread.
    using Report = std::function<void(engine::Evidence, ports::Inbox::Completion)>;

    /// All but `report`'s target must outlive it; what was found before and still counts is reported with the first
    /// batch.
    SlasherWork(const Spec& spec, ports::SpanStore& store, ports::NodeMetrics& metrics, Report report);
    ~SlasherWork();

    /// Compares the messages with all that were seen and with each other, and records them, in one transaction; then
    /// reports. Fewer and larger batches cost less. Throws what the store throws, and is of no use after.
    void process(const std::vector<engine::Witness>& batch);

private:
    class Batch;
    class Desk;

    void advance(const std::vector<engine::Witness>& batch);
    void compare(const std::vector<engine::Witness>& batch);

    const Spec& spec_;
    ports::SpanStore& store_;
    ports::NodeMetrics& metrics_;
    std::unique_ptr<Desk> desk_;
    std::optional<Epoch> highest_;
};

} // namespace quoin::node
