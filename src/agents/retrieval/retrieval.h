#pragma once

#include <cstdint>
#include <functional>
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
    /// Empty = any. "en" also finds "en-gb", "en-gb" also finds "en", but not "en-us".
    std::string language{};
    std::optional<DocumentType> type{};
    std::optional<std::string> audience{};  ///< Documents for everybody or for this audience word.
    std::optional<Channel> channel{};       ///< Documents for all channels or for this one.
};

struct SearchRequest {
    std::string query;
    SearchMode mode = SearchMode::kHybrid;
    std::size_t count_max = 10;
    SearchFilter filter{};
    bool is_by_document = false;  ///< Rank documents by their best passage; one hit a document.
};

/// Finds approved passages. Built once over a library, then read-only and thread-safe.
/// Fusion: reciprocal rank, score = sum of 1 / (60 + rank) over the two lists
/// (Cormack, Clarke & Buettcher, SIGIR 2009); each list holds the best max(100, 3 count_max). With
/// one list alone the score is its own: cosine or BM25. Ties go to the better vector rank, then to
/// the library's order.
class RetrievalAgent {
public:
    /// References and `library` must outlive the agent; only usable documents (Library::documents)
    /// are ever found.
    RetrievalAgent(const Library& library,
                   Embedder& embedder,
                   VectorIndex& vectors,
                   LexicalIndex& words);

    /// Embeds and indexes every passage, each with its document's title. Call once, before any
    /// search. Errors: those of the interfaces.
    Result<void> index(Deadline deadline);
    /// Best passages first. Errors: kInvalidArgument (empty query) and those of the interfaces.
    Result<std::vector<Hit>> search(const SearchRequest& request, Deadline deadline) const;
    /// The approved content that fits a segment and the campaign's goal. The query is the goal, the
    /// segment's name and its audience words; documents of another language, channel or audience
    /// are out. All others are ranked once, as in search, one hit a document, and of each type the
    /// best are taken: 4 offers (one written for just this audience always before one for
    /// everybody), 8 facts, 3 style and 6 legal documents, so that a writer has something to
    /// promise, something to say and the lines that must be there. O(passages) per call.
    Result<Context> retrieve(const Segment& segment,
                             const Campaign& campaign,
                             Deadline deadline) const;
    /// The same for audience words given by hand instead of derived from the segment's drivers.
    Result<Context> retrieve(const Segment& segment,
                             const std::vector<std::string>& audience,
                             const Campaign& campaign,
                             Deadline deadline) const;

private:
    struct Ranking {
        SearchMode mode = SearchMode::kHybrid;
        std::size_t depth = 100;  ///< Of each list.
        bool is_by_document = false;
        std::function<bool(std::uint32_t)> is_allowed;  ///< By passage.
    };
    Result<std::vector<Hit>> rank(const std::string& query,
                                  const Ranking& ranking,
                                  Deadline deadline) const;
    const Document& document_of(std::size_t passage) const;

    const Library& library_;
    Embedder& embedder_;
    VectorIndex& vectors_;
    LexicalIndex& words_;
    std::vector<std::uint32_t> document_of_;  ///< [passages], index into the library's documents.
};

/// Words a document's audience may be given in that fit a segment: "lapsed", "new", "loyal",
/// "big_spender", ... Derived from the segment's drivers; docs/content.md lists them. Sorted.
std::vector<std::string> audience_keywords(const Segment& segment);

/// An audience word as it is compared: lower case, "_" for spaces and "-".
std::string normalized_keyword(std::string_view word);

/// True for a document for everybody, or for one of these audiences (normalized_keyword); an
/// offer's own audience has to fit as well.
bool fits_audience(const Document& document, const std::vector<std::string>& normalized);
/// True for a document for all channels, or for this one.
bool fits_channel(const Document& document, Channel channel);

}  // namespace cpo::retrieval
