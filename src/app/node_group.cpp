#include "node_group.hpp"

#include "exit.hpp"
#include "files.hpp"
#include "time.hpp"

#include <quoin/base/hex.hpp>

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

namespace quoin::app {

namespace {

constexpr std::uint64_t start_ms_max = 20'000;
constexpr std::uint64_t stop_ms_max = 8'000;

std::string port_after(const std::string& address) {
    return address.substr(address.rfind(':') + 1);
}

std::string chosen_port(std::uint16_t first, std::size_t node) {
    return std::to_string(first == 0 ? 0 : first + node);
}

/// What a node said last, for whoever has to find out why it did not start.
std::string last_line(const std::filesystem::path& log) {
    std::string text = read_file(log).ok() ? *read_file(log) : "";
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    return text.substr(text.rfind('\n') + 1);
}

std::string name(std::size_t node) {
    return "node " + std::to_string(node);
}

} // namespace

NodeGroup::NodeGroup(const TestnetFolder& folder, const Ports& ports)
    : folder_(folder), ports_(ports), members_(folder.nodes.size()) {}

NodeGroup::~NodeGroup() {
    stop_all();
}

void NodeGroup::start_all() {
    for (std::size_t node = 0; node < size(); ++node) {
        start(node);
        wait_until_ready(node);
    }
    write_file();
}

std::vector<std::string> NodeGroup::arguments(std::size_t node) const {
    const std::optional<RunningNode>& before = members_[node].running;
    std::vector<std::string> words{"node", "--dir", folder_.nodes[node].folder.string()};
    words.insert(words.end(), {"--peer-port",
                               before ? port_after(before->peer_address) : chosen_port(ports_.first_peer_port, node)});
    words.insert(words.end(),
                 {"--api-port", before ? port_after(before->api_address) : chosen_port(ports_.first_api_port, node)});
    for (std::size_t other = 0; other < size(); ++other) {
        if (other != node && members_[other].running) {
            words.insert(words.end(), {"--peer", members_[other].running->peer()});
        }
    }
    return words;
}

void NodeGroup::start(std::size_t node) {
    const std::filesystem::path& folder = folder_.nodes[node].folder;
    std::filesystem::remove(folder / "node.json"); // of a run that was killed
    members_[node].process = Process::start(arguments(node), folder / "node.log");
    members_[node].resume_ms = 0;
}

void NodeGroup::wait_until_ready(std::size_t node) {
    Member& member = members_[node];
    const std::filesystem::path& folder = folder_.nodes[node].folder;
    const std::uint64_t deadline_ms = steady_ms() + start_ms_max;
    constexpr std::chrono::milliseconds look_every{5};
    for (;;) {
        const auto found = read_running_node(folder / "node.json");
        if (found && found->pid == member.process->pid()) {
            member.running = *found;
            return;
        }
        if (!member.process->is_running()) {
            const int code = member.process->exit_code().value_or(static_cast<int>(ExitCode::data_folder));
            throw Exit(static_cast<ExitCode>(code),
                       {Reason::unavailable, name(node), "did not start: " + last_line(folder / "node.log")});
        }
        if (steady_ms() > deadline_ms) {
            throw Exit(ExitCode::timed_out, {Reason::timed_out, name(node), "did not start in time"});
        }
        std::this_thread::sleep_for(look_every);
    }
}

void NodeGroup::stop_all() {
    for (Member& member : members_) {
        if (member.process) {
            member.process->signal(SIGTERM);
            member.process->signal(SIGCONT);
        }
    }
    const std::uint64_t deadline_ms = steady_ms() + stop_ms_max;
    for (Member& member : members_) {
        const std::uint64_t now_ms = steady_ms();
        if (member.process && !member.process->wait_ms(deadline_ms > now_ms ? deadline_ms - now_ms : 0)) {
            member.process->signal(SIGKILL);
            member.process->wait_ms(stop_ms_max);
        }
        member.process.reset();
    }
    std::error_code ignored;
    std::filesystem::remove(folder_.path / "testnet.json", ignored);
}

Result<std::string> NodeGroup::kill(std::size_t node) {
    Member& member = members_[node];
    if (!member.process) {
        return Fault{Reason::unavailable, name(node), "does not run"};
    }
    member.process->signal(SIGKILL);
    member.process->wait_ms(stop_ms_max);
    look();
    return name(node) + " was killed";
}

Result<std::string> NodeGroup::restart(std::size_t node) {
    Member& member = members_[node];
    if (member.process) {
        member.process->signal(SIGTERM);
        member.process->signal(SIGCONT);
        if (!member.process->wait_ms(stop_ms_max)) {
            member.process->signal(SIGKILL);
            member.process->wait_ms(stop_ms_max);
        }
    }
    const std::uint64_t begin_ms = steady_ms();
    try {
        start(node);
        wait_until_ready(node);
    } catch (const Exit& exit) {
        look();
        return exit.fault();
    }
    write_file();
    events_.push_back(name(node) + " started again");
    return name(node) + " started in " + std::to_string(steady_ms() - begin_ms) + " ms";
}

Result<std::string> NodeGroup::pause(std::size_t node, std::uint64_t milliseconds) {
    Member& member = members_[node];
    if (!member.process) {
        return Fault{Reason::unavailable, name(node), "does not run"};
    }
    member.process->signal(SIGSTOP);
    member.resume_ms = steady_ms() + milliseconds;
    const std::string text = name(node) + " paused for " + std::to_string(milliseconds) + " ms";
    events_.push_back(text);
    return text;
}

void NodeGroup::look() {
    for (std::size_t node = 0; node < size(); ++node) {
        Member& member = members_[node];
        if (member.process && !member.process->is_running()) {
            member.ended = member.process->how_it_ended();
            member.process.reset();
            events_.push_back(name(node) + " ended: " + member.ended);
        }
        if (member.process && member.resume_ms != 0 && steady_ms() >= member.resume_ms) {
            member.resume_ms = 0;
            member.process->signal(SIGCONT);
            events_.push_back(name(node) + " goes on");
        }
    }
}

NodeGroup::State NodeGroup::state(std::size_t node) const {
    const Member& member = members_[node];
    if (!member.process) {
        return State::stopped;
    }
    return member.resume_ms == 0 ? State::running : State::paused;
}

void NodeGroup::write_file() const {
    TestnetFile file;
    file.genesis = folder_.path / "genesis.json";
    file.genesis_root = to_hex(folder_.chain->genesis_root);
    file.pid = ::getpid();
    for (const Member& member : members_) {
        file.nodes.push_back(*member.running);
    }
    or_exit(replace_file(folder_.path / "testnet.json", file.json()), ExitCode::data_folder);
}

} // namespace quoin::app
