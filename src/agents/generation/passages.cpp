#include "agents/generation/passages.h"

#include <re2/re2.h>

#include <algorithm>

#include "text/sentences.h"

namespace cpo::generation {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool ends_sentence(std::string_view line) {
    return line.ends_with('.') || line.ends_with('!') || line.ends_with('?') ||
           line.ends_with(':') || line.ends_with(".\"");
}

}  // namespace

std::string plain_text(std::string_view markdown) {
    static const RE2 bullet(R"(^\s*(?:[-*+>]|\d{1,2}[.)])\s+)");
    static const RE2 link(R"(!?\[([^\]]*)\]\([^)]*\))");
    static const RE2 marks(R"(\*\*|__|`|\*(\w[^*\n]*)\*)");
    std::string text;
    while (!markdown.empty()) {
        const auto end = std::min(markdown.find('\n'), markdown.size());
        std::string line(trimmed(markdown.substr(0, end)));
        markdown.remove_prefix(std::min(end + 1, markdown.size()));
        const bool is_heading = line.starts_with('#');
        const bool is_bullet = RE2::Replace(&line, bullet, "");
        if (line.empty() || is_heading) {
            text += "\n";
            continue;
        }
        RE2::GlobalReplace(&line, link, "\\1");
        RE2::GlobalReplace(&line, marks, "\\1");
        const bool is_wrapped =
            !text.empty() && text.back() != '\n' && !is_bullet && !ends_sentence(text);
        if (!text.empty() && text.back() != '\n') text += is_wrapped ? ' ' : '\n';
        text += line;
    }
    return text;
}

std::vector<PlainSentence> plain_sentences(const Library& library, const Document& document) {
    std::vector<PlainSentence> sentences;
    for (const Passage& passage : library.passages) {
        if (passage.document != document.id) continue;
        const std::string text = plain_text(passage.text);
        for (const text::Sentence& sentence : text::split_sentences(text))
            sentences.push_back(
                {text.substr(sentence.start, sentence.end - sentence.start), passage.number});
    }
    return sentences;
}

}  // namespace cpo::generation
