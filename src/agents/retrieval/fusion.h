#pragma once

#include <cstdint>
#include <vector>

#include "backends/lexical_index/lexical_index.h"
#include "backends/vector_index/vector_index.h"

namespace cpo::retrieval {

/// One passage with its places in the two lists.
struct Fused {
    std::uint32_t passage = 0;
    double score = 0;
    int vector_rank = 0;   ///< 1 = best, 0 = not in the list.
    int lexical_rank = 0;  ///< 1 = best, 0 = not in the list.
    double cosine = 0;
    double bm25 = 0;
};

/// Both lists as one, best first: reciprocal rank fusion, score = sum of 1 / (60 + rank).
/// `group_of`[passage] names the group (document) a passage belongs to: each list is first thinned
/// out to the best passage of each group, and groups are ranked; the passage shown is the one with
/// the better rank, and a score that another passage of its group won is 0. Empty `group_of` =
/// every passage for itself. Ties: better vector rank, then lower passage. O(n log n).
std::vector<Fused> fuse(const std::vector<VectorMatch>& by_meaning,
                        const std::vector<LexicalMatch>& by_words,
                        const std::vector<std::uint32_t>& group_of);

}  // namespace cpo::retrieval
