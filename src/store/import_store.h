#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/customer.h"
#include "store/customer_store.h"
#include "store/page.h"
#include "store/store.h"

namespace cpo::store {

struct NewImport {
    std::string id;
    std::string job_id;
    std::string kind;  ///< "transactions" or "customers".
    ImportMode mode = ImportMode::kMerge;
    std::string file;       ///< Its name, for people.
    json::object options;   ///< How to read it; the job knows the fields.
    std::string upload_id;  ///< Blob with the file's bytes.
};

/// One import and what was read.
struct Import {
    std::string id;
    std::string job_id;
    std::string state;  ///< Of the job.
    std::string error;  ///< Of the job; empty without one.
    std::string kind;
    ImportMode mode = ImportMode::kMerge;
    std::string file;
    json::object options;
    std::string upload_id;       ///< Empty once the import is complete, and when it was pruned.
    std::int64_t customers = 0;  ///< Read from the file; 0 before it is complete.
    json::value summary;  ///< ReadSummary (model/customer_json.h); null before it is complete.
    json::value totals;   ///< TransactionTotals; null before that and for customer files.
    MilliTime created_at{};
    bool is_complete() const { return !summary.is_null(); }
};

/// What an import found.
struct ImportResult {
    ReadSummary summary;
    std::optional<TransactionTotals> totals;
    std::int64_t customers = 0;  ///< In the file.
    std::int64_t total = 0;      ///< In the workspace afterwards.
};

/// Rejected lines that an import itself shows; list_rejected has all that were kept.
inline constexpr std::size_t kRejectedShownMax = 20;
/// The file of an import that failed or was cancelled is kept that long for another try.
inline constexpr std::chrono::hours kUploadKept{24 * 7};

/// Records import.create and drops the bytes of imports that were given up on (see kUploadKept), so
/// that they go also where no import succeeds. The job and the blob must be there.
Result<void> insert_import(Change& change, const NewImport& import);

/// Errors: kNotFound.
Result<Import> get_import(Session& session, const std::string& workspace, const std::string& id);
Result<Page<Import>> list_imports(Session& session,
                                  const std::string& workspace,
                                  const PageRequest& page);

/// Saves what was read, drops the file's bytes and, as insert_import, those of others, and records
/// import.complete with counts. Errors: kNotFound; kFailedPrecondition when it is complete.
Result<void> complete_import(Change& change, const std::string& id, const ImportResult& result);

/// In order of line, at most kRejectedLinesMax; empty before the import is complete. Errors:
/// kNotFound.
Result<std::vector<RejectedLine>> list_rejected(Session& session,
                                                const std::string& workspace,
                                                const std::string& id);

}  // namespace cpo::store
