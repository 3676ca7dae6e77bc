#include <array>

#include "agents/safety/rules.h"

namespace cpo::safety {
namespace {

/// "[Your account](https://...)" is a Markdown link, not a gap to fill.
int grade_bracket(Match& match) { return match.after(1) == "(" ? 0 : 6; }

constexpr const char* kFill = "Fill it in, or take the sentence out.";

constexpr Rule placeholder(const char* id,
                           const char* type,
                           const char* pattern,
                           const char* prefilter = nullptr) {
    return {.id = id,
            .category = "placeholder",
            .type = type,
            .pattern = pattern,
            .severity = 6,
            .explanation = "A placeholder was left in the message.",
            .suggestion = kFill,
            .prefilter = prefilter};
}

constexpr Rule self_talk(const char* id, const char* pattern, const char* prefilter = nullptr) {
    return {.id = id,
            .category = "placeholder",
            .type = "self_talk",
            .pattern = pattern,
            .severity = 6,
            .explanation =
                "The text speaks about itself or its writer instead of to the reader: "
                "residue of a language model or a draft.",
            .suggestion = "Delete this sentence; keep only what the reader should see.",
            .prefilter = prefilter};
}

constexpr Rule bracket(const char* id, const char* pattern, const char* prefilter) {
    Rule rule = placeholder(id, "bracket", pattern, prefilter);
    rule.grade = grade_bracket;
    return rule;
}

constexpr Rule case_sensitive(Rule rule) {
    rule.is_case_sensitive = true;
    return rule;
}

constexpr std::array kRules = {
    placeholder("placeholder.mustache", "template", R"(\{\{[^{}\n]{0,200}\}\})", R"(\{\{)"),
    placeholder("placeholder.liquid_tag", "template", R"(\{%[^%\n]{0,200}%\})", R"(\{%)"),
    placeholder("placeholder.open_mustache", "template", R"(\{\{|\}\}|\{%|%\})"),
    placeholder("placeholder.percent", "template", R"(%%[\w .-]{1,60}%%)", "%%"),
    placeholder("placeholder.merge_tag", "template", R"(\*\|[\w:.=]{1,60}\|\*)", R"(\*\|)"),
    placeholder("placeholder.dollar_brace", "template", R"([$#]\{[^{}\n]{1,100}\})", R"([$#]\{)"),
    placeholder("placeholder.server_tag", "template", R"(<[%?][^>\n]{0,200}[%?]>)", R"(<[%?])"),
    placeholder("placeholder.single_brace", "template", R"(\{[a-z][\w. -]{1,40}\})", R"(\{[a-z])"),
    placeholder("placeholder.double_bracket", "template", R"(\[\[[^\[\]\n]{1,100}\]\])", R"(\[\[)"),
    bracket(
        "placeholder.bracket",
        R"(\[(?:your|insert|add|enter|first|last|full|customer|client|recipient|reader|company|)"
        R"(brand|business|store|shop|product|offer|discount|name|date|deadline|link|url|code|)"
        R"(coupon|promo|city|location|sender|user|username|email|e-mail|phone|address|number|)"
        R"(amount|price|percentage|unsubscribe|placeholder|todo|card|iban|ssn|secret|ip|cta|)"
        R"(call to action|subject|title|image|logo|website|x+)\b[^\[\]\n]{0,60}\])",
        R"(\[[a-z])"),
    placeholder(
        "placeholder.angle",
        "bracket",
        R"(<\s{0,2}(?:your|insert|first|last|full|customer|recipient|company|brand|product|)"
        R"(offer|discount|name|date|city|sender|user|username|person)(?:[ _-][\w )"
        R"(-]{1,40})?\s{0,2}>)",
        R"(<\s{0,2}[a-z])"),
    placeholder("placeholder.lorem", "filler_text", R"(\blorem\s{1,3}ipsum\b|\bdolor sit amet\b)"),
    placeholder(
        "placeholder.unknown_number", "filler_number", R"(\bX{1,3}\s?%|(?:\$|£|€)\s?X{1,4}\b)"),
    case_sensitive(placeholder("placeholder.open_task",
                               "open_task",
                               R"(\b(?:TO)"
                               R"(DO|TB[DCA]|FIX)"
                               R"(ME)\b)")),
    placeholder("placeholder.empty_value",
                "empty_value",
                R"(\b(?:hi|hello|dear|hey|welcome back)[ ,]{1,2}(?:undefined|null|none|nan|n/a|)"
                R"(firstname|first_name|fname|customer_name)\b)"),
    placeholder("placeholder.missing_value", "empty_value", R"(\b(?:hi|dear|hello|hey) ,)"),
    placeholder("placeholder.label",
                "label",
                R"((?:^|\n)[ *#>_]{0,4}(?:subject(?: line)?|pre-?header(?: text)?|email body|body|)"
                R"(headline|call to action|cta|variant [a-h1-8]|option [a-h1-8])[ *_]{0,3}:)"),
    placeholder("placeholder.prompt_token",
                "prompt_token",
                R"(<\|[\w ]{1,30}\|>|\[/?INST\]|<</?SYS>>|</?s>)",
                R"(<\||INST\]|SYS>>|s>)"),
    self_talk("self_talk.as_a_model",
              R"(\bas an? (?:ai|artificial intelligence|large)?[ -]?(?:language[ -]model|)"
              R"(ai[ -]model|ai[ -]assistant|chat ?bot)\b|\bas an ai\b[,.]|)"
              R"(\bas an ai (?:model|assistant|system)\b)"),
    self_talk("self_talk.i_am_a_model",
              R"(\b(?:i am|i'm|i was) (?:just |only )?(?:an ai\b|a (?:large )?language model|)"
              R"(chatgpt|trained (?:by|on)|an artificial intelligence))"),
    self_talk("self_talk.here_is",
              R"(\bhere(?:'s| is| are)\s{1,2}(?:(?:a|an|the|your|my|some|three|two|\d)\s{1,2})?)"
              R"((?:[\w-]{1,20}\s{1,2}){0,4}(?:e-?mail|message|copy|draft|subject lines?|sms|)"
              R"(push notification|text message|variants?|versions?|rewrite)s?\s{0,2}(?::|\n|)"
              R"((?:that|for|based on|tailored|following|according)\b|$))",
              R"(\bhere(?:'s| is| are)\s)"),
    self_talk("self_talk.here_is_bare",
              R"((?:^|\n)\s{0,3}here(?:'s| is) (?:your|the|a|an) (?:[\w-]{1,20} ){0,3}(?:e-?mail|)"
              R"(draft|sms)[.!]?\s{0,2}(?:\n|$))",
              R"(\bhere(?:'s| is)\s)"),
    self_talk("self_talk.sure",
              R"(^\W{0,4}(?:sure(?: thing)?|certainly|of course|absolutely)[!,.]{0,2}\s{1,3})"
              R"((?:here(?:'s| is| are)|i(?:'ll| will| can|'ve| have| would|'d)|let me)\b)"),
    self_talk("self_talk.refusal",
              R"(\bi(?:'m| am)? (?:cannot|can't|can not|am unable to|unable to|not able to|)"
              R"(won't be able to|don't have the ability to|will not)\s{1,2}(?:assist|help|comply|)"
              R"(fulfil|fulfill|generate|create|write|provide|produce|do that|answer|process|)"
              R"(continue|access|browse|verify|share that)\b)",
              R"(\b(?:cannot|can\'t|can not|unable to|not able to|won\'t be able|have the ability|)"
              R"(will not)\s)"),
    self_talk("self_talk.sorry",
              R"(\bi(?:'m| am) sorry,? but (?:i|as an)\b|\bi apologi[sz]e,? but i\b)"),
    self_talk("self_talk.training",
              R"(\bmy (?:training data|knowledge cut-?off|system prompt|instructions)\b|)"
              R"(\bmy guidelines\b|\bsystem prompt\b)"),
    self_talk(
        "self_talk.offer_to_edit",
        R"(\b(?:let me know if you(?:'d| would)? (?:like|want|need)(?: me)? (?:to |any )|)"
        R"(feel free to |i can also |would you like me to )(?:adjust|revise|tweak|change|edit|)"
        R"(modify|rewrite|customi[sz]e|personali[sz]e|shorten|changes|edits|adjustments|)"
        R"(revisions))",
        R"(\b(?:let me know if|feel free to|can also|like me to) )"),
    self_talk(
        "self_talk.request",
        R"(\b(?:as (?:you )?requested|per your (?:request|instructions|prompt)|)"
        R"(based on (?:the|your) (?:prompt|instructions|context provided|provided context))\b)"),
    self_talk(
        "self_talk.note",
        R"((?:^|\n)\W{0,3}(?:note|disclaimer)\s{0,2}: (?:this|the) (?:email|message|copy|text|)"
        R"(draft) (?:is|was|has been) )"),
    self_talk("self_talk.injection",
              R"(\b(?:ignore|disregard|forget) (?:all |any |the |your )?(?:previous|prior|above|)"
              R"(earlier) (?:instructions|prompts?|messages|rules)\b)"),
    self_talk("self_talk.fence", R"((?:^|\n)```)"),
};

}  // namespace

std::span<const Rule> residue_rules() { return kRules; }

}  // namespace cpo::safety
