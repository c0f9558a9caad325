#include "world.hpp"

namespace quoin::sim {

using namespace engine;

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
