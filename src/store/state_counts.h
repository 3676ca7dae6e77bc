#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "store/database.h"

namespace cpo::store {

/// How many things are in each state, in the order of the states' life.
using StateCounts = std::vector<std::pair<std::string, std::int64_t>>;

/// Of rows (state, count); a state without a row counts 0.
StateCounts counts_in(const Rows& rows, std::span<const char* const> states);

/// Jobs of a workspace by state; every state is there.
Result<StateCounts> count_jobs(Session& session, const std::string& workspace);
/// Experiments likewise.
Result<StateCounts> count_experiments(Session& session, const std::string& workspace);

}  // namespace cpo::store
