#include "text/sentences.h"

#include <algorithm>
#include <array>
#include <string>

#include "text/utf8.h"

namespace cpo::text {
namespace {

constexpr std::array<std::string_view, 28> kAbbreviations = {
    "mr",  "mrs", "ms",  "dr",  "prof", "st",  "sr",  "jr",     "vs",   "no",
    "nr",  "inc", "ltd", "co",  "corp", "e.g", "i.e", "approx", "dept", "est",
    "min", "max", "tel", "vol", "fig",  "cf",  "u.s", "u.k"};

bool is_space(char byte) { return byte == ' ' || byte == '\t' || byte == '\r'; }

bool is_terminator(char32_t c) {
    return c == U'.' || c == U'!' || c == U'?' || c == U'…' || c == U'。' || c == U'！' ||
           c == U'？';
}

/// Full-width marks end a sentence without white space behind them.
bool is_full_width(char32_t c) { return c == U'。' || c == U'！' || c == U'？'; }

bool is_closer(char32_t c) {
    return c == U'"' || c == U'\'' || c == U')' || c == U']' || c == U'”' || c == U'’' || c == U'»';
}

/// The word that ends at `end`, lower case ASCII, without leading brackets or quotes.
std::string word_before(std::string_view text, std::size_t start, std::size_t end) {
    std::size_t first = end;
    while (first > start && !is_space(text[first - 1]) && end - first < 16) --first;
    while (first < end && (text[first] == '(' || text[first] == '"' || text[first] == '\''))
        ++first;
    std::string word(text.substr(first, end - first));
    std::transform(word.begin(), word.end(), word.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return word;
}

/// Whether the full stop at `dot` belongs to an abbreviation, an initial or a list number.
bool is_inner_stop(std::string_view text, std::size_t start, std::size_t dot) {
    const std::string word = word_before(text, start, dot);
    if (word.empty()) return false;
    if (std::find(kAbbreviations.begin(), kAbbreviations.end(), word) != kAbbreviations.end())
        return true;
    const bool is_initial =
        word.size() == 1 && text[dot - 1] >= 'A' && text[dot - 1] <= 'Z' && text[dot - 1] != 'I';
    const bool is_list_number =
        word.size() <= 2 && dot - word.size() == start &&
        std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
    return is_initial || is_list_number;
}

/// Whether a sentence may begin at `next` (behind white space).
bool can_begin(std::string_view text, std::size_t next) {
    return next >= text.size() || text[next] < 'a' || text[next] > 'z';
}

class Splitter {
public:
    explicit Splitter(std::string_view text) : text_(text) {}

    std::vector<Sentence> split() && {
        std::size_t i = 0;
        while (i < text_.size()) {
            const std::size_t at = i;
            const char32_t c = next_code_point(text_, i);
            if (c == U'\n' || c == U'\u2028' || c == U'\u2029') {
                close(at);
                start_ = i;
            } else if (is_terminator(c)) {
                i = after_marks(i);
                if (ends_sentence(c, at, i)) {
                    close(i);
                    start_ = i;
                }
            }
        }
        close(text_.size());
        return std::move(sentences_);
    }

private:
    /// Behind further terminators and closing quotes: "Really?!")
    std::size_t after_marks(std::size_t i) const {
        while (i < text_.size()) {
            std::size_t next = i;
            const char32_t c = next_code_point(text_, next);
            if (!is_terminator(c) && !is_closer(c)) break;
            i = next;
        }
        return i;
    }

    bool ends_sentence(char32_t mark, std::size_t at, std::size_t behind) const {
        if (behind >= text_.size() || text_[behind] == '\n' || is_full_width(mark)) return true;
        if (!is_space(text_[behind])) return false;
        std::size_t first = start_;
        while (first < at && is_space(text_[first])) ++first;
        if (mark == U'.' && behind == at + 1 && is_inner_stop(text_, first, at)) return false;
        std::size_t next = behind;
        while (next < text_.size() && is_space(text_[next])) ++next;
        return can_begin(text_, next);
    }

    void close(std::size_t end) {
        std::size_t start = start_;
        while (start < end && (is_space(text_[start]) || text_[start] == '\n')) ++start;
        while (end > start && (is_space(text_[end - 1]) || text_[end - 1] == '\n')) --end;
        if (end > start) sentences_.push_back({start, end});
    }

    std::string_view text_;
    std::size_t start_ = 0;
    std::vector<Sentence> sentences_;
};

}  // namespace

std::vector<Sentence> split_sentences(std::string_view text) { return Splitter(text).split(); }

}  // namespace cpo::text
