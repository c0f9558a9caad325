#include "genesis_file.hpp"
#include "proof_command.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/codec/json.hpp>
#include <quoin/store/audit.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace quoin::app {

namespace {

/// The folder itself, or the nodes' below it.
std::vector<std::filesystem::path> audited_folders(const std::filesystem::path& folder) {
    if (std::filesystem::exists(folder / "ledger.db")) {
        return {folder};
    }
    std::vector<std::filesystem::path> found;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{folder, error}) {
        if (std::filesystem::exists(entry.path() / "ledger.db")) {
            found.push_back(entry.path());
        }
    }
    if (error || found.empty()) {
        throw Exit(ExitCode::data_folder,
                   {Reason::data_folder_invalid, folder.string(), "is neither a node's folder nor a testnet's"});
    }
    std::sort(found.begin(), found.end());
    return found;
}

store::AuditReport audit(const std::filesystem::path& folder) {
    const auto chain = load_genesis_file(folder / "genesis.json");
    const bool is_shown = ::isatty(STDERR_FILENO) != 0;
    const auto progress = [is_shown](std::uint64_t done, std::uint64_t total) {
        if (is_shown) {
            fmt::print(stderr, "\r{} of {} blocks", done, total);
        }
    };
    auto report = store::audit_ledger((folder / "ledger.db").string(), *chain, progress);
    if (is_shown) {
        fmt::print(stderr, "\r\x1b[K");
    }
    return or_exit(std::move(report), ExitCode::data_folder);
}

std::string findings_json(const store::AuditReport& report) {
    std::string list;
    for (const store::AuditFinding& finding : report.findings) {
        list += fmt::format(R"({}{{"block_number":{},"posting":{},"message":{}}})", list.empty() ? "" : ",",
                            finding.block_number ? fmt::format("\"{}\"", *finding.block_number) : "null",
                            finding.posting ? fmt::format("\"{}\"", *finding.posting) : "null",
                            json_quoted(finding.message));
    }
    return "[" + list + "]";
}

void print(const std::filesystem::path& folder, const store::AuditReport& report, bool as_json) {
    const std::string tip = report.tip_number ? std::to_string(*report.tip_number) : "";
    if (as_json) {
        fmt::print(R"({{"folder":{},"clean":{},"blocks":"{}","postings":"{}","accounts":"{}","snapshots":"{}",)"
                   R"("tip_number":{},"tip_root":"{}","running_hash":"{}","findings":{}}})"
                   "\n",
                   json_quoted(folder.string()), report.clean(), report.blocks, report.postings, report.accounts,
                   report.snapshots, tip.empty() ? "null" : "\"" + tip + "\"", to_hex(report.tip_root),
                   to_hex(report.running_hash), findings_json(report));
        return;
    }
    fmt::print("{}: {}  {} blocks, {} postings, {} accounts sum to zero, {} snapshots  running hash {}\n",
               folder.string(), report.clean() ? "clean" : "NOT CLEAN", report.blocks, report.postings, report.accounts,
               report.snapshots, to_hex(report.running_hash));
    for (const store::AuditFinding& finding : report.findings) {
        fmt::print("  block {}{}: {}\n", finding.block_number ? std::to_string(*finding.block_number) : "-",
                   finding.posting ? fmt::format(" posting {}", *finding.posting) : "", finding.message);
    }
}

} // namespace

ExitCode run_audit(const AuditOptions& options) {
    bool is_clean = true;
    for (const std::filesystem::path& folder : audited_folders(options.folder)) {
        const store::AuditReport report = audit(folder);
        print(folder, report, options.json);
        is_clean = is_clean && report.clean();
    }
    return is_clean ? ExitCode::ok : ExitCode::negative;
}

} // namespace quoin::app
