#pragma once

#include "http.hpp"
#include "json.hpp"
#include "live/program.hpp"
#include "testnet_file.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quoin::live {

/// A testnet of the devnet template in a folder of its own: four validators, four processes.
class Testnet {
public:
    /// The one that most tests of a run share, in the order of their files; each also works when it is the only one.
    /// Started when it does not run yet.
    static Testnet& shared();
    /// One that a test has to itself, with more options of `quoin testnet`. Throws when it does not start.
    explicit Testnet(const std::vector<std::string>& options = {});
    Testnet(const Testnet&) = delete;
    Testnet& operator=(const Testnet&) = delete;
    ~Testnet();

    const std::filesystem::path& folder() const { return folder_; }
    std::string folder_text() const { return folder_.string(); }
    app::TestnetFile file() const { return *app::read_testnet_file(folder_ / "testnet.json"); }
    static constexpr std::size_t size = 4;

    /// API addresses of all that run: the four, and the fifth once it is there.
    std::vector<std::string> apis() const;
    std::string api(std::size_t node) const;
    /// What a node answers, for 200 only.
    std::optional<app::Json> get(const std::string& api, const std::string& target) const;
    std::uint64_t finalized_number(const std::string& api) const;

    /// Runs a command with `--testnet`.
    Ran command(std::vector<std::string> arguments, int seconds = 60) const;
    Ran fault(std::vector<std::string> arguments, int seconds = 60) const;

    /// Waits until so many further blocks are final on the node.
    bool finalizes(const std::string& api, std::uint64_t blocks, int seconds = 20) const;

    /// As above, of all nodes.
    bool all_finalize(std::uint64_t blocks, int seconds = 20) const;

    /// The fifth validator: staked over REST, its node joined. Started when it does not run yet.
    std::string fifth_api();
    std::filesystem::path fifth_folder() const { return root_ / "fifth"; }
    static constexpr std::size_t fifth_index = 4;

    /// Takes 100 coins of validator 0's own stake out, once.
    void unstake_early();

    /// Stops everything, politely; how the supervisor left. Then folders can be looked into.
    Ran stop();

private:
    std::filesystem::path root_;
    std::filesystem::path folder_;
    std::unique_ptr<Program> supervisor_;
    std::unique_ptr<Program> fifth_;
    bool has_unstaked_ = false;
};

/// How many pairs of messages in a folder's signing database could be slashed, each key by itself.
int slashable_pairs(const std::filesystem::path& folder);

} // namespace quoin::live
