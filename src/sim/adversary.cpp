#include "adversary.hpp"

#include "world.hpp"

#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::sim {

const Chain& Powers::chain() const {
    return world_.chain();
}

std::uint64_t Powers::now_ms() const {
    return world_.now_ms();
}

Slot Powers::slot() const {
    return world_.slot();
}

std::uint64_t Powers::slot_start_ms(Slot slot) const {
    return world_.slot_start_ms(slot);
}

std::size_t Powers::node_count() const {
    return world_.size();
}

bool Powers::is_up(std::size_t node) const {
    return world_.node(node).is_up();
}

engine::SharedSnapshot Powers::view(std::size_t node) const {
    return world_.node(node).view();
}

std::size_t Powers::node_of(ValidatorIndex validator) const {
    return world_.node_of(validator);
}

bool Powers::hear_each_other(std::size_t one, std::size_t other) const {
    return world_.network().connected(one, other);
}

void Powers::send(const Route& route, engine::Message message) {
    const std::size_t from = route.from.value_or(outsider_);
    if (route.through_partitions || world_.network().connected(from, route.to)) {
        world_.send_forged(from, route.to, std::move(message), route.delay_ms);
    }
}

void Powers::send_to_all(const engine::Message& message, std::uint64_t delay_ms) {
    for (std::size_t to = 0; to < node_count(); ++to) {
        if (is_up(to)) {
            send({to, delay_ms, std::nullopt, true}, message);
        }
    }
}

void Powers::call_at(std::uint64_t time_ms, std::function<void()> what) {
    world_.call_at(time_ms, std::move(what));
}

void Powers::tell(const std::string& what) {
    world_.tell(what);
}

bool Adversary::owns(ValidatorIndex validator) const {
    return std::find(owned_.begin(), owned_.end(), validator) != owned_.end();
}

std::vector<SignedBlock> Adversary::answer(Powers& powers, const engine::BlockRequest& request) {
    std::vector<SignedBlock> found;
    if (const auto* by_root = std::get_if<engine::BlocksByRoot>(&request)) {
        for (const Root& root : by_root->roots) {
            if (const auto block = powers.forge().block(root)) {
                found.push_back(*block);
            }
        }
    }
    return found;
}

} // namespace quoin::sim
