#include "agents/generation/composer.h"

#include <fmt/format.h>

#include <algorithm>

#include "agents/generation/confidence.h"
#include "agents/generation/draft.h"
#include "text/utf8.h"

namespace cpo::generation {
namespace {

constexpr int kRepairsMax = 16;
constexpr std::size_t kSmsMax = 306;  // Two parts of 153 septets.
constexpr std::size_t kPushMax = 178;

/// Longest text of the channel in code points; 0 = no limit.
std::size_t text_max(Channel channel) {
    if (channel == Channel::kSms) return kSmsMax;
    return channel == Channel::kPush ? kPushMax : 0;
}

Error nothing_to_say(const GenerationRequest& request) {
    return {ErrorCode::kFailedPrecondition,
            fmt::format("segment {}: no approved fact or offer can be used for channel {} in "
                        "language {}; add a document of type fact or offer that is approved and in "
                        "date",
                        request.segment.number,
                        cpo::name_of(request.campaign.channel),
                        request.campaign.language),
            {}};
}

/// What is put into the channel's layout, shortened until it fits and repaired until every claim
/// has its source.
Result<Message> finish(Draft& draft,
                       const GenerationRequest& request,
                       const std::vector<std::string>& taken) {
    Message message;
    message.channel = request.campaign.channel;
    message.language = request.campaign.language;
    for (int i = 0; i < kRepairsMax; ++i) {
        message.text = TRY(draft.text());
        const std::size_t longest = text_max(message.channel);
        if (longest != 0 && text::code_point_count(message.text) > longest && draft.shorten())
            continue;
        message.subject = draft.subject(taken);
        const auto claims = claims_of(message, request.facts, draft.cited());
        const auto unsupported = std::find_if(
            claims.begin(), claims.end(), [](const Claim& c) { return c.document.empty(); });
        if (unsupported == claims.end()) return message;
        const std::string& field =
            unsupported->field == MessageField::kText ? message.text : message.subject;
        const std::string words(
            text::slice_code_points(field, unsupported->start, unsupported->end));
        if (!draft.drop(words)) break;
    }
    return nothing_to_say(request);
}

}  // namespace

std::vector<Claim> claims_of(const Message& message,
                             const claims::FactBook& facts,
                             const std::vector<std::string>& cited) {
    std::vector<Claim> result;
    // An empty list would mean any document; a name that no document has means none.
    const std::vector<std::string> sources = cited.empty() ? std::vector<std::string>{""} : cited;
    for (const auto& [field, text] : {std::pair(MessageField::kSubject, &message.subject),
                                      std::pair(MessageField::kText, &message.text)})
        for (const claims::FoundClaim& claim :
             claims::find_claims(*text, message.language, facts.as_of())) {
            const auto resolution = facts.resolve(claim, sources);
            result.push_back({field,
                              claim.start,
                              claim.end,
                              claim.kind,
                              claim.value,
                              resolution.is_supported ? resolution.document : "",
                              resolution.is_supported ? resolution.passage : 0});
        }
    return result;
}

Composer::Composer(const GenerationRequest& request, const Ingredients& ingredients)
    : request_(request), ingredients_(ingredients) {}

Result<Variant> Composer::compose(const Brief& brief) {
    const bool is_control = brief.strategy == "control";
    const auto segment = static_cast<std::size_t>(std::max(0, request_.segment.number));
    const auto variants = static_cast<std::size_t>(std::max(1, request_.campaign.variants));
    const std::size_t number = is_control ? 0 : segment * variants + brief.position;
    Draft draft(request_, ingredients_, brief.strategy, number);
    draft.fill();
    if (!draft.has(Slot::kFact) && !draft.has(Slot::kOffer)) return nothing_to_say(request_);

    Variant variant;
    variant.message = TRY(finish(draft, request_, subjects_));
    if (!draft.has(Slot::kFact) && !draft.has(Slot::kOffer)) return nothing_to_say(request_);
    variant.id = fmt::format("s{}-{}", request_.segment.number, brief.strategy);
    variant.segment = request_.segment.number;
    variant.strategy = brief.strategy;
    variant.tone = PhraseBank::english().tone_of(brief.strategy);
    variant.claims = claims_of(variant.message, request_.facts, draft.cited());
    variant.confidence_parts = confidence_parts(draft, ingredients_, brief.strategy_fit);
    variant.confidence = variant.confidence_parts.retrieval_support *
                         variant.confidence_parts.completeness *
                         variant.confidence_parts.segment_fit;
    variant.writer = "composer";
    variant.is_control = is_control;
    if (!variant.message.subject.empty()) subjects_.push_back(variant.message.subject);
    return variant;
}

}  // namespace cpo::generation
