#pragma once

#include "process.hpp"
#include "testnet_file.hpp"
#include "testnet_folder.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace quoin::app {

/// The node processes of a testnet: starts them, breaks them on purpose, stops them. Keeps testnet.json. One thread.
class NodeGroup {
public:
    struct Ports {
        std::uint16_t first_peer_port = 0; ///< node I takes this plus I; 0: the system chooses
        std::uint16_t first_api_port = 0;
    };

    /// The folder must outlive the group.
    NodeGroup(const TestnetFolder& folder, const Ports& ports);
    NodeGroup(const NodeGroup&) = delete;
    NodeGroup& operator=(const NodeGroup&) = delete;
    ~NodeGroup();

    /// One after the other, each told of those before it. Leaves with the code of a node that does not come up.
    void start_all();
    /// All at once and politely; kills what has not ended after a few seconds.
    void stop_all();

    // Faults, each answered with what was done, or why it was not. `node` is below `size()`.
    Result<std::string> kill(std::size_t node);
    Result<std::string> restart(std::size_t node);
    Result<std::string> pause(std::size_t node, std::uint64_t milliseconds);

    /// Notices what has ended, and lets go on what has paused long enough.
    void look();

    enum class State : std::uint8_t { running, paused, stopped };
    struct Member {
        std::optional<Process> process;
        std::optional<RunningNode> running; ///< as of its last start
        std::uint64_t resume_ms = 0;        ///< steady time; 0: it is not paused
        std::string ended;                  ///< how, when it is stopped
    };
    std::size_t size() const { return members_.size(); }
    State state(std::size_t node) const;
    const Member& member(std::size_t node) const { return members_[node]; }

    /// What happened since the last call, in words.
    std::deque<std::string> take_events() { return std::exchange(events_, {}); }

private:
    void start(std::size_t node);
    void wait_until_ready(std::size_t node);
    std::vector<std::string> arguments(std::size_t node) const;
    void write_file() const;

    const TestnetFolder& folder_;
    Ports ports_;
    std::vector<Member> members_;
    std::deque<std::string> events_;
};

} // namespace quoin::app
