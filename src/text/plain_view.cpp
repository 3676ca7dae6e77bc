#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "text/characters.h"
#include "text/utf8.h"

namespace cpo::text {
namespace {

constexpr std::size_t kEntityCharactersMax = 12;

struct NamedEntity {
    std::string_view name;
    char32_t code_point;
};
// The named references of HTML that turn up in mail or can hide an address or a word.
constexpr std::array<NamedEntity, 44> kNamedEntities = {{
    {"amp", U'&'},     {"lt", U'<'},      {"gt", U'>'},      {"quot", U'"'},     {"apos", U'\''},
    {"nbsp", 0x00A0},  {"commat", U'@'},  {"num", U'#'},     {"period", U'.'},   {"colon", U':'},
    {"comma", U','},   {"semi", U';'},    {"dollar", U'$'},  {"percnt", U'%'},   {"ast", U'*'},
    {"lowbar", U'_'},  {"sol", U'/'},     {"bsol", U'\\'},   {"excl", U'!'},     {"quest", U'?'},
    {"lpar", U'('},    {"rpar", U')'},    {"lsqb", U'['},    {"rsqb", U']'},     {"lcub", U'{'},
    {"rcub", U'}'},    {"plus", U'+'},    {"equals", U'='},  {"hyphen", 0x2010}, {"ndash", 0x2013},
    {"mdash", 0x2014}, {"shy", 0x00AD},   {"zwnj", 0x200C},  {"zwj", 0x200D},    {"lsquo", 0x2018},
    {"rsquo", 0x2019}, {"ldquo", 0x201C}, {"rdquo", 0x201D}, {"hellip", 0x2026}, {"middot", 0x00B7},
    {"euro", 0x20AC},  {"pound", 0x00A3}, {"copy", 0x00A9},  {"Tab", U'\t'},
}};

std::optional<char32_t> number_of(std::string_view digits, unsigned base) {
    if (digits.empty() || digits.size() > 8) return std::nullopt;
    char32_t value = 0;
    for (const char c : digits) {
        unsigned digit = 99;
        if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
        if (c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a') + 10;
        if (c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A') + 10;
        if (digit >= base) return std::nullopt;
        value = value * base + digit;
        if (value > 0x10FFFF) return std::nullopt;
    }
    if (value == 0 || (value >= 0xD800 && value <= 0xDFFF)) return std::nullopt;
    return value;
}

/// `body` is what stands between & and ;.
std::optional<char32_t> entity_value(std::string_view body) {
    if (body.starts_with("#x") || body.starts_with("#X")) return number_of(body.substr(2), 16);
    if (body.starts_with("#")) return number_of(body.substr(1), 10);
    for (const NamedEntity& entity : kNamedEntities)
        if (entity.name == body) return entity.code_point;
    return std::nullopt;
}

bool holds(const Characters& characters, char32_t wanted) {
    return std::any_of(characters.begin(), characters.end(), [&](const Character& c) {
        return c.code_point == wanted;
    });
}

bool is_white(char32_t c) { return c == U' ' || c == U'\n' || c == U'\t' || c == U'\r'; }

/// Whether the word [start, end) begins like a URL, which is where percent escapes mean something.
bool is_url_word(const Characters& characters, std::size_t start, std::size_t end) {
    const auto matches = [&](std::size_t at, std::u32string_view text) {
        if (at + text.size() > end) return false;
        for (std::size_t k = 0; k < text.size(); ++k)
            if (characters[at + k].code_point != text[k]) return false;
        return true;
    };
    for (std::size_t i = start; i < end; ++i)
        if (matches(i, U"://") || matches(i, U"www.") || matches(i, U"mailto:")) return true;
    return false;
}

bool is_emoji_part(char32_t c) {
    return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_EMOJI) != 0 && c > 0xFF;
}

bool is_invisible(char32_t c) {
    if (c < 0x80) return c < 0x20 ? !is_white(c) : c == 0x7F;
    const bool is_selector = (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) ||
                             (c >= 0x180B && c <= 0x180F);
    const bool is_filler =
        c == 0x034F || c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 || c == 0x2800;
    if (is_selector || is_filler) return true;
    switch (u_charType(static_cast<UChar32>(c))) {
        case U_FORMAT_CHAR:
        case U_CONTROL_CHAR:
        case U_PRIVATE_USE_CHAR:
        case U_UNASSIGNED:
            return true;
        default:
            return false;
    }
}

bool is_direction_override(char32_t c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool is_latin_letter(char32_t c) {
    if (c < 0x80) return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
    return c < 0x250 && u_isalpha(static_cast<UChar32>(c)) != 0;
}

/// Removed characters that disguise: inside a Latin word, reversing the text, or carrying an unseen
/// copy of ASCII (tags; honest only behind an emoji flag). A soft hyphen is typography, a joiner or
/// non-joiner keeps mail programs from linking an address, and a C1 control is a quotation mark of
/// Windows-1252 that was read as Latin-1.
bool is_disguise(const Characters& characters, std::size_t i) {
    const char32_t c = characters[i].code_point;
    if (is_direction_override(c)) return true;
    if (c >= 0xE0000 && c <= 0xE007F) {
        std::size_t first = i;
        while (first > 0 && characters[first - 1].code_point >= 0xE0000 &&
               characters[first - 1].code_point <= 0xE007F && i - first < 8)
            --first;
        return first == 0 || characters[first - 1].code_point != 0x1F3F4;
    }
    const bool is_harmless = c == 0xAD || c == 0x200C || c == 0x200D || (c >= 0x80 && c < 0xA0);
    if (is_harmless || i == 0 || i + 1 >= characters.size()) return false;
    return is_latin_letter(characters[i - 1].code_point) &&
           is_latin_letter(characters[i + 1].code_point);
}

char32_t simplified(char32_t c) {
    if (c < 0x80) return c;
    const auto point = static_cast<UChar32>(c);
    switch (u_charType(point)) {
        case U_DECIMAL_DIGIT_NUMBER:
            return U'0' + static_cast<char32_t>(u_charDigitValue(point));
        case U_SPACE_SEPARATOR:
            return U' ';
        case U_DASH_PUNCTUATION:
            return U'-';
        case U_LINE_SEPARATOR:
        case U_PARAGRAPH_SEPARATOR:
            return U'\n';
        default:
            break;
    }
    if (c == 0x2018 || c == 0x2019 || c == 0x02BC || c == 0x201B) return U'\'';
    if (c == 0x201C || c == 0x201D || c == 0x201E) return U'"';
    return c == 0x2212 ? U'-' : c;
}

}  // namespace

Characters decode(std::string_view text) {
    Characters characters;
    characters.reserve(text.size());
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < text.size(); ++number) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const char32_t code_point = byte < 0x80 ? byte : next_code_point(text, i);
        if (byte < 0x80) ++i;
        characters.push_back({code_point, number, number + 1});
    }
    return characters;
}

void decode_entities(Characters& characters) {
    if (!holds(characters, U'&')) return;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < characters.size(); ++i, ++kept) {
        characters[kept] = characters[i];
        if (characters[i].code_point != U'&') continue;
        std::string body;
        std::size_t end = i + 1;
        while (end < characters.size() && body.size() < kEntityCharactersMax &&
               characters[end].code_point < 0x80 && characters[end].code_point != U';')
            body.push_back(static_cast<char>(characters[end++].code_point));
        if (end >= characters.size() || characters[end].code_point != U';') continue;
        const auto value = entity_value(body);
        if (!value) continue;
        characters[kept] = {*value, characters[i].start, characters[end].end};
        i = end;
    }
    characters.resize(kept);
}

