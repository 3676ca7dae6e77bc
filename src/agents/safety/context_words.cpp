#include "agents/safety/context_words.h"

#include <algorithm>
#include <string>

#include "base/ascii.h"

namespace cpo::safety {
namespace {

constexpr std::size_t kBytesBefore = 48;
constexpr std::size_t kBytesAfter = 24;

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool has_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
        const bool starts = at == 0 || !is_word_byte(text[at - 1]);
        const std::size_t end = at + word.size();
        if (starts && (end >= text.size() || !is_word_byte(text[end]))) return true;
    }
    return false;
}

}  // namespace

bool has_context(const Match& match, std::initializer_list<std::string_view> words) {
    const std::string before = lower(match.before(kBytesBefore));
    const std::string after = lower(match.after(kBytesAfter));
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return has_word(before, word) || has_word(after, word);
    });
}

bool is_whole_text(const Match& match) {
    const auto has_no_word = [](std::string_view part) {
        return std::none_of(part.begin(), part.end(), is_word_byte);
    };
    return has_no_word(match.text.substr(0, match.start)) &&
           has_no_word(match.text.substr(match.end));
}

}  // namespace cpo::safety
