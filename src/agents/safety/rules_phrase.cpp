#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "agents/safety/rules.h"

// Compositional rules: who (a person addressed, a group of people) times what is said or wished,
// times negation. They find hate without a single swear word, and leave "you are not stupid",
// "we'll beat any price" and "shoot us an email" alone. The view is lower case, without disguises.

#define CPO_GROUP                                                                               \
    "(?:jews?|jewish "                                                                          \
    "(?:people|race)|muslims?|islamists?|islam|christians?|catholics?|hindus?|sikhs?|"          \
    "black (?:people|men|women|folks?|guys|kids)|blacks?|white (?:people|men|women|folks?)|"    \
    "whites?|asians?|asian people|chinese(?: people)?|japanese(?: people)?|indians?|"           \
    "mexicans?|latin[oax]s?|hispanics?|arabs?|africans?|pakistanis?|poles|turks|russians|"      \
    "immigrants?|migrants?|refugees?|foreigners|aliens|illegals|gypsies|roma people|"           \
    "gays?|gay (?:people|men|guys)|lesbians?|homosexuals?|bisexuals?|queers?|"                  \
    "trans(?:gender)?(?: people| women| men|s|ders)?|transgenders|transsexuals|women|females?|" \
    "girls|disabled(?: people)?|the disabled|handicapped people|autistics?|autistic people|"    \
    "old people|the elderly|fat people|poor people|homeless people|minorities|feminists?)"

#define CPO_VILE                                                                                   \
    "(?:scum|vermin|animals?|apes?|monkeys?|subhumans?|sub-human|inferior|disgusting|filth(?:y)?|" \
    "trash|garbage|rubbish|parasites?|leeches|disease|plague|cancer|rats?|cockroach(?:es)?|evil|"  \
    "worthless|stupid|dumb|idiots?|morons?|criminals?|rapists?|terrorists?|murderers|thieves|"     \
    "dirty|ugly|pigs?|dogs?|savages?|barbarians|uncivili[sz]ed|less than human|not human|"         \
    "retarded|retards?|lazy|greedy|liars|freaks?|perverts?|pedophiles?|sick|mentally ill|"         \
    "abominations?|sinful|unnatural|the (?:devil|problem|enemy)|inhuman|weak|useless|mistakes?)"

#define CPO_INSULT                                                                               \
    "(?:idiots?|morons?|imbeciles?|stupid|dumb|dumbass|dumbasses|fools?|losers?|pathetic|"       \
    "worthless|ugly|retards?|retarded|scum(?:bag)?|trash|garbage|pigs?|disgusting|a joke|"       \
    "clowns?|cowards?|liars?|bastards?|bitch(?:es)?|assholes?|jerks?|creeps?|freaks?|"           \
    "ignorant|incompetent|brainless|useless|a disgrace|a failure|fat(?:so)?|lazy|crazy|insane|"  \
    "sick|psychos?|perverts?|pieces? of (?:shit|crap|trash|garbage)|shit(?:head)?s?|dickheads?|" \
    "nobody|vile|evil|a waste of (?:space|time|life|oxygen)|hypocrites?|trolls?|racists?|nazis?)"

