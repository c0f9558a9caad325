#pragma once

#include <quoin/types/genesis.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace quoin::app {

/// A node's place in a testnet folder.
struct NodePlace {
    std::filesystem::path folder;
    std::string peer_id;
    std::vector<std::size_t> validators; ///< of the genesis, whose keys it holds
};

/// A testnet folder that is ready to be started.
struct TestnetFolder {
    std::filesystem::path path;
    std::shared_ptr<const Chain> chain;
    std::vector<NodePlace> nodes;
    bool is_continued = false; ///< it was there before
};

struct TestnetPlan {
    std::filesystem::path path;
    std::string genesis;           ///< a template's name, or a file; empty: devnet, or that of the folder
    std::size_t nodes = 0;         ///< 0: one for each validator, or as many as the folder has
    bool start_over = false;       ///< an old testnet in the folder is removed
    std::vector<std::string> spec; ///< `KEY=VALUE`: fields of the genesis' spec that are to be others
};

/// Makes the folder of a testnet: genesis.json with its time, and for each node a folder with the keystores of its
/// validators and its TLS key. A folder that holds a testnet already is gone on with. Leaves with a fault when the
/// folder holds something else, or the genesis has validators whose keys are not published.
TestnetFolder make_testnet_folder(const TestnetPlan& plan);

} // namespace quoin::app
