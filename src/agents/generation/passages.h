#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/run.h"

namespace cpo::generation {

/// One sentence of a passage as it may stand in a message: without Markdown marks.
struct PlainSentence {
    std::string text;
    int passage = 1;  ///< Passage::number.
};

/// The sentences of a document's passages, in order, headings left out.
std::vector<PlainSentence> plain_sentences(const Library& library, const Document& document);

/// `markdown` without emphasis, code and link marks, headings, quotes and list bullets; wrapped
/// lines of one paragraph joined by a space, other lines kept apart.
std::string plain_text(std::string_view markdown);

}  // namespace cpo::generation
