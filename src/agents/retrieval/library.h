#pragma once

#include <vector>

#include "base/result.h"
#include "model/run.h"

namespace cpo::retrieval {

/// Sorts out what may be used on `as_of`: approved, in date, not contradicted by another document
/// (see contradictions.h: the one approved later stays, without approval dates neither does).
/// Splits the usable ones into passages (see passages.h), in the documents' order; set_aside is
/// sorted by id. Errors: kInvalidArgument for two documents with the same id.
Result<Library> make_library(std::vector<Document> documents, Date as_of);

}  // namespace cpo::retrieval
