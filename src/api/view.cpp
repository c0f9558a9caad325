#include "view.hpp"

#include "json_out.hpp"

namespace quoin::api {

namespace {

std::string wrap(const Envelope& envelope, bool is_finalized, const engine::Tip& block) {
    JsonObject json;
    json.raw("data", envelope.data);
    if (envelope.next) {
        envelope.next->empty() ? json.raw("next", "null") : json.add("next", *envelope.next);
    }
    return json.add("finalized", is_finalized).add("slot", block.slot).add("block_root", block.root).take();
}

} // namespace

Result<engine::SharedSnapshot> snapshot_of(const Context& context) {
    auto snapshot = context.parts.snapshots.current();
    if (!snapshot || !snapshot->head_state) {
        return Fault{Reason::unavailable, "", "the node is starting"};
    }
    return snapshot;
}

Result<StateView> state_at(const engine::Snapshot& snapshot, std::string_view at) {
    StateView view{snapshot.head_state, snapshot.head, false};
    if (at == "justified") {
        view.state = snapshot.justified_state;
        view.block.root = snapshot.justified.root;
        view.block.slot = view.state ? view.state->latest_block_header.slot : Slot{};
    } else if (at == "finalized") {
        view = {snapshot.finalized_state, snapshot.finalized, true};
    }
    view.is_finalized = view.is_finalized || view.block == snapshot.finalized;
    if (!view.state) {
        return Fault{Reason::state_pruned, "at", "the state is not kept"};
    }
    return view;
}

Result<StateView> state_of(const Context& context, Parameters& query) {
    const std::string at = query.choice("at", {"head", "justified", "finalized"});
    if (const auto fault = query.finish()) {
        return *fault;
    }
    const auto snapshot = snapshot_of(context);
    return snapshot ? state_at(**snapshot, at) : Result<StateView>{snapshot.fault()};
}

Result<PageView> page_of(const Context& context, Parameters& query) {
    const auto after = query.text("after");
    const Result<StateView> view = state_of(context, query);
    if (!view || !after) {
        return view ? Result<PageView>{PageView{*view, std::nullopt}} : view.fault();
    }
    const std::size_t point = after->find('.');
    const auto root = bytes_from_hex<32>(after->substr(0, point));
    const auto position = point == std::string::npos ? std::nullopt : parse_number(after->substr(point + 1));
    if (!root || !position) {
        return Fault{Reason::cursor_invalid, "after", "expected the `next` of a page"};
    }
    if (view->block.root == *root) {
        return PageView{*view, position};
    }
    const auto pinned = context.pins.find(*root);
    if (!pinned) {
        return Fault{Reason::state_pruned, "after", "the state of the first page is no longer kept"};
    }
    return PageView{*pinned, position};
}

std::string page_cursor(Context& context, const StateView& view, std::uint64_t position) {
    context.pins.pin(view);
    return to_hex(view.block.root) + "." + std::to_string(position);
}

Response state_answer(Envelope envelope, const StateView& view) {
    Response response;
    response.body = wrap(envelope, view.is_finalized, view.block);
    response.headers.emplace_back("ETag", "\"" + to_hex(view.block.root) + "\"");
    response.headers.emplace_back("Cache-Control", "no-cache");
    return response;
}

Response history_answer(const Context& context, Envelope envelope) {
    const auto tip = context.parts.ledger.tip();
    const engine::Tip block = tip ? engine::Tip{tip->slot, tip->root} : engine::Tip{};
    return state_answer(std::move(envelope), StateView{nullptr, block, true});
}

Response present_answer(const engine::Snapshot& snapshot, Envelope envelope) {
    Response response;
    response.body = wrap(envelope, snapshot.head == snapshot.finalized, snapshot.head);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

Response immutable_answer(std::string data, const engine::Tip& block) {
    Response response = state_answer({std::move(data), {}}, StateView{nullptr, block, true});
    response.headers.back().second = "public, max-age=31536000, immutable";
    return response;
}

Response octets_answer(const ByteVector& octets) {
    Response response;
    response.content_type = "application/octet-stream";
    response.body.assign(octets.begin(), octets.end());
    return response;
}

bool wants_octets(const Request& request) {
    return request.accept.find("application/octet-stream") != std::string::npos;
}

std::optional<Era> era_or_none(Era era) {
    return era == Era::far_future() ? std::nullopt : std::optional{era};
}

} // namespace quoin::api
