#pragma once

#include "block_library.hpp"
#include "duty_signer.hpp"
#include "input_queue.hpp"
#include "ledger_writer.hpp"
#include "stopwatch.hpp"
#include "submissions.hpp"

#include <quoin/node/node.hpp>

#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace quoin::node {

/// The loop behind Node: takes an input, steps the engine, performs its effects.
class Node::Driver {
public:
    Driver(const Doors& doors, std::unique_ptr<engine::Engine> engine, const engine::Anchor& anchor);
    ~Driver();

    void run();
    void stop() { queue_->stop(); }

    ports::Network* network = nullptr;
    InputQueue& queue() { return *queue_; }
    Submissions& submissions() { return submissions_; }
    BlockLibrary& library() { return library_; }

private:
    void replay();
    void loop();
    void step(engine::Input input);
    void perform_all(engine::Effects effects);
    void check_ledger_writer();

    void perform(engine::PersistBlock& effect);
    void perform(engine::Certify& effect);
    void perform(engine::Verify& effect);
    void perform(engine::Sign& effect);
    void perform(engine::Broadcast& effect);
    void perform(engine::RequestBlocks& effect);
    void perform(engine::LoadBlocks& effect);
    void perform(engine::Blame& effect);
    void perform(engine::Answer& effect);
    void perform(engine::Finalize& effect);
    void perform(engine::Announce& effect);

    void note(const engine::Event& event);
    void show_if_due();
    void show();

    Doors doors_;
    std::unique_ptr<engine::Engine> engine_;
    engine::Anchor anchor_;
    /// Shared with the verifier's callbacks, which may come after all else is gone.
    std::shared_ptr<InputQueue> queue_;
    Submissions submissions_;
    BlockLibrary library_;
    DutySigner signer_;
    std::deque<engine::Signed> signed_;             ///< outcomes of the last effects, before all other inputs
    std::vector<ports::Snapshots::Notice> notices_; ///< to be told once a snapshot shows them
    Stopwatch since_shown_;

    std::mutex failure_mutex_;
    std::exception_ptr ledger_failure_;
    std::unique_ptr<LedgerWriter> ledger_; ///< last: its thread uses the above
};

} // namespace quoin::node
