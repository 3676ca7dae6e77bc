#pragma once

#include <string>
#include <vector>

#include "model/document.h"

namespace cpo::retrieval {

/// Why each document must be set aside because another one says something else; empty = it need
/// not. Two documents of one language contradict each other when they give one fact name two
/// values, or one offer code two meanings (unit, amount, gift, minimum or last day). Among all that
/// speak about a name, the value approved last stays; when it is not clear which that is (equal or
/// missing approval dates), none does. Every name is judged over all documents, so the outcome does
/// not depend on their order. O(n log n). REQUIRES: unique ids.
std::vector<std::string> contradictions(const std::vector<Document>& documents);

}  // namespace cpo::retrieval
