#pragma once

#include <vector>

#include "model/document.h"

namespace cpo::retrieval {

/// Most words of one passage; about what the embedding model reads before it cuts.
inline constexpr std::size_t kPassageWordsMax = 200;

/// Splits a document's text into passages of at most kPassageWordsMax words: whole paragraphs as
/// long as they fit, a longer paragraph at its sentences, a longer sentence between words. A CJK
/// character counts as a word, and a run of letters longer than
/// 24 bytes as several. A text
/// without a word has none; then the title alone is the passage, of zero length at the text's
/// start. Passages do not overlap; their text is exactly [start, end) of the document's.
/// REQUIRES: valid UTF-8.
std::vector<Passage> split_passages(const Document& document);

}  // namespace cpo::retrieval
