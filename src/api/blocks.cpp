#include "block_lookup.hpp"
#include "faults.hpp"
#include "json_out.hpp"
#include "render.hpp"
#include "routes.hpp"
#include "stream_session.hpp"
#include "view.hpp"

#include <quoin/codec/ssz.hpp>

#include <algorithm>

namespace quoin::api {

namespace {

constexpr std::uint64_t headers_max = 100; // each is hashed from its block

std::string header_json(const SignedBlock& block, const Root& root, std::optional<std::uint64_t> number) {
    JsonObject json;
    json.add("root", root).add("finalized", number.has_value()).add("number", number);
    return json.raw("header", to_json(header_of(block))).take();
}

/// Where a client of /v1/finalized stands: the number of the block it wants next.
Result<std::uint64_t> next_number(FinalizedFeed& feed, const std::string& after) {
    if (after == "genesis") {
        return feed.oldest();
    }
    constexpr std::string_view prefix = "cursor:";
    const std::string_view text = after;
    const auto cursor = text.starts_with(prefix) ? parse_row_cursor(text.substr(prefix.size())) : std::nullopt;
    if (!cursor) {
        return Fault{Reason::cursor_invalid, "after", "expected genesis or cursor:<block number>.<index>"};
    }
    return cursor->block_number + 1;
}

struct FinalizedPage {
    std::uint64_t next = 0;
    std::uint64_t limit = 0;
    BlockParts parts;
};

std::optional<Response> read_finalized(const Context& context, FinalizedFeed& feed, const FinalizedPage& page) {
    const auto newest = feed.newest();
    if (!newest || page.next > *newest) {
        return std::nullopt;
    }
    JsonArray events;
    std::size_t bytes = 0;
    std::uint64_t number = page.next;
    for (; number <= *newest && number - page.next < page.limit && bytes < context.bounds.outbox_bytes_max; ++number) {
        const auto event = feed.block_event(number, page.parts);
        if (!event) {
            break;
        }
        JsonObject json;
        json.add("seq", number).add("cursor", cursor_text({number, 0})).add("prev", event->prev);
        events.raw(json.add("topic", "finalized_block").raw("data", *event->data).take());
        bytes += event->data->size();
    }
    const std::string next = number == page.next ? "" : cursor_text({number - 1, 0});
    return history_answer(context, {events.take(), next});
}

} // namespace

Reply get_block(Context& context, const Request& request) {
    if (const auto fault = Parameters{request}.finish()) {
        return *fault;
    }
    const auto snapshot = snapshot_of(context);
    if (!snapshot) {
        return snapshot.fault();
    }
    const std::string& id = segment(request, 2);
    const auto found = find_block(context, **snapshot, std::string_view{id});
    if (!found) {
        return found.fault();
    }
    Response response;
    if (wants_octets(request)) {
        response = octets_answer(encode(*found->block));
        response.headers.emplace_back("ETag", "\"" + to_hex(found->root) + "\"");
        return response;
    }
    JsonObject json;
    json.add("root", found->root).add("number", found->number).add("canonical", found->is_canonical);
    json.raw("block", to_json(*found->block));
    const engine::Tip block{found->slot(), found->root};
    const bool is_by_name = id == "head" || id == "justified" || id == "finalized";
    if (found->is_finalized() && !is_by_name) {
        return immutable_answer(json.take(), block);
    }
    return state_answer({json.take(), {}}, StateView{nullptr, block, found->is_finalized()});
}

Reply get_headers(Context& context, const Request& request) {
    Parameters query{request};
    constexpr std::uint64_t most = ~std::uint64_t{0} >> 1;
    const Slot from{query.number("from", 0, 0, most)};
    const std::uint64_t limit = query.number("limit", headers_max, 1, headers_max);
    if (const auto fault = query.finish()) {
        return *fault;
    }
    const auto snapshot = snapshot_of(context);
    if (!snapshot) {
        return snapshot.fault();
    }
    JsonArray headers;
    std::uint64_t shown = 0;
    Slot last = from;
    const auto first = context.feed.first_at_or_after(from);
    const auto newest = context.feed.newest();
    for (std::uint64_t number = first ? first->number : 0; first && number <= *newest && shown < limit; ++number) {
        const auto row = context.feed.row(number);
        const auto block = context.parts.ledger.signed_block(number);
        if (row && block) {
            headers.raw(header_json(*block, row->root, number));
            last = row->slot;
            ++shown;
        }
    }
    const auto tip = newest ? context.feed.row(*newest) : std::nullopt;
    for (const Root& root : (*snapshot)->unfinalized_chain) {
        const auto found = shown < limit ? find_block(context, **snapshot, root) : std::nullopt;
        if (!found || found->slot() < from || (tip && found->slot() <= tip->slot)) {
            continue;
        }
        headers.raw(header_json(*found->block, root, std::nullopt));
        last = found->slot();
        ++shown;
    }
    const std::string next = shown < limit ? "" : std::to_string(last.value + 1);
    return present_answer(**snapshot, {headers.take(), next});
}

Reply get_finalized(Context& context, const Request& request) {
    Parameters query{request};
    FinalizedPage page;
    const std::string after = query.text("after").value_or("genesis");
    page.limit = query.number("limit", context.bounds.page_items_default, 1, context.bounds.page_items_max);
    const std::uint64_t wait_ms = query.number("wait_ms", 0, 0, context.bounds.wait_timeout_ms_max);
    page.parts.transactions = query.flag("transactions");
    page.parts.postings = query.flag("postings");
    if (const auto fault = query.finish()) {
        return *fault;
    }
    const auto next = next_number(context.feed, after);
    if (!next) {
        return next.fault();
    }
    page.next = *next;
    const std::uint64_t oldest = context.feed.oldest();
    if (page.next < oldest) {
        return error_response({Reason::cursor_pruned, "after", "the blocks after the cursor are no longer kept"},
                              "\"oldest\":\"" + std::to_string(oldest) + "\"");
    }
    if (auto ready = read_finalized(context, context.feed, page)) {
        return std::move(*ready);
    }
    Wait wait;
    wait.timeout_ms = wait_ms;
    wait.poll = [&context, page] { return read_finalized(context, context.feed, page); };
    wait.expired = [&context, after] { return history_answer(context, {"[]", after}); };
    return wait_ms == 0 ? Reply{wait.expired()} : Reply{std::move(wait)};
}

} // namespace quoin::api
