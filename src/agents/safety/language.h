#pragma once

#include <string>
#include <string_view>

namespace cpo::safety {

/// What a text seems to be written in.
struct LanguageGuess {
    std::string
        language;  ///< "en", "de", "fr", "es", "it", "nl", "pt"; "other" for a text mostly in
                   ///< another script than Latin; empty = too short or too mixed to tell.
    bool is_supported() const { return language.empty() || language == "en"; }
};

/// Guesses by counting function words of seven languages, at least three of them and twice as many
/// as English ones; short texts are not guessed. `words` is the words view (lower case, without
/// diacritics). Linear; thread-safe.
LanguageGuess guess_language(std::string_view words);

}  // namespace cpo::safety
