#include "agents/retrieval/passages.h"

#include <algorithm>
#include <string_view>

#include "text/sentences.h"
#include "text/utf8.h"

namespace cpo::retrieval {
namespace {

constexpr std::size_t kWordBytes = 24;  // A longer run counts as several words.

struct Span {
    std::size_t start = 0;
    std::size_t end = 0;
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_cjk(char32_t c) {
    return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0x20000 && c <= 0x2FA1F);
}

/// Reads one word's worth of `text` from `at`, without the space before it; moves `at` behind it.
Span next_word(std::string_view text, std::size_t& at) {
    while (at < text.size() && is_space(text[at])) ++at;
    Span word{at, at};
    while (at < text.size() && !is_space(text[at]) && at - word.start < kWordBytes) {
        const std::size_t before = at;
        if (is_cjk(text::next_code_point(text, at))) {
            if (before > word.start) at = before;  // The next word's.
            break;
        }
    }
    word.end = at;
    return word;
}

std::size_t words_of(std::string_view text) {
    std::size_t words = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Span word = next_word(text, at);
        words += word.end > word.start ? 1 : 0;
    }
    return words;
}

Span trimmed(std::string_view text, Span span) {
    while (span.start < span.end && is_space(text[span.start])) ++span.start;
    while (span.end > span.start && is_space(text[span.end - 1])) --span.end;
    return span;
}

/// Paragraphs: separated by a line without anything on it.
std::vector<Span> paragraphs_of(std::string_view text) {
    std::vector<Span> paragraphs;
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto line_end = std::min(text.find('\n', at), text.size());
        const Span line = trimmed(text, {at, line_end});
        if (line.start == line.end) {
            const Span paragraph = trimmed(text, {start, at});
            if (paragraph.start < paragraph.end) paragraphs.push_back(paragraph);
            start = std::min(line_end + 1, text.size());
        }
        at = line_end + 1;
    }
    const Span last = trimmed(text, {start, text.size()});
    if (last.start < last.end) paragraphs.push_back(last);
    return paragraphs;
}

/// A stretch too long for one passage and without sentences: cut between words.
void cut_at_words(std::string_view text, Span span, std::vector<Span>& pieces) {
    std::size_t at = span.start;
    const std::string_view until = text.substr(0, span.end);
    while (at < span.end) {
        Span piece{at, at};
        for (std::size_t words = 0; words < kPassageWordsMax && at < span.end; ++words)
            piece.end = next_word(until, at).end;
        piece = trimmed(text, piece);
        if (piece.start < piece.end) pieces.push_back(piece);
    }
}

/// Pieces that fit into a passage, in order: paragraphs, else sentences, else runs of words.
std::vector<Span> pieces_of(std::string_view text) {
    std::vector<Span> pieces;
    for (const Span& paragraph : paragraphs_of(text)) {
        const auto body = text.substr(paragraph.start, paragraph.end - paragraph.start);
        if (words_of(body) <= kPassageWordsMax) {
            pieces.push_back(paragraph);
            continue;
        }
        for (const auto& sentence : text::split_sentences(body)) {
            const Span span{paragraph.start + sentence.start, paragraph.start + sentence.end};
            if (words_of(text.substr(span.start, span.end - span.start)) <= kPassageWordsMax)
                pieces.push_back(span);
            else
                cut_at_words(text, span, pieces);
        }
    }
    return pieces;
}

}  // namespace

std::vector<Passage> split_passages(const Document& document) {
    const std::string_view text = document.text;
    std::vector<Span> spans;
    std::size_t words = 0;
    for (const Span& piece : pieces_of(text)) {
        const std::size_t piece_words = words_of(text.substr(piece.start, piece.end - piece.start));
        if (spans.empty() || words + piece_words > kPassageWordsMax) {
            spans.push_back(piece);
            words = 0;
        }
        spans.back().end = piece.end;
        words += piece_words;
    }
    if (spans.empty() && !document.title.empty()) spans.push_back({0, 0});
    std::vector<Passage> passages;
    passages.reserve(spans.size());
    for (const Span& span : spans)
        passages.push_back({.document = document.id,
                            .number = static_cast<int>(passages.size()) + 1,
                            .text = document.text.substr(span.start, span.end - span.start),
                            .start = span.start,
                            .end = span.end});
    return passages;
}

}  // namespace cpo::retrieval
