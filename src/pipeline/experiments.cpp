#include "pipeline/experiments.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "agents/experiments/assignment.h"
#include "pipeline/experiment_draft.h"
#include "pipeline/experiment_history.h"
#include "store/event_store.h"

namespace cpo::pipeline {
namespace {

using store::Change;
using store::ExperimentMove;
using store::ExperimentState;
using store::Session;
using store::StoredExperiment;

Result<ExperimentView> view_of(VariantReader& variants, StoredExperiment experiment) {
    auto statuses = TRY(arm_statuses(variants, experiment));
    return ExperimentView{std::move(experiment), std::move(statuses)};
}

Result<ExperimentView> view_of(Session& session,
                               const std::string& workspace,
                               StoredExperiment experiment) {
    VariantReader variants(session, workspace);
    return view_of(variants, std::move(experiment));
}

json::array weights_json(const StoredExperiment& experiment) {
    json::array weights;
    for (const store::StoredArm& arm : experiment.arms) weights.push_back(arm.weight);
    return weights;
}

/// What was edited, before and after.
json::object difference(const StoredExperiment& before, const StoredExperiment& after) {
    json::object data{{"state", store::name_of(before.state)}, {"version", after.version}};
    if (before.description != after.description) data["description"] = "changed";
    if (before.coverage != after.coverage)
        data["coverage"] = json::object{{"before", before.coverage}, {"after", after.coverage}};
    if (weights_json(before) != weights_json(after))
        data["weights"] =
            json::object{{"before", weights_json(before)}, {"after", weights_json(after)}};
    return data;
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

const store::StoredArm* find_arm(const StoredExperiment& experiment, const std::string& key) {
    const auto found = std::find_if(experiment.arms.begin(),
                                    experiment.arms.end(),
                                    [&](const auto& arm) { return arm.key == key; });
    return found == experiment.arms.end() ? nullptr : &*found;
}

/// The step that ships `arm` on these results, which may be too many to compute. Errors:
/// kFailedPrecondition without advice and reason; kPermissionDenied when the one who made the
/// experiment overrides it (two-person rule).
Result<store::ExperimentStep> shipping(const store::ExperimentStep& wanted,
                                       const Result<ExperimentResults>& results,
                                       bool is_own_work) {
    if (!results && results.error().code != ErrorCode::kResourceExhausted) return results.error();
    store::ExperimentStep step = wanted;
    if (results) {
        step.advice = name_of(results->analysis.advice);
        step.snapshot = results->snapshot;
    }
    step.is_override = !results || results->analysis.advice != Advice::kShip ||
                       results->analysis.winner != wanted.arm;
    if (!step.is_override) return step;
    if (is_blank(wanted.reason))
        return Error{ErrorCode::kFailedPrecondition,
                     fmt::format("the results do not advise to ship '{}' ({}): give a reason to "
                                 "ship it all the same",
                                 wanted.arm,
                                 results ? step.advice : results.error().message),
                     {}};
    if (is_own_work)
        return Error{ErrorCode::kPermissionDenied,
                     "shipping against the advice takes a second person: you made this experiment",
                     {}};
    return step;
}

/// Answers for one experiment as it stands, which it borrows. `exposed` is looked at while it is
/// paused.
class Assigner {
public:
    Assigner(const store::StoredAssignment& experiment, std::set<std::string> exposed)
        : experiment_(&experiment), exposed_(std::move(exposed)) {}

    AssignedUnits assign(const std::string& id, const std::vector<std::string>& units) const {
        AssignedUnits answer{id, experiment_->state, {}};
        answer.units.reserve(units.size());
        for (const std::string& unit : units) answer.units.push_back(assign(unit));
        return answer;
    }

private:
    AssignedUnit assign(const std::string& unit) const {
        if (unit.empty()) return {unit, {}, "empty unit", {}};
        switch (experiment_->state) {
            case ExperimentState::kDraft:
                return {unit, {}, "not started", {}};
            case ExperimentState::kStopped:
                return in_arm(unit, experiment_->control, "stopped");
            case ExperimentState::kShipped:
                return in_arm(unit, experiment_->shipped_arm, "shipped");
            case ExperimentState::kPaused:
                if (exposed_.count(unit) == 0) return {unit, {}, "paused", {}};
                break;
            case ExperimentState::kRunning:
                break;
        }
        const AssignmentConfig& config = experiment_->config;
        const Assignment assigned = experiments::assign(config, unit);
        if (assigned.arm < 0) return {unit, {}, assigned.reason, {}};
        return in_arm(unit, config.arms[static_cast<std::size_t>(assigned.arm)], assigned.reason);
    }

    AssignedUnit in_arm(const std::string& unit,
                        const std::string& key,
                        const std::string& reason) const {
        const auto& arms = experiment_->config.arms;
        const auto arm = std::find(arms.begin(), arms.end(), key) - arms.begin();
        const auto at = static_cast<std::size_t>(arm);
        return {unit, key, reason, at < arms.size() ? experiment_->variants[at] : std::string()};
    }

    const store::StoredAssignment* experiment_;
    std::set<std::string> exposed_;
};

/// A batch in order of id, every id once.
struct Batch {
    std::vector<store::StoredEvent> events;
    std::int64_t repeated = 0;                                  ///< Within the batch.
    std::vector<std::size_t> conflicts;                         ///< Within the batch, positions.
    std::map<std::string, std::vector<std::size_t>> positions;  ///< By id.
};

Batch batch_of(const std::vector<ExperimentEvent>& events,
               const ExperimentHistory& history,
               MilliTime now) {
    Batch batch;
    std::map<std::string, store::StoredEvent> by_id;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const ExperimentEvent& event = events[i];
        batch.positions[event.id].push_back(i);
        std::string hash = store::hash_of(event);
        const auto known = by_id.find(event.id);
        if (known == by_id.end()) {
            std::string reason = not_counted_reason(history, event);
            by_id.emplace(event.id,
                          store::StoredEvent{event, std::move(hash), std::move(reason), now});
        } else if (known->second.content_hash == hash) {
            ++batch.repeated;
        } else {
            batch.conflicts.push_back(i);
        }
    }
    for (auto& [id, stored] : by_id) batch.events.push_back(std::move(stored));
    return batch;
}

EventReceipt receipt_of(const Batch& batch, const store::InsertedEvents& inserted) {
    EventReceipt receipt;
    receipt.accepted = inserted.inserted;
    receipt.repeated = batch.repeated;
    std::map<std::string, std::int64_t> reasons;
    for (const store::StoredEvent& stored : batch.events) {
        if (inserted.known.count(stored.event.id) > 0)
            ++receipt.repeated;
        else if (!stored.not_counted.empty())
            ++reasons[stored.not_counted];
    }
    receipt.not_counted.assign(reasons.begin(), reasons.end());
    return receipt;
}

store::AuditEntry recorded(const std::string& id, const EventReceipt& receipt) {
    json::object reasons;
    for (const auto& [reason, count] : receipt.not_counted) reasons[reason] = count;
    return {"experiment.record_events",
            "experiment",
            id,
            {{"accepted", receipt.accepted},
             {"repeated", receipt.repeated},
             {"not_counted", std::move(reasons)}}};
}

}  // namespace

Result<ExperimentView> Experiments::create(const DraftRequest& request) const {
    return store_->change(
        caller_.workspace,
        caller_.actor,
        [&](Change& change) -> Result<ExperimentView> {
            const auto row = TRY(draft_of(change.session(), change.workspace(), request));
            return view_of(
                change.session(), change.workspace(), TRY(store::insert_experiment(change, row)));
        },
        caller_.deadline);
}

Result<ExperimentView> Experiments::get(const std::string& id) const {
    return store_->read(
        [&](Session& session) -> Result<ExperimentView> {
            return view_of(session,
                           caller_.workspace,
                           TRY(store::get_experiment(session, caller_.workspace, id)));
        },
        caller_.deadline);
}

Result<store::Page<ExperimentView>> Experiments::list(const store::ExperimentFilter& filter,
                                                      const store::PageRequest& page) const {
    return store_->read(
        [&](Session& session) -> Result<store::Page<ExperimentView>> {
            auto found = TRY(store::list_experiments(session, caller_.workspace, filter, page));
            VariantReader variants(session, caller_.workspace);
            store::Page<ExperimentView> views{{}, found.has_older, found.has_newer};
            for (StoredExperiment& experiment : found.items)
                views.items.push_back(TRY(view_of(variants, std::move(experiment))));
            return views;
        },
        caller_.deadline);
}

Result<ExperimentView> Experiments::update(const std::string& id,
                                           std::int64_t version,
                                           const ExperimentEdit& edit) const {
    return store_->change(
        caller_.workspace,
        caller_.actor,
        [&](Change& change) -> Result<ExperimentView> {
            Session& session = change.session();
            const auto before = TRY(store::get_experiment(session, change.workspace(), id));
            if (before.version != version) return store::version_conflict(before, version);
            const auto wanted = TRY(edited(before, edit));
            auto after = TRY(store::update_experiment(change, wanted));
            TRY(change.record({"experiment.update", "experiment", id, difference(before, after)}));
            return view_of(session, change.workspace(), std::move(after));
        },
        caller_.deadline);
}

Result<ExperimentView> Experiments::move(const std::string& id,
                                         ExperimentMove move,
                                         const std::string& reason) const {
    return store_->change(
        caller_.workspace,
        caller_.actor,
        [&](Change& change) -> Result<ExperimentView> {
            Session& session = change.session();
            auto experiment = TRY(store::get_experiment(session, change.workspace(), id));
            if (!store::state_after(experiment.state, move))
                return store::refused_move(experiment.state, move);
            VariantReader variants(session, change.workspace());
            if (move == ExperimentMove::kStart) TRY(freeze_words(variants, experiment));
            if (move == ExperimentMove::kResume) TRY(check_words(variants, experiment));
            auto moved =
                TRY(store::move_experiment(change, experiment, {move, {}, reason, {}, {}, false}));
            return view_of(variants, std::move(moved));
        },
        caller_.deadline);
}

Result<ExperimentView> Experiments::ship(const std::string& id,
                                         const std::string& arm,
                                         const std::string& reason) const {
    // Reading all events may take long, so it is not part of the change; the snapshot says which
    // results the decision rests on.
    auto view = TRY(get(id));
    const StoredExperiment& present = view.experiment;
    if (present.state == ExperimentState::kShipped && present.shipped_arm == arm) return view;
    if (!store::state_after(present.state, ExperimentMove::kShip))
        return store::refused_move(present.state, ExperimentMove::kShip);
    if (find_arm(present, arm) == nullptr)
        return invalid_argument(
            fmt::format("/arm: '{}' is the key of none of the experiment's arms", arm));
    const bool is_own_work = present.created_by == caller_.actor.person;
    const auto step = TRY(
        shipping({ExperimentMove::kShip, arm, reason, {}, {}, false}, results(id), is_own_work));
    return store_->change(
        caller_.workspace,
        caller_.actor,
        [&](Change& change) -> Result<ExperimentView> {
            const auto experiment =
                TRY(store::get_experiment(change.session(), change.workspace(), id));
            VariantReader variants(change.session(), change.workspace());
            TRY(check_words(variants, experiment));
            return view_of(variants, TRY(store::move_experiment(change, experiment, step)));
        },
        caller_.deadline);
}

Result<AssignedUnits> Experiments::assign(const std::string& id,
                                          const std::vector<std::string>& units,
                                          RecentAssignments& recent) const {
    const auto experiment = TRY(recent.get(caller_.workspace + "/" + id, [&] {
        return store_->read_one(
            [&](Session& session) { return store::get_assignment(session, caller_.workspace, id); },
            caller_.deadline);
    }));
    std::set<std::string> exposed;
    if (experiment->state == ExperimentState::kPaused)
        exposed = TRY(store_->read(
            [&](Session& session) {
                return store::exposed_units(session, caller_.workspace, id, units);
            },
            caller_.deadline));
    return Assigner(*experiment, std::move(exposed)).assign(id, units);
}

Result<EventReceipt> Experiments::record_events(const std::string& id,
                                                const std::vector<ExperimentEvent>& events) const {
    EventReceipt refused;
    auto receipt = store_->change(
        caller_.workspace,
        caller_.actor,
        [&](Change& change) -> Result<EventReceipt> {
            refused = {};
            Session& session = change.session();
            const auto experiment = TRY(store::get_experiment(session, change.workspace(), id));
            const auto decisions = TRY(store::list_decisions(session, change.workspace(), id));
            const Batch batch = batch_of(events, history_of(experiment, decisions), change.now());
            const auto inserted = TRY(store::insert_events(change, id, batch.events));
            refused.conflicts = batch.conflicts;
            for (const std::string& known : inserted.conflicts) {
                const auto& positions = batch.positions.at(known);
                refused.conflicts.insert(
                    refused.conflicts.end(), positions.begin(), positions.end());
            }
            if (!refused.conflicts.empty())
                return Error{ErrorCode::kAlreadyExists, "known with another content", {}};
            EventReceipt answer = receipt_of(batch, inserted);
            TRY(change.record(recorded(id, answer)));
            return answer;
        },
        caller_.deadline);
    if (refused.conflicts.empty() || receipt) return receipt;
    auto& positions = refused.conflicts;
    std::sort(positions.begin(), positions.end());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    return refused;
}

Result<ExperimentResults> Experiments::results(const std::string& id) const {
    return store_->read(
        [&](Session& session) {
            return experiment_results(session, caller_.workspace, id, caller_.deadline);
        },
        caller_.deadline);
}

Result<ExperimentTraffic> Experiments::traffic(const std::string& id) const {
    return store_->read(
        [&](Session& session) {
            return experiment_traffic(
                session, caller_.workspace, id, store_->clock().now(), caller_.deadline);
        },
        caller_.deadline);
}

}  // namespace cpo::pipeline
