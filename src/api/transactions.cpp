#include "json_out.hpp"
#include "pages.hpp"
#include "render.hpp"
#include "routes.hpp"
#include "view.hpp"

#include <quoin/base/hex.hpp>

namespace quoin::api {

namespace {

std::string status_json(const Root& hash, const TransactionStatus& status) {
    JsonObject json;
    json.add("hash", hash).add("status", to_string(status.stage)).add("slot", status.slot);
    json.add("block_root", status.block_root);
    if (status.refusal) {
        json.add("reason", to_string(status.refusal->reason)).add("message", status.refusal->message);
    }
    json.raw("outcome", status.row ? json_of(*status.row) : "null");
    return json.take();
}

} // namespace

Reply get_transaction(Context& context, const Request& request) {
    if (const auto fault = Parameters{request}.finish()) {
        return *fault;
    }
    const auto hash = bytes_from_hex<32>(segment(request, 2));
    if (!hash) {
        return Fault{hash.fault().reason, "hash", hash.fault().message};
    }
    const auto snapshot = snapshot_of(context);
    if (!snapshot) {
        return snapshot.fault();
    }
    const auto status = context.transactions.find(**snapshot, *hash);
    if (!status) {
        return Fault{Reason::not_found, "", "this node has not heard of the transaction"};
    }
    std::string data = status_json(*hash, *status);
    if (status->stage == TransactionStatus::Stage::finalized) {
        return immutable_answer(std::move(data), {status->row->slot, status->block_root.value_or(Root{})});
    }
    return present_answer(**snapshot, {std::move(data), {}});
}

Reply get_transactions(Context& context, const Request& request) {
    Parameters query{request};
    const auto account = query.octets<20>("account");
    const RowPage page = row_page_of(context, query);
    if (const auto fault = query.finish()) {
        return *fault;
    }
    if (!account) {
        return Fault{Reason::missing_field, "account", "the parameter is required"};
    }
    const auto rows = context.parts.ledger.transactions_of_account(*account, page.after, page.limit);
    return history_answer(context,
                          {json_array(rows, [](const auto& row) { return json_of(row); }), next_of(rows, page.limit)});
}

} // namespace quoin::api
