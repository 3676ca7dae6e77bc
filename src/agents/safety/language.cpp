#include "agents/safety/language.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "text/utf8.h"

namespace cpo::safety {
namespace {

constexpr std::size_t kLanguages = 7;
constexpr std::array<const char*, kLanguages> kNames = {"en", "de", "fr", "es", "it", "nl", "pt"};
constexpr int kHitsMin = 3;
constexpr std::size_t kLettersMin = 10;

// Function words, without diacritics. A word may stand in several lists: it then counts for each.
constexpr std::array<std::string_view, kLanguages> kFunctionWords = {
    "the and of to you your for with is are this that we our it on have from be by not at or an as "
    "can will all get now new just when here what so up out if more been has was i my me they his "
    "her their but do did don't in no a",
    "der die das und ist nicht sie ihr ihre ihren wir uns unser unsere ein eine einen einem fur "
    "mit auf von "
    "zu im den dem des auch sich bei aus nur jetzt oder wenn noch wie haben sind wird werden ab "
    "bis "
    "zum zur hier mehr du dein deine dich ich es in hat kann sparen jeden uber",
    "le la les des du de et est vous votre vos nous notre nos pour avec sur dans une un pas que "
    "qui "
    "plus ce cette ces au aux par sont ne ou tout tous en il elle je mais jusqu'a chez l'offre "
    "c'est "
    "d'un d'une profitez bonjour",
    "el la los las de del y es en que por para con su sus una un no se lo al como mas pero nuestro "
    "nuestra nuestros tu te le este esta estos todo todos hasta muy ya sin sobre hola gracias son "
    "ha "
    "nos si",
    "il lo la i gli le di del della dei delle e che per con un una non si sono nel nella su tuo "
    "tua "
    "tuoi al alla ai da dal questo questa piu tutto tutti ma come anche fino nostro nostra ti ci "
    "hai "
    "solo ciao grazie sulla",
    "de het een en van in is op te dat die voor met zijn niet aan er om ook als bij naar uit je "
    "jouw "
    "uw u wij we onze ons nog maar dan deze dit nu alle meer tot door over heeft kan wordt hebben "
    "geen",
    "o a os as de do da dos das e em no na nos nas um uma que para com por se nao seu sua seus "
    "suas "
    "mais como mas ao aos pelo pela este esta voce nosso nossa ate ou ja muito todos tudo sem "
    "sobre "
    "ola obrigado esta sao"};

using Masks = std::unordered_map<std::string_view, unsigned>;

const Masks& masks() {
    static const Masks masks = [] {
        Masks table;
        for (std::size_t language = 0; language < kLanguages; ++language) {
            std::string_view list = kFunctionWords[language];
            while (!list.empty()) {
                const std::size_t end = std::min(list.find(' '), list.size());
                if (end > 0) table[list.substr(0, end)] |= 1U << language;
                list.remove_prefix(std::min(end + 1, list.size()));
            }
        }
        return table;
    }();
    return masks;
}

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || c == '\'' || static_cast<unsigned char>(c) >= 0x80;
}

/// Whether most letters belong to a script other than Latin.
bool is_other_script(std::string_view words) {
    std::size_t latin = 0;
    std::size_t other = 0;
    for (std::size_t i = 0; i < words.size();) {
        const char32_t c = text::next_code_point(words, i);
        if (c >= U'a' && c <= U'z')
            ++latin;
        else if ((c >= 0x370 && c < 0x2000) || (c >= 0x3040 && c < 0xD7A4) ||
                 (c >= 0x20000 && c < 0x30000))
            ++other;
    }
    return other >= kLettersMin && other > latin;
}

}  // namespace

LanguageGuess guess_language(std::string_view words) {
    if (is_other_script(words)) return {"other"};
    std::array<int, kLanguages> hits{};
    for (std::size_t i = 0; i < words.size();) {
        if (!is_word_byte(words[i])) {
            ++i;
            continue;
        }
        const std::size_t start = i;
        while (i < words.size() && is_word_byte(words[i])) ++i;
        const auto found = masks().find(words.substr(start, i - start));
        if (found == masks().end()) continue;
        for (std::size_t language = 0; language < kLanguages; ++language)
            if ((found->second >> language & 1U) != 0) ++hits[language];
    }
    const auto best =
        static_cast<std::size_t>(std::max_element(hits.begin(), hits.end()) - hits.begin());
    if (hits[best] < kHitsMin) return {};
    if (best != 0 && hits[best] <= 2 * hits[0])
        return hits[0] >= kHitsMin ? LanguageGuess{"en"} : LanguageGuess{};
    return {kNames[best]};
}

}  // namespace cpo::safety