void decode_percent(Characters& characters) {
    if (!holds(characters, U'%')) return;
    std::size_t kept = 0;
    std::size_t word_end = 0;
    bool is_url = false;
    for (std::size_t i = 0; i < characters.size(); ++i, ++kept) {
        if (i >= word_end) {
            word_end = i;
            while (word_end < characters.size() && !is_white(characters[word_end].code_point))
                ++word_end;
            is_url = word_end > i && is_url_word(characters, i, word_end);
            if (word_end == i) ++word_end;
        }
        characters[kept] = characters[i];
        if (!is_url || characters[i].code_point != U'%' || i + 2 >= word_end) continue;
        const char32_t high = characters[i + 1].code_point;
        const char32_t low = characters[i + 2].code_point;
        if (high >= 0x80 || low >= 0x80) continue;
        const std::array<char, 2> digits{static_cast<char>(high), static_cast<char>(low)};
        const auto value = number_of({digits.data(), digits.size()}, 16);
        if (!value || *value < 0x20 || *value > 0x7E) continue;
        characters[kept] = {*value, characters[i].start, characters[i + 2].end};
        i += 2;
    }
    characters.resize(kept);
}

void strip_invisible(Characters& characters, std::vector<Span>& hidden) {
    if (std::none_of(characters.begin(), characters.end(), [](const Character& c) {
            return is_invisible(c.code_point);
        }))
        return;
    Characters kept;
    kept.reserve(characters.size());
    for (std::size_t i = 0; i < characters.size(); ++i) {
        const Character& c = characters[i];
        if (!is_invisible(c.code_point)) {
            kept.push_back(c);
            continue;
        }
        const bool is_emoji_joiner =
            i > 0 && is_emoji_part(characters[i - 1].code_point) && c.code_point < 0xE0000;
        if (!is_emoji_joiner && is_disguise(characters, i)) hidden.push_back({c.start, c.end});
    }
    characters = std::move(kept);
}

