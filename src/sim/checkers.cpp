#include "checkers.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/transition/transition.hpp>
#include <quoin/types/clock.hpp>

namespace quoin::sim {

using namespace engine;

namespace {

constexpr std::size_t state_roots_max = 256;
/// Whole states are hashed at finalized blocks of these numbers only.
constexpr std::uint64_t state_every_blocks = 32;

std::string name_of(ValidatorIndex validator) {
    return "validator " + std::to_string(validator.value);
}

std::string name_of(std::size_t node) {
    return "node " + std::to_string(node);
}

} // namespace

Checkers::Checkers(std::shared_ptr<const Chain> chain, std::size_t nodes)
    : chain_(std::move(chain)), agreement_(nodes, transition::make_genesis(*chain_).block_root, found_),
      books_(chain_, found_) {
    agreement_.is_accountable = [this] { return is_accountable(); };
    agreement_.on_finalized = [this](Slot now, SimulatedNode& node, std::uint64_t number, const Root& root) {
        const std::vector<SignedBlock> blocks = node.answer(BlocksByRoot{{root}});
        if (blocks.empty()) {
            found_.push_back({"S4", now, "a block that was finalized is not on the disk"});
        } else {
            finalized(now, blocks.front(), node.ledger_postings(number));
        }
    };
    agreement_.on_split = [this](std::size_t node) { tell(name_of(node) + " finalized on a branch of its own"); };
}

void Checkers::distrust(const std::vector<ValidatorIndex>& validators) {
    distrusted_.insert(validators.begin(), validators.end());
}

/// S2, over what was sent, restarts included.
void Checkers::sent(Slot now, const Message& message) {
    if (const auto* vote = std::get_if<SingleAttestation>(&message)) {
        sign(now, vote->validator, log_.add(vote->validator, vote->data));
    } else if (const auto* proposal = std::get_if<Proposal>(&message)) {
        sign(now, proposal->block.message.proposer_index, log_.add(proposal->block.message));
    }
}

void Checkers::forged(Slot now, const Message& message) {
    const auto* vote = std::get_if<SingleAttestation>(&message);
    const auto* proposal = std::get_if<Proposal>(&message);
    if ((vote != nullptr && distrusted_.contains(vote->validator)) ||
        (proposal != nullptr && distrusted_.contains(proposal->block.message.proposer_index))) {
        sent(now, message);
    }
}

void Checkers::sign(Slot now, ValidatorIndex validator, const std::optional<Offence>& offence) {
    if (!offence) {
        return;
    }
    const std::string what{to_string(*offence)};
    if (distrusted_.contains(validator)) {
        if (guilty_.emplace(validator, *offence).second) {
            tell(name_of(validator) + " signed a " + what);
        }
    } else {
        found_.push_back({"S2", now, name_of(validator) + " is honest and signed a " + what});
    }
}

bool Checkers::is_accountable() const {
    const EraSets& sets = current_sets(*books_.state());
    Uint128 guilty = 0;
    for (const auto& [validator, offence] : guilty_) {
        guilty += weight_of(sets, validator)[0].value;
    }
    return 3 * guilty >= sets.total[0].value;
}

void Checkers::inspect(Slot now, std::size_t number, SimulatedNode& node) {
    for (const Engine::QueueDepth& queue : node.queue_depths()) {
        if (queue.limit != 0 && queue.size > queue.limit && told_bounds_.insert(queue.name).second) {
            found_.push_back({"bound", now,
                              name_of(number) + ": " + queue.name + " holds " + std::to_string(queue.size) + " of " +
                                  std::to_string(queue.limit)});
        }
    }
    const SharedSnapshot view = node.view();
    if (view->finalized_number % state_every_blocks != 0) {
        return;
    }
    const Root root = hash_tree_root(*view->finalized_state);
    if (state_roots_.emplace(view->finalized.root, root).first->second != root) {
        found_.push_back({"state", now, name_of(number) + " has another state of an equal finalized block"});
    }
    if (state_roots_.size() > state_roots_max) {
        state_roots_.clear();
    }
}

void Checkers::expect_finality(Slot now, Slot since, std::size_t number, const SimulatedNode& node) {
    const SharedSnapshot view = node.view();
    if (view->certified.epoch < epoch_of(chain_->spec(), since)) {
        found_.push_back({"S6", now,
                          name_of(number) + " finalized only epoch " + std::to_string(view->certified.epoch.value) +
                              " since slot " + std::to_string(since.value) +
                              (view->syncing ? ", and is syncing" : "")});
    }
}

void Checkers::expect_slashed_once(Slot now) {
    for (const auto& [validator, offence] : guilty_) {
        const auto times = books_.slashed().find(validator);
        if (times == books_.slashed().end() || times->second != 1) {
            found_.push_back({"slashed-once", now,
                              name_of(validator) + " signed a " + std::string{to_string(offence)} +
                                  " and was slashed " +
                                  std::to_string(times == books_.slashed().end() ? 0 : times->second) + " times"});
        }
    }
}

void Checkers::finalized(Slot now, const SignedBlock& block, const std::optional<std::vector<Posting>>& kept) {
    books_.add(now, block, kept);
    for (const auto& [validator, times] : books_.slashed()) {
        std::uint64_t& told = told_slashed_[validator];
        if (times == told) {
            continue;
        }
        told = times;
        tell(name_of(validator) + " was slashed");
        if (!guilty_.contains(validator)) {
            found_.push_back({"S3", now, name_of(validator) + " is honest and was slashed"});
        } else if (times > 1) {
            found_.push_back({"slashed-once", now, name_of(validator) + " was slashed twice"});
        }
    }
}

} // namespace quoin::sim
