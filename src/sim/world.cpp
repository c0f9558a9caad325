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

// Clocks.

std::uint64_t World::time_of(const Place& place) const {
    const auto since = static_cast<std::int64_t>(now_ms_ - place.clock_set_ms);
    const std::int64_t drifted = since * place.clock.drift_per_million / 1'000'000;
    return now_ms_ + static_cast<std::uint64_t>(place.clock.skew_ms + drifted);
}

/// When, by the world's clock, the node's shows what it wants to wake up at.
std::uint64_t World::wakeup_of(const Place& place) const {
    const std::uint64_t due = place.node->next_wakeup_ms();
    const std::uint64_t shown = time_of(place);
    if (due <= shown) {
        return now_ms_;
    }
    const std::int64_t speed = 1'000'000 + place.clock.drift_per_million;
    return now_ms_ + std::max<std::uint64_t>(1, (due - shown) * 1'000'000 / static_cast<std::uint64_t>(speed));
}

void World::set_clock(std::size_t node, const ClockRules& rules) {
    nodes_[node].clock = rules;
    nodes_[node].clock_set_ms = now_ms_;
    faults_.add(FaultKind::clock);
}

// What breaks and mends.

void World::introduce(std::size_t node) {
    for (std::size_t other = 0; other < nodes_.size(); ++other) {
        if (other == node || !nodes_[other].node->is_up() || !nodes_[node].node->is_up() ||
            !network_.connected(node, other)) {
            continue;
        }
        const auto hello = [&](std::size_t from, std::size_t to) {
            const SharedSnapshot view = nodes_[from].node->view();
            const Input said =
                PeerConnected{peer_id(from), view->head, view->certified, nodes_[from].node->newest_certificate()};
            later(network_.delays_ms(from, to, true, random_).front(), {to, from, said, true});
        };
        hello(node, other);
        hello(other, node);
    }
}

void World::crash(std::size_t node) {
    if (!nodes_[node].node->is_up()) {
        return;
    }
    faults_.add(FaultKind::crash);
    nodes_[node].node->crash();
    forget(node);
}

/// A node whose disk failed has ended itself; whoever runs it starts it again.
void World::note_end(std::size_t node) {
    faults_.add(FaultKind::disk);
    forget(node);
    call_at(now_ms_ + chain_->spec().slot_ms, [this, node] { restart(node); });
}

/// What a node that has ended leaves behind: nothing on its way to it, and peers that see it go.
void World::forget(std::size_t node) {
    nodes_[node].node->outbox.clear();
    nodes_[node].seen.clear();
    std::erase_if(in_flight_, [&](const auto& entry) { return entry.second.to == node; });
    for (std::size_t other = 0; other < nodes_.size(); ++other) {
        if (other != node && nodes_[other].node->is_up()) {
            step(other, PeerDisconnected{peer_id(node)});
        }
    }
}

void World::restart(std::size_t node) {
    if (nodes_[node].node->is_up()) {
        return;
    }
    nodes_[node].node->start(time_of(nodes_[node]));
    if (!nodes_[node].node->is_up()) {
        return note_end(node);
    }
    checkers_.restarted(slot(), node, *nodes_[node].node);
    after_step(node);
    introduce(node);
}

void World::unite() {
    network_.unite();
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        introduce(i);
    }
}

