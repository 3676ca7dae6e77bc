#include "store/state_counts.h"

#include <array>

namespace cpo::store {
namespace {

constexpr std::array kJobStates{"queued", "running", "succeeded", "failed", "cancelled"};
constexpr std::array kExperimentStates{"draft", "running", "paused", "stopped", "shipped"};

constexpr std::string_view kCountJobs =
    "SELECT state, COUNT(*) AS count FROM jobs WHERE workspace_id = $1 GROUP BY state";
constexpr std::string_view kCountExperiments =
    "SELECT state, COUNT(*) AS count FROM experiments WHERE workspace_id = $1 GROUP BY state";

}  // namespace

StateCounts counts_in(const Rows& rows, std::span<const char* const> states) {
    StateCounts counts;
    for (const char* state : states) counts.emplace_back(state, 0);
    for (const Row& row : rows)
        for (auto& [state, count] : counts)
            if (state == row.text("state")) count = row.integer("count");
    return counts;
}

Result<StateCounts> count_jobs(Session& session, const std::string& workspace) {
    return counts_in(TRY(session.execute(kCountJobs, {workspace})), kJobStates);
}

Result<StateCounts> count_experiments(Session& session, const std::string& workspace) {
    return counts_in(TRY(session.execute(kCountExperiments, {workspace})), kExperimentStates);
}

}  // namespace cpo::store
