#include "agents/safety/grounding.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "agents/safety/channel_rules.h"
#include "text/utf8.h"

namespace cpo::safety {
namespace {

constexpr int kSeverity = 6;

/// One field with what is needed to judge the claims in it.
struct Field {
    MessageField field;
    std::string_view text;
    std::vector<claims::FoundClaim> found;
    std::vector<std::pair<std::size_t, std::size_t>> exempt;  ///< Code points.
};

/// Numbers that promise nothing: list marks, steps, 24/7, "2-in-1", copyright years, opt-out words
/// with their short codes.
const RE2& harmless_numbers() {
    static const RE2 kExpression(
        R"((?i)(?:^|\n)[ \t]{0,8}\d{1,2}[.)]\s|\b24/7\b|\b\d{1,2}-in-(?:\d|one)\b|)"
        R"((?:©|\(c\)|copyright)\s{0,2}\d{4}(?:\s?[-–]\s?\d{4})?|)"
        R"(\b(?:step|part|no\.|number|figure|page|option|tip) \d{1,2}\b|)"
        R"(\b(?:reply|text|txt|send) ["']?(?:stop|end|quit|help|unsubscribe)["']? to \d{5,6}\b|)"
        R"(\b360(?:°| degrees?)|\b100 ?% (?:cotton|wool|linen|silk|recycled|organic)\b)",
        RE2::Quiet);
    return kExpression;
}

std::vector<std::pair<std::size_t, std::size_t>> exempt_numbers(std::string_view text) {
    auto spans = postal_addresses(text);
    re2::StringPiece found;
    std::size_t from = 0;
    while (from <= text.size() &&
           harmless_numbers().Match(text, from, text.size(), RE2::UNANCHORED, &found, 1)) {
        const auto start = static_cast<std::size_t>(found.data() - text.data());
        spans.emplace_back(start, start + found.size());
        from = start + std::max<std::size_t>(found.size(), 1);
    }
    const text::CodePointIndex index(text);
    for (auto& [start, end] : spans) {
        start = index.code_point_of(start);
        end = index.code_point_of(end);
    }
    return spans;
}

bool overlaps(std::size_t a_start, std::size_t a_end, std::size_t b_start, std::size_t b_end) {
    return a_start < b_end && b_start < a_end;
}

/// Whether the claim lies in something that another rule already judged.
bool is_judged(const Field& field,
               const claims::FoundClaim& claim,
               const std::vector<Issue>& issues) {
    return std::any_of(issues.begin(), issues.end(), [&](const Issue& issue) {
        const bool is_judging = issue.category == "pii" || issue.category == "secret" ||
                                issue.category == "placeholder";
        return is_judging && issue.field == field.field &&
               overlaps(claim.start, claim.end, issue.start, issue.end);
    });
}

bool is_exempt(const Field& field, const claims::FoundClaim& claim, const Sender& sender) {
    if (claim.kind == ClaimKind::kUrl) return sender.owns_host(claim.value);
    if (sender.owns("pii.phone", claim.text) && claim.text.size() >= 5) return true;
    if (claim.kind != ClaimKind::kNumber) return false;
    return std::any_of(field.exempt.begin(), field.exempt.end(), [&](const auto& span) {
        return overlaps(claim.start, claim.end, span.first, span.second);
    });
}

Issue unsupported(const Field& field,
                  const claims::FoundClaim& claim,
                  const claims::Resolution& resolution) {
    Issue issue;
    issue.category = "grounding";
    issue.type = name_of(claim.kind);
    issue.rule = fmt::format("grounding.{}", name_of(claim.kind));
    issue.field = field.field;
    issue.start = claim.start;
    issue.end = claim.end;
    issue.severity = kSeverity;
    issue.explanation = resolution.explanation.empty() ? "Nothing approved backs this statement."
                                                       : resolution.explanation;
    issue.suggestion = resolution.nearest_value.empty()
                           ? "Take it out, or get a document approved that states it."
                           : fmt::format("Use the approved value: {}.", resolution.nearest_value);
    return issue;
}

/// A subject that promises what the text never mentions lures the reader in.
void check_subject_promise(const Field& subject, const Field& text, std::vector<Issue>& issues) {
    for (const claims::FoundClaim& claim : subject.found) {
        if (claim.kind != ClaimKind::kPercent && claim.kind != ClaimKind::kMoney &&
            claim.kind != ClaimKind::kFreeShipping && claim.kind != ClaimKind::kGift)
            continue;
        const bool is_kept =
            std::any_of(text.found.begin(), text.found.end(), [&](const auto& other) {
                return other.kind == claim.kind && other.value == claim.value;
            });
        if (is_kept) continue;
        Issue issue;
        issue.category = "channel";
        issue.type = "subject_promise";
        issue.rule = "channel.subject_promise";
        issue.field = MessageField::kSubject;
        issue.start = claim.start;
        issue.end = claim.end;
        issue.severity = 4;
        issue.explanation = "The subject promises something that the text does not mention.";
        issue.suggestion = "State the same offer in the text, or take it out of the subject.";
        issues.push_back(std::move(issue));
    }
}

}  // namespace

std::vector<Issue> check_grounding(const ScreeningRequest& request,
                                   const Sender& sender,
                                   const std::vector<Issue>& found) {
    std::vector<Issue> issues;
    std::vector<Field> fields;
    for (const auto& [field, text] :
         {std::pair(MessageField::kSubject, std::string_view(request.message.subject)),
          std::pair(MessageField::kText, std::string_view(request.message.text))})
        fields.push_back(
            {field,
             text,
             claims::find_claims(text, request.message.language, request.facts->as_of()),
             exempt_numbers(text)});
    for (const Field& field : fields)
        for (const claims::FoundClaim& claim : field.found) {
            if (is_judged(field, claim, found) || is_exempt(field, claim, sender)) continue;
            const claims::Resolution resolution = request.facts->resolve(claim, request.cited);
            if (!resolution.is_supported) issues.push_back(unsupported(field, claim, resolution));
        }
    if (request.message.channel == Channel::kEmail && request.is_channel_checked)
        check_subject_promise(fields[0], fields[1], issues);
    return issues;
}

}  // namespace cpo::safety
