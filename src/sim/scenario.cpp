#include "scenario.hpp"

#include "attacks.hpp"
#include "chaos.hpp"
#include "expectations.hpp"
#include "simulated_chain.hpp"

#include <quoin/transition/signatures.hpp>

#include <algorithm>
#include <set>

namespace quoin::sim {

namespace {

/// S6: within how many slots of healing finality is owed.
std::uint64_t finality_slots(const Spec& spec) {
    return spec.slots_per_epoch == 1 ? 10 : 4 * spec.slots_per_epoch;
}

} // namespace

Scenario::Scenario(Lines lines, ScenarioOptions options) : lines_(std::move(lines)), options_(std::move(options)) {}

Result<void> Scenario::run() {
    if (auto ready = set_up(); !ready) {
        return ready;
    }
    for (const Line& line : lines_) {
        played_.push_back(line);
        if (!Plan::is_setting(line)) {
            at_ = &line;
            if (on_line) {
                on_line(*world_, line);
            }
            if (auto done = perform(line); !done) {
                return done;
            }
        }
        if (must_end()) {
            break;
        }
    }
    for (const std::string& promise : expected_) {
        const Violations& found = world_->violations();
        if (std::none_of(found.begin(), found.end(), [&](const Violation& seen) { return seen.promise == promise; })) {
            unmet_.push_back({"expect", world_->slot(), "no violation of " + promise + " was seen"});
        }
    }
    return {};
}

bool Scenario::must_end() const {
    return !unmet_.empty() || (expected_.empty() && world_ != nullptr && !world_->violations().empty());
}

Violations Scenario::violations() const {
    Violations all = unmet_;
    if (world_ != nullptr) {
        for (const Violation& found : world_->violations()) {
            if (std::find(expected_.begin(), expected_.end(), found.promise) == expected_.end()) {
                all.push_back(found);
            }
        }
    }
    return all;
}

// The world before anything happens in it.

Result<void> Scenario::set_up() {
    Plan plan;
    for (const Line& line : lines_) {
        if (Plan::is_setting(line)) {
            if (auto read = plan.read(line); !read) {
                return read;
            }
        } else if (line.command() == "expect" && line.words.size() == 3 && line.words[1] == "violation") {
            expected_.push_back(line.words[2]);
        }
    }
    auto settings = plan.settings(options_);
    if (!settings) {
        return settings.fault();
    }
    world_ = std::make_unique<World>(std::move(*settings));
    world_->on_slot = [this](Slot) {
        if (on_slot && at_ != nullptr) {
            on_slot(*world_, *at_);
        }
        return must_end();
    };
    write_out_chaos();
    return {};
}

void Scenario::write_out_chaos() {
    SeededRandom random(options_.seed ^ 0x6368616f73);
    const Spec& spec = world_->chain().spec();
    Lines written;
    for (const Line& line : lines_) {
        if (line.command() != "chaos") {
            written.push_back(line);
            continue;
        }
        Arguments arguments(line);
        const std::uint64_t slots = options_.chaos_ms ? *options_.chaos_ms / spec.slot_ms : slots_of(arguments);
        const Lines storms = chaos(line.number, slots, world_->size(), spec.slot_ms, finality_slots(spec), random);
        written.insert(written.end(), storms.begin(), storms.end());
    }
    lines_ = std::move(written);
}

// What happens in it.

Result<void> Scenario::perform(const Line& line) {
    const std::string& command = line.command();
    Arguments arguments(line);
    if (command == "run") {
        world_->run_slots(slots_of(arguments));
    } else if (command == "expect") {
        Expectations(*this, arguments).check();
    } else if (command == "split") {
        split(line, arguments);
    } else if (command == "unite") {
        world_->unite();
    } else if (command == "heal") {
        world_->heal();
        clocks_.clear();
    } else if (command == "lose" || command == "delay" || command == "duplicate" || command == "reorder" ||
               command == "link") {
        change_links(command, arguments);
    } else if (command == "skew" || command == "drift") {
        set_clock(command, arguments);
    } else if (!act_on_node(command, arguments) && !transact(command, arguments)) {
        arguments.fail("there is no such word");
    }
    return arguments.finish();
}

/// `N`, `N slots|epochs|eras|seconds|hours`.
std::uint64_t Scenario::slots_of(Arguments& arguments) const {
    const Spec& spec = world_->chain().spec();
    const std::uint64_t count = arguments.number();
    if (arguments.skip("epochs")) {
        return count * spec.slots_per_epoch;
    }
    if (arguments.skip("eras")) {
        return count * spec.slots_per_epoch * spec.epochs_per_era;
    }
    if (arguments.skip("seconds")) {
        return count * 1'000 / spec.slot_ms;
    }
    if (arguments.skip("hours")) {
        return count * 3'600'000 / spec.slot_ms;
    }
    arguments.skip("slots");
    return count;
}

std::size_t Scenario::node_number(Arguments& arguments) const {
    const std::uint64_t node = arguments.number();
    if (node >= world_->size()) {
        arguments.fail("there is no such node");
        return 0;
    }
    return node;
}

/// `link FROM TO lose|delay|duplicate|reorder ...` for one direction of one pair; without `link` for all.
void Scenario::change_links(const std::string& command, Arguments& arguments) {
    if (command != "link") {
        return change_rules(world_->network().rules, command, arguments);
    }
    const std::size_t from = node_number(arguments);
    const std::size_t to = node_number(arguments);
    change_rules(world_->network().link(from, to), arguments.word(), arguments);
}

void Scenario::change_rules(LinkRules& rules, const std::string& command, Arguments& arguments) {
    const std::uint64_t value = arguments.number();
    if (command == "lose") {
        rules.loss_percent = value;
    } else if (command == "duplicate") {
        rules.duplicate_percent = value;
    } else if (command == "reorder") {
        rules.reorder_percent = value;
    } else if (command == "delay") {
        rules.delay_least_ms = value;
        rules.delay_most_ms = std::max(value, arguments.is_done() ? value : arguments.number());
    } else {
        arguments.fail("`" + command + "` says nothing about links");
    }
}

void Scenario::split(const Line& line, Arguments& arguments) {
    std::vector<std::set<std::size_t>> groups(1);
    for (std::size_t i = 1; i < line.words.size(); ++i) {
        if (arguments.skip("|")) {
            groups.emplace_back();
        } else {
            groups.back().insert(node_number(arguments));
        }
    }
    world_->split(groups);
}

void Scenario::set_clock(const std::string& command, Arguments& arguments) {
    const std::size_t node = node_number(arguments);
    const std::int64_t value = arguments.signed_number();
    ClockRules& rules = clocks_[node];
    if (value <= -1'000'000) {
        return arguments.fail("a clock does not go backwards");
    }
    (command == "skew" ? rules.skew_ms : rules.drift_per_million) = value;
    world_->set_clock(node, rules);
}

bool Scenario::act_on_node(const std::string& command, Arguments& arguments) {
    if (command == "crash") {
        world_->crash(node_number(arguments));
    } else if (command == "restart") {
        world_->restart(node_number(arguments));
    } else if (command == "equivocate") {
        const ValidatorIndex validator{arguments.number()};
        world_->add_adversary(attacks().at("double-proposal")({validator}, arguments));
    } else {
        return false;
    }
    return true;
}

/// By the operator of node I, submitted at that node.
bool Scenario::transact(const std::string& command, Arguments& arguments) {
    static const std::set<std::string> words{"transfer", "stake", "leave", "withdraw"};
    if (!words.contains(command)) {
        return false;
    }
    const std::size_t node = node_number(arguments);
    if (command == "transfer") {
        const std::uint64_t to = arguments.number();
        submit(node, Transfer{account_address(to), Amount{arguments.number()}});
    } else if (command == "stake") {
        const ValidatorKey key = validator_key(node);
        submit(
            node,
            Stake{
                key, crypto::FastDouble::prove_possession(key), account_address(node), {}, Amount{arguments.number()}});
    } else if (const auto validator = find_validator(*world_->node(node).view()->head_state, validator_key(node))) {
        submit(node,
               command == "leave" ? Payload{Unstake{*validator, Amount{0}, true}} : Payload{Withdraw{*validator}});
    } else {
        arguments.fail("the node's key is not registered");
    }
    return true;
}

void Scenario::submit(std::size_t from, const Payload& payload) {
    SignedTransaction transaction;
    transaction.message.payload = payload;
    transaction.message.sender = account_key(from);
    transaction.message.nonce = nonces_[from]++;
    transaction.message.max_fee = Amount{1'000'000};
    transaction.message.tip = Amount{1};
    transaction.message.valid_until_slot = world_->slot() + 1'000;
    transaction.signature = crypto::FastDouble::sign(
        transaction.message.sender, transition::transaction_signing_root(world_->chain(), transaction.message));
    const std::uint64_t id = world_->submit(from, transaction);
    const auto& answers = world_->node(from).answers;
    const auto answer = answers.find(id);
    if (answer == answers.end()) {
        unmet_.push_back({"expect", world_->slot(), "a submission was not answered"});
    } else if (!answer->second.front().ok()) {
        unmet_.push_back(
            {"expect", world_->slot(), "a transaction was refused: " + answer->second.front().fault().text()});
    }
}

} // namespace quoin::sim
