#pragma once

#include <string>
#include <vector>

#include "model/document.h"

namespace cpo {

/// One passage that answers a query, and why it is here.
struct Hit {
    std::string document;  ///< Document::id.
    std::string title;
    DocumentType type = DocumentType::kFact;
    int passage = 1;       ///< Passage::number.
    double score = 0;      ///< Fused score, higher is better; comparable within one query only.
    int vector_rank = 0;   ///< 1 = best; 0 = not found by vectors.
    int lexical_rank = 0;  ///< 1 = best; 0 = not found by words.
    double cosine = 0;     ///< Similarity of passage and query, -1 ... 1; 0 without vectors.
    std::string text;
    std::string
        reason;  ///< For people: "close in meaning (rank 1) and shares the words gift, wrap".
};

/// Result of the retrieval agent for one segment: segment -> approved content.
struct Context {
    int segment = 0;
    std::string query;
    std::vector<Hit> hits;              ///< Best first.
    std::vector<std::string> audience;  ///< Audience words the segment fits (docs/content.md).
};

}  // namespace cpo
