#pragma once

#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "jobs/import_job.h"
#include "store/store.h"

namespace cpo::jobs {

/// Brings the documents of demo/gift-shop, which are in the program, into a workspace as drafts.
/// They were written by nobody in it, so that one person alone may approve them. Documents of the
/// same name become these; those that have not changed keep their approval. An audited change of
/// its own by the product itself; `request_id` is noted in it.
/// Gives the ids of all of them.
Result<std::vector<std::string>> import_sample_content(store::Store& store,
                                                       const std::string& workspace,
                                                       const std::string& request_id,
                                                       Deadline deadline);

/// Starts the import of demo/orders.csv, which is in the program too: invented orders of an
/// invented shop. The customers of the workspace become those of the file and no others.
Result<StartedImport> start_sample_import(store::Change& change);

}  // namespace cpo::jobs
