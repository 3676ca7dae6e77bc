#include "store/segmentation_store.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/id.h"
#include "model/map_bytes.h"
#include "model/segment_json.h"
#include "store/blob_store.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

/// Rows that are in memory as statements and answers at once.
constexpr std::size_t kBlockRows = 16'384;

constexpr std::string_view kInsertRun =
    "INSERT INTO segmentation_runs (id, workspace_id, job_id, options, customers, created_at) "
    "VALUES ($1, $2, $3, $4, 0, $5)";
// A run of a campaign is done long before the campaign's job is.
constexpr std::string_view kSelectRuns =
    "SELECT r.id, r.job_id, r.options, r.customers, r.result, r.created_at, r.completed_at, "
    "CASE WHEN r.completed_at IS NULL THEN j.state ELSE 'succeeded' END AS state, "
    "CASE WHEN r.completed_at IS NULL THEN j.error ELSE '' END AS error "
    "FROM segmentation_runs r JOIN jobs j ON j.id = r.job_id WHERE r.workspace_id = $1";
constexpr std::string_view kAndId = " AND r.id = $2";
constexpr std::string_view kCompleteRun =
    "UPDATE segmentation_runs SET customers = $3, result = $4, completed_at = $5, model_id = $6 "
    "WHERE workspace_id = $1 AND id = $2 AND completed_at IS NULL";
constexpr std::string_view kInsertSegments =
    "INSERT INTO segments (workspace_id, run_id, number, content)";
constexpr std::string_view kInsertMembers =
    "INSERT INTO segment_members (workspace_id, run_id, position, customer_id, segment, strength)";
constexpr std::string_view kInsertMap =
    "INSERT INTO segmentation_maps (run_id, workspace_id, bytes) VALUES ($1, $2, $3)";
constexpr std::string_view kSelectSegments =
    "SELECT content FROM segments WHERE workspace_id = $1 AND run_id = $2 ORDER BY number";
constexpr std::string_view kSelectSegment =
    "SELECT content FROM segments WHERE workspace_id = $1 AND run_id = $2 AND number = $3";
constexpr std::string_view kSelectMembers =
    "SELECT position, customer_id, segment, strength FROM segment_members "
    "WHERE workspace_id = $1 AND run_id = $2 AND position >= $3 ORDER BY position LIMIT $4";
constexpr std::string_view kSelectMembersOf =
    "SELECT customer_id, strength FROM segment_members "
    "WHERE workspace_id = $1 AND run_id = $2 AND segment = $3";
constexpr std::string_view kSelectMemberAt =
    "SELECT customer_id, segment FROM segment_members "
    "WHERE workspace_id = $1 AND run_id = $2 AND position = $3";
constexpr std::string_view kSelectModel =
    "SELECT model_id FROM segmentation_runs WHERE workspace_id = $1 AND id = $2";
constexpr std::string_view kSelectMap =
    "SELECT bytes FROM segmentation_maps WHERE workspace_id = $1 AND run_id = $2";

Error no_result() {
    return {ErrorCode::kFailedPrecondition,
            "the segmentation run has no result yet: wait for its job",
            {}};
}

Result<SegmentationRun> read(const Row& row) {
    SegmentationRun run;
    run.id = row.text("id");
    run.job_id = row.text("job_id");
    run.state = row.text("state");
    run.error = row.text("error");
    run.options = TRY(object_in(row, "options"));
    run.customers = row.integer("customers");
    run.created_at = time_in(row, "created_at");
    if (row.is_null("result")) return run;
    run.completed_at = time_in(row, "completed_at");
    run.result = TRY(object_in(row, "result"));
    return run;
}

json::object result_json(const StoredSegmentation& result) {
    json::object object = to_json(result.segmentation);
    json::array notices;
    for (const std::string& notice : result.notices) notices.emplace_back(notice);
    object["notices"] = std::move(notices);
    object["columns"] = result.columns;
    json::object model{{"kept", !result.model.empty()}};
    if (result.model.empty()) model["reason"] = result.no_model;
    object["model"] = std::move(model);
    return object;
}

Result<void> insert_segments(Change& change,
                             const std::string& run_id,
                             const Segmentation& segmentation) {
    const auto features = features_of(segmentation);
    std::vector<std::vector<Value>> rows;
    rows.reserve(segmentation.segments.size());
    for (const Segment& segment : segmentation.segments)
        rows.push_back({change.workspace(),
                        run_id,
                        std::int64_t{segment.number},
                        write_json(to_json(segment, features))});
    TRY(change.session().insert(kInsertSegments, rows));
    return {};
}

