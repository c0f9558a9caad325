#include "attacks/balancer.hpp"

#include <quoin/codec/ssz.hpp>

#include <algorithm>

namespace quoin::sim {

namespace {

/// On duty in the slot that divides the others: with fewer nobody could be swayed in the next one.
constexpr std::ptrdiff_t own_voters_least = 3;

} // namespace

void Balancer::at_slot_start(Powers& powers, Slot slot) {
    if (slot < first_ || slot >= end_) {
        return;
    }
    if (fork_.empty()) {
        divide(powers, slot);
    }
    if (!fork_.empty()) {
        withhold(powers, slot);
        powers.call_at(powers.slot_start_ms(slot + 1) - 1, [this, &powers, slot] { sway(powers, slot + 1); });
    }
}

/// Two blocks in the first slot that is its own and has enough of its voters. They carry what others have voted: else
/// what is justified next on one branch would leave the other one behind.
void Balancer::divide(Powers& powers, Slot slot) {
    Forge& forge = powers.forge();
    const Root head = powers.view(0)->head.root;
    const auto proposer = forge.proposer(head, slot);
    const std::vector<ValidatorIndex> voters = forge.attesters(head, slot);
    const auto own = std::count_if(voters.begin(), voters.end(), [this](ValidatorIndex voter) { return owns(voter); });
    if (!proposer || !owns(*proposer) || own < own_voters_least) {
        return;
    }
    if (const auto block = forge.build(head, slot, ballots_.for_block(forge, head, slot))) {
        burnt_ = proposer;
        validators_ = static_cast<std::int64_t>(powers.chain().genesis.validators.size());
        show_twins(powers, slot, *block, voters);
    }
}

void Balancer::show_twins(Powers& powers, Slot slot, const SignedBlock& block,
                          const std::vector<ValidatorIndex>& voters) {
    const std::vector<SignedBlock> twins{block, powers.forge().twin(block)};
    for (Branch branch = 0; branch < twins.size(); ++branch) {
        fork_.push_back(hash_tree_root(header_of(twins[branch].message)));
        branch_of_.emplace(fork_[branch], branch);
        blocks_[branch].emplace(slot, fork_[branch]);
    }
    std::map<std::size_t, Branch> shown_to;
    for (const ValidatorIndex voter : voters) {
        if (!owns(voter)) {
            shown_to.emplace(powers.node_of(voter), shown_to.size() % twins.size());
        }
    }
    for (std::size_t node = 0; node < powers.node_count(); ++node) {
        powers.send({node, 0, std::nullopt}, engine::Proposal{twins[shown_to[node]], {}});
    }
    powers.tell("two blocks divide the nodes");
}

/// Until its voters are on duty again.
void Balancer::withhold(Powers& powers, Slot slot) {
    std::erase_if(withheld_, [&](const Withheld& vote) { return vote.slot + powers.spec().slots_per_epoch <= slot; });
    for (const ValidatorIndex voter : powers.forge().attesters(tip(0, slot), slot)) {
        if (owns(voter) && voter != burnt_) {
            withheld_.push_back({voter, slot});
        }
    }
}

/// Its own votes are not packed into the two blocks: they would tell the others too early.
void Balancer::on_message(Powers& powers, const Sighting& sighting) {
    if (const auto* proposal = std::get_if<engine::Proposal>(&sighting.message)) {
        see_block(proposal->block);
    }
    if (!sighting.is_own) {
        return;
    }
    ballots_.see(powers.forge(), sighting.message);
    if (const auto* vote = std::get_if<SingleAttestation>(&sighting.message)) {
        if (const auto branch = branch_of_.find(vote->data.head); branch != branch_of_.end()) {
            voted_[vote->validator] = branch->second;
        }
    }
}

void Balancer::see_block(const SignedBlock& block) {
    if (const auto parent = branch_of_.find(block.message.parent_root); parent != branch_of_.end()) {
        const Root root = hash_tree_root(header_of(block.message));
        blocks_[parent->second].emplace(block.message.slot, root);
        branch_of_.emplace(root, parent->second);
    }
}

/// Votes come just too late for whoever has not voted yet.
std::optional<std::uint64_t> Balancer::delay_ms(Powers& powers, const Sighting& sighting, std::size_t) {
    constexpr std::uint64_t margin_ms = 3;
    if (fork_.empty() || powers.slot() >= end_ || !std::holds_alternative<SingleAttestation>(sighting.message)) {
        return std::nullopt;
    }
    return powers.votes_due_ms() + margin_ms;
}

/// Just before `slot` begins. Its proposer is left alone and builds where the lead is.
void Balancer::sway(Powers& powers, Slot slot) {
    const Branch leader = is_chosen(0, lead_of(0), powers.spec(), 0) ? 0 : 1;
    const Branch other = 1 - leader;
    const WithheldVotes shown = votes_that_turn(powers.spec(), other, lead_of(leader));
    const Nodes swayed = shown.empty() ? Nodes{} : voters_to_sway(powers, leader, shown, slot);
    if (swayed.empty()) {
        return;
    }
    ++slots_swayed_;
    show(powers, shown, other, swayed);
    if (equivocates_) {
        return show(powers, shown, leader, all_but(powers, swayed));
    }
    for (const Withheld& vote : shown) {
        voted_[vote.voter] = other;
        std::erase_if(withheld_, [&](const Withheld& own) { return own.voter == vote.voter; });
    }
}

/// In votes.
std::int64_t Balancer::lead_of(Branch branch) const {
    const auto votes =
        std::count_if(voted_.begin(), voted_.end(), [&](const auto& vote) { return vote.second == branch; });
    return 2 * votes - static_cast<std::int64_t>(voted_.size());
}

/// By whoever sees so many votes more for the branch than for the other one, which is lent the boost.
bool Balancer::is_chosen(Branch branch, std::int64_t lead, const Spec& spec, std::int64_t boost_percent) const {
    const std::int64_t ours = lead * 100 * static_cast<std::int64_t>(spec.slots_per_epoch);
    const std::int64_t boost = validators_ * boost_percent;
    return ours != boost ? ours > boost : fork_[branch] > fork_[1 - branch];
}

/// How far a vote for the branch moves the lead: twice as far when it leaves the other one.
std::int64_t Balancer::gain_of(const Withheld& vote, Branch branch) const {
    const auto before = voted_.find(vote.voter);
    return before == voted_.end() ? 1 : before->second == branch ? 0 : 2;
}

std::int64_t Balancer::gain_of(const WithheldVotes& votes, Branch branch) const {
    std::int64_t sum = 0;
    for (const Withheld& vote : votes) {
        sum += gain_of(vote, branch);
    }
    return sum;
}

/// Those of the withheld votes that give `other` the lead over who is ahead by `lead`; none when all are too few.
Balancer::WithheldVotes Balancer::votes_that_turn(const Spec& spec, Branch other, std::int64_t lead) const {
    const auto boost_percent = static_cast<std::int64_t>(spec.proposer_boost_percent);
    const auto is_turned = [&] { return is_chosen(other, -lead, spec, boost_percent); };
    if (equivocates_) {
        lead -= static_cast<std::int64_t>(withheld_.size());
        return is_turned() ? withheld_ : WithheldVotes{};
    }
    WithheldVotes votes;
    std::set<ValidatorIndex> used;
    for (const std::int64_t gain : {2, 1}) {
        for (const Withheld& vote : withheld_) {
            if (gain_of(vote, other) == gain && !is_turned() && used.insert(vote.voter).second) {
                votes.push_back(vote);
                lead -= gain;
            }
        }
    }
    return is_turned() ? votes : WithheldVotes{};
}

/// Nodes of honest voters of the slot, so many that the lead is small afterwards and lies where the withheld votes can
/// turn it over again.
Balancer::Nodes Balancer::voters_to_sway(Powers& powers, Branch leader, const WithheldVotes& shown, Slot slot) const {
    Forge& forge = powers.forge();
    const Branch other = 1 - leader;
    const auto left = [&](Branch branch) { return gain_of(withheld_, branch) - gain_of(shown, branch); };
    const std::int64_t lead_wanted = left(other) >= left(leader) ? 1 : -1;
    std::int64_t lead = lead_of(leader) - (equivocates_ ? 0 : gain_of(shown, other));
    const Root head = tip(leader, slot);
    const auto proposer = forge.proposer(head, slot);
    std::vector<std::size_t> nodes;
    for (const ValidatorIndex voter : forge.attesters(head, slot)) {
        if (!owns(voter)) {
            lead += gain_of(Withheld{voter, slot}, leader);
            nodes.push_back(powers.node_of(voter));
        }
    }
    Nodes swayed;
    for (const std::size_t node : nodes) {
        if (lead > lead_wanted && (!proposer || powers.node_of(*proposer) != node)) {
            swayed.insert(node);
            lead -= 2;
        }
    }
    return swayed;
}

Balancer::Nodes Balancer::all_but(Powers& powers, const Nodes& few) const {
    Nodes others;
    for (std::size_t node = 0; node < powers.node_count(); ++node) {
        if (!few.contains(node)) {
            others.insert(node);
        }
    }
    return others;
}

void Balancer::show(Powers& powers, const WithheldVotes& votes, Branch branch, const Nodes& nodes) {
    for (const Withheld& vote : votes) {
        const auto data = powers.forge().honest_vote(tip(branch, vote.slot), vote.slot);
        for (const std::size_t node : nodes) {
            if (data) {
                powers.send({node, 0, std::nullopt}, powers.forge().sign(vote.voter, *data));
            }
        }
    }
}

/// The newest block of a branch that a vote of the slot may be for.
Root Balancer::tip(Branch branch, Slot slot) const {
    const auto after = blocks_[branch].upper_bound(slot);
    return after == blocks_[branch].begin() ? fork_[branch] : std::prev(after)->second;
}

} // namespace quoin::sim
