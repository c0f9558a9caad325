#include "hub.hpp"

#include "render.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace quoin::api {

namespace {

std::string head_json(const engine::HeadChanged& event) {
    JsonObject json;
    json.add("slot", event.slot).add("root", event.root).add("state_root", event.state_root);
    return json.add("old_root", event.old_root).add("depth", event.depth).take();
}

std::string attestation_json(const SingleAttestation& attestation) {
    return to_json(attestation);
}

} // namespace

template <class Visit>
void Hub::for_each(const Visit& visit) const {
    std::vector<std::shared_ptr<Listener>> alive; // so that the last owner does not go under the lock
    const std::lock_guard lock(mutex_);
    alive.reserve(listeners_.size());
    for (const auto& [address, listener] : listeners_) {
        if (auto held = listener.lock()) {
            visit(*held);
            alive.push_back(std::move(held));
        }
    }
}

void Hub::open(Post post) {
    post_ = std::move(post);
    subscription_ = snapshots_.subscribe([this](const Notice& notice) {
        if (const auto* grew = std::get_if<ports::Snapshots::LedgerGrew>(&notice)) {
            feed_.advance(grew->block_number);
        } else if (const auto* seen = std::get_if<engine::AttestationSeen>(&std::get<engine::Event>(notice));
                   seen != nullptr && wanted_[static_cast<std::size_t>(Topic::attestation)] == 0) {
            return; // by far the most frequent, and seldom asked for
        }
        post_([this, notice] { take(notice); });
    });
}

void Hub::close() {
    if (subscription_ != 0) {
        snapshots_.unsubscribe(std::exchange(subscription_, 0));
    }
    {
        const std::lock_guard lock(mutex_);
        is_closed_ = true;
    }
    for_each([](Listener& listener) { listener.close(); });
}

void Hub::attach(const std::shared_ptr<Listener>& listener) {
    const std::lock_guard lock(mutex_);
    listeners_.emplace(listener.get(), listener);
    if (is_closed_) {
        listener->close();
    }
}

void Hub::detach(Listener& listener) {
    set_topics(listener, 0);
    const std::lock_guard lock(mutex_);
    listeners_.erase(&listener);
}

void Hub::set_topics(Listener& listener, std::uint32_t topics) {
    const std::uint32_t before = listener.live_topics_.exchange(topics);
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
        wanted_[i] += (topics >> i & 1U) - (before >> i & 1U);
    }
}

std::size_t Hub::listeners() const {
    const std::lock_guard lock(mutex_);
    return listeners_.size();
}

std::uint64_t Hub::worst_lag_events() const {
    std::uint64_t worst = 0;
    for_each([&](const Listener& listener) { worst = std::max(worst, listener.lag_events.load()); });
    return worst;
}

void Hub::take(const Notice& notice) {
    if (std::holds_alternative<ports::Snapshots::LedgerGrew>(notice)) {
        for_each([](Listener& listener) { listener.wake(); });
    } else {
        publish(std::get<engine::Event>(notice));
    }
}

void Hub::publish(const engine::Event& event) {
    if (const auto* head = std::get_if<engine::HeadChanged>(&event)) {
        for_each([](Listener& listener) {
            if (listener.wants_heads) {
                listener.wake();
            }
        });
        send(Topic::head, head_json(*head));
        if (head->depth > 0) {
            send(Topic::reorg, head_json(*head));
        }
    } else if (const auto* block = std::get_if<engine::BlockSeen>(&event)) {
        JsonObject json;
        send(Topic::block,
             json.add("slot", block->slot).add("root", block->root).add("proposer", block->proposer).take());
    } else if (const auto* attestation = std::get_if<engine::AttestationSeen>(&event)) {
        send(Topic::attestation, attestation_json(attestation->attestation));
    } else if (const auto* transaction = std::get_if<engine::TransactionSeen>(&event)) {
        send(Topic::transaction, JsonObject{}.add("hash", transaction->hash).take());
    }
}

void Hub::send(Topic topic, std::string data) {
    if (wanted_[static_cast<std::size_t>(topic)] == 0) {
        return;
    }
    const std::uint32_t bit = 1U << static_cast<unsigned>(topic);
    const auto event = std::make_shared<const LiveEvent>(LiveEvent{topic, std::move(data)});
    for_each([&](Listener& listener) {
        if ((listener.live_topics_ & bit) != 0) {
            listener.live(event);
        }
    });
}

} // namespace quoin::api
