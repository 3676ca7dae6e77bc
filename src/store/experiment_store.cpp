#include "store/experiment_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <set>

#include "base/id.h"
#include "model/experiment_json.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO experiments (id, workspace_id, version, key, state, description, "
    "segmentation_run_id, segment, segment_size, segment_share, campaign_run_id, control, seed, "
    "hash_version, coverage, plan, created_by, created_at, updated_at) "
    "VALUES ($1, $2, 1, $3, 'draft', $4, $5, $6, $7, $8, $9, $10, $3, 2, $11, $12, $13, $14, $14) "
    "ON CONFLICT DO NOTHING";

constexpr std::string_view kInsertArms =
    "INSERT INTO experiment_arms (experiment_id, position, workspace_id, key, variant_id, weight, "
    "range_low, range_high, text_hash, channel, language, subject, text)";

constexpr std::string_view kFind = "SELECT * FROM experiments WHERE workspace_id = $1 AND id = $2";

constexpr std::string_view kFindOfCampaign =
    "SELECT * FROM experiments WHERE workspace_id = $1 AND campaign_run_id = $2 AND segment = $3";

constexpr std::string_view kKeysLike =
    "SELECT key FROM experiments WHERE workspace_id = $1 AND substr(key, 1, length($2)) = $2";

constexpr std::string_view kList =
    "SELECT * FROM experiments WHERE workspace_id = $1 AND ($2 = '' OR state = $2) "
    "AND ($3 = '' OR campaign_run_id = $3)";

/// One experiment a parameter, from $2; see with_ids.
#define CPO_IDS "($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
constexpr std::size_t kIdsMax = 16;
constexpr std::string_view kSelectArms =
    "SELECT * FROM experiment_arms WHERE workspace_id = $1 AND experiment_id IN " CPO_IDS
    " ORDER BY experiment_id, position";
#undef CPO_IDS

constexpr std::string_view kUpdate =
    "UPDATE experiments SET version = version + 1, description = $4, coverage = $5, plan = $6, "
    "updated_at = $7 WHERE workspace_id = $1 AND id = $2 AND version = $3";

constexpr std::string_view kUpdateArm =
    "UPDATE experiment_arms SET weight = $4, range_low = $5, range_high = $6 "
    "WHERE workspace_id = $1 AND experiment_id = $2 AND key = $3";

constexpr std::string_view kMove =
    "UPDATE experiments SET version = version + 1, state = $5, started_at = $6, stopped_at = $7, "
    "shipped_arm = $8, updated_at = $9 "
    "WHERE workspace_id = $1 AND id = $2 AND version = $3 AND state = $4";

constexpr std::string_view kFreezeArm =
    "UPDATE experiment_arms SET text_hash = $4, channel = $5, language = $6, subject = $7, "
    "text = $8 WHERE workspace_id = $1 AND experiment_id = $2 AND key = $3";

constexpr std::string_view kInsertDecision =
    "INSERT INTO decisions (id, workspace_id, experiment_id, move, before, after, arm, reason, "
    "advice, snapshot, is_override, actor_kind, actor_id, person_id, request_id, at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";

constexpr std::string_view kSelectDecisions =
    "SELECT * FROM decisions WHERE workspace_id = $1 AND experiment_id = $2 ORDER BY id";

Result<ExperimentState> state_in(const Row& row) {
    const auto state = parse_experiment_state(row.text("state"));
    if (!state) return damaged("state " + row.text("state"));
    return *state;
}

Result<StoredExperiment> read_experiment(const Row& row) {
    StoredExperiment experiment;
    experiment.id = row.text("id");
    experiment.version = row.integer("version");
    experiment.key = row.text("key");
    experiment.state = TRY(state_in(row));
    experiment.description = row.text("description");
    experiment.segmentation_run = row.text("segmentation_run_id");
    experiment.segment = static_cast<int>(row.integer("segment"));
    experiment.segment_size = row.integer("segment_size");
    experiment.segment_share = row.number("segment_share");
    experiment.campaign_run = row.text_or_empty("campaign_run_id");
    experiment.control = row.text("control");
    experiment.seed = row.text("seed");
    experiment.hash_version = static_cast<int>(row.integer("hash_version"));
    experiment.coverage = row.number("coverage");
    experiment.plan = TRY(read_in(row, "plan", read_experiment_plan));
    experiment.started_at = optional_time_in(row, "started_at");
    experiment.stopped_at = optional_time_in(row, "stopped_at");
    experiment.shipped_arm = row.text_or_empty("shipped_arm");
    experiment.created_by = row.text("created_by");
    experiment.created_at = time_in(row, "created_at");
    experiment.updated_at = time_in(row, "updated_at");
    return experiment;
}

