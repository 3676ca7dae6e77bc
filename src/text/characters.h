#pragma once

#include <unicode/unorm2.h>
#include <unicode/uspoof.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "text/canonical.h"

namespace cpo::text {

/// One character on its way through the canonicaliser, with the original code points it stands for.
struct Character {
    char32_t code_point;
    std::uint32_t start;
    std::uint32_t end;
};
using Characters = std::vector<Character>;

// Steps of the plain view, in order.

Characters decode(std::string_view text);
/// &amp; &#64; &#x40; -> the character. Unknown or impossible references stay as they are.
void decode_entities(Characters& characters);
/// %40 -> @ inside words that are URLs; printable ASCII only.
void decode_percent(Characters& characters);
/// Removes control, format, private and unassigned characters and variation selectors; `hidden`
/// gets those that no honest text has.
void strip_invisible(Characters& characters, std::vector<Span>& hidden);
/// NFKC; every character of a rewritten cluster stands for the whole cluster.
void compose(Characters& characters, const UNormalizer2& nfkc);
/// Decimal digits, spaces, dashes and quotes of every script -> their ASCII form.
void simplify_marks(Characters& characters);

// Steps of the words view, in order.

void fold_case(Characters& characters);
/// Drops diacritics of Latin letters and loose combining marks.
void drop_diacritics(Characters& characters, const UNormalizer2& nfd);
/// Look-alikes of Latin letters -> Latin, in words of mixed or unexpected script; `hidden` gets the
/// mixed ones.
void unmask_scripts(Characters& characters,
                    const USpoofChecker& confusables,
                    std::vector<Span>& hidden);
/// "sh1t", "a$$" -> letters, in words that hold a letter; "$5", "5pm", "COMEBACK15" stay.
void read_leet(Characters& characters);
/// "f r e e", "f.r.e.e" -> "free": three or more single letters with one and the same separator.
void join_spaced_letters(Characters& characters);
/// "soooo" -> "soo".
void squeeze_repeats(Characters& characters);

/// The characters as UTF-8 with their origins.
CanonicalText encode(const Characters& characters);

}  // namespace cpo::text
