#include "pipeline/experiment_arms.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "agents/safety/safety.h"
#include "store/review_store.h"
#include "store/verdict_store.h"

namespace cpo::pipeline {
namespace {

Error held(std::string message) { return {ErrorCode::kFailedPrecondition, std::move(message), {}}; }

std::optional<Release> release_of(const store::StoredVariant& variant) {
    const auto& review = variant.reviewed;
    if (!review || !review->is_approval || !review->is_override) return std::nullopt;
    return Release{review->reviewer, review->reason};
}

void add(std::string& list, const std::string& item) {
    if (!list.empty()) list += "; ";
    list += item;
}

}  // namespace

Result<const store::StoredVariant*> VariantReader::read(const std::string& id) {
    if (const auto found = variants_.find(id); found != variants_.end()) return &found->second;
    const auto variant = TRY(store::get_variant(*session_, *workspace_, id));
    auto all = TRY(store::list_variants_of_run(*session_, *workspace_, variant.run));
    for (store::StoredVariant& other : all) {
        std::string key = other.variant.id;
        variants_.insert_or_assign(std::move(key), std::move(other));
    }
    return &variants_.try_emplace(id, variant).first->second;
}

Result<ScreenedMessage> screened_message(const store::StoredVariant& variant) {
    if (!variant.screened) return held("its words are not screened");
    return safety::SafetyAgent::restore(variant.variant.message,
                                        variant.screened->verdict,
                                        variant.screened->text_hash,
                                        release_of(variant));
}

Result<ScreenedMessage> approved_message(const store::StoredVariant& variant) {
    if (variant.state != store::VariantState::kApproved)
        return held(
            fmt::format("its words are not approved but '{}'", store::name_of(variant.state)));
    return screened_message(variant);
}

Result<void> freeze_words(VariantReader& variants, store::StoredExperiment& experiment) {
    std::string missing;
    for (store::StoredArm& arm : experiment.arms) {
        const auto* variant = TRY(variants.read(arm.variant));
        const auto screened = approved_message(*variant);
        if (!screened) {
            if (screened.error().code != ErrorCode::kFailedPrecondition) return screened.error();
            add(missing, fmt::format("arm '{}': {}", arm.key, screened.error().message));
            continue;
        }
        arm.text_hash = screened->text_hash();
        arm.message = screened->message();
    }
    if (missing.empty()) return {};
    return held(fmt::format(
        "every arm must be screened and approved before the start: {}. Screen and review them.",
        missing));
}

Result<bool> VariantReader::are_still_approved(const std::string& id,
                                               const std::string& text_hash) {
    const auto reviews = TRY(store::list_reviews(*session_, *workspace_, id));
    const auto newest = std::find_if(reviews.begin(), reviews.end(), [&](const auto& review) {
        return review.text_hash == text_hash;
    });
    if (newest == reviews.end() || !newest->is_approval) return false;
    const auto decision = TRY(store::newest_decision(*session_, *workspace_, id, text_hash));
    return decision == Decision::kPass || (decision == Decision::kReview && newest->is_override);
}

Result<std::vector<ArmStatus>> arm_statuses(VariantReader& variants,
                                            const store::StoredExperiment& experiment) {
    std::vector<ArmStatus> statuses;
    for (const store::StoredArm& arm : experiment.arms) {
        const auto* variant = TRY(variants.read(arm.variant));
        const bool is_frozen = !arm.text_hash.empty();
        const bool is_edited = is_frozen && arm.text_hash != variant->text_hash;
        const bool is_approved = is_edited
                                     ? TRY(variants.are_still_approved(arm.variant, arm.text_hash))
                                     : approved_message(*variant).has_value();
        statuses.push_back({is_frozen ? arm.text_hash : variant->text_hash, is_approved});
    }
    return statuses;
}

Result<void> check_words(VariantReader& variants, const store::StoredExperiment& experiment) {
    const auto statuses = TRY(arm_statuses(variants, experiment));
    std::string fallen;
    for (std::size_t i = 0; i < statuses.size(); ++i)
        if (!statuses[i].is_approved) add(fallen, fmt::format("arm '{}'", experiment.arms[i].key));
    if (fallen.empty()) return {};
    return held(fmt::format("words that were approved at the start are not any more: {}", fallen));
}

}  // namespace cpo::pipeline
