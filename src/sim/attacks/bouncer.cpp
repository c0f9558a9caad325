#include "attacks/bouncer.hpp"

#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::sim {

namespace {

bool descends(const Forge& forge, Root root, const Root& ancestor) {
    while (root != ancestor) {
        const auto block = forge.block(root);
        if (block == nullptr) {
            return false;
        }
        root = block->message.parent_root;
    }
    return true;
}

bool are_on_one_branch(const Forge& forge, const Root& one, const Root& other) {
    return descends(forge, one, other) || descends(forge, other, one);
}

} // namespace

/// Honest nodes fill the larger group until it has its quota.
void Bouncer::begin(Powers& powers) {
    const std::uint64_t validators = powers.chain().genesis.validators.size();
    quota_ = (2 * validators + 2) / 3 - owned().size();
    std::uint64_t in_larger = 0;
    for (std::size_t node = 0; node < powers.node_count(); ++node) {
        std::uint64_t honest = 0;
        for (std::uint64_t v = 0; v < validators; ++v) {
            honest += powers.node_of(ValidatorIndex{v}) == node && !owns(ValidatorIndex{v}) ? 1 : 0;
        }
        (in_larger < quota_ && honest > 0 ? larger_ : smaller_).insert(node);
        in_larger += larger_.contains(node) ? honest : 0;
    }
}

bool Bouncer::is_slow(const Spec& spec, Slot slot) const {
    return slow_ && slot >= *slow_ && (!apart_ || slot < first_slot_of(spec, *apart_ + 2));
}

/// Its own votes come too late for whoever has not voted yet.
std::optional<std::uint64_t> Bouncer::delay_ms(Powers& powers, const Sighting& sighting, std::size_t to) {
    if (!slow_ || powers.slot() >= end_) {
        return std::nullopt;
    }
    if (is_slow(powers.spec(), powers.slot()) && larger_.contains(sighting.from) != larger_.contains(to)) {
        if (!apart_) {
            return never;
        }
        if (powers.now_ms() < meeting_ms_) {
            return meeting_ms_ - powers.now_ms();
        }
    }
    constexpr std::uint64_t margin_ms = 3;
    const auto* vote = std::get_if<SingleAttestation>(&sighting.message);
    return vote != nullptr && owns(vote->validator) ? std::optional{powers.votes_due_ms() + margin_ms} : std::nullopt;
}

void Bouncer::on_message(Powers& powers, const Sighting& sighting) {
    ballots_.see(powers.forge(), sighting.message);
    const auto* vote = std::get_if<SingleAttestation>(&sighting.message);
    if (vote == nullptr || !sighting.is_own) {
        return;
    }
    const bool keeps = is_slow(powers.spec(), vote->data.slot)
                           ? larger_.contains(sighting.from) == (epoch_of(powers.spec(), vote->data.slot) == apart_)
                           : !turned_.contains(sighting.from);
    if (keeps) {
        kept_[vote->data.slot] = vote->data.head;
        ++keeping_;
    }
}

void Bouncer::at_slot_start(Powers& powers, Slot slot) {
    if (!slow_) {
        slow_ = may_begin(powers, slot) ? std::optional{slot} : std::nullopt;
    }
    if (!slow_) {
        powers.call_at(powers.slot_start_ms(slot) + powers.votes_due_ms(),
                       [this, &powers, slot] { vote_openly(powers, slot); });
    } else if (apart_ && !is_slow(powers.spec(), slot) && slot < end_) {
        propose(powers, slot);
    }
    if (slow_ && slot + 1 < end_) {
        powers.call_at(powers.slot_start_ms(slot + 1) - 1, [this, &powers, slot] { before(powers, slot + 1); });
    }
}

/// In the last slot of an epoch and with a block that only one group hears of: what both vote for would be justified
/// when they meet, on a branch that is neither's.
bool Bouncer::may_begin(Powers& powers, Slot slot) const {
    const Spec& spec = powers.spec();
    const auto proposer = powers.forge().proposer(powers.view(0)->head.root, slot);
    return slot >= first_ && epoch_of(spec, slot + 1) > epoch_of(spec, slot) && proposer && !owns(*proposer);
}

void Bouncer::vote_openly(Powers& powers, Slot slot) {
    const Root head = powers.view(0)->head.root;
    const auto data = powers.forge().honest_vote(head, slot);
    for (const ValidatorIndex voter : powers.forge().attesters(head, slot)) {
        if (data && owns(voter)) {
            powers.send_to_all(powers.forge().sign(voter, *data));
        }
    }
}

