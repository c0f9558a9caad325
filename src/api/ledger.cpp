#include "json_out.hpp"
#include "pages.hpp"
#include "render.hpp"
#include "routes.hpp"
#include "view.hpp"

namespace quoin::api {

namespace {

constexpr std::size_t account_name_bytes_max = 128;

} // namespace

Reply get_ledger_accounts(Context& context, const Request& request) {
    Parameters query{request};
    const std::string after = query.text("after").value_or("");
    const std::uint64_t limit =
        query.number("limit", context.bounds.page_items_default, 1, context.bounds.page_items_max);
    if (after.size() > account_name_bytes_max) {
        query.refuse("after", Reason::cursor_invalid, "expected the `next` of a page");
    }
    if (const auto fault = query.finish()) {
        return *fault;
    }
    const auto rows = context.parts.ledger.balances(after, limit);
    const std::string next = rows.size() < limit ? "" : rows.back().account;
    return history_answer(context,
                          {json_array(rows,
                                      [](const auto& row) {
                                          JsonObject json;
                                          return json.add("account", row.account).add("balance", row.balance).take();
                                      }),
                           next});
}

Reply get_trial_balance(Context& context, const Request& request) {
    if (const auto fault = Parameters{request}.finish()) {
        return *fault;
    }
    const TrialBalance::Sums sums = context.trial_balance.sums();
    JsonObject by_kind;
    for (const auto& [kind, sum] : sums.by_kind) {
        by_kind.add(kind, sum);
    }
    JsonObject json;
    json.add("block_number", sums.block_number).add("accounts", sums.accounts).raw("sums", by_kind.take());
    return history_answer(context, {json.add("total", sums.total).add("balanced", sums.total == 0).take(), {}});
}

Reply get_ledger_postings(Context& context, const Request& request) {
    Parameters query{request};
    constexpr std::uint64_t most = ~std::uint64_t{0} >> 1;
    const auto account = query.text("account");
    const auto block = query.number("block", 0, most);
    const RowPage page = row_page_of(context, query);
    if (account && account->size() > account_name_bytes_max) {
        query.refuse("account", Reason::too_large, "no account has so long a name");
    }
    if (const auto fault = query.finish()) {
        return *fault;
    }
    if (account.has_value() == block.has_value()) {
        return Fault{Reason::missing_field, "account", "give either account or block"};
    }
    std::vector<ports::PostingRow> rows;
    if (account) {
        rows = context.parts.ledger.postings_of_account(*account, page.after, page.limit);
    } else {
        rows = context.parts.ledger.postings_of_block(*block);
        std::erase_if(rows, [&](const auto& row) { return page.after && row.index <= page.after->index; });
        rows.resize(std::min<std::size_t>(rows.size(), page.limit));
    }
    return history_answer(context,
                          {json_array(rows, [](const auto& row) { return json_of(row); }), next_of(rows, page.limit)});
}

} // namespace quoin::api
