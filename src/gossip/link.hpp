#pragma once

#include "dial_book.hpp"
#include "frame.hpp"
#include "messages.hpp"
#include "outbox.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>

namespace quoin::gossip {

class Swarm;

/// One TLS connection: handshake, a loop that reads frames and hands them to the swarm, a loop that writes the outbox.
/// Lives on the swarm's thread. Ends when `run` returns; then nothing of it is under way any more but the writer, which
/// holds on to it until it notices.
class Link : public std::enable_shared_from_this<Link> {
public:
    using Socket = boost::asio::ip::tcp::socket;

    /// How the connection came about.
    struct Origin {
        bool outbound = false;
        bool is_static = false;
        DialBook::EntryId entry = 0;          ///< of the dial book, when outbound
        std::optional<engine::PeerId> pinned; ///< who it must be
        std::string remote_host;
        std::uint16_t remote_port = 0;
    };

    Link(Swarm& swarm, Socket socket, boost::asio::ssl::context& tls, Origin origin, const Limits& bounds);

    boost::asio::awaitable<void> run();

    // What is sent to a link that leaves is dropped; a peer whose outbox is full is cut off.
    void send(SharedBytes frame, Outbox::Lane lane);
    void send_attestation(SharedBytes encoded);
    void send_transaction(SharedBytes encoded);
    void release_transactions();

    /// Says why and closes once everything before is written, within a second.
    void farewell(Farewell reason);
    /// The peer took its leave.
    void left(std::uint8_t reason);
    /// Closes now.
    void abort();
    /// From its hello on it counts as a peer.
    void admit() { admitted_ = true; }

    struct Patience {
        std::uint64_t handshake_ms = 0;
        std::uint64_t idle_ms = 0;
    };
    /// Aborts when a handshake, a farewell, silence or a write takes too long.
    void enforce(const Patience& patience, std::uint64_t now_ms);

    const Origin& origin() const { return origin_; }
    /// Known once TLS is up.
    const std::optional<engine::PeerId>& id() const { return id_; }
    bool is_admitted() const { return admitted_; }
    bool is_leaving() const { return closed_ || leaving_since_ms_ != 0; }
    /// Why it ended, as the first side to say so put it.
    const std::optional<Farewell>& reason() const { return reason_; }

    std::size_t outbox_bytes() const { return outbox_.held_bytes(); }
    std::uint64_t frames_in() const { return frames_in_; }
    std::uint64_t frames_out() const { return outbox_.frames_taken(); }
    std::uint64_t bytes_in() const { return bytes_in_; }
    std::uint64_t bytes_out() const { return bytes_out_; }

private:
    boost::asio::awaitable<bool> shake_hands();
    boost::asio::awaitable<void> read();
    boost::asio::awaitable<void> write();
    void start_writing();
    void take_frames();
    void pushed(bool had_room);

    Swarm& swarm_;
    boost::asio::ssl::stream<Socket> stream_;
    boost::asio::steady_timer wake_;
    Origin origin_;
    FrameReader reader_;
    Outbox outbox_;
    std::optional<engine::PeerId> id_;
    std::optional<Farewell> reason_;
    bool admitted_ = false;
    bool closed_ = false;
    std::uint64_t opened_ms_;
    std::uint64_t heard_ms_;
    std::uint64_t writing_since_ms_ = 0; ///< 0: nothing is being written
    std::uint64_t leaving_since_ms_ = 0; ///< 0: it stays
    std::uint64_t frames_in_ = 0;
    std::uint64_t bytes_in_ = 0;
    std::uint64_t bytes_out_ = 0;
};

} // namespace quoin::gossip
