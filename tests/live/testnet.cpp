#include "live/testnet.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace quoin::live {

namespace {

std::filesystem::path fresh_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "quoin-live-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("no temporary folder");
    }
    return name;
}

/// Ends the testnet with the run, also when a test threw.
class EndOfRun : public testing::Environment {
public:
    void TearDown() override { testnet.reset(); }
    std::unique_ptr<Testnet> testnet;
};

EndOfRun* const end_of_run = dynamic_cast<EndOfRun*>(testing::AddGlobalTestEnvironment(new EndOfRun));

} // namespace

Testnet& Testnet::shared() {
    if (!end_of_run->testnet) {
        end_of_run->testnet = std::make_unique<Testnet>();
    }
    return *end_of_run->testnet;
}

Testnet::Testnet(const std::vector<std::string>& options) : root_(fresh_folder()), folder_(root_ / "testnet") {
    std::vector<std::string> arguments{"testnet", "--dir", folder_.string(), "--api-port", "0", "--peer-port", "0"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    supervisor_ = std::make_unique<Program>(arguments, root_ / "supervisor");
    const bool is_up = comes_true(20, [this] { return app::read_testnet_file(folder_ / "testnet.json").ok(); });
    if (!is_up) {
        throw std::runtime_error("the testnet did not start: " + supervisor_->finish(1).error);
    }
}

Testnet::~Testnet() {
    stop();
    const bool is_kept = testing::UnitTest::GetInstance()->Failed();
    if (is_kept) {
        std::fprintf(stderr, "the testnet's folder is kept: %s\n", root_.c_str());
    } else {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }
}

Ran Testnet::stop() {
    if (fifth_) {
        fifth_->signal(SIGTERM);
        fifth_->finish(10);
        fifth_.reset();
    }
    if (!supervisor_) {
        return {};
    }
    supervisor_->signal(SIGINT);
    Ran ran = supervisor_->finish(20);
    supervisor_.reset();
    return ran;
}

std::string Testnet::api(std::size_t node) const {
    return file().nodes.at(node).api_address;
}

std::vector<std::string> Testnet::apis() const {
    std::vector<std::string> addresses;
    for (const app::RunningNode& node : file().nodes) {
        addresses.push_back(node.api_address);
    }
    if (fifth_) {
        addresses.push_back(app::read_running_node(fifth_folder() / "node.json")->api_address);
    }
    return addresses;
}

std::optional<app::Json> Testnet::get(const std::string& api, const std::string& target) const {
    const auto answer = app::get(*app::parse_node_url(api), target, 5'000);
    if (!answer || answer->status != 200) {
        return std::nullopt;
    }
    const auto json = app::Json::parse(answer->body);
    return json ? std::optional{*json} : std::nullopt;
}

std::uint64_t Testnet::finalized_number(const std::string& api) const {
    const auto status = get(api, "/v1/status");
    return status ? status->number("/data/finalized/number") : 0;
}

Ran Testnet::command(std::vector<std::string> arguments, int seconds) const {
    arguments.insert(arguments.end(), {"--testnet", folder_.string()});
    return run(arguments, seconds);
}

Ran Testnet::fault(std::vector<std::string> arguments, int seconds) const {
    arguments.insert(arguments.begin(), {"testnet", "fault"});
    arguments.insert(arguments.end(), {"--dir", folder_.string()});
    return run(arguments, seconds);
}

bool Testnet::finalizes(const std::string& api, std::uint64_t blocks, int seconds) const {
    const std::uint64_t before = finalized_number(api);
    return comes_true(seconds, [&] { return finalized_number(api) >= before + blocks; });
}

bool Testnet::all_finalize(std::uint64_t blocks, int seconds) const {
    std::uint64_t newest = 0;
    for (const std::string& api : apis()) {
        newest = std::max(newest, finalized_number(api));
    }
    bool do_all = true;
    for (const std::string& api : apis()) {
        do_all = do_all && comes_true(seconds, [&] { return finalized_number(api) >= newest + blocks; });
    }
    return do_all;
}

std::string Testnet::fifth_api() {
    if (!fifth_) {
        const std::string folder = fifth_folder().string();
        const Ran keys = run({"keys", "new", "--dir", folder + "/keys", "--key", "dev:4"});
        EXPECT_EQ(keys.code, 0) << keys.error;
        const Ran stake =
            command({"stake", "--from", "dev:4", "--key", "dev:4", "--amount", "1000", "--wait", "finalized"});
        EXPECT_EQ(stake.code, 0) << stake.error << stake.out;
        fifth_ = std::make_unique<Program>(std::vector<std::string>{"node", "--dir", folder, "--join", folder_.string(),
                                                                    "--api-port", "0", "--peer-port", "0"},
                                           root_ / "fifth-node");
        const bool is_up = comes_true(20, [&] { return app::read_running_node(fifth_folder() / "node.json").ok(); });
        if (!is_up) {
            throw std::runtime_error("the fifth node did not start: " + fifth_->finish(1).error);
        }
    }
    return apis().back();
}

void Testnet::unstake_early() {
    if (!has_unstaked_) {
        has_unstaked_ = true;
        const Ran ran = command({"unstake", "--from", "dev:0", "--validator", "0", "--amount", "100"});
        EXPECT_EQ(ran.code, 0) << ran.error << ran.out;
    }
}

int slashable_pairs(const std::filesystem::path& folder) {
    const std::filesystem::path copy = folder / "signing-copy.db";
    for (const char* suffix : {"", "-wal"}) {
        const std::string from = (folder / "signing.db").string() + suffix;
        if (std::filesystem::exists(from)) {
            std::filesystem::copy_file(from, copy.string() + suffix, std::filesystem::copy_options::overwrite_existing);
        }
    }
    sqlite3* database = nullptr;
    sqlite3_open_v2(copy.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
    sqlite3_stmt* query = nullptr;
    const char* text = "SELECT (SELECT count(*) FROM attestations a JOIN attestations b USING (key)"
                       " WHERE (a.source < b.source AND b.target < a.target)"
                       "    OR (a.target = b.target AND a.signing_root IS NOT b.signing_root))"
                       " + (SELECT count(*) FROM proposals a JOIN proposals b USING (key, slot)"
                       " WHERE a.signing_root IS NOT b.signing_root),"
                       " (SELECT count(*) FROM attestations)";
    EXPECT_EQ(sqlite3_prepare_v2(database, text, -1, &query, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    EXPECT_EQ(sqlite3_step(query), SQLITE_ROW) << sqlite3_errmsg(database);
    const int pairs = sqlite3_column_int(query, 0);
    EXPECT_GT(sqlite3_column_int(query, 1), 8) << "it holds what was signed";
    sqlite3_finalize(query);
    sqlite3_close(database);
    return pairs;
}

} // namespace quoin::live
