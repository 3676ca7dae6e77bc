#pragma once

#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "jobs/import_job.h"
#include "store/store.h"

namespace cpo::jobs {

/// Brings the documents of demo/gift-shop, which are in the program, into a workspace as drafts;
/// gives the ids of all of them. They were written by nobody in it, so that one person alone may
/// approve them; those that are there already keep their approval. An audited change of its own by
/// `actor`. Errors: kFailedPrecondition when somebody has written documents there.
Result<std::vector<std::string>> import_sample_content(store::Store& store,
                                                       const std::string& workspace,
                                                       const store::Actor& actor,
                                                       Deadline deadline);

/// Starts the import of demo/orders.csv, which is in the program too: invented orders of an
/// invented shop. The customers of the workspace become those of the file and no others. Errors:
/// as start_import.
Result<StartedImport> start_sample_import(store::Change& change,
                                          const std::string& idempotency_key = {});

}  // namespace cpo::jobs
