#include "expectations.hpp"

#include "simulated_chain.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::sim {

using namespace engine;

namespace {

std::string node_name(std::size_t number) {
    return "node " + std::to_string(number) + ": ";
}

} // namespace

Expectations::Expectations(Scenario& scenario, Arguments& arguments)
    : scenario_(scenario), world_(*scenario.world_), arguments_(arguments) {}

void Expectations::check() {
    const std::string what = arguments_.word();
    if (what == "violation") { // looked at when the run has ended
        arguments_.word();
    } else if (!check_finality(what) && !check_slashing(what) && !check_accounts(what) && !check_duty(what) &&
               !check_nodes(what)) {
        arguments_.fail("nobody can expect `" + what + "`");
    }
}

void Expectations::expect(bool is_so, const std::string& otherwise) {
    if (!is_so) {
        scenario_.unmet_.push_back(
            {"expect", world_.slot(),
             "`" + scenario_.at_->text() + "`, line " + std::to_string(scenario_.at_->number) + ": " + otherwise});
    }
}

void Expectations::each_node(const Check& check) {
    for (std::size_t i = 0; i < world_.size(); ++i) {
        if (world_.node(i).is_up()) {
            check(i, world_.node(i));
        }
    }
}

bool Expectations::check_finality(const std::string& what) {
    if (what == "finality-within") {
        finality_of_heal();
    } else if (what == "finalized-within") { // slots behind the clock
        const std::uint64_t slots = arguments_.number();
        each_node([&](std::size_t i, const SimulatedNode& node) {
            const Slot slot = first_slot_of(world_.chain().spec(), node.view()->certified.epoch);
            expect(slot.value + slots >= world_.slot().value, node_name(i) + "finalized slot " +
                                                                  std::to_string(slot.value) + " by slot " +
                                                                  std::to_string(world_.slot().value));
        });
    } else if (what == "finalized-at-most") {
        const std::uint64_t epoch = arguments_.number();
        each_node([&](std::size_t i, const SimulatedNode& node) {
            const std::uint64_t finalized = node.view()->certified.epoch.value;
            expect(finalized <= epoch, node_name(i) + "finalized epoch " + std::to_string(finalized));
        });
    } else {
        return false;
    }
    return true;
}

/// `finality-within N slots|epochs of heal`: runs until then.
void Expectations::finality_of_heal() {
    const std::uint64_t slots = scenario_.slots_of(arguments_);
    if (!arguments_.skip("of") || !arguments_.skip("heal")) {
        return arguments_.fail("`of heal` is missing");
    }
    const Slot healed = world_.healed_at();
    const Slot owed = healed + slots + 1;
    if (world_.slot() < owed) {
        world_.run_slots(owed.value - world_.slot().value);
    }
    if (!scenario_.must_end()) {
        for (std::size_t i = 0; i < world_.size(); ++i) {
            world_.checkers().expect_finality(world_.slot(), healed, i, world_.node(i));
        }
    }
}

bool Expectations::check_slashing(const std::string& what) {
    if (what == "slashed") {
        const std::uint64_t validator = arguments_.number();
        each_node([&](std::size_t i, const SimulatedNode& node) {
            expect(node.view()->finalized_state->validators[validator].slashed.has_value(),
                   node_name(i) + "validator " + std::to_string(validator) + " is not slashed");
        });
    } else if (what == "nobody-slashed") {
        each_node([&](std::size_t i, const SimulatedNode& node) {
            for (const Validator& validator : node.view()->head_state->validators) {
                expect(!validator.slashed.has_value(), node_name(i) + "somebody was slashed");
            }
        });
    } else if (what == "slashed-once") {
        world_.checkers().expect_slashed_once(world_.slot());
        expect(!world_.checkers().guilty().empty(), "nobody signed anything slashable");
    } else if (what == "accountable-split") {
        accountable_split();
    } else {
        return false;
    }
    return true;
}

/// Two finalized branches; every node says so, and on its own fork those worth a third are slashed.
void Expectations::accountable_split() {
    expect(world_.checkers().branches() > 1, "nobody finalized on a branch of its own");
    each_node([&](std::size_t i, const SimulatedNode& node) {
        expect(world_.split_seen().contains(i), node_name(i) + "does not say accountable_split");
        const State& state = *node.view()->head_state;
        Uint128 slashed = 0;
        Uint128 all = 0;
        for (std::uint64_t v = 0; v < state.validators.size(); ++v) {
            all += state.validators[v].last_weight.value;
            slashed += state.validators[v].slashed ? state.validators[v].last_weight.value : 0;
        }
        expect(3 * slashed >= all, node_name(i) + "less than a third is slashed");
    });
}

bool Expectations::check_accounts(const std::string& what) {
    if (what != "balance-above" && what != "balance-below") {
        return false;
    }
    const std::uint64_t account = arguments_.number();
    const std::uint64_t amount = arguments_.number();
    each_node([&](std::size_t i, const SimulatedNode& node) {
        const std::uint64_t balance = node.view()->finalized_state->accounts[account].balance.value;
        expect(what == "balance-above" ? balance > amount : balance < amount,
               node_name(i) + "it is " + std::to_string(balance));
    });
    return true;
}

ValidatorIndex Expectations::validator_of(std::size_t node) {
    const auto validator = find_validator(*world_.node(node).view()->head_state, validator_key(node));
    if (!validator) {
        arguments_.fail("the node's key is not registered");
    }
    return validator.value_or(ValidatorIndex{});
}

bool Expectations::check_duty(const std::string& what) {
    if (what != "on-duty" && what != "off-duty" && what != "attests") {
        return false;
    }
    const ValidatorIndex validator = validator_of(arguments_.number());
    const auto state = world_.node(0).view()->finalized_state;
    if (what == "attests") {
        expect(state->hits.target[validator.value] + state->previous_hits.target[validator.value] > 0, "it does not");
        return true;
    }
    const auto& duty_set = current_sets(*state).duty_set;
    const bool is_there = std::find(duty_set.begin(), duty_set.end(), validator) != duty_set.end();
    expect(is_there == (what == "on-duty"), is_there ? "it is on duty" : "it is not on duty");
    return true;
}

bool Expectations::check_nodes(const std::string& what) {
    if (what == "same-state") {
        same_state();
    } else if (what == "certificates") {
        each_node([&](std::size_t i, const SimulatedNode& node) {
            expect(node.newest_certificate().has_value(), node_name(i) + "has none");
        });
    } else if (what == "nobody-blamed") {
        each_node([&](std::size_t i, const SimulatedNode& node) {
            for (const auto& [peer, fault] : node.blamed) {
                expect(false, node_name(i) + fault.text());
            }
        });
    } else {
        return false;
    }
    return true;
}

/// Wherever two nodes hold a state of the same finalized block, its root is the same.
void Expectations::same_state() {
    std::map<Root, Root> state_roots;
    each_node([&](std::size_t i, const SimulatedNode& node) {
        const auto view = node.view();
        const Root root = hash_tree_root(*view->finalized_state);
        expect(state_roots.emplace(view->finalized.root, root).first->second == root, node_name(i) + "has another");
    });
}

} // namespace quoin::sim
