#include "agents/retrieval/reasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace cpo::retrieval {
namespace {

constexpr int kCloseRankMax = 10;  // Further down "close" would be a boast.
constexpr std::array<std::string_view, 62> kFunctionWords{
    "a",    "about", "after", "all",  "an",    "and",  "any",  "are",   "as",   "at",    "be",
    "been", "but",   "by",    "can",  "do",    "for",  "from", "had",   "has",  "have",  "how",
    "if",   "in",    "into",  "is",   "it",    "its",  "last", "more",  "no",   "not",   "of",
    "on",   "or",    "our",   "so",   "than",  "that", "the",  "their", "them", "then",  "there",
    "they", "this",  "to",    "up",   "was",   "we",   "were", "what",  "when", "where", "which",
    "who",  "why",   "will",  "with", "would", "you",  "your"};

bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < text.size();) {
        std::string word;
        for (; i < text.size() && is_word_byte(text[i]); ++i) {
            const char c = text[i];
            word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        if (word.empty())
            ++i;
        else
            words.push_back(std::move(word));
    }
    return words;
}

/// The word without its most common English ending; only to tell whether two are the same word.
std::string stem_of(std::string word) {
    constexpr std::array<std::string_view, 5> kEndings{"ing", "ed", "es", "s", "e"};
    for (const auto ending : kEndings)
        if (word.size() >= ending.size() + 3 && word.ends_with(ending)) {
            word.resize(word.size() - ending.size());
            break;
        }
    if (word.size() > 3 && word[word.size() - 1] == word[word.size() - 2]) word.pop_back();
    return word;
}

}  // namespace

std::vector<std::string> shared_words(std::string_view query,
                                      std::string_view text,
                                      std::size_t count_max) {
    std::set<std::string> stems;
    for (std::string& word : words_of(text)) stems.insert(stem_of(std::move(word)));
    std::vector<std::string> shared;
    std::set<std::string> seen;
    for (const std::string& word : words_of(query)) {
        if (shared.size() == count_max) break;
        const bool is_function_word =
            std::find(kFunctionWords.begin(), kFunctionWords.end(), word) != kFunctionWords.end();
        const std::string stem = stem_of(word);
        if (!is_function_word && stems.contains(stem) && seen.insert(stem).second)
            shared.push_back(word);
    }
    return shared;
}

std::string reason_of(int vector_rank, int lexical_rank, const std::vector<std::string>& shared) {
    std::string words;
    if (lexical_rank > 0)
        words = shared.empty() ? fmt::format("shares common words (rank {})", lexical_rank)
                               : fmt::format("shares the word{} {}",
                                             shared.size() == 1 ? "" : "s",
                                             fmt::join(shared, ", "));
    if (vector_rank == 0) return words;
    const std::string meaning = vector_rank <= kCloseRankMax
                                    ? fmt::format("close in meaning (rank {})", vector_rank)
                                    : fmt::format("rank {} by meaning", vector_rank);
    return words.empty() ? meaning : meaning + " and " + words;
}

}  // namespace cpo::retrieval