Result<StoredArm> read_arm(const Row& row) {
    StoredArm arm;
    arm.key = row.text("key");
    arm.variant = row.text("variant_id");
    arm.weight = row.number("weight");
    arm.range_low = row.number("range_low");
    arm.range_high = row.number("range_high");
    arm.text_hash = row.text("text_hash");
    if (arm.text_hash.empty()) return arm;
    const auto channel = parse_channel(row.text("channel"));
    if (!channel) return damaged("channel " + row.text("channel"));
    arm.message = {*channel, row.text("language"), row.text("subject"), row.text("text")};
    if (hash_of(arm.message) != arm.text_hash)
        return damaged("the frozen words of arm " + arm.key + " do not have their hash");
    return arm;
}

/// Reads the arms of all experiments, kIdsMax a statement.
Result<void> fill_arms(Session& session,
                       const std::string& workspace,
                       std::vector<StoredExperiment>& experiments) {
    for (std::size_t first = 0; first < experiments.size(); first += kIdsMax) {
        const std::size_t end = std::min(first + kIdsMax, experiments.size());
        std::vector<Value> values{workspace};
        for (std::size_t i = first; i < end; ++i) values.emplace_back(experiments[i].id);
        values.resize(1 + kIdsMax, Value(std::string()));  // No experiment has the empty id.
        const Rows rows = TRY(session.execute(kSelectArms, std::span<const Value>(values)));
        for (const Row& row : rows) {
            const auto owner = std::find_if(
                experiments.begin(), experiments.end(), [&](const StoredExperiment& experiment) {
                    return experiment.id == row.text("experiment_id");
                });
            owner->arms.push_back(TRY(read_arm(row)));
        }
    }
    return {};
}

Result<std::optional<StoredExperiment>> first_of(Session& session,
                                                 const std::string& workspace,
                                                 const Rows& rows) {
    if (rows.empty()) return std::optional<StoredExperiment>();
    std::vector<StoredExperiment> found{TRY(read_experiment(rows.front()))};
    TRY(fill_arms(session, workspace, found));
    return std::optional(std::move(found.front()));
}

/// `key`, or with the first free number behind it.
Result<std::string> free_key(Session& session,
                             const std::string& workspace,
                             const std::string& key) {
    std::set<std::string> taken;
    const Rows rows = TRY(session.execute(kKeysLike, {workspace, key}));
    for (const Row& row : rows) taken.insert(row.text("key"));
    if (taken.count(key) == 0) return key;
    std::size_t number = 2;
    while (taken.count(fmt::format("{}-{}", key, number)) > 0) ++number;  // At most taken.size().
    return fmt::format("{}-{}", key, number);
}

Result<void> insert_arms(Change& change, const std::string& id, const NewExperimentRow& row) {
    std::vector<std::vector<Value>> arms;
    arms.reserve(row.arms.size());
    for (const StoredArm& arm : row.arms)
        arms.push_back({id,
                        static_cast<std::int64_t>(arms.size()),
                        change.workspace(),
                        arm.key,
                        arm.variant,
                        arm.weight,
                        arm.range_low,
                        arm.range_high,
                        "",
                        "",
                        "",
                        "",
                        ""});
    TRY(change.session().insert(kInsertArms, arms));
    return {};
}

json::object created_data(const StoredExperiment& experiment, bool is_repeated) {
    json::array arms;
    for (const StoredArm& arm : experiment.arms)
        arms.push_back(json::object{{"key", arm.key}, {"variant", arm.variant}});
    return {{"key", experiment.key},
            {"segmentation_run", experiment.segmentation_run},
            {"segment", experiment.segment},
            {"arms", std::move(arms)},
            {"is_repeated", is_repeated}};
}

Result<StoredExperiment> record_created(Change& change,
                                        StoredExperiment experiment,
                                        bool is_repeated) {
    TRY(change.record(
        {"experiment.create", "experiment", experiment.id, created_data(experiment, is_repeated)}));
    return experiment;
}

/// The experiment as it is after `step`.
StoredExperiment moved(StoredExperiment experiment,
                       const ExperimentStep& step,
                       ExperimentState after,
                       MilliTime now) {
    // One moment a move and in their order, also where two servers' clocks differ.
    const MilliTime at = std::max(now, experiment.updated_at + std::chrono::milliseconds(1));
    experiment.state = after;
    experiment.version += 1;
    experiment.updated_at = at;
    if (step.move == ExperimentMove::kStart) experiment.started_at = at;
    if (step.move == ExperimentMove::kStop) experiment.stopped_at = at;
    experiment.shipped_arm = step.move == ExperimentMove::kShip ? step.arm : std::string();
    return experiment;
}

