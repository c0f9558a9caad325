#include "live/testnet.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace quoin::live {

namespace {

std::vector<app::Json> reports_of(const Ran& ran) {
    std::vector<app::Json> reports;
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);) {
        reports.push_back(*app::Json::parse(line));
    }
    return reports;
}

} // namespace

TEST(Audit, all_nodes_have_the_same_state_roots_and_clean_ledgers) {
    Testnet& testnet = Testnet::shared();
    const std::vector<std::string> apis = testnet.apis();
    ASSERT_TRUE(testnet.finalizes(apis.front(), 4));
    std::uint64_t common = ~std::uint64_t{0};
    for (const std::string& api : apis) {
        common = std::min(common, testnet.finalized_number(api));
    }
    // The state roots and running hashes of all blocks up to the newest that all nodes hold.
    std::set<std::string> tips;
    for (const std::string& api : apis) {
        const auto page = testnet.get(api, "/v1/finalized?limit=1&after=cursor:" + std::to_string(common - 1) + ".0");
        ASSERT_TRUE(page && page->size("/data") == 1) << api;
        tips.insert(page->text("/data/0/data/state_root") + " " + page->text("/data/0/data/running_hash"));
    }
    EXPECT_EQ(tips.size(), 1U);

    const bool has_fifth = apis.size() > Testnet::size;
    const Ran while_running = run({"audit", "--dir", testnet.folder_text(), "--json"});
    EXPECT_EQ(while_running.code, 0) << while_running.out << while_running.error;

    const Ran stopped = testnet.stop();
    EXPECT_EQ(stopped.code, 0) << stopped.error;
    Ran audit = run({"audit", "--dir", testnet.folder_text(), "--json"});
    EXPECT_EQ(audit.code, 0) << audit.out << audit.error;
    std::vector<app::Json> reports = reports_of(audit);
    EXPECT_EQ(reports.size(), Testnet::size);
    if (has_fifth) {
        const Ran fifth = run({"audit", "--dir", testnet.fifth_folder().string(), "--json"});
        EXPECT_EQ(fifth.code, 0) << fifth.out << fifth.error;
        reports.push_back(reports_of(fifth).front());
    }
    for (const app::Json& report : reports) {
        EXPECT_TRUE(report.flag("/clean")) << report.raw("");
        EXPECT_GE(report.number("/tip_number"), common);
    }
}

} // namespace quoin::live
