#include "json_out.hpp"
#include "metrics.hpp"
#include "participation.hpp"
#include "render.hpp"
#include "routes.hpp"
#include "view.hpp"

#include <quoin/types/clock.hpp>

#include <quoin_embedded/openapi.hpp>

namespace quoin::api {

namespace {

std::string status_json(const Context& context, const engine::Snapshot& snapshot) {
    const Chain& chain = context.parts.chain;
    const State& head = *snapshot.head_state;
    const std::uint64_t finalized_slot = snapshot.finalized.slot.value;
    JsonObject json;
    json.add("version", context.settings.version).add("network", chain.genesis.name.view());
    json.add("genesis_root", chain.genesis_root).add("genesis_time_ms", chain.genesis.time_ms);
    json.add("now_ms", context.parts.clock.now_ms()).add("current_slot", snapshot.current_slot);
    json.add("syncing", snapshot.syncing).raw("head", json_of(snapshot.head));
    json.raw("justified", json_of(snapshot.justified)).raw("certified", json_of(snapshot.certified));
    JsonObject finalized;
    finalized.add("slot", snapshot.finalized.slot).add("root", snapshot.finalized.root);
    json.raw("finalized", finalized.add("number", snapshot.finalized_number).take());
    json.add("finality_lag_slots",
             snapshot.head.slot.value > finalized_slot ? snapshot.head.slot.value - finalized_slot : 0);
    const auto participation = participation_of(head, chain.spec());
    json.add("participation_bps", participation ? std::optional{participation->target_bps()} : std::nullopt);
    json.add("validators", head.validators.size()).add("duty_validators", current_sets(head).duty_set.size());
    json.add("peers", context.parts.network.peers().size());
    json.add("pending_transactions", snapshot.mempool ? snapshot.mempool->size() : 0);
    json.add("base_fee", head.base_fee).add("slashings_seen", snapshot.slashings_seen);
    json.add("streams", context.streams.load());
    // Nothing measures the clocks of peers yet.
    json.raw("clock_offset_ms", "null");
    return json.raw("database_bytes", JsonObject{}.add("ledger", context.parts.ledger.database_bytes()).take()).take();
}

Response plain(unsigned status, std::string data) {
    Response response;
    response.status = status;
    response.body = "{\"data\":" + data + "}";
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

std::optional<Fault> refuse_query(const Request& request) {
    return Parameters{request}.finish();
}

} // namespace

Reply get_root(Context& context, const Request& request) {
    if (const auto fault = refuse_query(request)) {
        return *fault;
    }
    JsonObject json;
    json.add("name", "quoin").add("version", context.settings.version).add("openapi", "/v1/openapi.json");
    return plain(200, json.take());
}

Reply get_status(Context& context, const Request& request) {
    if (const auto fault = refuse_query(request)) {
        return *fault;
    }
    const auto snapshot = snapshot_of(context);
    if (!snapshot) {
        return snapshot.fault();
    }
    return present_answer(**snapshot, {status_json(context, **snapshot), {}});
}

Reply get_live(Context&, const Request& request) {
    if (const auto fault = refuse_query(request)) {
        return *fault;
    }
    return plain(200, R"({"live":true})");
}

Reply get_ready(Context& context, const Request& request) {
    if (const auto fault = refuse_query(request)) {
        return *fault;
    }
    const auto snapshot = snapshot_of(context);
    if (!snapshot) {
        return snapshot.fault();
    }
    if ((*snapshot)->syncing) {
        return Fault{Reason::syncing, "", "the node is catching up with its peers"};
    }
    return plain(200, R"({"ready":true})");
}

Reply get_metrics(Context& context, const Request& request) {
    if (const auto fault = refuse_query(request)) {
        return *fault;
    }
    Response response;
    response.content_type = "text/plain; version=0.0.4";
    response.body = metrics_text(context);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

Reply get_openapi(Context&, const Request& request) {
    if (const auto fault = refuse_query(request)) {
        return *fault;
    }
    Response response;
    response.body = embedded::openapi().front().content;
    response.headers.emplace_back("Cache-Control", "no-cache");
    return response;
}

Reply get_genesis(Context& context, const Request& request) {
    if (const auto fault = refuse_query(request)) {
        return *fault;
    }
    if (wants_octets(request)) {
        return octets_answer(encode(context.parts.chain.genesis));
    }
    const std::string root = to_hex(context.parts.chain.genesis_root);
    JsonObject json;
    json.add("genesis_root", root).raw("genesis", to_json(context.parts.chain.genesis));
    return history_answer(context, {json.take(), {}});
}

Reply get_spec(Context& context, const Request& request) {
    if (const auto fault = refuse_query(request)) {
        return *fault;
    }
    return history_answer(context, {to_json(context.spec()), {}});
}

} // namespace quoin::api