Result<void> freeze_arms(Change& change, const StoredExperiment& experiment) {
    for (const StoredArm& arm : experiment.arms) {
        assert(!arm.text_hash.empty() && arm.text_hash == hash_of(arm.message));
        TRY(change.session().execute(kFreezeArm,
                                     {change.workspace(),
                                      experiment.id,
                                      arm.key,
                                      arm.text_hash,
                                      name_of(arm.message.channel),
                                      arm.message.language,
                                      arm.message.subject,
                                      arm.message.text}));
    }
    return {};
}

Result<void> write_arms(Change& change, const StoredExperiment& experiment) {
    for (const StoredArm& arm : experiment.arms)
        TRY(change.session().execute(kUpdateArm,
                                     {change.workspace(),
                                      experiment.id,
                                      arm.key,
                                      arm.weight,
                                      arm.range_low,
                                      arm.range_high}));
    return {};
}

Result<void> insert_decision(Change& change, const ExperimentDecision& decision) {
    TRY(change.session().execute(kInsertDecision,
                                 {decision.id,
                                  change.workspace(),
                                  decision.experiment,
                                  name_of(decision.move),
                                  name_of(decision.before),
                                  name_of(decision.after),
                                  decision.arm,
                                  decision.reason,
                                  decision.advice,
                                  decision.snapshot,
                                  std::int64_t{decision.is_override},
                                  decision.actor.kind,
                                  decision.actor.id,
                                  decision.actor.person,
                                  decision.actor.request_id,
                                  milliseconds_of(decision.at)}));
    return {};
}

json::object decision_data(const ExperimentDecision& decision) {
    json::object data{{"before", name_of(decision.before)},
                      {"after", name_of(decision.after)},
                      {"reason", decision.reason},
                      {"person", decision.actor.person}};
    if (!decision.arm.empty()) data["arm"] = decision.arm;
    if (!decision.advice.empty()) data["advice"] = decision.advice;
    if (!decision.snapshot.empty()) data["snapshot"] = decision.snapshot;
    if (decision.move == ExperimentMove::kShip) data["is_override"] = decision.is_override;
    return data;
}

Result<void> decide(Change& change,
                    const StoredExperiment& before,
                    const StoredExperiment& after,
                    const ExperimentStep& step) {
    const std::string arm =
        step.move == ExperimentMove::kRollBack ? before.shipped_arm : after.shipped_arm;
    const ExperimentDecision decision{new_id(after.updated_at),
                                      before.id,
                                      step.move,
                                      before.state,
                                      after.state,
                                      arm,
                                      step.reason,
                                      step.advice,
                                      step.snapshot,
                                      step.is_override,
                                      change.actor(),
                                      after.updated_at};
    TRY(insert_decision(change, decision));
    return change.record({fmt::format("experiment.{}", name_of(step.move)),
                          "experiment",
                          before.id,
                          decision_data(decision)});
}

Result<ExperimentDecision> read_decision(const Row& row) {
    const auto move = parse_experiment_move(row.text("move"));
    const auto before = parse_experiment_state(row.text("before"));
    const auto after = parse_experiment_state(row.text("after"));
    if (!move || !before || !after) return damaged("decision " + row.text("id"));
    return ExperimentDecision{row.text("id"),
                              row.text("experiment_id"),
                              *move,
                              *before,
                              *after,
                              row.text("arm"),
                              row.text("reason"),
                              row.text("advice"),
                              row.text("snapshot"),
                              row.boolean("is_override"),
                              {row.text("actor_kind"),
                               row.text("actor_id"),
                               row.text("person_id"),
                               row.text("request_id")},
                              time_in(row, "at")};
}

}  // namespace

Result<StoredExperiment> insert_experiment(Change& change, const NewExperimentRow& row) {
    assert(row.arms.size() >= 2 && row.arms.size() <= kExperimentArmsMax);
    Session& session = change.session();
    const std::string& workspace = change.workspace();
    const std::string key =
        row.is_key_adjustable ? TRY(free_key(session, workspace, row.key)) : row.key;
    const std::string id = new_id(change.now());
    const auto inserted = TRY(session.execute(kInsert,
                                              {id,
                                               workspace,
                                               key,
                                               row.description,
                                               row.segmentation_run,
                                               std::int64_t{row.segment},
                                               row.segment_size,
                                               row.segment_share,
                                               text_or_null(row.campaign_run),
                                               row.control,
                                               row.coverage,
                                               write_json(to_json(row.plan)),
                                               change.actor().person,
                                               milliseconds_of(change.now())}));
    if (inserted.affected == 0) {
        const Rows rows = TRY(session.execute(
            kFindOfCampaign, {workspace, row.campaign_run, std::int64_t{row.segment}}));
        auto earlier = TRY(first_of(session, workspace, rows));
        if (earlier) return record_created(change, *std::move(earlier), true);
        // With an adjustable key somebody took the free one meanwhile: the next attempt finds
        // another.
        return Error{
            row.is_key_adjustable ? ErrorCode::kUnavailable : ErrorCode::kAlreadyExists,
            fmt::format("key: there is an experiment '{}' already; choose another key", key),
            {}};
    }
    TRY(insert_arms(change, id, row));
    return record_created(change, TRY(get_experiment(session, workspace, id)), false);
}

