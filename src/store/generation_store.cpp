#include "store/generation_store.h"

#include <fmt/format.h>

#include <array>

#include "model/context_json.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::array<const char*, 4> kStageNames{"", "context", "variants", "verdicts"};

constexpr std::string_view kInsertRun =
    "INSERT INTO generation_runs (id, workspace_id, job_id, segmentation_run_id, author, request, "
    "as_of, stage, embedder, writer, set_aside, notices, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', '', '[]', '[]', $8)";
constexpr std::string_view kSelectRuns =
    "SELECT g.id, g.job_id, g.segmentation_run_id, g.author, g.request, g.as_of, g.stage, "
    "g.embedder, g.writer, g.set_aside, g.notices, g.created_at, "
    "(SELECT COUNT(*) FROM variants v WHERE v.run_id = g.id) AS variants, "
    "CASE WHEN g.stage = 'verdicts' THEN 'succeeded' ELSE j.state END AS state, "
    "CASE WHEN g.stage = 'verdicts' THEN '' ELSE j.error END AS error "
    "FROM generation_runs g JOIN jobs j ON j.id = g.job_id WHERE g.workspace_id = $1";
constexpr std::string_view kExists =
    "SELECT id FROM generation_runs WHERE workspace_id = $1 AND id = $2";
constexpr std::string_view kSaveContent =
    "UPDATE generation_runs SET embedder = $3, set_aside = $4, notices = $5 "
    "WHERE workspace_id = $1 AND id = $2";
constexpr std::string_view kSaveWriter =
    "UPDATE generation_runs SET writer = $3 WHERE workspace_id = $1 AND id = $2";
constexpr std::string_view kMoveOn =
    "UPDATE generation_runs SET stage = $4 WHERE workspace_id = $1 AND id = $2 AND stage = $3";
constexpr std::string_view kInsertContexts =
    "INSERT INTO contexts (workspace_id, run_id, segment, content)";
constexpr std::string_view kSelectContexts =
    "SELECT content FROM contexts WHERE workspace_id = $1 AND run_id = $2 ORDER BY segment";

GenerationStage stage_of(std::string_view name) {
    const auto found = std::find(kStageNames.begin(), kStageNames.end(), name);
    assert(found != kStageNames.end());
    return static_cast<GenerationStage>(found - kStageNames.begin());
}

json::array to_json(const std::vector<SetAsideDocument>& set_aside) {
    json::array list;
    for (const SetAsideDocument& document : set_aside)
        list.push_back(json::object{{"document", document.document},
                                    {"title", document.title},
                                    {"reason", document.reason}});
    return list;
}

Result<SetAsideDocument> read_set_aside(const json::value& value) {
    const auto reader = TRY(JsonReader::of(value, "set_aside"));
    return SetAsideDocument{
        TRY(reader.string("document")), TRY(reader.string("title")), TRY(reader.string("reason"))};
}

Result<std::vector<SetAsideDocument>> set_aside_in(const Row& row) {
    std::vector<SetAsideDocument> documents;
    for (const json::value& value : TRY(array_in(row, "set_aside")))
        documents.push_back(TRY(or_damaged(read_set_aside(value))));
    return documents;
}

Result<GenerationRun> run_of(const Row& row) {
    GenerationRun run;
    run.id = row.text("id");
    run.job = row.text("job_id");
    run.segmentation_run = row.text("segmentation_run_id");
    run.author = row.text("author");
    run.request = TRY(object_in(row, "request"));
    run.as_of = TRY(date_in(row, "as_of"));
    run.stage = stage_of(row.text("stage"));
    run.embedder = row.text("embedder");
    run.writer = row.text("writer");
    run.set_aside = TRY(set_aside_in(row));
    for (const json::value& notice : TRY(array_in(row, "notices"))) {
        if (!notice.is_string()) return damaged("a notice is no text");
        run.notices.emplace_back(notice.get_string());
    }
    run.variants = row.integer("variants");
    run.state = row.text("state");
    run.error = row.text("error");
    run.created_at = time_in(row, "created_at");
    return run;
}

}  // namespace

