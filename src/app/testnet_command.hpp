#pragma once

#include "exit.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quoin::app {

struct TestnetOptions {
    std::string genesis; ///< empty: devnet, or that of the folder
    std::string folder = "testnet";
    std::vector<std::string> spec;          ///< `KEY=VALUE`: fields of the genesis' spec that are to be others
    std::size_t nodes = 0;                  ///< 0: one for each validator
    std::optional<std::uint16_t> peer_port; ///< of node 0; absent: the usual ports where they are free
    std::optional<std::uint16_t> api_port;
    std::uint64_t slots = 0;   ///< ends after so many; 0: never
    std::uint64_t seconds = 0; ///< as above
    bool responsive = false;   ///< stands for `pacing=responsive`
    bool start_over = false;
    bool plain = false; ///< lines, on a terminal too
    bool json = false;
};

/// `quoin testnet`: runs a genesis file's validators as processes until it is told to end.
ExitCode run_testnet(const TestnetOptions& options);

struct FaultOptions {
    std::string kind; ///< equivocate, kill, restart or pause
    std::string folder = "testnet";
    std::size_t node = 0;
    std::uint64_t seconds = 5;           ///< of a pause
    std::string offence = "double_vote"; ///< or double_proposal
    bool json = false;
};

/// `quoin testnet fault`: breaks a testnet that runs, on purpose.
ExitCode run_fault(const FaultOptions& options);

} // namespace quoin::app
