#pragma once

#include "bodies.hpp"
#include "context.hpp"
#include "forecast.hpp"
#include "http.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace quoin::api {

/// How far a write waits before it is answered.
enum class WaitFor : std::uint8_t { accepted, included, finalized };

/// Transactions on their way through the engine, and the request that waits for them.
class Submission {
public:
    Submission(Context& context, TransactionBody body, std::optional<Forecast> forecast, WaitFor wait_for,
               std::shared_ptr<IdempotencyLog::Claim> claim);

    /// Gives them to the engine; `wake` is called when it has answered.
    void submit(const std::function<void()>& wake);

    /// The answer, once the engine has spoken and what is waited for has come about.
    std::optional<Response> poll();
    /// The answer when the time is over: 202 and where things stand.
    Response expired();

private:
    bool take_outcomes();
    bool has_arrived(const TransactionStatus& status) const;
    std::vector<std::optional<TransactionStatus>> statuses() const;
    Response answer(unsigned status);
    Response refusal() const;
    std::string item_json(std::size_t i, const std::optional<TransactionStatus>& status) const;

    Context& context_;
    TransactionBody body_;
    std::vector<Root> hashes_;
    std::optional<Forecast> forecast_;
    WaitFor wait_for_;
    std::shared_ptr<IdempotencyLog::Claim> claim_;

    /// Where the engine's thread puts its answer, be the request still there or not.
    struct Arrival {
        std::mutex mutex;
        std::optional<std::vector<Result<Root>>> outcomes;
    };
    std::shared_ptr<Arrival> arrival_ = std::make_shared<Arrival>();
    std::vector<Result<Root>> outcomes_; ///< once arrived
    bool is_refused_ = false;
};

} // namespace quoin::api