const char* name_of(GenerationStage stage) {
    return kStageNames.at(static_cast<std::size_t>(stage));
}

Result<void> insert_generation_run(Change& change, const GenerationRun& run) {
    TRY(change.session().execute(kInsertRun,
                                 {run.id,
                                  change.workspace(),
                                  run.job,
                                  run.segmentation_run,
                                  run.author,
                                  write_json(run.request),
                                  format_date(run.as_of),
                                  milliseconds_of(change.now())}));
    return change.record({"generation_run.create",
                          "generation_run",
                          run.id,
                          {{"segmentation_run", run.segmentation_run}, {"job", run.job}}});
}

Result<GenerationRun> get_generation_run(Session& session,
                                         const std::string& workspace,
                                         const std::string& id) {
    static const std::string sql = std::string(kSelectRuns) + " AND g.id = $2";
    const Rows rows = TRY(session.execute(sql, {workspace, id}));
    if (rows.empty()) return not_found("generation run");
    return run_of(rows.front());
}

Result<Page<GenerationRun>> list_generation_runs(Session& session,
                                                 const std::string& workspace,
                                                 const PageRequest& page) {
    const std::string sql = std::string(kSelectRuns) + page.clause("g.id", 2);
    const Rows rows = TRY(session.execute(sql, {workspace, page.bound(), page.row_count()}));
    std::vector<GenerationRun> runs;
    for (const Row& row : rows) runs.push_back(TRY(run_of(row)));
    return page_of(page, std::move(runs));
}

Result<void> save_contexts(Change& change, const FoundContent& found) {
    TRY(finish_generation_stage(change, found.run, GenerationStage::kContext));
    json::array notices(found.notices.begin(), found.notices.end());
    TRY(change.session().execute(kSaveContent,
                                 {change.workspace(),
                                  found.run,
                                  found.embedder,
                                  write_json(to_json(found.set_aside)),
                                  write_json(notices)}));
    std::vector<std::vector<Value>> rows;
    rows.reserve(found.contexts.size());
    for (const Context& context : found.contexts)
        rows.push_back({change.workspace(),
                        found.run,
                        std::int64_t{context.segment},
                        write_json(cpo::to_json(context))});
    if (!rows.empty()) TRY(change.session().insert(kInsertContexts, rows));
    return change.record({"generation_run.find_content",
                          "generation_run",
                          found.run,
                          {{"segments", found.contexts.size()}}});
}

Result<std::vector<Context>> list_contexts(Session& session,
                                           const std::string& workspace,
                                           const std::string& run) {
    if (TRY(session.execute(kExists, {workspace, run})).empty()) return not_found("generation run");
    const Rows rows = TRY(session.execute(kSelectContexts, {workspace, run}));
    std::vector<Context> contexts;
    for (const Row& row : rows) contexts.push_back(TRY(read_in(row, "content", read_context)));
    return contexts;
}

Result<void> finish_generation_stage(Change& change,
                                     const std::string& run,
                                     GenerationStage stage) {
    assert(stage != GenerationStage::kNone);
    const auto before = static_cast<GenerationStage>(static_cast<int>(stage) - 1);
    const Rows moved = TRY(change.session().execute(
        kMoveOn, {change.workspace(), run, name_of(before), name_of(stage)}));
    if (moved.affected == 1) return {};
    return Error{ErrorCode::kAborted,
                 fmt::format("the stage {} of this run is saved already", name_of(stage)),
                 {}};
}

Result<void> finish_writing(Change& change, const std::string& run, const std::string& writer) {
    TRY(finish_generation_stage(change, run, GenerationStage::kVariants));
    TRY(change.session().execute(kSaveWriter, {change.workspace(), run, writer}));
    return {};
}

}  // namespace cpo::store
