#include "jobs/import_job.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/id.h"
#include "store/blob_store.h"

namespace cpo::jobs {
namespace {

/// The fields that say how to read a file, as they are stored and compared.
json::object options_json(const ImportRequest& request) {
    return {{"map", request.map},
            {"id", request.id},
            {"as_of", request.as_of},
            {"rejected_share_max", request.rejected_share_max}};
}

std::string request_hash(const ImportRequest& request) {
    const json::object fields{{"bytes", sha256_hex(request.bytes)},
                              {"kind", request.kind},
                              {"mode", request.mode},
                              {"file", request.file},
                              {"options", options_json(request)}};
    return sha256_hex(write_json(fields));
}

std::string file_name_of(const ImportRequest& request) {
    return request.file.empty() ? "upload" : request.file;
}

/// `file` is its name.
Result<pipeline::CustomerReading> reading_of(const std::string& kind,
                                             const std::string& file,
                                             const json::object& options) {
    const json::value fields(options);
    const JsonReader reader = TRY(JsonReader::of(fields));
    const auto known = pipeline::parse_customer_file_kind(kind);
    if (!known)
        return invalid_argument(fmt::format("kind {}: expected transactions or customers", kind));
    pipeline::CustomerReading reading;
    reading.kind = *known;
    reading.file = file;
    const std::string map = TRY(reader.string_or("map", ""));
    reading.mapping = TRY(ingest::parse_mapping(map));
    reading.id = TRY(reader.string_or("id", ""));
    reading.rejected_share_max = TRY(reader.number_or("rejected_share_max", 0.05));
    const std::string as_of = TRY(reader.string_or("as_of", ""));
    if (as_of.empty()) return reading;
    reading.as_of = parse_date(as_of);
    if (!reading.as_of)
        return invalid_argument(fmt::format("as_of {}: expected YYYY-MM-DD", as_of));
    return reading;
}

/// What the job needs to begin.
struct Upload {
    store::Import import;
    std::string bytes;               ///< Empty when the import is complete.
    std::vector<MixedColumn> known;  ///< What customers have who stay.
};

Result<Upload> load_upload(JobContext& context, store::Store& store) {
    const std::string& workspace = context.job().workspace;
    return store.read(
        [&](store::Session& session) -> Result<Upload> {
            Upload upload;
            upload.import = TRY(store::get_import(session, workspace, context.job().subject_id));
            if (upload.import.is_complete()) return upload;
            if (upload.import.upload_id.empty())
                return Error{ErrorCode::kFailedPrecondition,
                             fmt::format("the file {} is not kept any more: send it again",
                                         upload.import.file),
                             {}};
            upload.bytes = TRY(store::read_blob(session, workspace, upload.import.upload_id)).bytes;
            if (upload.import.mode == store::ImportMode::kMerge)
                upload.known = TRY(store::stored_columns(session, workspace));
            return upload;
        },
        context.deadline());
}

json::object result_json(const store::Import& import, const json::value& rejected) {
    return {{"import", import.id}, {"customers", import.customers}, {"rejected", rejected}};
}

Result<json::object> import_customers(JobContext& context, store::Store& store) {
    auto upload = TRY(load_upload(context, store));
    store::Import& import = upload.import;
    if (import.is_complete()) return result_json(import, import.summary.at("rejected_count"));

    pipeline::ReadWatch watch;
    watch.deadline = context.deadline();
    watch.progress = [&](std::size_t done, std::size_t total) {
        context.progress(
            {static_cast<std::int64_t>(done), static_cast<std::int64_t>(total), "read"});
    };
    auto reading = TRY(reading_of(import.kind, import.file, import.options));
    reading.known = std::move(upload.known);
    const auto input = TRY(pipeline::read_customer_bytes(upload.bytes, reading, watch));
    import.customers = static_cast<std::int64_t>(input.customers.rows());
    context.progress({0, import.customers, "save"});
    const auto save = [&](store::Change& change) -> Result<void> {
        const std::int64_t total =
            TRY(store::save_customers(change, input.customers, import.mode, import.id));
        return store::complete_import(
            change, import.id, {input.summary, input.totals, import.customers, total});
    };
    TRY(context.checkpoint(save));
    context.progress({import.customers, import.customers, "save"});
    return result_json(import, input.summary.rejected_count);
}

}  // namespace

Result<pipeline::CustomerReading> reading_of(const ImportRequest& request) {
    return reading_of(request.kind, file_name_of(request), options_json(request));
}

Result<StartedImport> start_import(store::Change& change, const ImportRequest& request) {
    const auto mode = store::parse_import_mode(request.mode);
    if (!mode)
        return invalid_argument(fmt::format("mode {}: expected merge or replace", request.mode));
    store::NewImport import;
    import.id = new_id(change.now());
    import.kind = request.kind;
    import.mode = *mode;
    import.file = file_name_of(request);
    import.options = options_json(request);
    // What can be known to be wrong is said at once, not by the job.
    TRY(reading_of(request));

    const Enqueued queued = TRY(enqueue(change,
                                        {.kind = kImportJob,
                                         .subject_type = "import",
                                         .subject_id = import.id,
                                         .input = {},
                                         .idempotency_key = request.idempotency_key,
                                         .request_hash = request_hash(request)}));
    if (!queued.is_new) return StartedImport{queued.job.subject_id, queued.job.id};
    import.job_id = queued.job.id;
    import.upload_id = TRY(store::write_blob(change, request.bytes, request.media_type));
    TRY(store::insert_import(change, import));
    return StartedImport{import.id, import.job_id};
}

JobWork make_import_work(store::Store& store) {
    return [&store](JobContext& context) { return import_customers(context, store); };
}

}  // namespace cpo::jobs
