#include "bodies.hpp"
#include "faults.hpp"
#include "json_out.hpp"
#include "render.hpp"
#include "routes.hpp"
#include "view.hpp"

#include <quoin/base/hex.hpp>

#include <mutex>

namespace quoin::api {

namespace {

std::string pending_json(const engine::Evidence& evidence) {
    JsonObject json;
    json.raw("id", "null").add("root", root_of(evidence)).add("state", "pending").raw("block_number", "null");
    return json.raw("slot", "null").raw("evidence", json_of(evidence)).take();
}

/// Evidence on its way into the engine, and what came of it.
struct Report {
    std::mutex mutex;
    std::optional<Result<Root>> outcome;
};

} // namespace

Reply get_evidence_list(Context& context, const Request& request) {
    Parameters query{request};
    const bool is_pending = query.choice("state", {"finalized", "pending"}) == "pending";
    const std::uint64_t after = query.number("after", 0, 0, ~std::uint64_t{0} >> 1);
    const std::uint64_t limit =
        query.number("limit", context.bounds.page_items_default, 1, context.bounds.page_items_max);
    if (const auto fault = query.finish()) {
        return *fault;
    }
    if (is_pending) {
        const auto snapshot = snapshot_of(context);
        if (!snapshot) {
            return snapshot.fault();
        }
        return present_answer(**snapshot, {json_array((*snapshot)->pending_evidence, pending_json), ""});
    }
    const auto rows = context.parts.ledger.evidence_after(after, limit);
    const std::string next = rows.size() < limit ? "" : std::to_string(rows.back().id);
    return history_answer(context, {json_array(rows, [](const auto& row) { return json_of(row); }), next});
}

Reply get_evidence(Context& context, const Request& request) {
    if (const auto fault = Parameters{request}.finish()) {
        return *fault;
    }
    const std::string& id = segment(request, 2);
    const auto number = parse_number(id);
    const auto root = bytes_from_hex<32>(id);
    if (!number && !root) {
        return Fault{root.fault().reason, "id", "expected a number or a 0x root"};
    }
    std::optional<ports::EvidenceRow> row;
    if (root) {
        row = context.parts.ledger.evidence(*root);
    } else if (*number > 0 && *number <= ~std::uint64_t{0} >> 1) {
        auto rows = context.parts.ledger.evidence_after(*number - 1, 1);
        if (!rows.empty() && rows.front().id == *number) {
            row = std::move(rows.front());
        }
    }
    if (row) {
        const auto block = context.parts.ledger.block_by_number(row->block_number);
        return immutable_answer(json_of(*row), {row->slot, block ? block->root : Root{}});
    }
    const auto snapshot = snapshot_of(context);
    if (snapshot && root) {
        for (const engine::Evidence& evidence : (*snapshot)->pending_evidence) {
            if (root_of(evidence) == *root) {
                return present_answer(**snapshot, {pending_json(evidence), {}});
            }
        }
    }
    return Fault{Reason::not_found, "", "no evidence has this id"};
}

Reply post_evidence(Context& context, const Request& request) {
    if (const auto fault = Parameters{request}.finish()) {
        return *fault;
    }
    Result<engine::Evidence> evidence = read_evidence(request.body);
    if (!evidence) {
        return evidence.fault();
    }
    const auto snapshot = snapshot_of(context);
    if (!snapshot) {
        return snapshot.fault();
    }
    if ((*snapshot)->syncing) {
        return Fault{Reason::syncing, "", "the node is catching up with its peers; it takes no evidence yet"};
    }
    const auto report = std::make_shared<Report>();
    Wait wait;
    constexpr std::uint64_t verification_ms_max = 10'000;
    wait.timeout_ms = verification_ms_max;
    wait.start = [&context, report, sent = *evidence](std::function<void()> wake) {
        context.parts.inbox.submit(sent, [report, wake = std::move(wake)](std::vector<Result<Root>> outcomes) {
            {
                const std::lock_guard lock(report->mutex);
                report->outcome = outcomes.empty() ? Fault{Reason::unavailable, "", "the node did not answer"}
                                                   : std::move(outcomes.front());
            }
            wake();
        });
    };
    const auto answer_with = [&context, root = root_of(*evidence)](unsigned status, std::string_view state) {
        JsonObject json;
        json.add("root", root).add("state", state);
        Response response = present_answer(*context.parts.snapshots.current(), {json.take(), {}});
        response.status = status;
        return response;
    };
    wait.poll = [report, answer_with]() -> std::optional<Response> {
        const std::lock_guard lock(report->mutex);
        if (!report->outcome) {
            return std::nullopt;
        }
        return report->outcome->ok() ? answer_with(200, "pending") : error_response(report->outcome->fault());
    };
    wait.expired = [answer_with] { return answer_with(202, "submitted"); };
    return wait;
}

} // namespace quoin::api
