#include "world.hpp"

#include <algorithm>

namespace quoin::sim {

using namespace engine;

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

void World::set_clock(std::size_t node, const ClockRules& rules) {
    nodes_[node].clock.set(rules, now_ms_);
    faults_.add(FaultKind::clock);
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
        place.clock.set({}, now_ms_);
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        restart(i);
    }
    unite();
    // A node's time does not go back: where its clock was ahead it stands until the clock is right.
    std::uint64_t all_right_ms = now_ms_;
    for (const Place& place : nodes_) {
        all_right_ms = place.node->is_up() ? std::max(all_right_ms, place.node->view()->now_ms) : all_right_ms;
    }
    run_until(all_right_ms);
    find_slot();
    healed_at_ = slot();
}

} // namespace quoin::sim