void compose(Characters& characters, const UNormalizer2& nfkc) {
    Characters composed;
    bool is_changed = false;
    std::vector<UChar> source;
    std::vector<UChar> target;
    for (std::size_t i = 0; i < characters.size();) {
        std::size_t end = i + 1;
        while (end < characters.size() && characters[end].code_point >= 0x300 &&
               unorm2_hasBoundaryBefore(&nfkc, static_cast<UChar32>(characters[end].code_point)) ==
                   0)
            ++end;
        if (end == i + 1 && characters[i].code_point < 0xA0) {
            if (is_changed) composed.push_back(characters[i]);
            i = end;
            continue;
        }
        if (!is_changed) {
            composed.reserve(characters.size());
            composed.assign(characters.begin(),
                            characters.begin() + static_cast<std::ptrdiff_t>(i));
            is_changed = true;
        }
        source.clear();
        for (std::size_t k = i; k < end; ++k) {
            const auto point = static_cast<UChar32>(characters[k].code_point);
            if (point > 0xFFFF) source.push_back(static_cast<UChar>(U16_LEAD(point)));
            source.push_back(static_cast<UChar>(point > 0xFFFF ? U16_TRAIL(point) : point));
        }
        target.resize(source.size() * 18 + 2);  // The longest NFKC expansion of one character.
        UErrorCode status = U_ZERO_ERROR;
        const int32_t length = unorm2_normalize(&nfkc,
                                                source.data(),
                                                static_cast<int32_t>(source.size()),
                                                target.data(),
                                                static_cast<int32_t>(target.size()),
                                                &status);
        if (U_FAILURE(status) != 0) {
            composed.insert(composed.end(),
                            characters.begin() + static_cast<std::ptrdiff_t>(i),
                            characters.begin() + static_cast<std::ptrdiff_t>(end));
        } else {
            for (int32_t k = 0; k < length;) {
                UChar32 point = 0;
                U16_NEXT(target.data(), k, length, point);
                composed.push_back(
                    {static_cast<char32_t>(point), characters[i].start, characters[end - 1].end});
            }
        }
        i = end;
    }
    if (is_changed) characters = std::move(composed);
}

void simplify_marks(Characters& characters) {
    for (Character& character : characters) character.code_point = simplified(character.code_point);
}

CanonicalText encode(const Characters& characters) {
    CanonicalText view;
    view.text.reserve(characters.size());
    view.starts.reserve(characters.size());
    view.ends.reserve(characters.size());
    for (const Character& character : characters) {
        if (character.code_point < 0x80) {
            view.text.push_back(static_cast<char>(character.code_point));
            view.starts.push_back(character.start);
            view.ends.push_back(character.end);
            continue;
        }
        append_utf8(view.text, character.code_point);
        view.starts.resize(view.text.size(), character.start);
        view.ends.resize(view.text.size(), character.end);
    }
    return view;
}

}  // namespace cpo::text
