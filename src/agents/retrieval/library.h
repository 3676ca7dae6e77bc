#pragma once

#include <vector>

#include "base/result.h"
#include "model/run.h"

namespace cpo::retrieval {

/// What a document's approved_on says about the days it may be used on.
enum class ApprovalDay {
    kCounts,   ///< Not before it: files tell the history of their approvals.
    kIgnored,  ///< Nothing: approvals given are in force, whatever day is asked about.
};

/// Sorts out what may be used on `as_of`: approved, in date, not contradicted by another document
/// (see contradictions.h: the one approved later stays, without approval dates neither does).
/// Splits the usable ones into passages (see passages.h), in the documents' order; set_aside is
/// sorted by id. Errors: kInvalidArgument for two documents with the same id.
Result<Library> make_library(std::vector<Document> documents,
                             Date as_of,
                             ApprovalDay approval_day = ApprovalDay::kCounts);

}  // namespace cpo::retrieval
