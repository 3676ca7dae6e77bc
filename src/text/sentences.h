#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace cpo::text {

/// One sentence as bytes [start, end) of the text, without surrounding white space.
struct Sentence {
    std::size_t start = 0;
    std::size_t end = 0;
};

/// Splits a message into sentences: a line break ends one (headings, list items), and so does
/// . ! ? … 。 ！ ？ with closing quotes or brackets, when white space and no lower-case letter
/// follow. Common abbreviations, initials and numbered list marks ("Mr.", "e.g.", "J.", "1.") do
/// not end one. Linear; thread-safe. Never empty sentences. REQUIRES: valid UTF-8.
std::vector<Sentence> split_sentences(std::string_view text);

}  // namespace cpo::text
