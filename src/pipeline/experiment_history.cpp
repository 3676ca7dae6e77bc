#include "pipeline/experiment_history.h"

#include <algorithm>
#include <chrono>

#include "agents/experiments/assignment.h"

namespace cpo::pipeline {
namespace {

Time second_of(MilliTime time) { return std::chrono::floor<std::chrono::seconds>(time); }
Time after_second_of(MilliTime time) { return second_of(time) + std::chrono::seconds(1); }

bool is_paused(const ExperimentHistory& history, Time time) {
    return std::any_of(history.pauses.begin(), history.pauses.end(), [&](const auto& pause) {
        return time >= pause.first && time < pause.second;
    });
}

std::string exposure_reason(const ExperimentHistory& history, const ExperimentEvent& event) {
    const auto& arms = history.assignment.arms;
    if (event.arm.empty()) return "exposure without an arm";
    if (std::find(arms.begin(), arms.end(), event.arm) == arms.end())
        return "exposure of an arm that is not in the experiment";
    if (!history.start || event.time < *history.start) return "exposure before the start";
    if (history.stop && event.time >= *history.stop) return "exposure after the stop";
    if (is_paused(history, event.time)) return "exposure while the experiment was paused";
    const Assignment assigned = experiments::assign(history.assignment, event.unit);
    if (assigned.arm < 0 || arms[static_cast<std::size_t>(assigned.arm)] != event.arm)
        return kOtherArm;
    return {};
}

}  // namespace

AssignmentConfig assignment_of(const store::StoredExperiment& experiment) {
    AssignmentConfig config;
    config.key = experiment.key;
    config.seed = experiment.seed;
    config.hash_version = experiment.hash_version;
    config.coverage = experiment.coverage;
    for (const store::StoredArm& arm : experiment.arms) {
        config.arms.push_back(arm.key);
        config.weights.push_back(arm.weight);
        config.ranges.emplace_back(arm.range_low, arm.range_high);
    }
    return config;
}

ExperimentHistory history_of(const store::StoredExperiment& experiment,
                             const std::vector<store::ExperimentDecision>& decisions) {
    ExperimentHistory history{assignment_of(experiment), {}, {}, {}};
    if (experiment.started_at) history.start = second_of(*experiment.started_at);
    if (experiment.stopped_at) history.stop = after_second_of(*experiment.stopped_at);
    for (const store::ExperimentDecision& decision : decisions) {
        if (decision.after == store::ExperimentState::kPaused)
            history.pauses.emplace_back(after_second_of(decision.at), Time::max());
        else if (decision.before == store::ExperimentState::kPaused && !history.pauses.empty())
            history.pauses.back().second = second_of(decision.at);
    }
    std::erase_if(history.pauses, [](const auto& pause) { return pause.first >= pause.second; });
    return history;
}

std::string not_counted_reason(const ExperimentHistory& history, const ExperimentEvent& event) {
    if (event.kind == EventKind::kExposure) return exposure_reason(history, event);
    return event.metric.empty() ? "outcome without a metric" : "";
}

}  // namespace cpo::pipeline