void World::heal() {
    network_.heal();
    for (Place& place : nodes_) {
        place.clock = {};
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        restart(i);
    }
    unite();
    healed_at_ = slot();
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

// What nodes send.

void World::step(std::size_t node, Input input) {
    nodes_[node].node->step(time_of(nodes_[node]), std::move(input));
    if (!nodes_[node].node->is_up()) {
        return note_end(node);
    }
    after_step(node);
}

void World::after_step(std::size_t node) {
    post(node);
    note_events(node);
    checkers_.looked_at(slot(), node, *nodes_[node].node);
}

void World::note_events(std::size_t node) {
    SimulatedNode& simulated = *nodes_[node].node;
    for (const Event& event : simulated.events) {
        if (std::holds_alternative<AccountableSplit>(event)) {
            tell("node " + std::to_string(node) + " says accountable_split");
            split_seen_.insert(node);
        }
    }
    simulated.events.clear();
}

void World::post(std::size_t from) {
    std::vector<SimulatedNode::Outgoing> outgoing = std::move(nodes_[from].node->outbox);
    nodes_[from].node->outbox.clear();
    for (SimulatedNode::Outgoing& mail : outgoing) {
        if (const auto* request = std::get_if<BlockRequest>(&mail.what)) {
            post_request(from, *mail.to, *request);
        } else {
            post_message(from, std::move(mail));
        }
    }
}

void World::post_request(std::size_t from, const PeerId& to, const BlockRequest& request) {
    std::vector<SignedBlock> blocks;
    std::size_t asked = 0;
    while (asked < nodes_.size() + enemies_.size() && peer_id(asked) != to) {
        ++asked;
    }
    if (asked < nodes_.size() && nodes_[asked].node->is_up() && network_.connected(from, asked)) {
        blocks = nodes_[asked].node->answer(request);
    } else if (asked >= nodes_.size() && asked < nodes_.size() + enemies_.size()) {
        Enemy& enemy = enemies_[asked - nodes_.size()];
        blocks = enemy.adversary->answer(*enemy.powers, request);
    }
    const std::uint64_t delay_ms = network_.delays_ms(from, asked, true, random_).front();
    later(delay_ms, {from, asked, Input{BlocksAnswered{to, std::move(blocks)}}, true});
}

void World::post_message(std::size_t from, SimulatedNode::Outgoing outgoing) {
    const bool is_own = !outgoing.except;
    auto mail = std::make_shared<Mail>(Mail{std::move(std::get<Message>(outgoing.what)), {}});
    mail->content = content_root(mail->message);
    const Sighting sighting{now_ms_, from, is_own, mail->message};
    if (is_own) {
        checkers_.sent(slot(), mail->message);
    }
    SeenMessages::Peers& has_it = nodes_[from].seen.peers_with(mail->content);
    for (std::size_t to = 0; to < nodes_.size(); ++to) {
        const PeerId id = peer_id(to);
        const bool is_meant = !(outgoing.to && *outgoing.to != id) && !(outgoing.except && *outgoing.except == id);
        if (to != from && is_meant && !has_it.contains(to) && network_.connected(from, to)) {
            post_to(from, to, mail, sighting, has_it);
        }
    }
    show_enemies(sighting);
}

void World::post_to(std::size_t from, std::size_t to, const SharedMail& mail, const Sighting& sighting,
                    SeenMessages::Peers& has_it) {
    for (Enemy& enemy : enemies_) {
        if (const auto chosen = enemy.adversary->delay_ms(*enemy.powers, sighting, to)) {
            if (*chosen != Adversary::never) {
                later(*chosen, {to, from, mail, false});
            }
            return;
        }
    }
    bool is_forced = false;
    for (const std::uint64_t delay_ms : network_.delays_ms(from, to, false, random_)) {
        has_it.insert(to);
        later(delay_ms, {to, from, mail, is_forced});
        is_forced = true;
    }
}

void World::show_enemies(const Sighting& sighting) {
    if (enemies_.empty()) {
        return;
    }
    if (const auto* proposal = std::get_if<Proposal>(&sighting.message)) {
        forge_.show(proposal->block);
    }
    for (std::size_t i = 0; i < enemies_.size(); ++i) {
        enemies_[i].adversary->on_message(*enemies_[i].powers, sighting);
    }
}

void World::later(std::uint64_t delay_ms, Delivery delivery) {
    in_flight_.emplace(now_ms_ + delay_ms, std::move(delivery));
}

// Time.

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

void World::deliver_due() {
    while (!in_flight_.empty() && in_flight_.begin()->first <= now_ms_) {
        Delivery delivery = std::move(in_flight_.begin()->second);
        in_flight_.erase(in_flight_.begin());
        if (nodes_[delivery.to].node->is_up()) {
            deliver(std::move(delivery));
        }
    }
}

void World::deliver(Delivery delivery) {
    if (auto* input = std::get_if<Input>(&delivery.what)) {
        trace_.add(now_ms_, delivery.to, *input);
        step(delivery.to, std::move(*input));
        return;
    }
    const SharedMail& mail = std::get<SharedMail>(delivery.what);
    SeenMessages::Peers& has_it = nodes_[delivery.to].seen.peers_with(mail->content);
    const bool is_new = has_it.empty();
    has_it.insert(delivery.from);
    if (is_new || delivery.is_forced) {
        trace_.add(now_ms_, delivery.to, static_cast<std::uint8_t>(mail->message.index()), mail->content);
        step(delivery.to, Received{peer_id(delivery.from), mail->message});
    }
}

} // namespace quoin::sim
