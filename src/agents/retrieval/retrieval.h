#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/embedder/embedder.h"
#include "backends/lexical_index/lexical_index.h"
#include "backends/vector_index/vector_index.h"
#include "base/deadline.h"
#include "base/result.h"
#include "model/campaign.h"
#include "model/context.h"
#include "model/run.h"
#include "model/segment.h"

namespace cpo::retrieval {

enum class SearchMode { kHybrid, kVector, kLexical };

struct SearchFilter {
    std::string language;  ///< Empty = any.
    std::optional<DocumentType> type;
    std::optional<std::string> audience;  ///< Documents for everybody or for this segment keyword.
    std::optional<Channel> channel;       ///< Documents for all channels or for this one.
};

struct SearchRequest {
    std::string query;
    SearchMode mode = SearchMode::kHybrid;
    std::size_t count_max = 10;
    SearchFilter filter;
};

/// Finds approved passages. Built once over a library, then read-only and thread-safe.
/// Fusion: reciprocal rank, score = sum of 1 / (60 + rank) over the two lists
/// (Cormack, Clarke & Buettcher, SIGIR 2009).
class RetrievalAgent {
public:
    /// References and `library` must outlive the agent; only usable documents (Library::documents)
    /// are ever found.
    RetrievalAgent(const Library& library,
                   Embedder& embedder,
                   VectorIndex& vectors,
                   LexicalIndex& words);

    /// Embeds and indexes every passage. Call once, before any search. Errors: those of the
    /// interfaces.
    Result<void> index(Deadline deadline);
    /// Best passages first. Errors: kInvalidArgument (empty query) and those of the interfaces.
    Result<std::vector<Hit>> search(const SearchRequest& request, Deadline deadline) const;
    /// The approved content that fits a segment and the campaign's goal.
    Result<Context> retrieve(const Segment& segment,
                             const Campaign& campaign,
                             Deadline deadline) const;

private:
    const Library& library_;
    Embedder& embedder_;
    VectorIndex& vectors_;
    LexicalIndex& words_;
};

/// Words a document's audience may be given in that fit a segment: "lapsed", "new", "loyal",
/// "big_spender", ... Derived from the segment's drivers; docs/content.md lists them.
std::vector<std::string> audience_keywords(const Segment& segment);

}  // namespace cpo::retrieval
