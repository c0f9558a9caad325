#pragma once

#include "simulated_node.hpp"

#include <quoin/base/random.hpp>
#include <quoin/ports/machine.hpp>
#include <quoin/store/fault_disk.hpp>

#include <deque>

namespace quoin::sim {

/// The moment that the world gives a node.
class SimulatedClock final : public ports::Clock {
public:
    std::uint64_t now_ms() const override { return now_ms_; }
    void set(std::uint64_t now_ms) { now_ms_ = now_ms; }

private:
    std::uint64_t now_ms_ = 0;
};

/// Workers without threads: what is posted waits until `run`.
class SimulatedExecutor final : public ports::Executor {
public:
    std::unique_ptr<ports::Worker> make_worker() override;

    /// Runs the jobs that wait now; false when there were none.
    bool run();

private:
    class SimulatedWorker;
    struct Job {
        const SimulatedWorker* worker;
        std::function<void()> work;
    };

    std::deque<Job> jobs_;
};

/// The node itself, as `quoin node` wires it, in one thread: shell, engine and databases are the real ones; what is
/// beneath them is not: the disk can fail, keys and signatures are of the fast double, and the network is the world's.
/// When its disk fails it a call it ends, as the program would: `is_up` is then false after `start` or `step`.
class RealNode final : public SimulatedNode {
public:
    RealNode(std::size_t number, std::shared_ptr<const Chain> chain, std::vector<ValidatorKey> keys, std::uint64_t seed,
             const DiskRules& rules);
    ~RealNode() override;

    /// Makes nodes whose disks fail as `seed` has it.
    static NodeFactory factory(std::uint64_t seed, const DiskRules& rules = {});

    void start(std::uint64_t now_ms) override;
    void crash() override;
    bool is_up() const override { return process_ != nullptr; }

    void step(std::uint64_t now_ms, engine::Input input) override;
    std::uint64_t next_wakeup_ms() const override;
    std::vector<engine::Engine::QueueDepth> queue_depths() const override;
    engine::SharedSnapshot view() const override { return view_; }
    std::vector<SignedBlock> answer(const engine::BlockRequest& request) override;

    // What its disk holds: only while it is up, but for the height.
    std::uint64_t ledger_height() const override { return ledger_height_; }
    Root ledger_root(std::uint64_t number) const override;
    std::optional<std::vector<Posting>> ledger_postings(std::uint64_t number) const override;
    std::optional<FinalityCertificate> newest_certificate() const override;

    /// How often its disk ended it.
    std::uint64_t disk_failures() const { return disk_failures_; }

private:
    struct Process;

    template <class Work>
    void until_the_disk_fails(const Work& work);
    void plan_failure();
    void work();

    std::shared_ptr<const Chain> chain_;
    std::vector<ValidatorKey> keys_;
    SeededRandom random_;
    DiskRules rules_;
    store::FaultDisk disk_;
    SimulatedClock clock_;
    SimulatedExecutor executor_;
    engine::SharedSnapshot view_;
    std::uint64_t ledger_height_ = 0;
    std::uint64_t disk_failures_ = 0;
    std::unique_ptr<Process> process_; ///< what ends in a crash
};

} // namespace quoin::sim