/// Where those go on who were turned: were its slots empty, sources would fall behind what honest voters have signed,
/// and they would abstain.
void Bouncer::propose(Powers& powers, Slot slot) {
    Forge& forge = powers.forge();
    const Root parent = powers.view(guide_)->head.root;
    const auto proposer = forge.proposer(parent, slot);
    if (!proposer || !owns(*proposer)) {
        return;
    }
    if (const auto block = forge.build(parent, slot, ballots_.for_block(forge, parent, slot))) {
        powers.send_to_all(engine::Proposal{*block, {}});
    }
}

/// Just before the slot begins.
void Bouncer::before(Powers& powers, Slot slot) {
    const Spec& spec = powers.spec();
    if (const Epoch epoch = epoch_of(spec, slot); first_slot_of(spec, epoch) == slot) {
        begin_epoch(powers, epoch);
    }
    if (apart_ && !is_slow(spec, slot)) {
        show_saved(powers, slot);
    }
}

void Bouncer::begin_epoch(Powers& powers, Epoch epoch) {
    const Spec& spec = powers.spec();
    if (!apart_ && are_apart(powers)) {
        apart_ = epoch;
        const Slot last = first_slot_of(spec, epoch + 2) - 1;
        meeting_ms_ = powers.slot_start_ms(last) + spec.slot_ms / 2;
        powers.call_at(meeting_ms_, [this, &powers] { meet(powers); });
        powers.tell("two groups are on two branches");
    } else if (apart_ && epoch != *apart_ + 2) {
        saved_ = votes_as(powers, epoch - 1, kept_);
    }
    if (apart_ && !kept_.empty()) {
        const Root& head = kept_.rbegin()->second;
        if (epoch > *apart_ + 3 && !are_on_one_branch(powers.forge(), head, kept_before_)) {
            ++bounces_;
            powers.tell("honest voters went over to the other branch");
        }
        kept_before_ = head;
    }
    kept_.clear();
    keeping_ = 0;
    guide_ = turned_.empty() ? guide_ : *turned_.begin();
    turned_.clear();
}

bool Bouncer::are_apart(Powers& powers) const {
    const auto head = [&](const Nodes& group) { return powers.view(*group.begin())->head.root; };
    return !are_on_one_branch(powers.forge(), head(larger_), head(smaller_));
}

/// In the second epoch apart its votes went to the smaller group's branch; now all hear of that.
void Bouncer::meet(Powers& powers) {
    for (const SingleAttestation& vote : votes_as(powers, *apart_ + 1, kept_)) {
        powers.send_to_all(vote);
    }
}

void Bouncer::show_saved(Powers& powers, Slot slot) {
    for (const std::size_t node : voters_to_turn(powers, slot)) {
        turned_.insert(node);
        for (const SingleAttestation& vote : saved_) {
            powers.send({node, 0, std::nullopt}, vote);
        }
    }
}

/// The nodes of the slot's voters that the quota has no need of; everybody's once it is full. The proposer is needed.
Bouncer::Nodes Bouncer::voters_to_turn(Powers& powers, Slot slot) const {
    Forge& forge = powers.forge();
    const Root head = kept_.empty() ? powers.view(*larger_.begin())->head.root : kept_.rbegin()->second;
    std::vector<ValidatorIndex> voters = forge.attesters(head, slot);
    std::erase_if(voters, [this](ValidatorIndex voter) { return owns(voter); });
    const auto proposer = forge.proposer(head, slot);
    std::stable_partition(voters.begin(), voters.end(), [&](ValidatorIndex voter) {
        return proposer && powers.node_of(voter) == powers.node_of(*proposer);
    });
    const std::uint64_t wanted = quota_ - std::min(quota_, keeping_);
    Nodes turned;
    Nodes needed;
    if (voters.size() < wanted) {
        return turned;
    }
    for (std::size_t i = 0; i < voters.size(); ++i) {
        (i < wanted ? needed : turned).insert(powers.node_of(voters[i]));
    }
    std::erase_if(turned, [&](std::size_t node) { return needed.contains(node); });
    return turned;
}

/// What its voters of an epoch sign who see the same heads as others did.
Bouncer::Votes Bouncer::votes_as(Powers& powers, Epoch epoch, const Heads& heads) const {
    Forge& forge = powers.forge();
    const Slot first = first_slot_of(powers.spec(), epoch);
    Votes votes;
    for (Slot slot = first; slot < first_slot_of(powers.spec(), epoch + 1); ++slot) {
        const auto after = heads.upper_bound(slot);
        if (after == heads.begin()) {
            continue;
        }
        const Root& head = std::prev(after)->second;
        const auto data = forge.honest_vote(head, slot);
        for (const ValidatorIndex voter : forge.attesters(head, slot)) {
            if (data && owns(voter)) {
                votes.push_back(forge.sign(voter, *data));
            }
        }
    }
    return votes;
}

} // namespace quoin::sim
