#include "world.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/transition/signatures.hpp>

#include <gtest/gtest.h>
#include <support/sample_genesis.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>

// Runs tests/scripts/*.txt. One line is one command; `#` starts a comment. tests/scripts/README.md lists the words.

namespace quoin::sim {

namespace {

std::uint64_t seed_of_run() {
    const char* seed = std::getenv("QUOIN_SEED");
    return seed == nullptr ? 1 : std::strtoull(seed, nullptr, 10);
}

class Scenario {
public:
    explicit Scenario(std::uint64_t seed) : seed_(seed) {}

    void run(std::istream& script) {
        std::string line;
        for (int number = 1; std::getline(script, line); ++number) {
            std::istringstream words(line.substr(0, line.find('#')));
            std::string command;
            if (!(words >> command)) {
                continue;
            }
            SCOPED_TRACE("line " + std::to_string(number) + ": " + line);
            perform(command, words);
            if (testing::Test::HasFatalFailure()) {
                return;
            }
        }
    }

private:
    void perform(const std::string& command, std::istringstream& words) {
        static const std::map<std::string, void (Scenario::*)(std::istringstream&)> commands{
            {"nodes", &Scenario::nodes},       {"delay", &Scenario::delay},   {"lose", &Scenario::lose},
            {"run", &Scenario::run_slots},     {"crash", &Scenario::crash},   {"restart", &Scenario::restart},
            {"split", &Scenario::split},       {"heal", &Scenario::heal},     {"equivocate", &Scenario::equivocate},
            {"transfer", &Scenario::transfer}, {"stake", &Scenario::stake},   {"leave", &Scenario::leave},
            {"withdraw", &Scenario::withdraw}, {"expect", &Scenario::expect}, {"show", &Scenario::show},
        };
        const auto found = commands.find(command);
        ASSERT_NE(found, commands.end()) << "no such command";
        ASSERT_TRUE(world_ || command == "nodes") << "a script starts with `nodes`";
        (this->*found->second)(words);
    }

    std::uint64_t number(std::istringstream& words) {
        std::uint64_t value = 0;
        EXPECT_TRUE(words >> value) << "a number is missing";
        return value;
    }

    /// nodes VALIDATORS [SPARE]
    void nodes(std::istringstream& words) {
        const std::size_t validators = number(words);
        std::size_t spare = 0;
        words >> spare;
        world_ = std::make_unique<World>(validators, spare, seed_);
    }
    void delay(std::istringstream& words) {
        const std::uint64_t least = number(words);
        world_->set_delay_ms(least, number(words));
    }
    void lose(std::istringstream& words) { world_->set_loss_percent(number(words)); }
    void run_slots(std::istringstream& words) { world_->run_slots(number(words)); }
    void crash(std::istringstream& words) { world_->crash(number(words)); }
    void restart(std::istringstream& words) { world_->restart(number(words)); }
    void heal(std::istringstream&) { world_->heal(); }
    void equivocate(std::istringstream& words) { world_->equivocate(number(words)); }

    void show(std::istringstream&) {
        each_node([&](const VirtualNode& node) {
            const auto view = node.view();
            std::cout << "slot " << world_->slot().value << " head " << view->head.slot.value << " justified "
                      << view->justified.epoch.value << " certified " << view->certified.epoch.value << " on-chain "
                      << view->head_state->finalized.epoch.value << '\n';
        });
    }

    void split(std::istringstream& words) {
        std::vector<std::set<std::size_t>> groups(1);
        for (std::string word; words >> word;) {
            if (word == "|") {
                groups.emplace_back();
            } else {
                groups.back().insert(std::stoul(word));
            }
        }
        world_->split(std::move(groups));
    }

    /// Signed by the operator of node `from`, submitted at that node.
    void submit(std::size_t from, const Payload& payload) {
        SignedTransaction transaction;
        transaction.message.payload = payload;
        transaction.message.sender = test::account_key(from);
        transaction.message.nonce = nonces_[from]++;
        transaction.message.max_fee = Amount{1'000'000};
        transaction.message.tip = Amount{1};
        transaction.message.valid_until_slot = world_->slot() + 1'000;
        transaction.signature = crypto::FastDouble::sign(
            transaction.message.sender, transition::transaction_signing_root(world_->chain(), transaction.message));
        const std::uint64_t id = world_->submit(from, transaction);
        const auto& answers = world_->node(from).answers;
        ASSERT_TRUE(answers.contains(id)) << "the submission is answered";
        ASSERT_TRUE(answers.at(id).front().ok()) << answers.at(id).front().fault().text();
    }

    void transfer(std::istringstream& words) {
        const std::size_t from = number(words);
        const std::size_t to = number(words);
        submit(from, Transfer{test::account_address(to), Amount{number(words)}});
    }

    void stake(std::istringstream& words) {
        const std::size_t node = number(words);
        const ValidatorKey key = test::validator_key(node);
        submit(node, Stake{key,
                           crypto::FastDouble::prove_possession(key),
                           test::account_address(node),
                           {},
                           Amount{number(words)}});
    }

