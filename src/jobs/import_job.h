#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "jobs/worker.h"
#include "pipeline/customer_import.h"
#include "store/import_store.h"
#include "store/store.h"

namespace cpo::jobs {

inline constexpr const char* kImportJob = "import";

/// A file that somebody sent, and how to read it.
struct ImportRequest {
    std::string_view bytes;  ///< CSV, plain or gzip.
    std::string media_type;
    std::string kind = "transactions";  ///< Or "customers".
    std::string mode = "merge";         ///< Or "replace".
    std::string file;                   ///< Name for people; empty = "upload".
    std::string map;                    ///< See ingest::parse_mapping.
    std::string id;                     ///< Column with the id of a customer file.
    std::string as_of;                  ///< YYYY-MM-DD; empty = the newest day in the file.
    double rejected_share_max = 0.05;
    std::string idempotency_key;
};

struct StartedImport {
    std::string import_id;
    std::string job_id;
};

/// How the file of a request is read. Errors: kInvalidArgument for a field with a wrong value.
Result<pipeline::CustomerReading> reading_of(const ImportRequest& request);

/// Stores the file and queues the job that reads it, or gives the earlier import of the same key.
/// Errors: those of enqueue and write_blob; kInvalidArgument for a field with a wrong value.
Result<StartedImport> start_import(store::Change& change, const ImportRequest& request);

/// Does jobs of kind kImportJob; the subject is the import. Customers, counts and rejected lines
/// are saved in one checkpoint that also drops the file, or nothing is. The result: {import,
/// customers, rejected}. `store` must outlive it. Errors: those of pipeline::read_customer_bytes
/// and of store::save_customers; kFailedPrecondition when the file is not kept any more.
JobWork make_import_work(store::Store& store);

}  // namespace cpo::jobs
