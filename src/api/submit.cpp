#include "faults.hpp"
#include "preview.hpp"
#include "render.hpp"
#include "routes.hpp"
#include "submission.hpp"
#include "view.hpp"

#include <quoin/crypto/sha256.hpp>

#include <algorithm>
#include <initializer_list>

namespace quoin::api {

namespace {

constexpr std::uint64_t default_timeout_ms = 10'000;

struct WriteQuery {
    bool dry_run = false;
    WaitFor wait_for = WaitFor::accepted;
    std::uint64_t timeout_ms = default_timeout_ms;
};

Result<WriteQuery> read_query(const Context& context, const Request& request) {
    Parameters query{request};
    WriteQuery read;
    read.dry_run = query.flag("dry_run");
    const std::string wait = query.choice("wait", {"accepted", "included", "finalized"});
    read.wait_for =
        wait == "finalized" ? WaitFor::finalized : (wait == "included" ? WaitFor::included : WaitFor::accepted);
    read.timeout_ms = query.number("timeout_ms", default_timeout_ms, 0, context.bounds.wait_timeout_ms_max);
    if (const auto fault = query.finish()) {
        return *fault;
    }
    return read;
}

/// What the batch would do, each item after those before it.
Reply dry_run(const Context& context, const engine::Snapshot& snapshot, const TransactionBody& body,
              const std::optional<Forecast>& forecast) {
    Preview preview{context.parts.chain, *snapshot.head_state};
    JsonArray items;
    for (std::size_t i = 0; i < body.items.size(); ++i) {
        const auto signatures = check_signatures(context.parts.chain, body.items[i]);
        Result<std::string> effects = signatures ? preview.apply(body.items[i]) : signatures.fault();
        if (!effects) {
            Fault fault = effects.fault();
            if (body.is_batch) {
                fault.path = "[" + std::to_string(i) + "]" + (fault.path.empty() ? "" : "." + fault.path);
            }
            return fault;
        }
        if (forecast) {
            JsonObject json;
            write(json, SlotTimes{context.parts}, *forecast);
            effects->back() = ',';
            effects->append(json.take().substr(1));
        }
        items.raw(*effects);
    }
    std::string data = items.take();
    return present_answer(snapshot, {body.is_batch ? data : data.substr(1, data.size() - 2), {}});
}

Root request_hash(const Request& request) {
    std::string text;
    for (const std::string& part : request.path) {
        text += part + "/";
    }
    for (const auto& [name, value] : request.query) {
        text += name + "=" + value + "&";
    }
    text += request.body;
    return crypto::sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Reply send(Context& context, const Request& request, TransactionBody body, const std::optional<Forecast>& forecast,
           const WriteQuery& query) {
    std::shared_ptr<IdempotencyLog::Claim> claim;
    if (!request.idempotency_key.empty()) {
        auto claimed = context.idempotency.claim(request.idempotency_key, request_hash(request));
        if (auto* fault = std::get_if<Fault>(&claimed)) {
            return std::move(*fault);
        }
        if (auto* before = std::get_if<Response>(&claimed)) {
            return std::move(*before);
        }
        claim = std::get<std::shared_ptr<IdempotencyLog::Claim>>(claimed);
    }
    const auto submission =
        std::make_shared<Submission>(context, std::move(body), forecast, query.wait_for, std::move(claim));
    Wait wait;
    wait.timeout_ms = query.timeout_ms;
    wait.start = [submission](std::function<void()> wake) { submission->submit(wake); };
    wait.poll = [submission] { return submission->poll(); };
    wait.expired = [submission] { return submission->expired(); };
    return wait;
}

Reply write(Context& context, const Request& request, std::initializer_list<std::string_view> kinds) {
    const Result<WriteQuery> query = read_query(context, request);
    if (!query) {
        return query.fault();
    }
    Result<TransactionBody> body = read_transactions(request.body);
    if (!body) {
        return body.fault();
    }
    const auto snapshot = snapshot_of(context);
    if (!snapshot) {
        return snapshot.fault();
    }
    std::optional<Forecast> forecast;
    if (kinds.size() > 0) {
        if (body->is_batch) {
            return Fault{Reason::wrong_type, "", "expected one signed transaction, got an array"};
        }
        const Payload& payload = body->items.front().message.payload;
        if (std::find(kinds.begin(), kinds.end(), std::string_view{kind_of(payload)}) == kinds.end()) {
            return Fault{Reason::out_of_range, "message.payload.kind", "this route takes another kind of payload"};
        }
        const auto made = forecast_of(*(*snapshot)->head_state, context.spec(), payload);
        if (!made) {
            return made.fault();
        }
        forecast = *made;
    }
    if (query->dry_run) {
        return dry_run(context, **snapshot, *body, forecast);
    }
    if ((*snapshot)->syncing) {
        return Fault{Reason::syncing, "", "the node is catching up with its peers; it takes no transactions yet"};
    }
    return send(context, request, std::move(*body), forecast, *query);
}

} // namespace

Reply post_transactions(Context& context, const Request& request) {
    return write(context, request, {});
}

Reply post_stake(Context& context, const Request& request) {
    return write(context, request, {Stake::kind, StakeMore::kind});
}

Reply post_unstake(Context& context, const Request& request) {
    return write(context, request, {Unstake::kind});
}

Reply post_withdraw(Context& context, const Request& request) {
    return write(context, request, {Withdraw::kind});
}

} // namespace quoin::api
