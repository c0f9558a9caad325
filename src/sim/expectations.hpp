#pragma once

#include "scenario.hpp"

namespace quoin::sim {

/// The `expect` words of a scenario. What is not so becomes an unmet expectation; what is a promise of the protocol, a
/// violation of the world's.
class Expectations {
public:
    Expectations(Scenario& scenario, Arguments& arguments);

    void check();

private:
    using Check = std::function<void(std::size_t number, const SimulatedNode& node)>;

    bool check_finality(const std::string& what);
    bool check_slashing(const std::string& what);
    bool check_accounts(const std::string& what);
    bool check_duty(const std::string& what);
    bool check_nodes(const std::string& what);

    void finality_of_heal();
    void same_state();
    void accountable_split();
    /// Of every node that is up.
    void each_node(const Check& check);
    void expect(bool is_so, const std::string& otherwise);
    ValidatorIndex validator_of(std::size_t node);

    Scenario& scenario_;
    World& world_;
    Arguments& arguments_;
};

} // namespace quoin::sim
