#include "driver.hpp"

#include "stopwatch.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace quoin::node {

namespace {

/// An idle loop looks at the clock this often, in case the clock was set back.
constexpr std::uint64_t wait_ms_max = 1'000;
/// Under load a snapshot is shown this often at most; without load after every step.
constexpr std::uint64_t show_every_ms = 5;

} // namespace

Node::Driver::Driver(const Doors& doors, std::unique_ptr<engine::Engine> engine, const engine::Anchor& anchor)
    : doors_(doors), engine_(std::move(engine)), anchor_(anchor), queue_(std::make_shared<InputQueue>(doors.metrics)),
      submissions_(*queue_), library_(doors), signer_(doors) {
    doors_.snapshots.publish(engine_->snapshot());
}

Node::Driver::~Driver() = default;

void Node::Driver::start() {
    LedgerPull pull(doors_.chain, doors_.chain_store, doors_.ledger_store, anchor_.block_root, anchor_.state);
    ledger_ =
        std::make_unique<LedgerWriter>(std::move(pull), doors_.executor, doors_.clock, doors_.metrics,
                                       LedgerWriter::Hooks{[this](std::uint64_t number, const Root& root) {
                                                               queue_->push_reply(engine::LedgerAdvanced{number, root});
                                                           },
                                                           [this](std::exception_ptr failure) { fail(failure); }});
    anchor_.state.reset(); // the writer and the engine hold what they need of it
    start_slasher();
    guarded([this] { replay(); });
}

bool Node::Driver::work() {
    guarded([this] {
        while (!queue_->stopped() && turn(0)) {}
        check_threads();
    });
    return !queue_->stopped();
}

void Node::Driver::run() {
    start();
    guarded([this] {
        while (!queue_->stopped()) {
            turn(wait_ms_max);
        }
    });
    slasher_.reset();
    ledger_.reset();
    show();
    submissions_.close();
    check_threads();
}

void Node::Driver::start_slasher() {
    auto work = std::make_unique<SlasherWork>(doors_.chain.spec(), doors_.span_store, doors_.metrics,
                                              [this](engine::Evidence evidence, ports::Inbox::Completion done) {
                                                  submissions_.submit(std::move(evidence), std::move(done));
                                              });
    slasher_ = std::make_unique<Slasher>(std::move(work), doors_.executor, doors_.chain.spec().slot_ms, doors_.metrics,
                                         [this](std::exception_ptr failure) { fail(failure); });
}

/// What throws in here has ended the node.
template <class Work>
void Node::Driver::guarded(const Work& work) {
    try {
        work();
    } catch (...) {
        queue_->stop();
        slasher_.reset();
        ledger_.reset();
        submissions_.close();
        throw;
    }
}

/// From a worker that ended by it: the node ends too.
void Node::Driver::fail(std::exception_ptr failure) {
    const std::lock_guard lock(failure_mutex_);
    thread_failure_ = failure;
    queue_->stop();
}

void Node::Driver::check_threads() {
    const std::lock_guard lock(failure_mutex_);
    if (const std::exception_ptr failure = std::exchange(thread_failure_, nullptr)) {
        std::rethrow_exception(failure);
    }
}

/// Blocks of one slot may lie on two pages: those met twice do nothing.
void Node::Driver::replay() {
    std::size_t replayed = 0;
    for (Slot from = anchor_.slot + 1; !queue_->stopped();) {
        std::vector<ports::StoredBlock> page = doors_.chain_store.blocks_from(from, limits.blocks_per_answer_max);
        if (page.empty()) {
            break;
        }
        const Slot last = page.back().block.message.slot;
        for (ports::StoredBlock& stored : page) {
            step(engine::Replayed{std::move(stored.block)});
        }
        replayed += page.size();
        if (page.size() < limits.blocks_per_answer_max) {
            break;
        }
        from = last > from ? last : from + 1;
    }
    if (replayed > 0) {
        spdlog::info("node replayed blocks={}", replayed);
    }
    show();
}

/// A tick if one is due, else the next input, for which it waits up to `wait_ms`. False when there was neither.
bool Node::Driver::turn(std::uint64_t wait_ms) {
    const std::uint64_t now_ms = doors_.clock.now_ms();
    const std::uint64_t wakeup_ms = engine_->next_wakeup_ms();
    std::optional<engine::Input> input;
    if (now_ms >= wakeup_ms) {
        input = engine::Tick{};
    } else {
        input = queue_->next(std::min(wakeup_ms - now_ms, wait_ms));
    }
    if (input) {
        step(std::move(*input));
    }
    show_if_due();
    return input.has_value();
}

