#pragma once

#include "input_queue.hpp"

#include <quoin/ports/inbox.hpp>

#include <map>
#include <mutex>
#include <vector>

namespace quoin::node {

/// Who waits for an `Answer`. Completions run on the thread that calls `deliver`.
class Submissions {
public:
    explicit Submissions(InputQueue& queue) : queue_(queue) {}

    void submit(std::variant<engine::Transactions, engine::Evidence> what, ports::Inbox::Completion done);
    void answer(engine::Answer answer);

    /// Calls what has an outcome.
    void deliver();
    /// Refuses all that wait and all that come.
    void close();

private:
    struct Waiting {
        ports::Inbox::Completion done;
        std::size_t items = 0;
    };
    struct Outcome {
        ports::Inbox::Completion done;
        std::vector<Result<Root>> results;
    };
    static Outcome unavailable(Waiting waiting);

    InputQueue& queue_;
    std::mutex mutex_;
    std::map<std::uint64_t, Waiting> waiting_;
    std::vector<Outcome> outcomes_;
    std::uint64_t next_id_ = 1;
    bool closed_ = false;
};

} // namespace quoin::node
