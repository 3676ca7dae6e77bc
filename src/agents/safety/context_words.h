#pragma once

#include <initializer_list>
#include <string_view>

#include "agents/safety/rules.h"

namespace cpo::safety {

/// Whether one of `words` (lower case) stands as a word within 48 bytes before or 24 behind the
/// match; both sides, as people write "my card number is ..." and "... is my card number".
bool has_context(const Match& match, std::initializer_list<std::string_view> words);

/// Whether there is nothing else in the text than the match, white space and punctuation: then the
/// value itself is the message.
bool is_whole_text(const Match& match);

}  // namespace cpo::safety
