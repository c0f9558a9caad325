#include "slasher_desk.hpp"
#include "target_votes.hpp"

#include <quoin/slashing/offence.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>
#include <map>
#include <span>
#include <stdexcept>

namespace quoin::node {

using slashing::SpanChunk;
using slashing::SpanConflicts;
using slashing::SpanVote;

namespace {

using Shared = std::shared_ptr<const IndexedAttestation>;

/// The chunks of one group of validators, each loaded once and stored if it changed.
class GroupChunks final : public slashing::SpanChunks {
public:
    GroupChunks(ports::SpanStore& store, std::uint64_t group) : store_(store), group_(group) {}

    const SpanChunk& read(std::uint64_t period) override { return loaded(period).chunk; }
    SpanChunk& write(std::uint64_t period) override {
        Loaded& found = loaded(period);
        found.is_changed = true;
        return found.chunk;
    }
    void save() {
        for (const auto& [period, loaded] : loaded_) {
            if (loaded.is_changed) {
                store_.put_spans(group_, period, loaded.chunk);
            }
        }
    }

private:
    struct Loaded {
        SpanChunk chunk;
        bool is_changed = false;
    };
    Loaded& loaded(std::uint64_t period) {
        if (last_ == nullptr || last_period_ != period) {
            const auto [found, is_new] = loaded_.try_emplace(period);
            if (is_new) {
                found->second.chunk = store_.spans(group_, period).value_or(SpanChunk{});
            }
            last_ = &found->second;
            last_period_ = period;
        }
        return *last_;
    }

    ports::SpanStore& store_;
    std::uint64_t group_;
    std::map<std::uint64_t, Loaded> loaded_;
    Loaded* last_ = nullptr;
    std::uint64_t last_period_ = 0;
};

/// The first epoch of which evidence is not too old when `now` is the current one (W1).
Epoch window_start(const Spec& spec, Epoch now) {
    const Epoch oldest = first_epoch_of(spec, era_of(spec, now).saturating_minus(spec.evidence_max_age_eras));
    return std::max(oldest, now.saturating_minus(limits.slasher_epochs_max - 1));
}

} // namespace

/// One batch on its way through: attestations into the vote rows, each validator's votes into its spans, and what
/// was found to the desk, once the rows say where the other half of each pair is.
class SlasherWork::Batch {
public:
    Batch(const Spec& spec, ports::SpanStore& store, ports::NodeMetrics& metrics, Desk& desk, Epoch first)
        : spec_(spec), store_(store), metrics_(metrics), desk_(desk), first_(first) {}

    void take(const SignedBlockHeader& header);
    void take(std::vector<Shared> attestations);

private:
    /// A vote to be compared by span, and recorded when it is its validator's first for the target.
    struct Compared {
        ValidatorIndex validator;
        std::uint32_t attestation; ///< in `attestations_`
        bool is_first_seen;
    };
    /// A validator whose vote makes an offence with the one that is recorded for another, or the same, target.
    struct Suspect {
        ValidatorIndex validator;
        std::uint32_t attestation;
        Epoch other_target;
    };

    void take_votes();
    void compare_group(std::uint64_t group, std::span<const Compared> votes);
    void suspect(const Compared& vote, std::optional<Epoch> other_target);
    void convict(const Suspect& suspect);

