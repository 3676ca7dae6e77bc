#include "agents/safety/lexicon.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "embedded/cuss_words.h"
#include "embedded/policy_words_en.h"

namespace cpo::safety {
namespace {

constexpr std::size_t kTermWordsMax = 5;
constexpr std::size_t kRatingsMin = 1000;
constexpr std::size_t kPolicyWordsMin = 100;

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'' ||
           static_cast<unsigned char>(c) >= 0x80;
}

struct Token {
    std::size_t start;
    std::size_t end;
    bool is_joined;  ///< Only a space or hyphen lies between it and the token before.
};

std::vector<Token> tokens_of(std::string_view text) {
    std::vector<Token> tokens;
    for (std::size_t i = 0; i < text.size();) {
        if (!is_word_byte(text[i])) {
            ++i;
            continue;
        }
        const std::size_t start = i;
        while (i < text.size() && is_word_byte(text[i])) ++i;
        const bool is_joined = !tokens.empty() && tokens.back().end + 1 == start &&
                               (text[start - 1] == ' ' || text[start - 1] == '-');
        tokens.push_back({start, i, is_joined});
    }
    return tokens;
}

std::string_view trimmed(std::string_view line) {
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r'))
        line.remove_suffix(1);
    return line;
}

template <typename Work>
void for_each_line(std::string_view text, const Work& work) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        work(trimmed(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

/// "a$$hole: 2," or "'alligator bait': 2," -> term and sureness.
std::optional<std::pair<std::string, int>> rating_of(std::string_view line) {
    if (!line.ends_with(',') || line.size() < 5) return std::nullopt;
    const std::size_t colon = line.rfind(": ");
    if (colon == std::string_view::npos || colon + 3 >= line.size()) return std::nullopt;
    const char digit = line[colon + 2];
    if (digit < '0' || digit > '2') return std::nullopt;
    std::string_view term = line.substr(0, colon);
    if (term.size() > 2 && (term.front() == '\'' || term.front() == '"'))
        term = term.substr(1, term.size() - 2);
    return std::pair(std::string(term), digit - '0');
}

/// Endings that a kind of word may carry. Slurs and insults only the plural: "spicy" is none.
std::span<const std::string_view> endings_of(WordKind kind) {
    static constexpr std::array<std::string_view, 9> kEndings = {
        "'s", "s", "z", "es", "ing", "in", "ed", "er", "ers"};
    switch (kind) {
        case WordKind::kProfanity:
            return kEndings;
        case WordKind::kSlur:
        case WordKind::kInsult:
        case WordKind::kSexual:
            return std::span(kEndings).first(3);
        case WordKind::kWeak:
            return {};
    }
    return {};
}

constexpr std::size_t kStemMin = 4;

}  // namespace

Result<Lexicon> Lexicon::make() {
    Lexicon lexicon;
    const auto rated = lexicon.add_ratings(embedded::cuss_words());
    if (!rated) return rated.error();
    const auto refined = lexicon.add_policy(embedded::policy_words_en());
    if (!refined) return refined.error();
    return lexicon;
}

Result<void> Lexicon::add_ratings(std::string_view source) {
    for_each_line(source, [&](std::string_view line) {
        const auto rating = rating_of(line);
        if (!rating || rating->second == 0) return;  // Sureness 0: ordinary words.
        const bool is_sure = rating->second == 2;
        set(rating->first,
            {is_sure ? WordKind::kProfanity : WordKind::kWeak, is_sure ? 3 : 0, false});
    });
    if (entries_.size() < kRatingsMin)
        return Error{ErrorCode::kInternal, "the embedded list of swear words cannot be read", {}};
    return {};
}

Result<void> Lexicon::add_policy(std::string_view source) {
    static constexpr std::array<std::pair<std::string_view, Entry>, 7> kSections = {{
        {"[slur]", {WordKind::kSlur, 6, true}},
        {"[insult]", {WordKind::kInsult, 2, true}},
        {"[strong]", {WordKind::kProfanity, 4, true}},
        {"[mild]", {WordKind::kProfanity, 2, true}},
        {"[sexual]", {WordKind::kSexual, 4, true}},
        {"[weak]", {WordKind::kWeak, 0, true}},
        {"[harmless]", {WordKind::kWeak, -1, true}},
    }};
    std::optional<Entry> section;
    std::size_t count = 0;
    std::string fault;
    for_each_line(source, [&](std::string_view line) {
        if (line.empty() || line.front() == '#') return;
        if (line.front() == '[') {
            const auto* const found = std::find_if(
                kSections.begin(), kSections.end(), [&](const auto& s) { return s.first == line; });
            if (found == kSections.end()) fault = std::string(line);
            if (found != kSections.end()) section = found->second;
            return;
        }
        if (!section) {
            fault = std::string(line);
            return;
        }
        while (!line.empty()) {
            const std::size_t end = std::min(line.find(','), line.size());
            const std::string term(trimmed(line.substr(0, end)));
            line.remove_prefix(std::min(end + 1, line.size()));
            if (term.empty()) continue;
            ++count;
            set(term, *section);
        }
    });
    if (!fault.empty() || count < kPolicyWordsMin)
        return Error{ErrorCode::kInternal,
                     fmt::format("the embedded word policy cannot be read near \"{}\"", fault),
                     {}};
    return {};
}

void Lexicon::set(const std::string& term, const Entry& entry) {
    entries_[term] = entry;
    const std::size_t space = term.find(' ');
    if (space == std::string::npos) return;
    const auto count = static_cast<std::size_t>(std::count(term.begin(), term.end(), ' ')) + 1;
    std::size_t& most = phrase_words_[term.substr(0, space)];
    most = std::max(most, std::min(count, kTermWordsMax));
}

const Lexicon::Entry* Lexicon::look_up(std::string_view term) const {
    const auto found = entries_.find(term);
    return found == entries_.end() ? nullptr : &found->second;
}

/// The token as it is; else, for words of our own list, without an ending; swear words also with
/// doubled letters single.
const Lexicon::Entry* Lexicon::look_up_forms(std::string_view token) const {
    if (const Entry* entry = look_up(token)) return entry;
    std::string single;
    for (const char c : token)
        if (single.empty() || single.back() != c) single.push_back(c);
    if (single.size() != token.size() && single.size() >= kStemMin) {
        const Entry* entry = look_up(single);
        if (entry != nullptr && entry->is_curated && entry->kind == WordKind::kProfanity)
            return entry;
    }
    for (const std::string_view ending : endings_of(WordKind::kProfanity)) {
        if (token.size() < ending.size() + kStemMin || !token.ends_with(ending)) continue;
        const Entry* entry = look_up(token.substr(0, token.size() - ending.size()));
        if (entry == nullptr || !entry->is_curated) continue;
        const auto allowed = endings_of(entry->kind);
        if (std::find(allowed.begin(), allowed.end(), ending) != allowed.end()) return entry;
    }
    return nullptr;
}

std::vector<WordHit> Lexicon::find(std::string_view words) const {
    std::vector<WordHit> hits;
    const std::vector<Token> tokens = tokens_of(words);
    std::string term;
    for (std::size_t i = 0; i < tokens.size();) {
        const std::string_view token =
            words.substr(tokens[i].start, tokens[i].end - tokens[i].start);
        const Entry* entry = nullptr;
        std::size_t used = i;
        const auto phrase = phrase_words_.find(token);
        const std::size_t most = phrase == phrase_words_.end() ? 1 : phrase->second;
        std::size_t last = i;
        while (last + 1 < tokens.size() && last + 1 - i < most && tokens[last + 1].is_joined)
            ++last;
        for (std::size_t end = last; end > i && entry == nullptr; --end) {
            term = words.substr(tokens[i].start, tokens[end].end - tokens[i].start);
            std::replace(term.begin(), term.end(), '-', ' ');
            entry = look_up(term);
            used = entry == nullptr ? i : end;
        }
        if (entry == nullptr) entry = look_up_forms(token);
        if (entry != nullptr && entry->severity >= 0)
            hits.push_back({tokens[i].start, tokens[used].end, entry->kind, entry->severity});
        i = used + 1;
    }
    return hits;
}

}  // namespace cpo::safety