Result<void> insert_members(Change& change,
                            const std::string& run_id,
                            const StoredSegmentation& result) {
    const std::vector<float>& strengths = result.segmentation.strength_of;
    assert(strengths.empty() || strengths.size() == result.ids.size());
    for (std::size_t from = 0; from < result.ids.size(); from += kBlockRows) {
        const std::size_t end = std::min(from + kBlockRows, result.ids.size());
        NewRows rows{{change.workspace(), run_id}, 4, {}};
        rows.values.reserve((end - from) * rows.width);
        for (std::size_t row = from; row < end; ++row) {
            rows.values.emplace_back(static_cast<std::int64_t>(row));
            rows.values.emplace_back(result.ids[row]);
            rows.values.emplace_back(std::int64_t{result.segmentation.segment_of[row]});
            rows.values.push_back(strengths.empty() ? Value(nullptr)
                                                    : Value(double{strengths[row]}));
        }
        TRY(change.session().insert(kInsertMembers, std::move(rows)));
    }
    return {};
}

}  // namespace

Result<std::string> insert_run(Change& change, const NewSegmentationRun& run) {
    const std::string id = run.id.empty() ? new_id(change.now()) : run.id;
    TRY(change.session().execute(kInsertRun,
                                 {id,
                                  change.workspace(),
                                  run.job_id,
                                  write_json(run.options),
                                  milliseconds_of(change.now())}));
    TRY(change.record({"segmentation_run.create",
                       "segmentation_run",
                       id,
                       {{"job", run.job_id}, {"options", run.options}}}));
    return id;
}

Result<SegmentationRun> get_run(Session& session,
                                const std::string& workspace,
                                const std::string& id) {
    const std::string sql = std::string(kSelectRuns).append(kAndId);
    const Rows rows = TRY(session.execute(sql, {workspace, id}));
    if (rows.empty()) return not_found("segmentation run");
    return read(rows.front());
}

Result<Page<SegmentationRun>> list_runs(Session& session,
                                        const std::string& workspace,
                                        const PageRequest& page) {
    const std::string sql = std::string(kSelectRuns) + page.clause("r.id", 2);
    const Rows rows = TRY(session.execute(sql, {workspace, page.bound(), page.row_count()}));
    std::vector<SegmentationRun> runs;
    for (const Row& row : rows) runs.push_back(TRY(read(row)));
    return page_of(page, std::move(runs));
}

Result<void> complete_run(Change& change, const std::string& id, const StoredSegmentation& result) {
    assert(result.ids.size() == result.segmentation.segment_of.size());
    // Of a run that has its result already it goes with this change.
    const std::string model =
        result.model.empty() ? "" : TRY(write_blob(change, result.model, "application/json"));
    const Rows updated = TRY(change.session().execute(kCompleteRun,
                                                      {change.workspace(),
                                                       id,
                                                       static_cast<std::int64_t>(result.ids.size()),
                                                       write_json(result_json(result)),
                                                       milliseconds_of(change.now()),
                                                       text_or_null(model)}));
    if (updated.affected == 0) {
        TRY(get_run(change.session(), change.workspace(), id));
        return Error{
            ErrorCode::kFailedPrecondition, "the segmentation run has its result already", {}};
    }
    TRY(insert_segments(change, id, result.segmentation));
    TRY(insert_members(change, id, result));
    TRY(change.session().execute(kInsertMap,
                                 {id, change.workspace(), Bytes{map_bytes(result.segmentation)}}));
    return change.record(
        {"segmentation_run.complete",
         "segmentation_run",
         id,
         {{"customers", result.ids.size()}, {"segments", result.segmentation.segments.size()}}});
}

Result<json::array> list_segments_json(Session& session,
                                       const std::string& workspace,
                                       const std::string& run_id) {
    const Rows rows = TRY(session.execute(kSelectSegments, {workspace, run_id}));
    if (rows.empty()) TRY(get_run(session, workspace, run_id));
    json::array segments;
    for (const Row& row : rows) segments.push_back(TRY(object_in(row, "content")));
    return segments;
}

Result<std::vector<Segment>> list_segments(Session& session,
                                           const std::string& workspace,
                                           const std::string& run_id) {
    const SegmentationRun run = TRY(get_run(session, workspace, run_id));
    std::vector<Segment> segments;
    if (run.result.is_null()) return segments;
    const Segmentation segmentation = TRY(or_damaged(read_segmentation(run.result, "result")));
    const auto features = features_of(segmentation);
    const json::array contents = TRY(list_segments_json(session, workspace, run_id));
    for (const json::value& value : contents)
        segments.push_back(TRY(or_damaged(read_segment(value, features, "content"))));
    return segments;
}

Result<Segment> get_segment(Session& session,
                            const std::string& workspace,
                            const std::string& run_id,
                            int number) {
    const json::object content = TRY(get_segment_json(session, workspace, {run_id, number}));
    const SegmentationRun run = TRY(get_run(session, workspace, run_id));
    const Segmentation segmentation = TRY(or_damaged(read_segmentation(run.result, "result")));
    return or_damaged(read_segment(content, features_of(segmentation), "content"));
}

