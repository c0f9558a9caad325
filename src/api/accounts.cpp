#include "json_out.hpp"
#include "pages.hpp"
#include "render.hpp"
#include "routes.hpp"
#include "view.hpp"

#include <quoin/base/hex.hpp>

namespace quoin::api {

namespace {

Result<Address> address_in(const Request& request) {
    const auto address = bytes_from_hex<20>(segment(request, 2));
    return address ? Result<Address>{*address} : Fault{address.fault().reason, "address", address.fault().message};
}

} // namespace

Reply get_account(Context& context, const Request& request) {
    Parameters query{request};
    const Result<StateView> view = state_of(context, query);
    if (!view) {
        return view.fault();
    }
    const Result<Address> address = address_in(request);
    if (!address) {
        return address.fault();
    }
    const auto position = find_account(*view->state, *address);
    if (!position) {
        return Fault{Reason::unknown_account, "", "no account has this address"};
    }
    const Account& account = view->state->accounts[*position];
    JsonObject json;
    json.add("address", account.address).add("balance", account.balance).add("next_nonce", account.next_nonce);
    return state_answer({json.take(), {}}, *view);
}

Reply get_account_postings(Context& context, const Request& request) {
    Parameters query{request};
    const RowPage page = row_page_of(context, query);
    if (const auto fault = query.finish()) {
        return *fault;
    }
    const Result<Address> address = address_in(request);
    if (!address) {
        return address.fault();
    }
    const auto rows =
        context.parts.ledger.postings_of_account(LedgerAccount::of(*address).text(), page.after, page.limit);
    return history_answer(context,
                          {json_array(rows, [](const auto& row) { return json_of(row); }), next_of(rows, page.limit)});
}

} // namespace quoin::api
