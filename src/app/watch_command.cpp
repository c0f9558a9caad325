#include "watch_command.hpp"

#include "signals.hpp"
#include "time.hpp"
#include "web_socket.hpp"

#include <quoin/codec/json.hpp>

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

namespace quoin::app {

namespace {

constexpr std::uint64_t open_ms_max = 3'000;
constexpr std::uint64_t look_up_ms = 200;
/// A node that is silent for so long, though the chain goes on, is left for another.
constexpr std::uint64_t silence_ms_max = 10'000;
constexpr std::chrono::milliseconds retry_after{200};

/// Follows a topic over one node after the other.
class Follower {
public:
    explicit Follower(const WatchOptions& options)
        : options_(options), nodes_(options.node.nodes()), from_(options.from),
          ends_ms_(options.seconds == 0 ? 0 : steady_ms() + options.seconds * 1'000) {}

    ExitCode run(const std::atomic<bool>& is_stopped);

private:
    bool is_over() const {
        return *is_stopped_ || (options_.count != 0 && seen_ >= options_.count) ||
               (ends_ms_ != 0 && steady_ms() >= ends_ms_);
    }
    void follow(const NodeUrl& node);
    Result<void> subscribe(WebSocket& socket) const;
    Result<void> take(WebSocket& socket, const std::string& text);
    void take_event(const Json& event);
    void check_block(const Json& event);
    void print(const Json& event) const;

    const WatchOptions& options_;
    std::vector<NodeUrl> nodes_;
    std::string from_;
    std::uint64_t ends_ms_;
    const std::atomic<bool>* is_stopped_ = nullptr;
    std::uint64_t seen_ = 0;
    std::uint64_t number_ = 0; ///< of the last block
    std::string root_;         ///< of the last block; empty before the first
    std::uint64_t heard_ms_ = steady_ms();
};

ExitCode Follower::run(const std::atomic<bool>& is_stopped) {
    is_stopped_ = &is_stopped;
    for (std::size_t next = 0; !is_over(); next = (next + 1) % nodes_.size()) {
        follow(nodes_[next]);
        if (is_over()) {
            break;
        }
        constexpr std::uint64_t ms_per_s = 1'000;
        if (steady_ms() > heard_ms_ + options_.patience_s * ms_per_s) {
            throw Exit(ExitCode::network, {Reason::unavailable, from_, "no node answers; go on from this cursor"});
        }
        std::this_thread::sleep_for(retry_after);
    }
    return ExitCode::ok;
}

void Follower::follow(const NodeUrl& node) {
    auto socket = WebSocket::open(node, "/v1/ws", open_ms_max);
    Result<void> going = socket ? subscribe(**socket) : socket.fault();
    std::uint64_t heard_ms = steady_ms();
    while (going && !is_over()) {
        auto received = (*socket)->receive(look_up_ms);
        if (auto* text = std::get_if<std::string>(&received)) {
            heard_ms = heard_ms_ = steady_ms();
            going = take(**socket, *text);
        } else if (auto* fault = std::get_if<Fault>(&received)) {
            going = *fault;
        } else if (options_.topic == "finalized_block" && steady_ms() > heard_ms + silence_ms_max) {
            going = Fault{Reason::timed_out, node.text(), "is silent"};
        }
    }
    if (!going && !is_over()) {
        fmt::print(stderr, "quoin: {}; resuming from {}\n", going.fault().text(), from_);
    }
}

Result<void> Follower::subscribe(WebSocket& socket) const {
    constexpr unsigned credit = 256;
    return socket.send(fmt::format(R"({{"op":"subscribe","id":"watch","topic":{},"from":{},"credit":{}}})",
                                   json_quoted(options_.topic), json_quoted(from_), credit));
}

Result<void> Follower::take(WebSocket& socket, const std::string& text) {
    const auto message = Json::parse(text);
    if (!message) {
        return message.fault();
    }
    const std::string op = message->text("/op");
    if (op == "error") {
        const std::string reason = message->text("/reason");
        if (reason == "SYNCING" || reason == "UNAVAILABLE" || reason == "TIMED_OUT") {
            return Fault{Reason::unavailable, reason, message->text("/message")};
        }
        // A cursor that one node can not serve stays wrong on all of them.
        throw Exit(ExitCode::refused, {Reason::cursor_invalid, from_, reason + ": " + message->text("/message")});
    }
    if (op != "event") {
        return {};
    }
    take_event(*message);
    return socket.send(fmt::format(R"({{"op":"ack","sub":{},"seq":{}}})", json_quoted(message->text("/sub")),
                                   json_quoted(message->text("/seq"))));
}

void Follower::take_event(const Json& event) {
    if (options_.topic == "finalized_block") {
        const std::uint64_t number = event.number("/data/number");
        if (!root_.empty() && number <= number_) {
            return; // delivery is at least once
        }
        check_block(event);
        number_ = number;
        root_ = event.text("/data/root");
    }
    from_ = event.text("/cursor");
    ++seen_;
    print(event);
}

/// Nothing is missing between this block and the last, and both are of one chain.
void Follower::check_block(const Json& event) {
    if (root_.empty()) {
        return;
    }
    if (event.number("/data/number") != number_ + 1 || event.text("/prev") != root_) {
        throw Exit(ExitCode::negative, {Reason::conflicts_with_finalized, event.text("/cursor"),
                                        fmt::format("does not follow block {} {}", number_, root_)});
    }
}

void Follower::print(const Json& event) const {
    if (options_.json) {
        fmt::print(R"({{"cursor":{},"prev":{},"data":{}}})"
                   "\n",
                   json_quoted(event.text("/cursor")), json_quoted(event.text("/prev")), event.raw("/data"));
    } else if (options_.topic == "finalized_block") {
        fmt::print("block {:<8} slot {:<8} {}  proposer {}  attestations {}  transactions {}\n",
                   event.text("/data/number"), event.text("/data/slot"), event.text("/data/root"),
                   event.text("/data/proposer"), event.text("/data/attestation_count"),
                   event.text("/data/transaction_count"));
    } else {
        fmt::print("{} {}\n", event.text("/cursor"), event.raw("/data"));
    }
    std::fflush(stdout);
}

} // namespace

ExitCode run_watch(const WatchOptions& options) {
    hold_signals();
    std::atomic<bool> is_stopped = false;
    const StopOnSignal stop_on_signal([&is_stopped] { is_stopped = true; });
    return Follower{options}.run(is_stopped);
}

} // namespace quoin::app
