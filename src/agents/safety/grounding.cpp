#include "agents/safety/grounding.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "agents/safety/channel_rules.h"
#include "text/utf8.h"

namespace cpo::safety {
namespace {

constexpr int kSeverity = 6;

/// One field with what is needed to judge the claims in it.
struct Field {
    MessageField field;
    std::vector<claims::FoundClaim> found;                    ///< Offsets in the original.
    std::vector<std::pair<std::size_t, std::size_t>> exempt;  ///< Code points of the original.
};

/// Numbers that promise nothing beyond those that the claim finder itself leaves out: steps,
/// short codes for opting out, all-round views.
const RE2& harmless_numbers() {
    static const RE2 expression(
        R"((?i)\b(?:step|part|figure|page|option|tip|chapter) \d{1,2}\b|)"
        R"(\b(?:reply|text|txt|send) ["']?(?:stop|end|quit|help|unsubscribe)["']? to \d{5,6}\b|)"
        R"(\b360(?:°| degrees?))",
        RE2::Quiet);
    return expression;
}

std::vector<std::pair<std::size_t, std::size_t>> exempt_numbers(const text::CanonicalText& view) {
    auto spans = postal_addresses(view.text);
    re2::StringPiece found;
    std::size_t from = 0;
    while (
        from <= view.text.size() &&
        harmless_numbers().Match(view.text, from, view.text.size(), RE2::UNANCHORED, &found, 1)) {
        const auto start = static_cast<std::size_t>(found.data() - view.text.data());
        spans.emplace_back(start, start + found.size());
        from = start + std::max<std::size_t>(found.size(), 1);
    }
    for (auto& [start, end] : spans) {
        const text::Span span = view.original(start, end);
        start = span.start;
        end = span.end;
    }
    return spans;
}

Field read_field(MessageField field,
                 const text::CanonicalText& view,
                 const ScreeningRequest& request) {
    Field read{field,
               claims::find_claims(view.text, request.message.language, request.facts->as_of()),
               exempt_numbers(view)};
    const text::CodePointIndex index(view.text);
    for (claims::FoundClaim& claim : read.found) {
        const text::Span span = view.original(index.byte_of(claim.start), index.byte_of(claim.end));
        claim.start = span.start;
        claim.end = span.end;
    }
    return read;
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

std::vector<Issue> check_grounding(const GroundingInput& input,
                                   const Sender& sender,
                                   const std::vector<Issue>& found) {
    const ScreeningRequest& request = input.request;
    std::vector<Issue> issues;
    const std::array fields = {read_field(MessageField::kSubject, input.subject, request),
                               read_field(MessageField::kText, input.text, request)};
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
