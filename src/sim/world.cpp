#include "world.hpp"

#include "simulated_chain.hpp"

#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::sim {

using namespace engine;

namespace {

constexpr std::uint64_t start_before_genesis_ms = 1'000;

std::set<ValidatorIndex> taken_over(const std::vector<std::shared_ptr<Adversary>>& adversaries) {
    std::set<ValidatorIndex> taken;
    for (const auto& adversary : adversaries) {
        if (!adversary->leaves_duties_to_nodes()) {
            taken.insert(adversary->owned().begin(), adversary->owned().end());
        }
    }
    return taken;
}

} // namespace

std::size_t outsider(std::size_t nodes, std::size_t enemy) {
    return nodes + enemy;
}

World::World(WorldSettings settings)
    : chain_(settings.chain), random_(settings.seed),
      staked_nodes_(settings.nodes == 0 ? chain_->genesis.validators.size() : settings.nodes),
      network_(staked_nodes_ + settings.spare, chain_->spec().slot_ms * chain_->spec().attestation_due_bps / 10'000,
               faults_),
      forge_(chain_), checkers_(chain_, staked_nodes_ + settings.spare),
      now_ms_(chain_->genesis.time_ms - start_before_genesis_ms) {
    checkers_.tell = [this](const std::string& what) { tell(what); };
    make_nodes(settings);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        restart(i);
    }
    for (auto& adversary : settings.adversaries) {
        add_adversary(std::move(adversary));
    }
}

void World::make_nodes(const WorldSettings& settings) {
    const std::set<ValidatorIndex> taken = taken_over(settings.adversaries);
    const auto& validators = chain_->genesis.validators;
    for (std::size_t i = 0; i < staked_nodes_ + settings.spare; ++i) {
        std::vector<ValidatorKey> keys;
        for (std::size_t v = i; i < staked_nodes_ && v < validators.size(); v += staked_nodes_) {
            if (!taken.contains(ValidatorIndex{v})) {
                keys.push_back(validators[v].public_key);
            }
        }
        if (i >= staked_nodes_) {
            keys.push_back(validator_key(validators.size() + (i - staked_nodes_)));
        }
        nodes_.emplace_back().node = settings.make_node(i, chain_, std::move(keys));
    }
}

void World::add_adversary(std::shared_ptr<Adversary> adversary) {
    checkers_.distrust(adversary->owned());
    auto powers = std::make_unique<Powers>(*this, forge_, outsider(nodes_.size(), enemies_.size()));
    enemies_.push_back({std::move(adversary), std::move(powers)});
    enemies_.back().adversary->begin(*enemies_.back().powers);
}

void World::find_slot() {
    if (!is_responsive()) {
        slot_ = slot_at(chain_->spec(), chain_->genesis.time_ms, now_ms_);
        return;
    }
    std::optional<Slot> highest;
    for (const Place& place : nodes_) {
        if (place.node->is_up()) {
            highest = std::max(highest.value_or(Slot{0}), place.node->view()->current_slot);
        }
    }
    slot_ = highest.value_or(slot_);
}

std::uint64_t World::slot_start_ms(Slot slot) const {
    return quoin::slot_start_ms(chain_->spec(), chain_->genesis.time_ms, slot);
}

// From outside.

std::uint64_t World::submit(std::size_t node, const SignedTransaction& transaction) {
    const std::uint64_t id = next_submission_++;
    Transactions transactions;
    transactions.items.push_back(transaction);
    step(node, Submitted{id, std::move(transactions)});
    return id;
}

void World::inject(std::size_t node, const Message& message) {
    step(node, Received{peer_id(outsider(nodes_.size(), enemies_.size())), message});
}

void World::send_forged(std::size_t from, std::size_t to, Message message, std::uint64_t delay_ms) {
    checkers_.forged(slot(), message);
    if (const auto* proposal = std::get_if<Proposal>(&message)) {
        forge_.show(proposal->block);
    }
    auto mail = std::make_shared<Mail>(Mail{std::move(message), {}});
    mail->content = content_root(mail->message);
    later(delay_ms, {to, from, SharedMail{std::move(mail)}, true});
}

void World::call_at(std::uint64_t time_ms, std::function<void()> what) {
    calls_.emplace(std::max(time_ms, now_ms_), std::move(what));
}

void World::tell(const std::string& what) {
    told_.push_back({slot(), what});
}

// Time.

std::uint64_t World::wakeup_of(const Place& place) const {
    return place.clock.when_it_shows(place.node->next_wakeup_ms(), now_ms_);
}

void World::run_slots(std::uint64_t slots) {
    if (is_responsive()) {
        return run_until(now_ms_ + slots * chain_->spec().slot_ms_max, slot() + slots);
    }
    run_until(slot_start_ms(slot() + slots));
}

void World::run_until(std::uint64_t end_ms, std::optional<Slot> end) {
    while (now_ms_ < end_ms && (!end || slot() < *end)) {
        now_ms_ = std::max(now_ms_, next_event_ms(end_ms));
        find_slot();
        if (slot() > entered_ && !enter_slot()) {
            return;
        }
        call_due();
        tick_due_nodes();
        deliver_due();
    }
}

std::uint64_t World::next_event_ms(std::uint64_t end_ms) const {
    std::uint64_t next_ms = is_responsive() ? end_ms : std::min(end_ms, slot_start_ms(slot() + 1));
    if (!in_flight_.empty()) {
        next_ms = std::min(next_ms, in_flight_.begin()->first);
    }
    if (!calls_.empty()) {
        next_ms = std::min(next_ms, calls_.begin()->first);
    }
    for (const Place& place : nodes_) {
        if (place.node->is_up()) {
            next_ms = std::min(next_ms, wakeup_of(place));
        }
    }
    return next_ms;
}

/// False when whoever watches wants to stop.
bool World::enter_slot() {
    entered_ = slot();
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (nodes_[i].node->is_up()) {
            ++node_slots_;
            checkers_.inspect(entered_, i, *nodes_[i].node);
        }
    }
    for (std::size_t i = 0; i < enemies_.size(); ++i) {
        enemies_[i].adversary->at_slot_start(*enemies_[i].powers, entered_);
    }
    return !on_slot || !on_slot(entered_);
}

void World::call_due() {
    while (!calls_.empty() && calls_.begin()->first <= now_ms_) {
        const std::function<void()> call = std::move(calls_.begin()->second);
        calls_.erase(calls_.begin());
        call();
    }
}

void World::tick_due_nodes() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (nodes_[i].node->is_up() && nodes_[i].node->next_wakeup_ms() <= time_of(nodes_[i])) {
            trace_.add(now_ms_, i, Input{Tick{}});
            step(i, Tick{});
        }
    }
}

} // namespace quoin::sim
