#pragma once

#include "finalized_feed.hpp"
#include "topics.hpp"

#include <quoin/ports/snapshots.hpp>

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace quoin::api {

/// Somebody who waits for the node: a socket, an event stream, a request. Called on the io threads, and returns at
/// once: what it has to do it posts to itself.
class Listener {
public:
    virtual ~Listener() = default;

    /// There may be more to read: the ledger grew, or the head moved and `wants_heads`.
    virtual void wake() = 0;
    /// A live event of one of the topics set by `Hub::set_topics`.
    virtual void live(const std::shared_ptr<const LiveEvent>& event) = 0;
    /// The server is going away.
    virtual void close() = 0;

    std::atomic<bool> wants_heads{false};
    std::atomic<std::uint64_t> lag_events{0}; ///< durable events that it has not been sent yet

private:
    friend class Hub;
    std::atomic<std::uint32_t> live_topics_{0}; ///< bit by Topic
};

/// Brings the node's notices to all listeners. What comes on the engine's and the ledger's threads is only posted.
class Hub {
public:
    Hub(ports::Snapshots& snapshots, FinalizedFeed& feed) : snapshots_(snapshots), feed_(feed) {}
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    using Post = std::function<void(std::function<void()>)>;
    /// Begins to listen; `post` runs work on an io thread.
    void open(Post post);
    /// No notice is posted once this returns; listeners are told to close.
    void close();

    void attach(const std::shared_ptr<Listener>& listener);
    void detach(Listener& listener);
    /// The live topics that the listener wants from now on, a bit for each.
    void set_topics(Listener& listener, std::uint32_t topics);
    std::size_t listeners() const;
    std::uint64_t worst_lag_events() const;

private:
    using Notice = ports::Snapshots::Notice;

    void take(const Notice& notice);
    void publish(const engine::Event& event);
    void send(Topic topic, std::string data);
    template <class Visit>
    void for_each(const Visit& visit) const;

    ports::Snapshots& snapshots_;
    FinalizedFeed& feed_;
    Post post_;
    std::uint64_t subscription_ = 0;
    mutable std::mutex mutex_;
    std::map<const Listener*, std::weak_ptr<Listener>> listeners_;
    std::array<std::atomic<std::uint32_t>, topic_names.size()> wanted_{}; ///< by how many listeners
    bool is_closed_ = false;
};

} // namespace quoin::api
