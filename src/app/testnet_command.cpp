#include "testnet_command.hpp"

#include "control.hpp"
#include "monitor.hpp"
#include "node_settings.hpp"
#include "signals.hpp"
#include "time.hpp"

#include <quoin/types/clock.hpp>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <sstream>

namespace quoin::app {

namespace {

constexpr std::uint64_t tick_ms = 1'000;

bool is_port_free(std::uint16_t port) {
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool is_free = ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    ::close(probe);
    return is_free;
}

/// The first of `count` ports in a row: what was asked for, else the usual ones where all are free, else the system's.
std::uint16_t first_port(const std::optional<std::uint16_t>& asked, std::uint16_t usual, std::size_t count) {
    const std::uint16_t first = asked.value_or(usual);
    if (first != 0 && count > 0xffffU - first) {
        throw Exit(ExitCode::usage, {Reason::out_of_range, "port", "leaves no room for a port for each node"});
    }
    for (std::size_t i = 0; !asked && i < count; ++i) {
        if (!is_port_free(static_cast<std::uint16_t>(first + i))) {
            return 0;
        }
    }
    return first;
}

/// SIGINT and SIGTERM as something to poll.
class EndSignals {
public:
    EndSignals() {
        hold_signals();
        sigset_t signals;
        ::sigemptyset(&signals);
        ::sigaddset(&signals, SIGINT);
        ::sigaddset(&signals, SIGTERM);
        descriptor_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    }
    EndSignals(const EndSignals&) = delete;
    EndSignals& operator=(const EndSignals&) = delete;
    ~EndSignals() { ::close(descriptor_); }
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

std::optional<std::uint64_t> number_in(const std::string& word) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    return error == std::errc{} && end == word.data() + word.size() ? std::optional{number} : std::nullopt;
}

/// What control.sock understands: `kill N`, `restart N`, `pause N MS`.
Result<std::string> obey(NodeGroup& group, const std::string& question) {
    std::istringstream words(question);
    std::string what;
    std::string node_word;
    std::string ms_word = "0";
    words >> what >> node_word >> ms_word;
    const auto node = number_in(node_word);
    if (!node || *node >= group.size()) {
        return Fault{Reason::out_of_range, "node", fmt::format("there are 0 to {}", group.size() - 1)};
    }
    if (what == "kill") {
        return group.kill(*node);
    }
    if (what == "restart") {
        return group.restart(*node);
    }
    if (what == "pause") {
        return group.pause(*node, number_in(ms_word).value_or(0));
    }
    return Fault{Reason::malformed, "", "expected kill, restart or pause"};
}

/// Shows picture after picture: a screen that renews itself on a terminal, else lines.
class Display {
public:
    Display(const TestnetOptions& options, std::string chain_name)
        : folder_(options.folder), chain_name_(std::move(chain_name)), is_json_(options.json),
          is_screen_(!options.json && !options.plain && ::isatty(STDOUT_FILENO) != 0) {}

    void show(const Picture& picture) {
        if (is_json_) {
            print(status_json(picture));
        } else if (!is_screen_) {
            print(status_line(picture));
        } else {
            const std::string text = screen_text(picture, chain_name_, folder_);
            print((lines_ > 0 ? fmt::format("\x1b[{}A\x1b[J", lines_) : "") + text);
            lines_ = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
        }
    }
    void say(const std::string& text) const {
        if (!is_json_) {
            print(text);
        }
    }

private:
    static void print(const std::string& text) {
        fmt::print("{}", text);
        std::fflush(stdout);
    }

    std::string folder_;
    std::string chain_name_;
    bool is_json_;
    bool is_screen_;
    std::size_t lines_ = 0;
};

/// Until a signal, or the end that was asked for.
void supervise(const TestnetOptions& options, const TestnetFolder& folder, NodeGroup& group, const EndSignals& signals,
               const ControlDoor& door, Display& display) {
    Monitor monitor;
    const std::uint64_t begin_ms = steady_ms();
    for (std::uint64_t next_ms = begin_ms;;) {
        group.look();
        const std::uint64_t now_ms = steady_ms();
        if (now_ms >= next_ms) {
            const Picture picture = monitor.look(group, *folder.chain);
            display.show(picture);
            next_ms = std::max(next_ms + tick_ms, steady_ms());
            const bool is_time_up = options.seconds != 0 && now_ms >= begin_ms + options.seconds * 1'000;
            if (is_time_up || (options.slots != 0 && picture.slot >= options.slots)) {
                return;
            }
            continue;
        }
        std::array<pollfd, 2> watched{pollfd{signals.descriptor(), POLLIN, 0}, pollfd{door.descriptor(), POLLIN, 0}};
        ::poll(watched.data(), watched.size(), static_cast<int>(next_ms - now_ms));
        if ((watched[0].revents & POLLIN) != 0) {
            return;
        }
        if ((watched[1].revents & POLLIN) != 0) {
            door.serve([&](const std::string& question) { return obey(group, question); });
        }
    }
}

} // namespace

ExitCode run_testnet(const TestnetOptions& options) {
    const EndSignals signals;
    if (testnet_runs_in(options.folder)) {
        throw Exit(ExitCode::data_folder, {Reason::busy, options.folder, "another testnet runs in this folder"});
    }
    std::vector<std::string> spec = options.spec;
    if (options.responsive) {
        spec.emplace_back("pacing=responsive");
    }
    const TestnetFolder folder =
        make_testnet_folder({options.folder, options.genesis, options.nodes, options.start_over, std::move(spec)});
    const ControlDoor door(folder.path);
    Display display(options, folder.chain->genesis.name.string());
    display.say(fmt::format("{} the testnet {} in {}: {} validators in {} processes\n",
                            folder.is_continued ? "Going on with" : "Starting", folder.chain->genesis.name.string(),
                            options.folder, folder.chain->genesis.validators.size(), folder.nodes.size()));
    NodeGroup group(folder, {first_port(options.peer_port, peer_port_default, folder.nodes.size()),
                             first_port(options.api_port, api_port_default, folder.nodes.size())});
    group.start_all();
    display.say(fmt::format("The API is at http://{}. Ctrl-C stops it.\n\n", group.member(0).running->api_address));
    supervise(options, folder, group, signals, door, display);
    display.say("Stopping\n");
    group.stop_all();
    return ExitCode::ok;
}

} // namespace quoin::app
