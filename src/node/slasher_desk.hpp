#pragma once

#include <quoin/node/slasher.hpp>

#include <map>
#include <mutex>

namespace quoin::node {

/// What the slasher found: who is caught, what is stored, and what the engine has not judged yet (W2, W3).
class SlasherWork::Desk {
public:
    Desk(const Spec& spec, ports::SpanStore& store, ports::NodeMetrics& metrics, Report report);

    /// Whether a report of an offence with this lower target could slash the validator no further.
    bool is_caught(ValidatorIndex validator, Epoch lower) const;

    void add(AttesterSlashing evidence);
    void add(ProposerSlashing evidence);

    /// Forgets what is too old to be judged.
    void prune_below(Epoch epoch);

    /// Reports what waits. Outside of transactions: it may be answered at once.
    void report();

private:
    struct Caught {
        Era oldest;  ///< of its offences that were found
        Epoch until; ///< the highest epoch of one: so long the evidence counts
    };
    struct Waiting {
        engine::Evidence evidence;
        bool is_under_way = false;
    };
    /// Answers of the engine, from whatever thread, perhaps after the desk is gone.
    struct Answers {
        std::mutex mutex;
        std::vector<std::pair<std::uint64_t, Result<Root>>> items;
    };

    void keep(engine::Evidence evidence, Epoch lower, Epoch higher);
    void note(ports::StoredEvidence stored);
    void note_caught(const ports::StoredEvidence& stored);
    void take_answers();

    const Spec& spec_;
    ports::SpanStore& store_;
    ports::NodeMetrics& metrics_;
    Report report_;
    std::map<std::uint64_t, Epoch> stored_; ///< the higher epoch of each piece
    std::map<ValidatorIndex, Caught> caught_;
    std::map<std::uint64_t, Waiting> waiting_; ///< a part of the stored
    std::uint64_t next_id_ = 1;
    std::shared_ptr<Answers> answers_ = std::make_shared<Answers>();
};

} // namespace quoin::node