    const Spec& spec_;
    ports::SpanStore& store_;
    ports::NodeMetrics& metrics_;
    Desk& desk_;
    Epoch first_;
    std::vector<Shared> attestations_;
    std::vector<Compared> compared_;
    std::vector<Suspect> suspects_;
};

void SlasherWork::Batch::take(const SignedBlockHeader& header) {
    const BlockHeader& seen = header.message;
    const Epoch epoch = epoch_of(spec_, seen.slot);
    if (epoch < first_) {
        return;
    }
    const auto known = store_.header(seen.slot, seen.proposer_index);
    if (!known) {
        store_.put_header(header);
    } else if (slashing::is_double_proposal(known->message, seen) && !desk_.is_caught(seen.proposer_index, epoch)) {
        desk_.add(ProposerSlashing{*known, header});
    }
}

/// The largest first, so that what they hold already is not stored apart.
void SlasherWork::Batch::take(std::vector<Shared> attestations) {
    attestations_ = std::move(attestations);
    std::erase_if(attestations_, [this](const Shared& attestation) {
        const AttestationData& data = attestation->data;
        return data.target.epoch < first_ || data.source.epoch > data.target.epoch || attestation->validators.empty();
    });
    std::stable_sort(attestations_.begin(), attestations_.end(), [](const Shared& one, const Shared& other) {
        return std::pair(one->data.target.epoch, other->validators.size()) <
               std::pair(other->data.target.epoch, one->validators.size());
    });
    take_votes();
    const auto group_of = [](const Compared& vote) { return SpanChunk::group_of(vote.validator); };
    std::stable_sort(compared_.begin(), compared_.end(),
                     [&](const Compared& one, const Compared& other) { return group_of(one) < group_of(other); });
    for (auto from = compared_.begin(); from != compared_.end();) {
        const std::uint64_t group = group_of(*from);
        const auto to =
            std::find_if(from, compared_.end(), [&](const Compared& vote) { return group_of(vote) != group; });
        compare_group(group, {from, to});
        from = to;
    }
    for (const Suspect& suspect : suspects_) {
        convict(suspect);
    }
}

void SlasherWork::Batch::take_votes() {
    std::optional<TargetVotes> votes;
    std::optional<Epoch> target;
    for (std::uint32_t i = 0; i < attestations_.size(); ++i) {
        const IndexedAttestation& attestation = *attestations_[i];
        if (target != attestation.data.target.epoch) {
            if (votes) {
                votes->save();
            }
            target = attestation.data.target.epoch;
            votes.emplace(store_, *target);
        }
        const TargetVotes::Taken taken = votes->take(attestation);
        metrics_.slasher_dropped += taken.is_dropped ? 1 : 0;
        for (const ValidatorIndex validator : taken.first_seen) {
            compared_.push_back({validator, i, true});
        }
        for (const ValidatorIndex validator : taken.double_voters) {
            compared_.push_back({validator, i, false});
        }
    }
    if (votes) {
        votes->save();
    }
}

void SlasherWork::Batch::compare_group(std::uint64_t group, std::span<const Compared> votes) {
    GroupChunks chunks(store_, group);
    for (const Compared& compared : votes) {
        const AttestationData& data = attestations_[compared.attestation]->data;
        const SpanVote vote{compared.validator, data.source.epoch, data.target.epoch};
        const SpanConflicts conflicts = span_conflicts(chunks, vote, first_);
        suspect(compared, conflicts.surrounded);
        suspect(compared, conflicts.surrounding);
        if (compared.is_first_seen) {
            record_span(chunks, vote, first_);
        } else {
            suspect(compared, vote.target);
        }
    }
    chunks.save();
}

void SlasherWork::Batch::suspect(const Compared& vote, std::optional<Epoch> other_target) {
    if (other_target) {
        suspects_.push_back({vote.validator, vote.attestation, *other_target});
    }
}

/// One piece convicts all who signed both; a later suspect among them adds nothing.
void SlasherWork::Batch::convict(const Suspect& suspect) {
    const IndexedAttestation& seen = *attestations_[suspect.attestation];
    if (suspect.other_target < first_ ||
        desk_.is_caught(suspect.validator, std::min(seen.data.target.epoch, suspect.other_target))) {
        return;
    }
    const auto row = store_.votes(suspect.other_target, SpanChunk::group_of(suspect.validator));
    const std::uint16_t number = row ? row->at(suspect.validator.value % SpanChunk::validators) : 0;
    const auto other = store_.attestation(suspect.other_target, number);
    auto evidence = other ? slashing::evidence_of(*other, seen) : std::nullopt;
    if (!evidence) {
        throw std::runtime_error(
            "the slasher's database contradicts itself: take it away, and what it saw is forgotten");
    }
    desk_.add(std::move(*evidence));
}

SlasherWork::SlasherWork(const Spec& spec, ports::SpanStore& store, ports::NodeMetrics& metrics, Report report)
    : spec_(spec), store_(store), metrics_(metrics),
      desk_(std::make_unique<Desk>(spec, store, metrics, std::move(report))), highest_(store.highest_epoch()) {}

SlasherWork::~SlasherWork() = default;

void SlasherWork::process(const std::vector<engine::Witness>& batch) {
    store_.in_transaction([&] {
        advance(batch);
        if (highest_) {
            compare(batch);
        }
    });
    metrics_.slasher_messages += batch.size();
    metrics_.slasher_bytes = store_.database_bytes();
    desk_->report();
}

/// Moves the window to the highest epoch that is heard of.
void SlasherWork::advance(const std::vector<engine::Witness>& batch) {
    std::optional<Epoch> highest = highest_;
    for (const engine::Witness& witness : batch) {
        const auto* header = std::get_if<SignedBlockHeader>(&witness.message);
        const Epoch epoch = header != nullptr ? epoch_of(spec_, header->message.slot)
                                              : std::get<Shared>(witness.message)->data.target.epoch;
        highest = std::max(highest, std::optional(epoch));
    }
    if (highest == highest_) {
        return;
    }
    store_.put_highest_epoch(*highest);
    const Epoch first = window_start(spec_, *highest);
    if (highest_ && first != window_start(spec_, *highest_)) {
        store_.prune_below(first, first_slot_of(spec_, first));
        desk_->prune_below(first);
    }
    highest_ = highest;
}

void SlasherWork::compare(const std::vector<engine::Witness>& batch) {
    Batch work(spec_, store_, metrics_, *desk_, window_start(spec_, *highest_));
    std::vector<Shared> attestations;
    for (const engine::Witness& witness : batch) {
        if (const auto* header = std::get_if<SignedBlockHeader>(&witness.message)) {
            work.take(*header);
        } else {
            attestations.push_back(std::get<Shared>(witness.message));
        }
    }
    work.take(std::move(attestations));
}

} // namespace quoin::node