Result<json::object> get_segment_json(Session& session,
                                      const std::string& workspace,
                                      const SegmentKey& segment) {
    const Rows rows = TRY(
        session.execute(kSelectSegment, {workspace, segment.run_id, std::int64_t{segment.number}}));
    if (rows.empty()) return not_found("segment");
    return object_in(rows.front(), "content");
}

Result<Page<SegmentMember>> list_members(Session& session,
                                         const std::string& workspace,
                                         const SegmentKey& segment,
                                         const PageRequest& page) {
    const std::string sql = std::string(kSelectMembersOf) + page.clause("customer_id", 4);
    const Rows rows = TRY(session.execute(
        sql,
        {workspace, segment.run_id, std::int64_t{segment.number}, page.bound(), page.row_count()}));
    if (rows.empty()) TRY(get_segment_json(session, workspace, segment));
    std::vector<SegmentMember> members;
    for (const Row& row : rows) {
        SegmentMember& member = members.emplace_back();
        member.id = row.text("customer_id");
        if (!row.is_null("strength")) member.strength = row.number("strength");
    }
    return page_of(page, std::move(members));
}

Result<std::vector<MapCustomer>> list_map_customers(Session& session,
                                                    const std::string& workspace,
                                                    const std::string& run_id,
                                                    const std::vector<std::size_t>& points) {
    const SegmentationRun run = TRY(get_run(session, workspace, run_id));
    if (run.result.is_null()) return no_result();
    const std::size_t step = map_step(static_cast<std::size_t>(run.customers));
    std::vector<MapCustomer> customers;
    for (const std::size_t point : points) {
        const Rows rows = TRY(session.execute(
            kSelectMemberAt, {workspace, run_id, static_cast<std::int64_t>(point * step)}));
        if (rows.empty()) return invalid_argument("the map has fewer points than that");
        customers.push_back({point,
                             rows.front().text("customer_id"),
                             static_cast<int>(rows.front().integer("segment"))});
    }
    return customers;
}

Result<StoredSegmentation> load_segmentation(Session& session,
                                             const std::string& workspace,
                                             const std::string& run_id) {
    const SegmentationRun run = TRY(get_run(session, workspace, run_id));
    if (run.result.is_null()) return no_result();
    StoredSegmentation stored;
    stored.segmentation = TRY(or_damaged(read_segmentation(run.result, "result")));
    const JsonReader result = TRY(JsonReader::of(run.result));
    stored.notices = TRY(or_damaged(result.strings_or_empty("notices")));
    // A run from before has none.
    if (result.has("columns")) stored.columns = *TRY(or_damaged(result.array("columns")));
    stored.segmentation.segments = TRY(list_segments(session, workspace, run_id));
    for (std::int64_t from = 0;;) {
        const Rows block = TRY(session.execute(
            kSelectMembers, {workspace, run_id, from, static_cast<std::int64_t>(kBlockRows)}));
        for (const Row& row : block) {
            stored.ids.push_back(row.text("customer_id"));
            stored.segmentation.segment_of.push_back(static_cast<int>(row.integer("segment")));
            // A run has all or none.
            if (!row.is_null("strength"))
                stored.segmentation.strength_of.push_back(
                    static_cast<float>(row.number("strength")));
        }
        if (block.size() < kBlockRows) return stored;
        from += static_cast<std::int64_t>(block.size());
    }
}

Result<std::string> load_segmentation_map(Session& session,
                                          const std::string& workspace,
                                          const std::string& run_id) {
    const Rows rows = TRY(session.execute(kSelectMap, {workspace, run_id}));
    if (!rows.empty()) return rows.front().bytes("bytes");
    const SegmentationRun run = TRY(get_run(session, workspace, run_id));
    if (run.result.is_null()) return no_result();
    return Error{ErrorCode::kFailedPrecondition,
                 "The map of this run had a form that is no longer read: compute segments again.",
                 {}};
}

Result<std::string> load_segmentation_model(Session& session,
                                            const std::string& workspace,
                                            const std::string& run_id) {
    const SegmentationRun run = TRY(get_run(session, workspace, run_id));
    if (run.result.is_null()) return no_result();
    const Rows rows = TRY(session.execute(kSelectModel, {workspace, run_id}));
    if (!rows.front().is_null("model_id"))
        return TRY(read_blob(session, workspace, rows.front().text("model_id"))).bytes;
    const JsonReader result = TRY(or_damaged(JsonReader::of(run.result, "result")));
    if (!result.has("model"))
        return Error{ErrorCode::kFailedPrecondition,
                     "The run is from before models were kept: compute segments again.",
                     {}};
    const JsonReader model = TRY(or_damaged(result.object("model")));
    return Error{ErrorCode::kFailedPrecondition,
                 "The run has no model: " + TRY(or_damaged(model.string("reason"))),
                 {}};
}

}  // namespace cpo::store