namespace cpo::safety {
namespace {

bool holds_negation(std::string_view text) {
    static constexpr std::array<std::string_view, 9> kNegations = {" not ",
                                                                   "n't ",
                                                                   " never ",
                                                                   " no longer ",
                                                                   " neither ",
                                                                   " nor ",
                                                                   "without ",
                                                                   " isnt ",
                                                                   " arent "};
    return std::any_of(kNegations.begin(), kNegations.end(), [&](std::string_view negation) {
        return text.find(negation) != std::string_view::npos;
    });
}

/// Reported or rejected speech: "nobody should say that ...", "it is wrong to say ...".
bool is_reported(const Match& match) {
    const std::string_view before = match.before(60);
    static constexpr std::array<std::string_view, 14> kFrames = {"wrong to say",
                                                                 "said that",
                                                                 "says that",
                                                                 "who say",
                                                                 "people say",
                                                                 "claim that",
                                                                 "who think",
                                                                 "who claim",
                                                                 "stop saying",
                                                                 "never say",
                                                                 "the idea that",
                                                                 "wrong to think",
                                                                 "racist to",
                                                                 "hateful to"};
    return std::any_of(kFrames.begin(), kFrames.end(), [&](std::string_view frame) {
        return before.find(frame) != std::string_view::npos;
    });
}

template <int Severity>
int grade_statement(Match& match) {
    const std::string padded = fmt::format(" {} ", match.value());
    if (holds_negation(padded) && padded.find("not human") == std::string::npos) return 0;
    return is_reported(match) ? 2 : Severity;
}

/// A wish or threat is turned round by a negation just before it.
template <int Severity>
int grade_threat(Match& match) {
    const std::string padded = fmt::format(" {} ", match.value());
    if (holds_negation(fmt::format(" {} ", match.before(16))) || holds_negation(padded)) return 0;
    return is_reported(match) ? 2 : Severity;
}

/// "I'll shoot you an email", "we will beat you to the deal".
int grade_attack(Match& match) {
    const std::string_view after = match.after(28);
    for (const std::string_view harmless : {" an email",
                                            " a text",
                                            " a message",
                                            " a quick",
                                            " an e-mail",
                                            " a line",
                                            " a note",
                                            " to the",
                                            " to it",
                                            " with kindness",
                                            " with savings",
                                            " a reply",
                                            " over an"})
        if (after.starts_with(harmless)) return 0;
    return grade_threat<7>(match);
}

/// Said against somebody, or in help ("if you feel like ..., call ...").
int grade_self_harm(Match& match) {
    const std::string_view before = match.before(40);
    for (const std::string_view helping : {"don't",
                                           "do not",
                                           "dont",
                                           "never",
                                           "thinking of",
                                           "thoughts of",
                                           "feel like",
                                           "feeling",
                                           "if you",
                                           "prevent",
                                           "want to",
                                           "wanted to"})
        if (before.find(helping) != std::string_view::npos) return 3;
    return 7;
}

constexpr Rule phrase(const char* id,
                      const char* type,
                      const char* pattern,
                      int (*grade)(Match&),
                      const char* explanation) {
    return {.id = id,
            .category = "toxicity",
            .type = type,
            .pattern = pattern,
            .explanation = explanation,
            .suggestion = "Take it out.",
            .grade = grade};
}

/// The same with a cheaper condition for the first pass.
constexpr Rule with_prefilter(const char* prefilter, Rule rule) {
    rule.prefilter = prefilter;
    return rule;
}

constexpr const char* kHate = "Demeans or wishes harm on a group of people.";
constexpr const char* kThreat = "Threatens somebody with violence.";
constexpr const char* kInsult = "Insults the reader or another person.";

constexpr std::array kRules = {
    with_prefilter(
        "\\b(?:hate|despise|detest|loathe|stand) ",
        phrase("toxicity.hate_feeling",
               "hate",
               "\\bi (?:\\w+ ){0,2}?(?:hate|despise|detest|loathe|can't stand|cannot stand) "
               "(?:(?:all|those|these|the|every) )?(?:\\w+ )?" CPO_GROUP "\\b",
               grade_statement<6>,
               kHate)),
    with_prefilter("\\b(?:are|is|r|aren't|isn't) ",
                   phrase("toxicity.hate_statement",
                          "hate",
                          "\\b(?:all |most |those |these )?" CPO_GROUP
                          " (?:\\w+ )?(?:are|is|r|aren't|isn't) (?:\\w+ ){0,4}?" CPO_VILE "\\b",
                          grade_statement<6>,
                          kHate)),
    with_prefilter(
        "\\b(?:die|dead|killed|shot|hanged|hung|executed|burn|burned|gassed|exterminated|"
        "eradicated|wiped|eliminated|deported|leave|banned|locked|sterili[sz]ed|removed|go "
        "back|disappear|enslaved|beaten|raped|attacked|punished|illegal|place|get "
        "out|rot|suffer)\\b",
        phrase("toxicity.hate_wish",
               "hate",
               "\\b" CPO_GROUP
               " (?:all |just )?(?:should|must|need to|ought to|deserve to|have to|has "
               "to|can) (?:\\w+ ){0,3}?"
               "(?:die|dead|killed|shot|hanged|hung|executed|burn(?:ed)?|gassed|exterminated|"
               "eradicated|wiped out|eliminated|deported|leave|banned|locked up|sterili[sz]ed|"
               "removed|go back|disappear|enslaved|beaten|raped|attacked|punished|be illegal|know "
               "(?:their|your) place|"
               "get out|rot|suffer)\\b",
               grade_statement<6>,
               kHate)),
    with_prefilter(
        "\\b(?:kill|gas|exterminate|deport|rid of|wipe "
        "out|eradicate|eliminate|burn|lynch|shoot|hang|murder|beat "
        "up|attack|rape|sterili[sz]e|kick out|hunt down|stop letting in|keep out) ",
        phrase(
            "toxicity.hate_action",
            "hate",
            "\\b(?:kill|gas|exterminate|deport|get rid of|wipe out|eradicate|eliminate|burn|lynch|"
            "shoot|hang|murder|beat up|attack|rape|sterili[sz]e|kick out|hunt down|stop letting "
            "in|keep out) "
            "(?:(?:all|every|each|any|those|these|the|them|more|of) ){0,3}(?:\\w+ )?" CPO_GROUP
            "\\b",
            grade_threat<6>,
            kHate)),
    with_prefilter(
        "\\b(?:wish|without|allowed|welcome|here|anymore|deserve|belong|too many|enough of)\\b",
        phrase(
            "toxicity.hate_absence",
            "hate",
            "\\b(?:(?:i|we) wish (?:\\w+ ){0,3}?" CPO_GROUP
            " (?:would|could|were)|world (?:would be|is) (?:\\w+ )?(?:better|nicer) (?:\\w+ "
            "){0,2}?without (?:\\w+ )?" CPO_GROUP "|no (?:more )?" CPO_GROUP
            " (?:allowed|welcome|here|anymore)|" CPO_GROUP
            " (?:don't|do not|dont|doesn't) (?:deserve|belong)|(?:too many|enough of "
            "(?:these|those|the)) " CPO_GROUP ")\\b",
            [](Match& match) { return is_reported(match) ? 2 : 6; },
            kHate)),
    with_prefilter(
        "\\b(?:like|worse than|inferior "
        "to|ruining|destroying|invading|taking|stealing|infesting|poisoning|a threat|a danger|a "
        "burden)\\b",
        phrase(
            "toxicity.hate_comparison",
            "hate",
            "\\b" CPO_GROUP " (?:are|is) (?:\\w+ ){0,3}?(?:like (?:\\w+ "
            ")?(?:animals|dogs|rats|insects|a disease|monkeys|"
            "pigs|cockroaches|vermin)|worse than|inferior to|(?:ruining|destroying|invading|"
            "taking over|stealing|infesting|poisoning|a threat|a danger|a burden|taking our))\\b",
            grade_statement<6>,
            kHate)),
    phrase("toxicity.go_back",
           "hate",
           "\\bgo back (?:to )?(?:your (?:own )?country|where you (?:came|come) from|to "
           "(?:africa|mexico|china|asia|the kitchen))\\b",
           grade_threat<6>,
           kHate),
    with_prefilter(
        "\\b(?:terrible|nasty|rotten|awful|repulsive|ugly|disgusting|horrible|filthy|vile|dirty|"
        "stupid|worthless|pathetic|dumb|evil) ",
        phrase(
            "toxicity.hate_adjective",
            "hate",
            "\\b(?:is|are|was|were|he's|she's|you're|they're) (?:(?:such|just|only|all|\\w+ly) "
            ")?(?:(?:a|an|the) )?"
            "(?:terrible|nasty|rotten|awful|repulsive|ugly|disgusting|horrible|filthy|vile|dirty|"
            "stupid|worthless|pathetic|dumb|evil) "
            "(?:" CPO_GROUP "|lgbtq?|african(?: "
            "american)?|american|canadian|european|indian|asian|chinese|japanese|mexican|hispanic|"
            "latin[oax]|middle "
            "eastern|black|white|gay|lesbian|bisexual|queer|transgender|trans|nonbinary|straight|"
            "heterosexual|"
            "homosexual|male|female|christian|muslim|jewish|buddhist|catholic|protestant|sikh|"
            "taoist|hindu|blind|deaf|paralyzed|"
            "millen+ials?|(?:old(?:er)?|young(?:er)?|elderly|teenage|middle "
            "aged)(?:[.!?,]|$))(?:\\b|$)",
            grade_statement<4>,
            kHate)),
    with_prefilter("\\b(?:filthy|dirty|stupid|disgusting|worthless|ugly|nasty|fucking) ",
                   phrase("toxicity.hate_you_group",
                          "hate",
                          "\\byou (?:\\w+ )?(?:are|r) (?:just |nothing but |only )?(?:a |an "
                          ")?(?:filthy|dirty|stupid|disgusting|"
                          "worthless|ugly|nasty|fucking) (?:\\w+ )?" CPO_GROUP "\\b",
                          grade_statement<6>,
                          kHate)),
    with_prefilter(
        "\\b(?:you|u|ya|ur|you're|youre|yall|y'all|your|guys|people|mother|mom|family|face) ",
        phrase(
            "toxicity.insult_you",
            "insult",
            "\\b(?:you|u|ya|ur|you're|youre|yall|y'all|you guys|you people|your "
            "(?:mother|mom|family|face)) "
            "(?:(?:are|r|is|were) )?(?:(?:\\w+|all|such|so|a|an|the|just|nothing|but) "
            "){0,4}?" CPO_INSULT "\\b",
            [](Match& match) {
                const std::string_view value = match.value();
                const bool is_said = value.find(" are ") != std::string_view::npos ||
                                     value.find("'re ") != std::string_view::npos ||
                                     value.starts_with("youre ") || value.starts_with("ur ") ||
                                     value.find(" r ") != std::string_view::npos ||
                                     value.find(" is ") != std::string_view::npos ||
                                     std::count(value.begin(), value.end(), ' ') <= 1 ||
                                     value.find("you people") != std::string_view::npos;
                return is_said ? grade_statement<4>(match) : 0;
            },
            kInsult)),
    with_prefilter(
        "\\b(?:idiot|moron|imbecile|stupid|pathetic|worthless|scum|disgusting|asshole|bastard|"
        "loser|retard|pieces? of|bitch|pigs?)",
        phrase("toxicity.insult_third",
               "insult",
               "\\b(?:he|she|they|he's|she's|they're|this guy|that guy|this man|this woman|these "
               "people|"
               "those people|everyone|\\w+ supporters?) (?:(?:is|are|was|were) "
               ")?(?:(?:such|so|a|an|the|just|"
               "really|truly|total|complete|completely|all|nothing|but|\\w+) ){0,3}?"
               "(?:idiots?|morons?|imbeciles?|stupid|pathetic|worthless|scum(?:bag)?s?|disgusting|"
               "assholes?|"
               "bastards?|losers?|retard(?:ed|s)?|pieces? of "
               "(?:shit|crap|trash)|bitch(?:es)?|pigs?)\\b",
               grade_statement<3>,
               kInsult)),
    phrase("toxicity.dismissal",
           "insult",
           "\\b(?:shut (?:the \\w+ )?up|drop dead|go to hell|rot in hell|burn in hell|get (?:a "
           "life|lost)|"
           "screw you|up yours|kiss my ass|nobody (?:likes|loves|wants|cares about) you|"
           "i hate you|how (?:stupid|dumb) (?:can|do|are) you|what an? (?:\\w+ "
           ")?(?:idiot|moron|loser|fool|joke)|"
           "you (?:make me sick|disgust me|suck|should be ashamed)|waste of (?:oxygen|space))\\b",
           grade_threat<4>,
           kInsult),
    with_prefilter(
        "\\b(?:kills?|murder|hurt|stab|shoot|beat|rape|strangle|choke|punch|slap|burn|smash|slit|"
        "behead|bury|hunt down|cut) ",
        phrase(
            "toxicity.threat",
            "threat",
            "\\b(?:i|we)(?:'ll| will|'m going to| am going to|'m gonna| gonna|'re going to| are "
            "going to|"
            "'d like to| wanna| want to| would like to| should| must| hope someone| hope somebody) "
            "(?:\\w+ ){0,2}?"
            "(?:kill|kills|murder|hurt|stab|shoot|beat|rape|strangle|choke|punch|slap|burn|smash|"
            "slit|behead|bury|"
            "hunt down|beat up|cut) (?:you|u|him|her|them|your "
            "(?:family|kids|children|house|mother|face|throat)|"
            "every one of (?:you|them)|all of (?:you|them))\\b",
            grade_attack,
            kThreat)),
    with_prefilter(
        "\\b(?:die|dead|killed|shot|hanged|raped|beaten|hell|bleed|suffer|suffer "
        "for|executed|rot|pay with)\\b",
        phrase(
            "toxicity.threat_fate",
            "threat",
            "\\b(?:you|they|he|she|u)(?:'ll| will| are going to|'re going to| should| deserves? "
            "to| "
            "ought to| need to|"
            " must| better| have to) (?:\\w+ ){0,2}?(?:die|be dead|be killed|be shot|be hanged|be "
            "raped|be beaten|"
            "burn in hell|bleed|suffer for|be executed|get shot|get killed|rot|pay with)\\b",
            grade_threat<6>,
            kThreat)),
    phrase(
        "toxicity.threat_hope",
        "threat",
        "\\b(?:i hope|hope|i pray) (?:you|they|he|she|u|your \\w+) (?:all |both )?(?:dies?|gets? "
        "(?:killed|shot|cancer|raped|hurt|aids)|rots?|suffers?|burns?|chokes?)\\b",
        grade_threat<6>,
        kThreat),
    phrase("toxicity.threat_call",
           "threat",
           "\\b(?:kill|shoot|hang|lynch|behead|stab|rape|murder) (?:them all|them|him|her|these "
           "(?:people|bastards|pigs|animals)|"
           "those (?:people|bastards|pigs|animals)|all of them|everyone)\\b",
           grade_threat<5>,
           kThreat),
    phrase("toxicity.self_harm",
           "self_harm",
           "\\b(?:(?:kill|hang|shoot|hurt|cut|harm|off) (?:yourself|urself|ur "
           "self|yourselves|myself)|kys|"
           "(?:slit|cut) (?:your|ur|my) wrists?|end (?:your|ur|my) (?:own )?life|commit suicide|"
           "(?:jump off|jump from) (?:a|the) (?:bridge|cliff|building|roof))\\b",
           grade_self_harm,
           "Speaks of or calls for self-harm."),
    phrase(
        "toxicity.masked_word",
        "profanity",
        "(?:\\b|\\W)(?:f[*#@%!]{1,3}c?k(?:ing|ed|er|ers|s)?|f[*]{3,4}|s[*#@!]{1,2}t|sh[*#]t|b[*#!]"
        "tch|a[*]{2}hole|a[*]{2}|"
        "c[*#]nt|n[*#!]gg(?:er|a)s?|d[*#]ck|p[*#]ssy)(?:\\b|\\W|$)",
        [](Match&) { return 4; },
        "A swear word with letters masked."),
};

}  // namespace

std::span<const Rule> phrase_rules() { return kRules; }

}  // namespace cpo::safety

#undef CPO_GROUP
#undef CPO_VILE
#undef CPO_INSULT
