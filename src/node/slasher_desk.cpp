#include "slasher_desk.hpp"

#include <quoin/slashing/offence.hpp>
#include <quoin/types/clock.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>

namespace quoin::node {

namespace {

/// So many are given to the engine at once: its inbox has other uses.
constexpr std::size_t reports_per_batch_max = 64;

/// The engine could not judge it yet.
bool asks_again(const Result<Root>& answer) {
    if (answer) {
        return false;
    }
    const Reason reason = answer.fault().reason;
    return reason == Reason::unavailable || reason == Reason::syncing || reason == Reason::future_slot;
}

} // namespace

SlasherWork::Desk::Desk(const Spec& spec, ports::SpanStore& store, ports::NodeMetrics& metrics, Report report)
    : spec_(spec), store_(store), metrics_(metrics), report_(std::move(report)) {
    for (ports::StoredEvidence& stored : store_.evidence()) {
        note(std::move(stored));
    }
}

bool SlasherWork::Desk::is_caught(ValidatorIndex validator, Epoch lower) const {
    const auto found = caught_.find(validator);
    return found != caught_.end() && found->second.oldest <= era_of(spec_, lower);
}

void SlasherWork::Desk::add(AttesterSlashing evidence) {
    const auto [lower, higher] = std::minmax(evidence.first.data.target.epoch, evidence.second.data.target.epoch);
    keep(engine::Evidence{std::move(evidence)}, lower, higher);
}

void SlasherWork::Desk::add(ProposerSlashing evidence) {
    const Epoch epoch = epoch_of(spec_, evidence.first.message.slot);
    keep(engine::Evidence{std::move(evidence)}, epoch, epoch);
}

void SlasherWork::Desk::keep(engine::Evidence evidence, Epoch lower, Epoch higher) {
    if (stored_.size() >= limits.slasher_evidence_max) {
        spdlog::warn("node slasher_full evidence={}", stored_.size());
        return;
    }
    ++metrics_.slasher_evidence;
    ports::StoredEvidence stored{next_id_, std::move(evidence), lower, higher};
    store_.put_evidence(stored);
    note(std::move(stored));
}

void SlasherWork::Desk::note(ports::StoredEvidence stored) {
    note_caught(stored);
    next_id_ = stored.id + 1;
    stored_.emplace(stored.id, stored.higher);
    waiting_.emplace(stored.id, Waiting{std::move(stored.evidence)});
}

void SlasherWork::Desk::note_caught(const ports::StoredEvidence& stored) {
    const Era era = era_of(spec_, stored.lower);
    const auto caught = [&](ValidatorIndex validator) {
        Caught& known = caught_.try_emplace(validator, Caught{era, stored.higher}).first->second;
        known = {std::min(known.oldest, era), std::max(known.until, stored.higher)};
    };
    if (const auto* votes = std::get_if<AttesterSlashing>(&stored.evidence)) {
        for (const ValidatorIndex validator : slashing::signers_of_both(*votes)) {
            caught(validator);
        }
    } else if (const auto* blocks = std::get_if<ProposerSlashing>(&stored.evidence)) {
        caught(blocks->first.message.proposer_index);
    }
}

void SlasherWork::Desk::prune_below(Epoch epoch) {
    std::erase_if(caught_, [epoch](const auto& entry) { return entry.second.until < epoch; });
    std::erase_if(stored_, [epoch](const auto& entry) { return entry.second < epoch; });
    std::erase_if(waiting_, [this](const auto& entry) { return !stored_.contains(entry.first); });
}

void SlasherWork::Desk::take_answers() {
    const std::lock_guard lock(answers_->mutex);
    for (const auto& [id, answer] : answers_->items) {
        if (const auto asked = waiting_.find(id); asked == waiting_.end()) {
            continue;
        } else if (asks_again(answer)) {
            asked->second.is_under_way = false;
        } else {
            waiting_.erase(asked);
        }
    }
    answers_->items.clear();
}

void SlasherWork::Desk::report() {
    take_answers();
    std::vector<std::uint64_t> ids;
    for (auto& [id, waiting] : waiting_) {
        if (!waiting.is_under_way && ids.size() < reports_per_batch_max) {
            ids.push_back(id);
            waiting.is_under_way = true;
        }
    }
    for (const std::uint64_t id : ids) {
        report_(waiting_.at(id).evidence, [answers = answers_, id](std::vector<Result<Root>> outcomes) {
            const std::lock_guard lock(answers->mutex);
            answers->items.emplace_back(id, std::move(outcomes.at(0)));
        });
    }
}

} // namespace quoin::node
