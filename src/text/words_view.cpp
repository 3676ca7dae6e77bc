#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "text/characters.h"

namespace cpo::text {
namespace {

bool is_ascii_letter(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }
bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_white(char32_t c) { return c == U' ' || c == U'\n' || c == U'\t' || c == U'\r'; }
bool is_letter(char32_t c) {
    return c < 0x80 ? is_ascii_letter(c) : u_isalpha(static_cast<UChar32>(c)) != 0;
}

bool is_latin(char32_t c) {
    if (c < 0x80) return is_ascii_letter(c);
    UErrorCode status = U_ZERO_ERROR;
    return uscript_getScript(static_cast<UChar32>(c), &status) == USCRIPT_LATIN &&
           U_SUCCESS(status) != 0;
}

/// The Latin letter that `c` looks like; nothing when there is none.
std::optional<char32_t> look_alike(char32_t c, const USpoofChecker& confusables) {
    if (c >= 0x1F150 && c <= 0x1F169) return U'a' + (c - 0x1F150);  // Negative circled letters.
    if (c >= 0x1F170 && c <= 0x1F189) return U'a' + (c - 0x1F170);  // Negative squared letters.
    std::array<UChar, 2> source{};
    int32_t length = 0;
    const auto point = static_cast<UChar32>(c);
    if (point > 0xFFFF)
        source[static_cast<std::size_t>(length++)] = static_cast<UChar>(U16_LEAD(point));
    source[static_cast<std::size_t>(length++)] =
        static_cast<UChar>(point > 0xFFFF ? U16_TRAIL(point) : point);
    std::array<UChar, 32> skeleton{};
    UErrorCode status = U_ZERO_ERROR;
    const int32_t size =
        uspoof_getSkeleton(&confusables, 0, source.data(), length, skeleton.data(), 32, &status);
    if (U_FAILURE(status) != 0) return std::nullopt;
    if (size == 2 && skeleton[0] == u'r' && skeleton[1] == u'n') return U'm';
    if (size != 1 || !is_ascii_letter(skeleton[0])) return std::nullopt;
    return static_cast<char32_t>(u_tolower(skeleton[0]));
}

/// Calls `work(start, end)` for every run of characters that are not white space.
template <typename Work>
void for_each_word(const Characters& characters, const Work& work) {
    for (std::size_t i = 0; i < characters.size();) {
        std::size_t end = i;
        while (end < characters.size() && !is_white(characters[end].code_point)) ++end;
        if (end > i) work(i, end);
        i = end + 1;
    }
}

bool is_leet_part(char32_t c) {
    return is_ascii_letter(c) || is_digit(c) || c == U'@' || c == U'$' || c == U'!';
}

std::optional<char32_t> leet_letter(char32_t c) {
    switch (c) {
        case U'0':
            return U'o';
        case U'1':
        case U'!':
            return U'i';
        case U'3':
            return U'e';
        case U'4':
        case U'@':
            return U'a';
        case U'5':
        case U'$':
            return U's';
        case U'7':
            return U't';
        default:
            return std::nullopt;
    }
}

/// Whether the sign at `i` of the run [start, end) stands for a letter. A digit has to stand
/// between letters, alone or in a pair, or as the single first sign before three letters: so 5pm,
/// 3XL, 20off and COMEBACK15 stay numbers. A currency sign before a digit is a price.
bool is_leet(const Characters& run, std::size_t start, std::size_t end, std::size_t i) {
    const auto at = [&](std::size_t k) { return run[k].code_point; };
    if (at(i) == U'$' || at(i) == U'@') return i + 1 >= end || !is_digit(at(i + 1));
    if (at(i) == U'!') return i > start && i + 1 < end && is_ascii_letter(at(i + 1));
    std::size_t first = i;
    while (first > start && is_digit(at(first - 1))) --first;
    std::size_t last = i;
    while (last + 1 < end && is_digit(at(last + 1))) ++last;
    if (last + 1 >= end || last - first > 1) return false;
    if (first == start)
        return first == last && end - start >= 4 &&
               std::all_of(run.begin() + static_cast<std::ptrdiff_t>(start) + 1,
                           run.begin() + static_cast<std::ptrdiff_t>(end),
                           [](const Character& c) { return is_ascii_letter(c.code_point); });
    return true;
}

bool is_letter_separator(char32_t c) {
    return c == U' ' || c == U'.' || c == U'-' || c == U'_' || c == U'*' || c == U'/' ||
           c == U'|' || c == U',' || c == 0xB7 || c == 0x2022;
}

/// Behind the last letter of a spaced-out word that begins at `i`; `i` when there is none.
std::size_t spaced_word_end(const Characters& characters, std::size_t i) {
    if (i + 4 >= characters.size() || !is_letter(characters[i].code_point)) return i;
    if (i > 0 && is_letter(characters[i - 1].code_point)) return i;
    const char32_t separator = characters[i + 1].code_point;
    if (!is_letter_separator(separator)) return i;
    std::size_t last = i;
    while (last + 2 < characters.size() && characters[last + 1].code_point == separator &&
           is_letter(characters[last + 2].code_point) &&
           (last + 3 >= characters.size() || !is_letter(characters[last + 3].code_point)))
        last += 2;
    return last - i >= 4 ? last + 1 : i;
}

}  // namespace

void fold_case(Characters& characters) {
    for (Character& c : characters) {
        if (c.code_point >= 0x80)
            c.code_point = static_cast<char32_t>(
                u_foldCase(static_cast<UChar32>(c.code_point), U_FOLD_CASE_DEFAULT));
        else if (c.code_point >= U'A' && c.code_point <= U'Z')
            c.code_point += U'a' - U'A';
    }
}

void drop_diacritics(Characters& characters, const UNormalizer2& nfd) {
    std::size_t kept = 0;
    for (const Character& c : characters) {
        Character plain = c;
        if (c.code_point >= 0x80) {
            if (u_charType(static_cast<UChar32>(c.code_point)) == U_NON_SPACING_MARK) continue;
            std::array<UChar, 20> parts{};
            UErrorCode status = U_ZERO_ERROR;
            const int32_t length = unorm2_getDecomposition(
                &nfd, static_cast<UChar32>(c.code_point), parts.data(), 20, &status);
            if (U_SUCCESS(status) != 0 && length > 0 && is_ascii_letter(parts[0]))
                plain.code_point = parts[0];
        }
        characters[kept++] = plain;
    }
    characters.resize(kept);
}

void unmask_scripts(Characters& characters,
                    const USpoofChecker& confusables,
                    std::vector<Span>& hidden) {
    std::size_t latin = 0;
    std::size_t foreign = 0;
    for (const Character& c : characters) {
        if (is_latin(c.code_point))
            ++latin;
        else if (c.code_point >= 0x80 && (is_letter(c.code_point) || c.code_point >= 0x1F150))
            ++foreign;
    }
    if (foreign == 0) return;
    for_each_word(characters, [&](std::size_t start, std::size_t end) {
        bool has_latin = false;
        bool is_all_alike = true;
        for (std::size_t i = start; i < end; ++i) {
            const char32_t c = characters[i].code_point;
            has_latin = has_latin || is_latin(c);
            if (c >= 0x80 && is_letter(c) && !is_latin(c))
                is_all_alike = is_all_alike && look_alike(c, confusables).has_value();
        }
        if (!has_latin && !(is_all_alike && latin >= foreign)) return;
        bool is_mixed = false;  // A foreign letter right beside a Latin one: not "α-test".
        bool is_after_latin = false;
        for (std::size_t i = start; i < end; ++i) {
            const char32_t c = characters[i].code_point;
            const bool is_beside_latin =
                is_after_latin || (i + 1 < end && is_latin(characters[i + 1].code_point));
            is_after_latin = is_latin(c);
            if (c < 0x80) continue;
            const auto letter = look_alike(c, confusables);
            if (!letter) continue;
            is_mixed = is_mixed || (is_beside_latin && is_letter(c) && !is_latin(c));
            characters[i].code_point = *letter;
        }
        if (is_mixed) hidden.push_back({characters[start].start, characters[end - 1].end});
    });
}

void read_leet(Characters& characters) {
    for (std::size_t i = 0; i < characters.size();) {
        std::size_t end = i;
        bool has_letter = false;
        bool has_sign = false;
        for (; end < characters.size() && is_leet_part(characters[end].code_point); ++end) {
            const bool is_ascii = is_ascii_letter(characters[end].code_point);
            has_letter = has_letter || is_ascii;
            has_sign = has_sign || !is_ascii;
        }
        if (has_letter && has_sign) {
            const Characters run(characters.begin() + static_cast<std::ptrdiff_t>(i),
                                 characters.begin() + static_cast<std::ptrdiff_t>(end));
            for (std::size_t k = 0; k < run.size(); ++k)
                if (const auto letter = leet_letter(run[k].code_point);
                    letter && is_leet(run, 0, run.size(), k))
                    characters[i + k].code_point = *letter;
        }
        i = end + 1;
    }
}

void join_spaced_letters(Characters& characters) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < characters.size();) {
        const std::size_t end = spaced_word_end(characters, i);
        if (end == i) {
            characters[kept++] = characters[i++];
            continue;
        }
        for (; i < end; i += 2) characters[kept++] = characters[i];
        i = end;
    }
    characters.resize(kept);
}

void squeeze_repeats(Characters& characters) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < characters.size(); ++i) {
        const Character c = characters[i];
        const bool is_third = kept >= 2 && is_letter(c.code_point) &&
                              characters[kept - 1].code_point == c.code_point &&
                              characters[kept - 2].code_point == c.code_point;
        if (is_third)
            characters[kept - 1].end = c.end;
        else
            characters[kept++] = c;
    }
    characters.resize(kept);
}

}  // namespace cpo::text
