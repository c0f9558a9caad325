#pragma once

#include "adversary.hpp"
#include "script.hpp"

#include <map>
#include <memory>
#include <string>

namespace quoin::sim {

/// Makes an adversary from the validators it owns and the words after them.
using AttackFactory =
    std::function<std::shared_ptr<Adversary>(std::vector<ValidatorIndex> owned, Arguments& arguments)>;

/// Every attack that a scenario can name.
const std::map<std::string, AttackFactory>& attacks();

} // namespace quoin::sim