    ValidatorIndex validator_of(std::size_t node) {
        const auto validator = find_validator(*world_->node(node).view()->head_state, test::validator_key(node));
        EXPECT_TRUE(validator.has_value()) << "the node's key is registered";
        return validator.value_or(ValidatorIndex{});
    }

    void leave(std::istringstream& words) {
        const std::size_t node = number(words);
        submit(node, Unstake{validator_of(node), Amount{0}, true});
    }

    void withdraw(std::istringstream& words) {
        const std::size_t node = number(words);
        submit(node, Withdraw{validator_of(node)});
    }

    void each_node(const std::function<void(const VirtualNode&)>& check) {
        for (std::size_t i = 0; i < world_->size(); ++i) {
            if (world_->node(i).is_up()) {
                SCOPED_TRACE("node " + std::to_string(i));
                check(world_->node(i));
            }
        }
    }

    void expect(std::istringstream& words) {
        std::string what;
        words >> what;
        if (what == "balance-above") {
            const std::uint64_t account = number(words);
            const std::uint64_t amount = number(words);
            each_node([&](const VirtualNode& node) {
                EXPECT_GT(node.view()->finalized_state->accounts[account].balance.value, amount);
            });
        } else if (what == "finalized-within") { // slots behind the clock, on every node
            const std::uint64_t slots = number(words);
            each_node([&](const VirtualNode& node) {
                EXPECT_GE(node.view()->certified.epoch.value + slots, world_->slot().value);
            });
        } else if (what == "finalized-at-most") {
            const std::uint64_t epoch = number(words);
            each_node([&](const VirtualNode& node) { EXPECT_LE(node.view()->certified.epoch.value, epoch); });
        } else if (what == "slashed") {
            const std::uint64_t validator = number(words);
            each_node([&](const VirtualNode& node) {
                EXPECT_TRUE(node.view()->finalized_state->validators[validator].slashed.has_value());
            });
        } else if (what == "nobody-slashed") {
            each_node([&](const VirtualNode& node) {
                for (const Validator& validator : node.view()->head_state->validators) {
                    EXPECT_FALSE(validator.slashed.has_value());
                }
            });
        } else if (what == "nobody-blamed") {
            each_node([&](const VirtualNode& node) {
                for (const auto& [peer, fault] : node.blamed) {
                    ADD_FAILURE() << fault.text();
                }
            });
        } else if (what == "balance-below") {
            const std::uint64_t account = number(words);
            const std::uint64_t amount = number(words);
            each_node([&](const VirtualNode& node) {
                EXPECT_LT(node.view()->finalized_state->accounts[account].balance.value, amount);
            });
        } else if (what == "on-duty" || what == "off-duty") {
            const auto state = world_->node(0).view()->finalized_state;
            const auto& duty_set = current_sets(*state).duty_set;
            const bool is_there =
                std::find(duty_set.begin(), duty_set.end(), validator_of(number(words))) != duty_set.end();
            EXPECT_EQ(is_there, what == "on-duty");
        } else if (what == "attests") {
            const ValidatorIndex validator = validator_of(number(words));
            EXPECT_GT(world_->node(0).view()->finalized_state->hits.target[validator.value] +
                          world_->node(0).view()->finalized_state->previous_hits.target[validator.value],
                      0u);
        } else if (what == "same-state") {
            expect_same_state();
        } else if (what == "certificates") {
            each_node([&](const VirtualNode& node) { EXPECT_FALSE(node.disk().certificates.empty()); });
        } else {
            FAIL() << "no such expectation";
        }
    }

    /// Wherever two nodes hold a state of the same finalized block, its root is the same.
    void expect_same_state() {
        std::map<Root, Root> state_roots;
        each_node([&](const VirtualNode& node) {
            const auto view = node.view();
            const Root root = hash_tree_root(*view->finalized_state);
            EXPECT_EQ(state_roots.emplace(view->finalized.root, root).first->second, root);
        });
    }

    std::uint64_t seed_;
    std::unique_ptr<World> world_;
    std::map<std::size_t, std::uint64_t> nonces_;
};

std::vector<std::filesystem::path> scripts() {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator("tests/scripts")) {
        if (entry.path().extension() == ".txt") {
            found.push_back(entry.path());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace

class Script : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Script, holds) {
    const std::uint64_t first = seed_of_run();
    const bool is_replay = std::getenv("QUOIN_SEED") != nullptr;
    for (std::uint64_t seed = first; seed < first + (is_replay ? 1 : 5); ++seed) {
        SCOPED_TRACE("QUOIN_SEED=" + std::to_string(seed));
        std::ifstream file(GetParam());
        ASSERT_TRUE(file.good());
        Scenario(seed).run(file);
    }
}

INSTANTIATE_TEST_SUITE_P(Scripts, Script, testing::ValuesIn(scripts()),
                         [](const auto& script) { return script.param.stem().string(); });

} // namespace quoin::sim
