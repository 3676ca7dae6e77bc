#include "agents/generation/generation.h"

#include <fmt/format.h>

#include "agents/generation/composer.h"
#include "agents/generation/llm_writer.h"

namespace cpo::generation {
namespace {

constexpr int kVariantsMax = 8;
constexpr double kControlFit = 0.5;  // Written for nobody in particular: neither suits nor jars.

Result<void> check(const Campaign& campaign) {
    if (campaign.variants < 1 || campaign.variants > kVariantsMax)
        return invalid_argument(
            fmt::format("variants: {} is not within 1 ... {}", campaign.variants, kVariantsMax));
    if (campaign.language != "en" && !campaign.language.starts_with("en-"))
        return Error{ErrorCode::kFailedPrecondition,
                     fmt::format("language {}: messages are written in English (en) only",
                                 campaign.language),
                     {}};
    return {};
}

Grounds grounds_of(const Ingredients& ingredients, const Campaign& campaign) {
    Grounds grounds;
    if (ingredients.offer) {
        grounds.has_offer = true;
        const auto& ends = ingredients.offer->document->offer->ends;
        grounds.ends_soon = ends && *ends - campaign.as_of <= std::chrono::days(kUrgentDaysMax);
    }
    for (const FactSentence& fact : ingredients.facts)
        grounds.has_proof = grounds.has_proof || fact.is_proof;
    return grounds;
}

/// The model's version of a composed variant when there is a model and it keeps to the rules.
Variant improved(Llm* llm, const GenerationRequest& request, Variant composed, Deadline deadline) {
    if (llm == nullptr || deadline.has_passed()) return composed;
    auto written = write_with_llm(*llm, request, composed, deadline);
    return written ? *std::move(written) : composed;
}

}  // namespace

Result<std::vector<Variant>> GenerationAgent::generate(const GenerationRequest& request,
                                                       Deadline deadline) const {
    const Campaign& campaign = request.campaign;
    const auto checked = check(campaign);
    if (!checked) return checked.error();
    const Ingredients ingredients = choose_for_segment(request);
    const Ingredients plain = choose_for_control(request);
    const auto segment = static_cast<std::uint64_t>(request.segment.number);
    const auto choices = choose_strategies(ingredients.audience,
                                           grounds_of(ingredients, campaign),
                                           static_cast<std::size_t>(campaign.variants),
                                           campaign.seed ^ (segment << 32));
    Composer composer(request, ingredients);
    std::vector<Variant> variants;
    for (const StrategyChoice& choice : choices) {
        Variant composed =
            TRY(composer.compose({name_of(choice.strategy), choice.fit, variants.size()}));
        variants.push_back(improved(llm_, request, std::move(composed), deadline));
    }
    Composer plain_composer(request, plain);
    auto control = plain_composer.compose({"control", kControlFit, 0});
    // Where all content is for some audience, the plain message can only say what this one may
    // hear.
    if (!control) control = composer.compose({"control", kControlFit, 0});
    if (!control) return control.error();
    variants.push_back(*std::move(control));
    return variants;
}

std::optional<std::string> GenerationAgent::fallback_notice(
    const std::vector<Variant>& variants) const {
    if (llm_ == nullptr) return std::nullopt;
    std::size_t asked = 0;
    std::size_t composed = 0;
    for (const Variant& variant : variants) {
        if (variant.is_control) continue;
        ++asked;
        if (variant.writer != llm_->name()) ++composed;
    }
    if (composed == 0) return std::nullopt;
    return fmt::format(
        "{} of {} messages were written by the composer: the model did not answer, or its reply "
        "broke the rules.",
        composed,
        asked);
}

}  // namespace cpo::generation
