// What assignment reads of an experiment.
#include "store/experiment_store.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::string_view kFindAssignment =
    "SELECT e.state, e.key, e.seed, e.hash_version, e.coverage, e.control, "
    "e.shipped_arm, "
    "a.key AS arm, a.variant_id, a.weight, a.range_low, a.range_high FROM experiments e "
    "JOIN experiment_arms a ON a.experiment_id = e.id AND a.workspace_id = e.workspace_id "
    "WHERE e.workspace_id = $1 AND e.id = $2 ORDER BY a.position";

}  // namespace

Result<StoredAssignment> get_assignment(Session& session,
                                        const std::string& workspace,
                                        const std::string& id) {
    const Rows rows = TRY(session.execute(kFindAssignment, {workspace, id}));
    if (rows.empty()) return not_found("experiment");
    const Row& first = rows.front();
    StoredAssignment assignment;
    const auto state = parse_experiment_state(first.text("state"));
    if (!state) return damaged("state " + first.text("state"));
    assignment.state = *state;
    assignment.control = first.text("control");
    assignment.shipped_arm = first.text_or_empty("shipped_arm");
    AssignmentConfig& config = assignment.config;
    config.key = first.text("key");
    config.seed = first.text("seed");
    config.hash_version = static_cast<int>(first.integer("hash_version"));
    config.coverage = first.number("coverage");
    for (const Row& row : rows) {
        config.arms.push_back(row.text("arm"));
        config.weights.push_back(row.number("weight"));
        config.ranges.emplace_back(row.number("range_low"), row.number("range_high"));
        assignment.variants.push_back(row.text("variant_id"));
    }
    return assignment;
}

}  // namespace cpo::store