void Node::Driver::step(engine::Input input) {
    const auto* advanced = std::get_if<engine::LedgerAdvanced>(&input);
    const std::optional<std::uint64_t> grown = advanced ? std::optional(advanced->block_number) : std::nullopt;
    const Stopwatch watch;
    perform_all(engine_->step(doors_.clock.now_ms(), std::move(input)));
    while (!signed_.empty()) {
        engine::Signed outcome = signed_.front();
        signed_.pop_front();
        perform_all(engine_->step(doors_.clock.now_ms(), outcome));
    }
    if (grown) {
        notices_.push_back(ports::Snapshots::LedgerGrew{*grown});
    }
    const std::uint64_t us = watch.us();
    ++doors_.metrics.steps;
    doors_.metrics.step_us += us;
    if (us > doors_.metrics.step_us_max) {
        doors_.metrics.step_us_max = us; // only this thread writes it
    }
}

void Node::Driver::perform_all(engine::Effects effects) {
    for (engine::Effect& effect : effects) {
        std::visit([this](auto& alternative) { perform(alternative); }, effect);
    }
}

void Node::Driver::perform(engine::PersistBlock& effect) {
    doors_.chain_store.put_block(effect.root, *effect.block);
    ++doors_.metrics.blocks_persisted;
}

void Node::Driver::perform(engine::Certify& effect) {
    doors_.chain_store.put_certificate(effect.certificate, effect.slot);
    ++doors_.metrics.certificates;
}

void Node::Driver::perform(engine::Verify& effect) {
    if (effect.checks.empty()) {
        return queue_->push_reply(engine::Verified{effect.id, {}});
    }
    doors_.verifier.verify(std::move(effect.checks), [queue = queue_, id = effect.id](std::vector<std::uint8_t> valid) {
        queue->push_reply(engine::Verified{id, std::move(valid)});
    });
}

void Node::Driver::perform(engine::Sign& effect) {
    signed_.push_back(signer_.sign(effect));
}

void Node::Driver::perform(engine::Broadcast& effect) {
    ++doors_.metrics.broadcasts;
    if (network != nullptr) {
        network->broadcast(effect.message, effect.except);
    }
}

void Node::Driver::perform(engine::RequestBlocks& effect) {
    ++doors_.metrics.block_requests;
    if (network != nullptr) {
        network->request_blocks(effect.peer, effect.request);
    } else {
        queue_->push_reply(engine::BlocksAnswered{effect.peer, {}});
    }
}

void Node::Driver::perform(engine::LoadBlocks& effect) {
    engine::BlocksLoaded loaded{effect.id, {}};
    for (const Root& root : effect.roots) {
        if (std::optional<SignedBlock> block = library_.find(root)) {
            loaded.blocks.push_back(std::move(*block));
        }
    }
    queue_->push_reply(std::move(loaded));
}

void Node::Driver::perform(engine::Blame& effect) {
    ++doors_.metrics.blames;
    if (network != nullptr) {
        network->blame(effect.peer, effect.fault);
    }
}

void Node::Driver::perform(engine::Answer& effect) {
    submissions_.answer(std::move(effect));
}

void Node::Driver::perform(engine::Witness& effect) {
    slasher_->see(std::move(effect), doors_.clock.now_ms());
}

void Node::Driver::perform(engine::Finalize& effect) {
    ledger_->finalize(effect.checkpoint.root);
}

void Node::Driver::perform(engine::Announce& effect) {
    note(effect.event);
    notices_.emplace_back(std::move(effect.event));
}

void Node::Driver::note(const engine::Event& event) {
    ports::NodeMetrics& metrics = doors_.metrics;
    if (const auto* head = std::get_if<engine::HeadChanged>(&event); head != nullptr && head->depth > 0) {
        ++metrics.reorgs;
    } else if (const auto* missed = std::get_if<engine::DutyMissed>(&event)) {
        const std::string_view duty = missed->duty;
        metrics.proposals_missed += duty == "proposal" ? 1 : 0;
        metrics.attestations_missed += duty == "attestation" ? 1 : 0;
        spdlog::debug("node duty_missed duty={} slot={} why=\"{}\"", missed->duty, missed->slot.value, missed->why);
    } else if (std::holds_alternative<engine::OffenceSeen>(event)) {
        ++metrics.offences_seen;
        spdlog::warn("node offence_seen");
    } else if (const auto* split = std::get_if<engine::AccountableSplit>(&event)) {
        ++metrics.splits_seen;
        spdlog::error("node accountable_split ours={} theirs={}", split->ours.epoch.value, split->theirs.epoch.value);
    }
}

void Node::Driver::show_if_due() {
    const std::uint64_t now_ms = doors_.clock.now_ms();
    if (queue_->empty() || now_ms < shown_ms_ || now_ms - shown_ms_ >= show_every_ms) {
        show();
    }
}

/// First the snapshot, then those who look at it (N4).
void Node::Driver::show() {
    shown_ms_ = doors_.clock.now_ms();
    doors_.snapshots.publish(engine_->snapshot());
    for (const ports::Snapshots::Notice& notice : std::exchange(notices_, {})) {
        doors_.snapshots.notify(notice);
    }
    submissions_.deliver();
}

} // namespace quoin::node
