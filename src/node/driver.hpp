#pragma once

#include "block_library.hpp"
#include "duty_signer.hpp"
#include "input_queue.hpp"
#include "ledger_writer.hpp"
#include "slasher.hpp"
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

    void start();
    bool work();
    void run();
    std::uint64_t next_wakeup_ms() const { return engine_->next_wakeup_ms(); }
    std::vector<engine::Engine::QueueDepth> queue_depths() const { return engine_->queue_depths(); }
    void stop() { queue_->stop(); }

    ports::Network* network = nullptr;
    InputQueue& queue() { return *queue_; }
    Submissions& submissions() { return submissions_; }
    BlockLibrary& library() { return library_; }

private:
    template <class Work>
    void guarded(const Work& work);
    void replay();
    bool turn(std::uint64_t wait_ms);
    void step(engine::Input input);
    void perform_all(engine::Effects effects);
    void check_threads();
    void start_slasher();
    void fail(std::exception_ptr failure);

    void perform(engine::PersistBlock& effect);
    void perform(engine::Certify& effect);
    void perform(engine::Verify& effect);
    void perform(engine::Sign& effect);
    void perform(engine::Broadcast& effect);
    void perform(engine::RequestBlocks& effect);
    void perform(engine::LoadBlocks& effect);
    void perform(engine::Blame& effect);
    void perform(engine::Answer& effect);
    void perform(engine::Witness& effect);
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
    std::uint64_t shown_ms_ = 0;

    std::mutex failure_mutex_;
    std::exception_ptr thread_failure_;
    std::unique_ptr<LedgerWriter> ledger_; ///< last: their workers use the above
    std::unique_ptr<Slasher> slasher_;
};

} // namespace quoin::node
