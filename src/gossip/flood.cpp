#include "flood.hpp"

#include <quoin/codec/ssz.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>

namespace quoin::gossip {

namespace {

SeenCache::Holders bit_of(const Peer& peer) {
    return SeenCache::Holders{1} << peer.place;
}

Fault over_rate(Kind kind) {
    return Fault{Reason::too_many_requests, std::string{to_string(kind)}, "more than the peer may send of this kind"};
}

template <class T>
SharedBytes share(const T& value) {
    return std::make_shared<const ByteVector>(encode(value));
}

struct KindOf {
    Kind operator()(const engine::Proposal&) const { return Kind::proposal; }
    Kind operator()(const SignedAggregate&) const { return Kind::aggregate; }
    Kind operator()(const SingleAttestation&) const { return Kind::attestations; }
    Kind operator()(const engine::Transactions&) const { return Kind::transactions; }
    Kind operator()(const engine::Evidence&) const { return Kind::evidence; }
    Kind operator()(const FinalityCertificate&) const { return Kind::certificate; }
};

struct ItemsOf {
    std::vector<SharedBytes> operator()(const engine::Transactions& transactions) const {
        std::vector<SharedBytes> items;
        for (const SignedTransaction& transaction : transactions.items) {
            items.push_back(share(transaction));
        }
        return items;
    }
    template <class T>
    std::vector<SharedBytes> operator()(const T& message) const {
        return {share(message)};
    }
};

} // namespace

std::size_t Outgoing::bytes() const {
    std::size_t total = 0;
    for (const SharedBytes& item : items) {
        total += item->size();
    }
    return total;
}

Outgoing encode_message(const engine::Message& message, const std::optional<engine::PeerId>& except) {
    return {std::visit(KindOf{}, message), std::visit(ItemsOf{}, message), except};
}

Result<void> Flood::received(Peer& peer, const Frame& frame, std::uint64_t now_ms) {
    switch (frame.kind) {
    case Kind::proposal:
        return take_proposal(peer, frame, now_ms);
    case Kind::aggregate:
        return take_one<SignedAggregate>(peer, frame, now_ms);
    case Kind::evidence:
        return take_one<engine::Evidence>(peer, frame, now_ms);
    case Kind::certificate:
        return take_one<FinalityCertificate>(peer, frame, now_ms);
    case Kind::attestations:
        return take_attestations(peer, frame, now_ms);
    case Kind::transactions:
        return take_transactions(peer, frame, now_ms);
    default:
        QUOIN_ASSERT(false, "kind is flooded");
        return {};
    }
}

template <class T>
Result<void> Flood::take_one(Peer& peer, const Frame& frame, std::uint64_t now_ms) {
    if (!peer.bucket(frame.kind).take(1, now_ms)) {
        return over_rate(frame.kind);
    }
    const Root key = SeenCache::key_of(frame.kind, frame.body);
    if (!seen_.note(key, bit_of(peer), now_ms)) {
        return {};
    }
    Result<T> message = decode<T>(frame.body);
    if (!message) {
        seen_.forget(key);
        return message.fault();
    }
    if (!courier_.offer(engine::Received{peer.id, std::move(message).value()})) {
        seen_.forget(key);
    }
    return {};
}

/// The view list's room in a frame is not the block's.
Result<void> Flood::take_proposal(Peer& peer, const Frame& frame, std::uint64_t now_ms) {
    if (second_offset(frame.body) > proposal_head_bytes + bounds_.block_bytes_max) {
        return Fault{Reason::too_large, "block", "a block longer than it may be"};
    }
    return take_one<engine::Proposal>(peer, frame, now_ms);
}

Result<std::vector<ByteView>> Flood::items_of(Peer& peer, const Frame& frame, std::size_t item_bytes,
                                              std::uint64_t now_ms) {
    Result<std::vector<ByteView>> items = split_items(frame.body, item_bytes, limits_of(frame.kind, bounds_).items_max);
    if (items && !peer.bucket(frame.kind).take(std::max<std::size_t>(items->size(), 1), now_ms)) {
        return over_rate(frame.kind);
    }
    return items;
}

Result<void> Flood::take_attestations(Peer& peer, const Frame& frame, std::uint64_t now_ms) {
    const Result<std::vector<ByteView>> items = items_of(peer, frame, attestation_bytes, now_ms);
    if (!items) {
        return items.fault();
    }
    for (const ByteView item : *items) {
        const Root key = SeenCache::key_of(frame.kind, item);
        if (!seen_.note(key, bit_of(peer), now_ms)) {
            continue;
        }
        Result<SingleAttestation> attestation = decode<SingleAttestation>(item);
        if (!attestation) {
            seen_.forget(key);
            return attestation.fault();
        }
        if (!courier_.offer(engine::Received{peer.id, std::move(attestation).value()})) {
            seen_.forget(key);
        }
    }
    return {};
}

Result<void> Flood::take_transactions(Peer& peer, const Frame& frame, std::uint64_t now_ms) {
    const Result<std::vector<ByteView>> items = items_of(peer, frame, variable_size, now_ms);
    if (!items) {
        return items.fault();
    }
    engine::Transactions fresh;
    std::vector<Root> keys;
    Result<void> outcome;
    for (const ByteView item : *items) {
        if (item.size() > bounds_.transaction_bytes_max) {
            outcome = Fault{Reason::too_large, "items", "a transaction longer than it may be"};
            break;
        }
        const Root key = SeenCache::key_of(frame.kind, item);
        if (!seen_.note(key, bit_of(peer), now_ms)) {
            continue;
        }
        keys.push_back(key);
        Result<SignedTransaction> transaction = decode<SignedTransaction>(item);
        if (!transaction) {
            seen_.forget(key);
            outcome = transaction.fault();
            break;
        }
        fresh.items.push_back(std::move(transaction).value());
    }
    if (!fresh.items.empty() && !courier_.offer(engine::Received{peer.id, std::move(fresh)})) {
        for (const Root& key : keys) {
            seen_.forget(key);
        }
    }
    return outcome;
}

void Flood::broadcast(const Outgoing& message, std::uint64_t now_ms) {
    for (const SharedBytes& item : message.items) {
        send_item(message.kind, item, message.except, now_ms);
    }
}

void Flood::send_item(Kind kind, const SharedBytes& item, const std::optional<engine::PeerId>& except,
                      std::uint64_t now_ms) {
    if (item->size() > limits_of(kind, bounds_).body_bytes_max) {
        spdlog::warn("gossip too_large_to_send kind={} bytes={}", to_string(kind), item->size());
        return;
    }
    const Root key = SeenCache::key_of(kind, *item);
    const SeenCache::Holders holders = seen_.holders(key);
    SeenCache::Holders told = 0;
    SharedBytes frame;
    for (auto& [id, peer] : peers_) {
        if ((holders & bit_of(peer)) != 0 || id == except) {
            continue;
        }
        told |= bit_of(peer);
        if (kind == Kind::attestations) {
            peer.link->send_attestation(item);
        } else if (kind == Kind::transactions) {
            peer.link->send_transaction(item);
        } else {
            frame = frame ? frame : make_frame(kind, *item);
            peer.link->send(frame, kind == Kind::aggregate ? Outbox::Lane::aggregates : Outbox::Lane::prompt);
        }
    }
    seen_.note(key, told, now_ms);
}

} // namespace quoin::gossip
