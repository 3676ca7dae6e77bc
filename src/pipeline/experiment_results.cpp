#include "pipeline/experiment_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

#include "agents/experiments/analysis.h"
#include "agents/experiments/events.h"
#include "agents/experiments/wording.h"
#include "base/digest.h"
#include "base/json.h"
#include "model/experiment_json.h"
#include "store/event_store.h"

namespace cpo::pipeline {
namespace {

constexpr std::size_t kEventPage = 10'000;
constexpr double kOtherArmShareMax = 0.01;
constexpr const char* kOfOtherArmUnit = "event of a unit that was shown another arm than its own";

/// Events as they were received, and what identifies them.
struct ReceivedEvents {
    std::vector<ExperimentEvent> events;
    std::vector<std::string> hashes;
};

Result<ReceivedEvents> read_all(store::Session& session,
                                const std::string& workspace,
                                const std::string& id,
                                Deadline deadline) {
    ReceivedEvents received;
    std::string after;
    while (true) {
        if (deadline.has_passed())
            return Error{ErrorCode::kDeadlineExceeded,
                         "reading the events took too long; try again or export them",
                         {}};
        auto page = TRY(store::read_events(session, workspace, id, after, kEventPage));
        for (store::StoredEvent& stored : page) {
            received.hashes.push_back(std::move(stored.content_hash));
            received.events.push_back(std::move(stored.event));
        }
        if (page.size() < kEventPage) return received;
        if (received.events.size() > kResultEventsMax)
            return Error{ErrorCode::kResourceExhausted,
                         fmt::format("the experiment has more than {} events: analyse an export "
                                     "with `cpo analyze`",
                                     kResultEventsMax),
                         {}};
        after = received.events.back().id;
    }
}

json::object configuration_of(const store::StoredExperiment& experiment,
                              const ExperimentHistory& history) {
    json::array arms;
    for (const store::StoredArm& arm : experiment.arms)
        arms.push_back(json::object{{"key", arm.key},
                                    {"text_hash", arm.text_hash},
                                    {"weight", arm.weight},
                                    {"range", json::array{arm.range_low, arm.range_high}}});
    json::array pauses;
    for (const auto& [from, to] : history.pauses)
        pauses.push_back(
            json::array{from.time_since_epoch().count(), to.time_since_epoch().count()});
    const auto or_null = [](const std::optional<Time>& time) {
        return time ? json::value(time->time_since_epoch().count()) : json::value(nullptr);
    };
    return {{"key", experiment.key},
            {"seed", experiment.seed},
            {"hash_version", experiment.hash_version},
            {"arms", std::move(arms)},
            {"control", experiment.control},
            {"plan", to_json(experiment.plan)},
            {"start", or_null(history.start)},
            {"stop", or_null(history.stop)},
            {"pauses", std::move(pauses)}};
}

/// Over the hashes in their own order: ids sort differently on different databases.
std::string snapshot_of(const json::object& configuration, std::vector<std::string> hashes) {
    std::sort(hashes.begin(), hashes.end());
    Sha256 digest;
    digest.update(write_json(configuration));
    for (const std::string& hash : hashes) digest.update(hash);
    return digest.finish();
}

/// What summarize() gets, and what was taken out before.
struct JudgedEvents {
    std::vector<ExperimentEvent> events;
    std::map<std::string, std::int64_t> ignored;
    std::int64_t other_arm_units = 0;
};

JudgedEvents judge(const ExperimentHistory& history, std::vector<ExperimentEvent> events) {
    JudgedEvents judged;
    std::unordered_set<std::string> other_arm;
    std::vector<ExperimentEvent> usable;
    for (ExperimentEvent& event : events) {
        const std::string reason = not_counted_reason(history, event);
        if (reason == kOtherArm) other_arm.insert(event.unit);
        if (reason.empty())
            usable.push_back(std::move(event));
        else
            ++judged.ignored[reason];
    }
    judged.other_arm_units = static_cast<std::int64_t>(other_arm.size());
    for (ExperimentEvent& event : usable) {
        if (other_arm.count(event.unit) > 0)
            ++judged.ignored[kOfOtherArmUnit];
        else
            judged.events.push_back(std::move(event));
    }
    return judged;
}

/// Notices, and distrust above the limit, where units were shown another arm than their own.
void weigh_other_arms(const JudgedEvents& judged, experiments::EventSummary& summary) {
    if (judged.other_arm_units == 0) return;
    std::int64_t units = judged.other_arm_units + summary.crossed;
    for (const std::int64_t count : summary.exposed) units += count;
    const double share = static_cast<double>(judged.other_arm_units) / static_cast<double>(units);
    const std::string sentence = fmt::format(
        "{} of {} units ({}) were shown another arm than the one assigned to them and left out.",
        experiments::with_thousands(judged.other_arm_units),
        experiments::with_thousands(units),
        experiments::percent(share));
    summary.notices.push_back(sentence);
    if (share > kOtherArmShareMax && summary.distrust_reason.empty())
        summary.distrust_reason = sentence;
}

Result<Analysis> analyze_events(const store::StoredExperiment& experiment,
                                const ExperimentHistory& history,
                                std::vector<ExperimentEvent> events) {
    JudgedEvents judged = judge(history, std::move(events));
    experiments::EventScope scope;
    scope.arms = history.assignment.arms;
    scope.start = history.start;
    scope.stop = history.stop;
    scope.attribution = std::chrono::days(experiment.plan.assumptions.attribution_days);
    scope.rules = experiments::default_metric_rules();
    auto summary = experiments::summarize(scope, std::move(judged.events));
    weigh_other_arms(judged, summary);
    experiments::AnalysisPlan plan;
    plan.experiment = experiment.key;
    plan.arms = history.assignment.arms;
    plan.control = experiment.control;
    plan.weights = history.assignment.weights;
    plan.planned_per_arm = experiment.plan.needed_per_arm;
    plan.alpha = experiment.plan.assumptions.alpha;
    plan.exposed = summary.exposed;
    plan.distrust_reason = summary.distrust_reason;
    Analysis analysis = TRY(experiments::analyze(plan, summary.metrics));
    for (const auto& [reason, count] : summary.ignored) judged.ignored[reason] += count;
    analysis.ignored.assign(judged.ignored.begin(), judged.ignored.end());
    analysis.notices.insert(analysis.notices.end(), summary.notices.begin(), summary.notices.end());
    return analysis;
}

}  // namespace

Result<ExperimentResults> experiment_results(store::Session& session,
                                             const std::string& workspace,
                                             const std::string& id,
                                             Deadline deadline) {
    const auto experiment = TRY(store::get_experiment(session, workspace, id));
    const auto decisions = TRY(store::list_decisions(session, workspace, id));
    const ExperimentHistory history = history_of(experiment, decisions);
    ReceivedEvents received = TRY(read_all(session, workspace, id, deadline));
    ExperimentResults results;
    results.experiment = experiment.id;
    results.state = experiment.state;
    results.events = static_cast<std::int64_t>(received.events.size());
    for (const ExperimentEvent& event : received.events)
        if (!results.newest_event_at || event.time > *results.newest_event_at)
            results.newest_event_at = event.time;
    results.snapshot =
        snapshot_of(configuration_of(experiment, history), std::move(received.hashes));
    results.analysis = TRY(analyze_events(experiment, history, std::move(received.events)));
    return results;
}

}  // namespace cpo::pipeline
