#pragma once

#include "scenario.hpp"

namespace quoin::sim {

/// The shortest story with the same end that leaving things out finds: disturbances go, in halves, quarters and so on
/// down to single ones, while a run with the same options still breaks `promise`. At most `runs_max` runs are tried,
/// and none is begun once `is_time_up`. `lines` are as played, the last one being where it ended.
Lines shrink(Lines lines, const ScenarioOptions& options, const std::string& promise, std::size_t runs_max,
             const std::function<bool()>& is_time_up);

/// For people: slots that pass in one go are added up.
std::vector<std::string> story(const Lines& lines);

} // namespace quoin::sim
