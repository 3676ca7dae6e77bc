#include "agents/safety/channel_rules.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "text/utf8.h"

namespace cpo::safety {
namespace {

constexpr std::size_t kSmsSegmentsMax = 3;
constexpr std::size_t kPushTitleMax = 65;  // Android and iOS cut longer titles.
constexpr std::size_t kPushTextMax = 240;  // Four lines on a lock screen.
constexpr std::size_t kSubjectMax = 150;
constexpr int kBlocks = 6;
constexpr int kReviews = 2;

/// One expression, compiled once; searching is thread-safe.
class Expression {
public:
    explicit Expression(const char* pattern) : expression_(pattern, RE2::Quiet) {}
    bool is_in(std::string_view text) const {
        return expression_.ok() && RE2::PartialMatch(text, expression_);
    }
    const RE2& get() const { return expression_; }

private:
    RE2 expression_;
};

const Expression& email_opt_out() {
    static const Expression expression(
        R"((?i)\bunsubscrib(?:e|ing)\b|\bopt[ -]?out\b|\b(?:manage|update|change|edit) )"
        R"((?:your |my )?(?:e-?mail |communication |subscription |contact |marketing )"
        R"()?preferences\b|)"
        R"(\bstop (?:receiving|getting) (?:these|our|such|further|marketing)?\s?(?:e-?mails|)"
        R"(messages|mailings)\b|)"
        R"(\b(?:no longer (?:wish|want) to (?:receive|get|hear)|(?:leave|remove (?:me|yourself) )"
        R"(from) (?:this|our|the) (?:mailing )?list)\b)");
    return expression;
}

const Expression& sms_opt_out() {
    static const Expression expression(
        R"((?i)\b(?:reply|text|txt|send|type|msg)\s{1,2}(?:with )?["']?(?:stop|end|quit|cancel|)"
        R"(unsubscribe|optout|opt-out|revoke)\b|)"
        R"(\b(?:stop|end|quit|cancel|unsubscribe)["']? (?:to (?:opt[ -]?out|end|stop|quit|)"
        R"(cancel|unsubscribe|\d{5,6})|2 (?:end|stop|quit|opt[ -]?out))\b|)"
        R"(\bSTOP\s?(?:2|=|to)\s?(?:end|stop|quit|opt)|\bopt[ -]?out\s?:?\s?(?:stop|reply|text|)"
        R"(https?://)|\boptout\b|\bunsub(?:scribe)?\s?:)");
    return expression;
}

// Number and street, or a PO box, or a place with a postcode of the US or the UK.
const Expression& postal_address() {
    static const Expression expression(
        R"((\b\d{1,5}[A-Za-z]?,? (?:[A-Z][\w.'-]{0,30},? ){1,4}(?:Street|St|Avenue|Ave|Road|Rd|)"
        R"(Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Way|Terrace|Highway|Hwy|)"
        R"(Parkway|Pkwy|Row|Close|Crescent|Mews|Quay|Wharf|Gardens|Yard|Walk|Hill|Green|Park|)"
        R"(Embankment|Broadway)\b\.?(?:,? (?:[A-Z][\w.'-]{0,30},? ){0,6}(?:[A-Z]{1,2}\d[A-Z\d]? ?)"
        R"(\d[A-Z]{2}|[A-Z]{2},? \d{5}(?:-\d{4})?)\b)?|)"
        R"((?i:\bp\.? ?o\.? box \d{1,6})\b|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|)"
        R"(\b[A-Z][A-Za-z.'-]{1,30},? (?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|)"
        R"(M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),? )"
        R"(\d{5}(?:-\d{4})?\b))");
    return expression;
}

const Expression& false_reply() {
    static const Expression expression(
        R"((?i)^\s{0,3}(?:re|aw|fw|fwd|wg)\s{0,2}(?:\[\d{1,2}\])?:)");
    return expression;
}

const Expression& sms_sender() {
    static const Expression expression(
        R"(^\s{0,3}\[?[A-Z][\w&'.-]{1,24}(?: [A-Z&][\w&'.-]{0,24}){0,3}\]?\s?(?::|-|\|)\s|)"
        R"((?i)\b(?:from|at|by|team|with) (?-i:[A-Z][\w&'-]{2,24})|)"
        R"([-] ?(?-i:[A-Z][\w&'-]{2,24}(?: [A-Z][\w&'-]{1,24}){0,2})\.?\s{0,2}$)");
    return expression;
}

const Expression& link_shortener() {
    static const Expression expression(
        R"((?i)\b(?:bit\.ly|tinyurl\.com|goo\.gl|t\.co|ow\.ly|is\.gd|buff\.ly|rb\.gy|cutt\.ly|)"
        R"(tiny\.cc|shorturl\.at|rebrand\.ly|t\.ly|v\.gd)/)");
    return expression;
}

Issue issue(std::string type, int severity, std::string explanation, std::string suggestion) {
    Issue found;
    found.category = "channel";
    found.rule = "channel." + type;
    found.type = std::move(type);
    found.severity = severity;
    found.explanation = std::move(explanation);
    found.suggestion = std::move(suggestion);
    return found;
}

Issue subject_issue(Issue found, std::size_t end) {
    found.field = MessageField::kSubject;
    found.end = end;
    return found;
}

void check_email(const ChannelInput& input, std::vector<Issue>& issues) {
    if (!email_opt_out().is_in(input.text))
        issues.push_back(issue("missing_opt_out",
                               kBlocks,
                               "A marketing e-mail must tell the reader how to stop it.",
                               "Add a line with an unsubscribe link."));
    if (!postal_address().is_in(input.text))
        issues.push_back(issue("missing_postal_address",
                               kReviews,
                               "No postal address of the sender was found.",
                               "Add the company's postal address to the footer."));
    if (input.subject_size == 0)
        issues.push_back(subject_issue(
            issue("missing_subject", kBlocks, "The e-mail has no subject.", "Write a subject."),
            0));
    if (false_reply().is_in(input.subject))
        issues.push_back(subject_issue(issue("deceptive_subject",
                                             kBlocks,
                                             "The subject pretends to answer or forward a message.",
                                             "Remove RE: or FWD: from the subject."),
                                       input.subject_size));
    if (input.subject_size > kSubjectMax)
        issues.push_back(subject_issue(issue("long_subject",
                                             kReviews,
                                             fmt::format("The subject has {} characters; mail "
                                                         "programs show at most {}.",
                                                         input.subject_size,
                                                         kSubjectMax),
                                             "Shorten it."),
                                       input.subject_size));
}

void check_sms(const ChannelInput& input, const Sender& sender, std::vector<Issue>& issues) {
    if (!sms_opt_out().is_in(input.text))
        issues.push_back(issue("missing_opt_out",
                               kBlocks,
                               "A marketing text message must say how to stop it.",
                               "Add \"Reply STOP to opt out\"."));
    if (!sender.is_named_in(input.text) && !sms_sender().is_in(input.text))
        issues.push_back(issue("missing_sender",
                               kReviews,
                               "The text message does not say who sends it.",
                               "Begin with the brand's name: \"Brand: ...\"."));
    const SmsLength length = sms_length(input.raw_text);
    if (length.segments > kSmsSegmentsMax)
        issues.push_back(issue("too_long",
                               kReviews,
                               fmt::format("The message takes {} parts ({} {}); more than {} cost "
                                           "more and arrive piecemeal.",
                                           length.segments,
                                           length.units,
                                           length.is_gsm7 ? "GSM-7 characters" : "UCS-2 characters",
                                           kSmsSegmentsMax),
                               "Shorten it, or leave out characters beyond the GSM alphabet."));
    if (link_shortener().is_in(input.text))
        issues.push_back(issue("public_link_shortener",
                               kReviews,
                               "Carriers filter public link shorteners.",
                               "Link to the brand's own domain."));
}

void check_push(const ChannelInput& input, std::vector<Issue>& issues) {
    if (input.subject_size > kPushTitleMax)
        issues.push_back(subject_issue(issue("long_title",
                                             kReviews,
                                             fmt::format("The title has {} characters; phones "
                                                         "show about {}.",
                                                         input.subject_size,
                                                         kPushTitleMax),
                                             "Shorten it."),
                                       input.subject_size));
    if (input.text_size > kPushTextMax)
        issues.push_back(issue("too_long",
                               kReviews,
                               fmt::format("The notification has {} characters; phones show about "
                                           "{}.",
                                           input.text_size,
                                           kPushTextMax),
                               "Shorten it."));
}

/// 3GPP TS 23.038 §6.2.1: 1 for the basic table, 2 for the extension table, 0 for neither.
std::size_t septets_of(char32_t c) {
    constexpr std::u32string_view kExtension = U"^{}\\[~]|€\f";
    constexpr std::u32string_view kBasic = U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ ¤¡ÄÖÑÜ§¿äöñüà";
    if (kExtension.find(c) != std::u32string_view::npos) return 2;
    if ((c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z')) return 1;
    if (c >= U'!' && c <= U'?') return 1;
    return kBasic.find(c) != std::u32string_view::npos ? 1 : 0;
}

}  // namespace

SmsLength sms_length(std::string_view text) {
    SmsLength length;
    std::size_t septets = 0;
    std::size_t units = 0;
    for (std::size_t i = 0; i < text.size();) {
        const char32_t c = text::next_code_point(text, i);
        const std::size_t cost = septets_of(c);
        length.is_gsm7 = length.is_gsm7 && cost > 0;
        septets += cost;
        units += c > 0xFFFF ? 2 : 1;
    }
    length.units = length.is_gsm7 ? septets : units;
    const std::size_t alone = length.is_gsm7 ? 160 : 70;
    const std::size_t part = length.is_gsm7 ? 153 : 67;
    if (length.units == 0) return length;
    length.segments = length.units <= alone ? 1 : (length.units + part - 1) / part;
    return length;
}

std::vector<Issue> check_channel(const ChannelInput& input, const Sender& sender) {
    std::vector<Issue> issues;
    switch (input.channel) {
        case Channel::kEmail:
            check_email(input, issues);
            break;
        case Channel::kSms:
            check_sms(input, sender, issues);
            break;
        case Channel::kPush:
            check_push(input, issues);
            break;
        case Channel::kWeb:
            break;
    }
    return issues;
}

std::vector<std::pair<std::size_t, std::size_t>> postal_addresses(std::string_view text) {
    std::vector<std::pair<std::size_t, std::size_t>> spans;
    re2::StringPiece found;
    std::size_t from = 0;
    const RE2& expression = postal_address().get();
    if (!expression.ok()) return spans;
    while (from < text.size() &&
           expression.Match(text, from, text.size(), RE2::UNANCHORED, &found, 1)) {
        const auto start = static_cast<std::size_t>(found.data() - text.data());
        spans.emplace_back(start, start + found.size());
        from = start + std::max<std::size_t>(found.size(), 1);
    }
    return spans;
}

}  // namespace cpo::safety
