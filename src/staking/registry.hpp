#pragma once

#include <quoin/staking/books.hpp>

#include <vector>

namespace quoin::staking {

/// Appends a validator and a row of zeros in every column.
ValidatorIndex register_validator(State& state, const Validator& validator);

/// Closes the validator's pool to new stake and puts it into the exit queue, out of the entry queue.
void initiate_exit(State& state, ValidatorIndex validator);

/// Who waits in a queue, by validator: for passes over the whole registry.
std::vector<bool> waiting_in(const State& state, const ChurnQueue& queue);
bool is_waiting_in(const ChurnQueue& queue, ValidatorIndex validator);

/// Weight that an era lets through either queue.
Weight churn_budget(const State& state, const Spec& spec);
/// What a validator takes of the entry queue's budget: its effective balance once it is in.
Weight entry_weight(const State& state, const Spec& spec, ValidatorIndex validator);
/// What it takes of the exit queue's: nothing if it does not count in a candidate anyway.
Weight exit_weight(const State& state, ValidatorIndex validator);

} // namespace quoin::staking
