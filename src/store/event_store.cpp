#include "store/event_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <map>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"

namespace cpo::store {
namespace {

/// Ids a statement; shorter lists are filled up, so that one statement is prepared and kept.
constexpr std::size_t kIdsMax = 256;
constexpr int kFirstId = 3;

constexpr std::string_view kInsert =
    "INSERT INTO experiment_events (experiment_id, event_id, workspace_id, kind, unit, arm, "
    "metric, value, time, content_hash, not_counted, received_at)";
constexpr std::string_view kUnlessKnown = "ON CONFLICT DO NOTHING";

/// {} takes the ids as rows. Joined, not IN (...): without statistics PostgreSQL compares every id
/// of the list with every event of the experiment.
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

/// "($3), ($4), ..." with kIdsMax parameters.
std::string id_rows() {
    std::string rows;
    for (std::size_t i = 0; i < kIdsMax; ++i)
        rows += fmt::format("{}(${})", i == 0 ? "" : ", ", kFirstId + static_cast<int>(i));
    return rows;
}

/// Which experiment of which workspace.
struct Place {
    const std::string& workspace;
    const std::string& experiment;
};

/// Runs `sql` for all of `ids` and calls `take` per row.
template <typename Take>
Result<void> select_in(Session& session,
                       std::string_view sql,
                       const Place& place,
                       std::span<const std::string> ids,
                       const Take& take) {
    const std::string statement = fmt::format(fmt::runtime(sql), id_rows());
    while (!ids.empty()) {
        const auto chunk = ids.first(std::min(ids.size(), kIdsMax));
        ids = ids.subspan(chunk.size());
        std::vector<Value> values{place.workspace, place.experiment};
        values.insert(values.end(), chunk.begin(), chunk.end());
        values.resize(2 + kIdsMax, Value(chunk.front()));
        const Rows rows = TRY(session.execute(statement, std::span<const Value>(values)));
        for (const Row& row : rows) take(row);
    }
    return {};
}

const char* name_of(EventKind kind) {
    return kind == EventKind::kExposure ? "exposure" : "outcome";
}

std::int64_t milliseconds(Time time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

StoredEvent read_event(const Row& row) {
    StoredEvent stored;
    stored.event.id = row.text("event_id");
    stored.event.kind = row.text("kind") == "exposure" ? EventKind::kExposure : EventKind::kOutcome;
    stored.event.unit = row.text("unit");
    stored.event.arm = row.text("arm");
    stored.event.metric = row.text("metric");
    stored.event.value = row.number("value");
    stored.event.time = Time(
        std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds(row.integer("time"))));
    stored.content_hash = row.text("content_hash");
    stored.not_counted = row.text("not_counted");
    stored.received_at = MilliTime(std::chrono::milliseconds(row.integer("received_at")));
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
            milliseconds(event.time),
            stored.content_hash,
            stored.not_counted,
            std::int64_t{stored.received_at.time_since_epoch().count()}};
}

}  // namespace

std::string hash_of(const ExperimentEvent& event) {
    return sha256_hex(write_json(json::array{event.id,
                                             name_of(event.kind),
                                             event.unit,
                                             event.arm,
                                             event.metric,
                                             event.value,
                                             milliseconds(event.time)}));
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
    const auto take = [&](const Row& row) {
        hashes.emplace(row.text("event_id"), row.text("content_hash"));
    };
    TRY(select_in(change.session(), kSelectHashes, place, ids, take));
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

Result<std::set<std::string>> exposed_units(Session& session,
                                            const std::string& workspace,
                                            const std::string& experiment,
                                            std::span<const std::string> units) {
    std::set<std::string> exposed;
    const auto take = [&](const Row& row) { exposed.insert(row.text("unit")); };
    TRY(select_in(session, kSelectExposed, {workspace, experiment}, units, take));
    return exposed;
}

}  // namespace cpo::store