Result<StoredExperiment> get_experiment(Session& session,
                                        const std::string& workspace,
                                        const std::string& id) {
    const Rows rows = TRY(session.execute(kFind, {workspace, id}));
    auto found = TRY(first_of(session, workspace, rows));
    if (!found) return not_found("experiment");
    return *std::move(found);
}

Result<Page<StoredExperiment>> list_experiments(Session& session,
                                                const std::string& workspace,
                                                const ExperimentFilter& filter,
                                                const PageRequest& page) {
    const std::string sql = std::string(kList) + page.clause("id", 4);
    const std::string state = filter.state ? name_of(*filter.state) : "";
    const Rows rows = TRY(session.execute(
        sql, {workspace, state, filter.campaign_run, page.bound(), page.row_count()}));
    std::vector<StoredExperiment> experiments;
    for (const Row& row : rows) experiments.push_back(TRY(read_experiment(row)));
    TRY(fill_arms(session, workspace, experiments));
    return page_of(page, std::move(experiments));
}

Result<StoredExperiment> update_experiment(Change& change, const StoredExperiment& experiment) {
    const auto updated = TRY(change.session().execute(kUpdate,
                                                      {change.workspace(),
                                                       experiment.id,
                                                       experiment.version,
                                                       experiment.description,
                                                       experiment.coverage,
                                                       write_json(to_json(experiment.plan)),
                                                       milliseconds_of(change.now())}));
    if (updated.affected == 0) {
        const auto present =
            TRY(get_experiment(change.session(), change.workspace(), experiment.id));
        return version_conflict(present, experiment.version);
    }
    TRY(write_arms(change, experiment));
    return get_experiment(change.session(), change.workspace(), experiment.id);
}

Result<StoredExperiment> move_experiment(Change& change,
                                         const StoredExperiment& experiment,
                                         const ExperimentStep& step) {
    const auto after = state_after(experiment.state, step.move);
    if (!after) return refused_move(experiment.state, step.move);
    const StoredExperiment next = moved(experiment, step, *after, change.now());
    const auto updated = TRY(change.session().execute(kMove,
                                                      {change.workspace(),
                                                       experiment.id,
                                                       experiment.version,
                                                       name_of(experiment.state),
                                                       name_of(*after),
                                                       time_or_null(next.started_at),
                                                       time_or_null(next.stopped_at),
                                                       text_or_null(next.shipped_arm),
                                                       milliseconds_of(next.updated_at)}));
    if (updated.affected == 0) {
        const auto present =
            TRY(get_experiment(change.session(), change.workspace(), experiment.id));
        if (!state_after(present.state, step.move)) return refused_move(present.state, step.move);
        // The transaction runs again and reads it as it is now.
        return Error{ErrorCode::kUnavailable, "The experiment was changed meanwhile.", {}};
    }
    if (step.move == ExperimentMove::kStart) TRY(freeze_arms(change, next));
    TRY(decide(change, experiment, next, step));
    return next;
}

Result<std::vector<ExperimentDecision>> list_decisions(Session& session,
                                                       const std::string& workspace,
                                                       const std::string& experiment) {
    const Rows rows = TRY(session.execute(kSelectDecisions, {workspace, experiment}));
    std::vector<ExperimentDecision> decisions;
    for (const Row& row : rows) decisions.push_back(TRY(read_decision(row)));
    return decisions;
}

Error version_conflict(const StoredExperiment& present, std::int64_t expected) {
    return changed_meanwhile(present.version, expected);
}

Error refused_move(ExperimentState state, ExperimentMove move) {
    std::string allowed;
    for (const ExperimentMove other : allowed_moves(state))
        allowed += (allowed.empty() ? "" : " or ") + std::string(name_of(other));
    return {ErrorCode::kFailedPrecondition,
            fmt::format("the experiment is {}: '{}' is not possible now, only {}",
                        name_of(state),
                        name_of(move),
                        allowed),
            {}};
}

}  // namespace cpo::store
