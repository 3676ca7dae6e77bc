#include "store/event_store.h"

#include <algorithm>
#include <cassert>
#include <map>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "store/select_by_ids.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO experiment_events (experiment_id, event_id, workspace_id, kind, unit, arm, "
    "metric, value, time, content_hash, not_counted, received_at)";
constexpr std::string_view kUnlessKnown = "ON CONFLICT DO NOTHING";

constexpr std::string_view kSelectHashes =
    "SELECT e.event_id, e.content_hash FROM (VALUES {}) AS v JOIN experiment_events AS e "
    "ON e.event_id = v.column1 WHERE e.workspace_id = $1 AND e.experiment_id = $2";

constexpr std::string_view kSelectExposed =
    "SELECT DISTINCT e.unit FROM (VALUES {}) AS v JOIN experiment_events AS e "
    "ON e.unit = v.column1 WHERE e.workspace_id = $1 AND e.experiment_id = $2 "
    "AND e.kind = 'exposure' AND e.not_counted = ''";

constexpr std::string_view kSelectPage =
    "SELECT event_id, kind, unit, arm, metric, value, time, content_hash, not_counted, received_at "
    "FROM experiment_events WHERE workspace_id = $1 AND experiment_id = $2 AND event_id > $3 "
    "ORDER BY event_id LIMIT $4";

constexpr std::string_view kSelectExposures =
    "SELECT event_id, unit, arm, time FROM experiment_events WHERE workspace_id = $1 "
    "AND experiment_id = $2 AND event_id > $3 AND kind = 'exposure' ORDER BY event_id LIMIT $4";

/// Which experiment of which workspace.
struct Place {
    const std::string& workspace;
    const std::string& experiment;
};

const char* name_of(EventKind kind) {
    return kind == EventKind::kExposure ? "exposure" : "outcome";
}

StoredEvent read_event(const Row& row) {
    StoredEvent stored;
    stored.event.id = row.text("event_id");
    stored.event.kind = row.text("kind") == "exposure" ? EventKind::kExposure : EventKind::kOutcome;
    stored.event.unit = row.text("unit");
    stored.event.arm = row.text("arm");
    stored.event.metric = row.text("metric");
    stored.event.value = row.number("value");
    stored.event.time = std::chrono::floor<std::chrono::seconds>(time_in(row, "time"));
    stored.content_hash = row.text("content_hash");
    stored.not_counted = row.text("not_counted");
    stored.received_at = time_in(row, "received_at");
    return stored;
}

std::vector<Value> values_of(const Place& place, const StoredEvent& stored) {
    const ExperimentEvent& event = stored.event;
    return {place.experiment,
            event.id,
            place.workspace,
            name_of(event.kind),
            event.unit,
            event.arm,
            event.metric,
            event.value,
            milliseconds_of(event.time),
            stored.content_hash,
            stored.not_counted,
            milliseconds_of(stored.received_at)};
}

}  // namespace

std::string hash_of(const ExperimentEvent& event) {
    return sha256_hex(write_json(json::array{event.id,
                                             name_of(event.kind),
                                             event.unit,
                                             event.arm,
                                             event.metric,
                                             event.value,
                                             milliseconds_of(event.time)}));
}

Result<InsertedEvents> insert_events(Change& change,
                                     const std::string& experiment,
                                     std::span<const StoredEvent> events) {
    assert(events.size() <= kEventBatchMax);
    const Place place{change.workspace(), experiment};
    std::vector<std::string> ids;
    for (const StoredEvent& stored : events) ids.push_back(stored.event.id);
    assert(std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) == ids.end());
    std::map<std::string, std::string> hashes;
    const auto take = [&](const Row& row) -> Result<void> {
        hashes.emplace(row.text("event_id"), row.text("content_hash"));
        return {};
    };
    TRY(select_by_ids(
        change.session(), kSelectHashes, {change.workspace(), experiment}, ids, take));
    InsertedEvents answer;
    std::vector<std::vector<Value>> rows;
    for (const StoredEvent& stored : events) {
        const auto known = hashes.find(stored.event.id);
        if (known == hashes.end())
            rows.push_back(values_of(place, stored));
        else if (known->second == stored.content_hash)
            answer.known.insert(stored.event.id);
        else
            answer.conflicts.push_back(stored.event.id);
    }
    if (!answer.conflicts.empty()) return answer;
    answer.inserted = TRY(change.session().insert(kInsert, rows, kUnlessKnown));
    if (answer.inserted != static_cast<std::int64_t>(rows.size()))
        return Error{ErrorCode::kUnavailable, "another batch holds some of these events", {}};
    return answer;
}

Result<std::vector<StoredEvent>> read_events(Session& session,
                                             const std::string& workspace,
                                             const std::string& experiment,
                                             const std::string& after,
                                             std::size_t count_max) {
    const Rows rows = TRY(session.execute(
        kSelectPage, {workspace, experiment, after, static_cast<std::int64_t>(count_max)}));
    std::vector<StoredEvent> events;
    events.reserve(rows.size());
    for (const Row& row : rows) events.push_back(read_event(row));
    return events;
}

Result<std::vector<ExperimentEvent>> read_exposures(Session& session,
                                                    const std::string& workspace,
                                                    const std::string& experiment,
                                                    const std::string& after,
                                                    std::size_t count_max) {
    const Rows rows = TRY(session.execute(
        kSelectExposures, {workspace, experiment, after, static_cast<std::int64_t>(count_max)}));
    std::vector<ExperimentEvent> exposures;
    exposures.reserve(rows.size());
    for (const Row& row : rows) {
        ExperimentEvent exposure;
        exposure.id = row.text("event_id");
        exposure.unit = row.text("unit");
        exposure.arm = row.text("arm");
        exposure.time = std::chrono::floor<std::chrono::seconds>(time_in(row, "time"));
        exposures.push_back(std::move(exposure));
    }
    return exposures;
}

Result<std::set<std::string>> exposed_units(Session& session,
                                            const std::string& workspace,
                                            const std::string& experiment,
                                            std::span<const std::string> units) {
    std::set<std::string> exposed;
    const auto take = [&](const Row& row) -> Result<void> {
        exposed.insert(row.text("unit"));
        return {};
    };
    TRY(select_by_ids(session, kSelectExposed, {workspace, experiment}, units, take));
    return exposed;
}

}  // namespace cpo::store
