#include "store/import_store.h"

#include "model/customer_json.h"
#include "store/blob_store.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO imports (id, workspace_id, job_id, kind, mode, file, options, upload_id, "
    "customers, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)";
// The state and the error of an import are those of its job.
constexpr std::string_view kSelect =
    "SELECT i.id, i.job_id, j.state, j.error, i.kind, i.mode, i.file, i.options, i.upload_id, "
    "i.customers, i.summary, i.totals, i.created_at "
    "FROM imports i JOIN jobs j ON j.id = i.job_id WHERE i.workspace_id = $1";
constexpr std::string_view kAndId = " AND i.id = $2";
constexpr std::string_view kComplete =
    "UPDATE imports SET customers = $3, summary = $4, totals = $5, rejected = $6, "
    "completed_at = $7, upload_id = NULL "
    "WHERE workspace_id = $1 AND id = $2 AND completed_at IS NULL";
constexpr std::string_view kSelectRejected =
    "SELECT rejected FROM imports WHERE workspace_id = $1 AND id = $2";
constexpr std::string_view kSelectGivenUp =
    "SELECT i.id, i.upload_id FROM imports i JOIN jobs j ON j.id = i.job_id "
    "WHERE i.workspace_id = $1 AND i.upload_id IS NOT NULL "
    "AND j.state IN ('failed', 'cancelled') AND j.finished_at < $2";
constexpr std::string_view kForgetUpload =
    "UPDATE imports SET upload_id = NULL WHERE workspace_id = $1 AND id = $2";

Result<json::value> json_or_null(const Row& row, std::string_view column) {
    if (row.is_null(column)) return json::value();
    return json_in(row, column);
}

Result<Import> read(const Row& row) {
    Import import;
    import.id = row.text("id");
    import.job_id = row.text("job_id");
    import.state = row.text("state");
    import.error = row.text("error");
    import.kind = row.text("kind");
    const auto mode = parse_import_mode(row.text("mode"));
    if (!mode) return damaged("import mode " + row.text("mode"));
    import.mode = *mode;
    import.file = row.text("file");
    import.options = TRY(object_in(row, "options"));
    import.upload_id = row.text_or_empty("upload_id");
    import.customers = row.integer("customers");
    import.summary = TRY(json_or_null(row, "summary"));
    import.totals = TRY(json_or_null(row, "totals"));
    import.created_at = time_in(row, "created_at");
    return import;
}

Result<RejectedLine> read_rejected(const json::value& value) {
    const JsonReader line = TRY(JsonReader::of(value));
    return RejectedLine{static_cast<std::size_t>(TRY(line.integer("line"))),
                        TRY(line.string("column")),
                        TRY(line.string("value")),
                        TRY(line.string("reason"))};
}

/// Drops the files of imports that nobody tried again.
Result<void> prune_uploads(Change& change) {
    Session& session = change.session();
    const MilliTime before = change.now() - kUploadKept;
    const Rows rows =
        TRY(session.execute(kSelectGivenUp, {change.workspace(), milliseconds_of(before)}));
    for (const Row& row : rows) {
        TRY(session.execute(kForgetUpload, {change.workspace(), row.text("id")}));
        TRY(delete_blob(session, change.workspace(), row.text("upload_id")));
    }
    return {};
}

}  // namespace

Result<void> insert_import(Change& change, const NewImport& import) {
    TRY(change.session().execute(kInsert,
                                 {import.id,
                                  change.workspace(),
                                  import.job_id,
                                  import.kind,
                                  std::string(name_of(import.mode)),
                                  import.file,
                                  write_json(import.options),
                                  import.upload_id,
                                  milliseconds_of(change.now())}));
    TRY(prune_uploads(change));
    return change.record(
        {"import.create",
         "import",
         import.id,
         {{"job", import.job_id}, {"kind", import.kind}, {"mode", name_of(import.mode)}}});
}

Result<Import> get_import(Session& session, const std::string& workspace, const std::string& id) {
    const std::string sql = std::string(kSelect).append(kAndId);
    const Rows rows = TRY(session.execute(sql, {workspace, id}));
    if (rows.empty()) return not_found("import");
    return read(rows.front());
}

Result<Page<Import>> list_imports(Session& session,
                                  const std::string& workspace,
                                  const PageRequest& page) {
    const std::string sql = std::string(kSelect) + page.clause("i.id", 2);
    const Rows rows = TRY(session.execute(sql, {workspace, page.bound(), page.row_count()}));
    std::vector<Import> imports;
    for (const Row& row : rows) imports.push_back(TRY(read(row)));
    return page_of(page, std::move(imports));
}

Result<void> complete_import(Change& change, const std::string& id, const ImportResult& result) {
    const Import import = TRY(get_import(change.session(), change.workspace(), id));
    if (import.is_complete())
        return Error{ErrorCode::kFailedPrecondition, "the import is complete already", {}};
    const ReadSummary& summary = result.summary;
    TRY(change.session().execute(
        kComplete,
        {change.workspace(),
         id,
         result.customers,
         write_json(to_json(summary, kRejectedShownMax)),
         result.totals ? Value(write_json(to_json(*result.totals))) : Value(nullptr),
         write_json(to_json(summary.rejected, kRejectedLinesMax)),
         milliseconds_of(change.now())}));
    if (!import.upload_id.empty())
        TRY(delete_blob(change.session(), change.workspace(), import.upload_id));
    TRY(prune_uploads(change));
    return change.record({"import.complete",
                          "import",
                          id,
                          {{"mode", name_of(import.mode)},
                           {"lines", summary.lines},
                           {"rejected", summary.rejected_count},
                           {"customers", result.customers},
                           {"customers_in_workspace", result.total}}});
}

Result<std::vector<RejectedLine>> list_rejected(Session& session,
                                                const std::string& workspace,
                                                const std::string& id) {
    const Rows rows = TRY(session.execute(kSelectRejected, {workspace, id}));
    if (rows.empty()) return not_found("import");
    std::vector<RejectedLine> lines;
    if (rows.front().is_null("rejected")) return lines;
    for (const json::value& value : TRY(array_in(rows.front(), "rejected")))
        lines.push_back(TRY(or_damaged(read_rejected(value))));
    return lines;
}

}  // namespace cpo::store
