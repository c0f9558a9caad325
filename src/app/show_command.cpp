#include "show_command.hpp"

#include "coins.hpp"

#include <fmt/format.h>

namespace quoin::app {

ExitCode run_status(const ShowOptions& options) {
    NodeApi api(options.node.nodes());
    const Json status = api.get("/v1/status").json;
    if (options.json) {
        fmt::print("{}\n", status.raw("/data"));
        return ExitCode::ok;
    }
    const auto line = [](const char* name, const std::string& value) { fmt::print("{:<14}{}\n", name, value); };
    line("network", status.text("/data/network") + "  " + status.text("/data/genesis_root"));
    line("node", api.node().text() + "  version " + status.text("/data/version"));
    line("state", status.flag("/data/syncing") ? "syncing" : "in step");
    line("slot", status.text("/data/current_slot"));
    line("head", status.text("/data/head/slot") + "  " + status.text("/data/head/root"));
    line("justified", "epoch " + status.text("/data/justified/epoch"));
    line("finalized", fmt::format("{}  {}  block {}", status.text("/data/finalized/slot"),
                                  status.text("/data/finalized/root"), status.text("/data/finalized/number")));
    line("participation", fmt::format("{} of 10000", status.text("/data/participation_bps")));
    line("validators", fmt::format("{} on duty, {} registered", status.text("/data/duty_validators"),
                                   status.text("/data/validators")));
    line("peers", status.text("/data/peers"));
    return ExitCode::ok;
}

ExitCode run_validators(const ShowOptions& options) {
    NodeApi api(options.node.nodes());
    if (!options.json) {
        fmt::print("{:<7}{:<22}{:>16}{:>16}  {}\n", "index", "status", "stake", "weight", "public key");
    }
    std::string target = "/v1/validators?limit=1000";
    for (;;) {
        const Json page = api.get(target).json;
        for (std::size_t i = 0; i < page.size("/data"); ++i) {
            const std::string at = "/data/" + std::to_string(i);
            if (options.json) {
                fmt::print("{}\n", page.raw(at));
            } else {
                fmt::print("{:<7}{:<22}{:>16}{:>16}  {}\n", page.text(at + "/index"), page.text(at + "/status"),
                           coins_text(page.number(at + "/stake")), coins_text(page.number(at + "/weight")),
                           page.text(at + "/public_key"));
            }
        }
        const std::string next = page.text("/next");
        if (next.empty()) {
            return ExitCode::ok;
        }
        target = "/v1/validators?limit=1000&after=" + next;
    }
}

} // namespace quoin::app
