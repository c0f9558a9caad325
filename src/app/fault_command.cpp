#include "control.hpp"
#include "genesis_file.hpp"
#include "testnet_command.hpp"
#include "traitor.hpp"

#include <quoin/codec/json.hpp>
#include <quoin/keys/derivation.hpp>

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace quoin::app {

namespace {

using std::chrono::milliseconds;

/// A folder of its own that goes with it.
class Scratch {
public:
    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "quoin-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw Exit(ExitCode::data_folder, {Reason::not_writable, name, "cannot be created"});
        }
        path_ = name;
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// The first validator of a node's, by the same rule that dealt them out, and its published key.
std::pair<ValidatorIndex, crypto::SecretKey> validator_of(const FaultOptions& options, const Genesis& genesis) {
    if (options.node >= genesis.validators.size()) {
        throw Exit(ExitCode::usage, {Reason::out_of_range, "--node", "this node has no validator of the genesis"});
    }
    auto key = keys::DevelopmentKeys{}.validator(static_cast<std::uint32_t>(options.node));
    if (key.public_key().encode() != genesis.validators[options.node].public_key) {
        throw Exit(ExitCode::config,
                   {Reason::genesis_invalid, "", "only a validator with a development key can be made a traitor"});
    }
    return {ValidatorIndex{options.node}, std::move(key)};
}

bool is_slashed(NodeApi& api, ValidatorIndex validator) {
    return api.get("/v1/validators/" + std::to_string(validator.value)).json.flag("/data/slashed");
}

/// Tries slot by slot until a block has slashed the validator.
ExitCode equivocate(const FaultOptions& options) {
    const TestnetFile testnet =
        or_exit(read_testnet_file(std::filesystem::path{options.folder} / "testnet.json"), ExitCode::network);
    const auto chain = load_genesis_file(testnet.genesis);
    auto [validator, key] = validator_of(options, chain->genesis);
    NodeApi api(NodeChoice{{}, options.folder}.nodes());
    if (is_slashed(api, validator)) {
        throw Exit(ExitCode::refused,
                   {Reason::already_slashed, fmt::format("validator {}", validator.value), "was slashed before"});
    }
    const Scratch scratch;
    Traitor traitor(testnet, chain, validator, std::move(key), scratch.path());
    constexpr milliseconds give_up_after{30'000};
    const auto deadline = std::chrono::steady_clock::now() + give_up_after;
    bool has_sinned = false;
    while (!is_slashed(api, validator)) {
        if (std::chrono::steady_clock::now() > deadline) {
            throw Exit(ExitCode::timed_out,
                       {Reason::timed_out, "", has_sinned ? "nobody slashed it" : "it found no occasion"});
        }
        has_sinned |= options.offence == "double_proposal" ? traitor.propose_twice() : traitor.vote_twice();
        std::this_thread::sleep_for(milliseconds(chain->spec().slot_ms));
    }
    if (options.json) {
        fmt::print(R"({{"validator":"{}","offence":{},"slashed":true}})"
                   "\n",
                   validator.value, json_quoted(options.offence));
    } else {
        fmt::print("validator {} signed a {} and was slashed\n", validator.value,
                   options.offence == "double_vote" ? "double vote" : "double proposal");
    }
    return ExitCode::ok;
}

} // namespace

ExitCode run_fault(const FaultOptions& options) {
    if (options.kind == "equivocate") {
        return equivocate(options);
    }
    constexpr std::uint64_t ms_per_s = 1'000;
    const std::string question = fmt::format("{} {} {}", options.kind, options.node, options.seconds * ms_per_s);
    const auto answer = ask_testnet(options.folder, question);
    if (!answer) {
        throw Exit(answer.fault().reason == Reason::not_found ? ExitCode::network : ExitCode::refused, answer.fault());
    }
    if (options.json) {
        fmt::print(R"({{"done":{}}})"
                   "\n",
                   json_quoted(*answer));
    } else {
        fmt::print("{}\n", *answer);
    }
    return ExitCode::ok;
}

} // namespace quoin::app
