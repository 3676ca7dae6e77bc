#include "agents/generation/confidence.h"

#include <algorithm>

namespace cpo::generation {
namespace {

// How well an offer suits the audience: made for it, made for everybody, none.
constexpr double kTargetedOfferFit = 1.0;
constexpr double kGeneralOfferFit = 0.7;
constexpr double kNoOfferFit = 0.4;

double retrieval_support(const Draft& draft, const Ingredients& ingredients) {
    double sum = 0;
    int count = 0;
    for (const FactSentence& fact : draft.facts()) {
        sum += fact.support;
        ++count;
    }
    if (draft.has(Slot::kOffer)) {
        sum += ingredients.offer->support;
        ++count;
    }
    return count == 0 ? 0 : sum / count;
}

double completeness(const Draft& draft, const Ingredients& ingredients) {
    int wished = 0;
    int filled = 0;
    const auto wish = [&](bool is_filled) {
        ++wished;
        filled += is_filled ? 1 : 0;
    };
    const Channel channel = draft.channel();
    wish(!ingredients.brand.name.text.empty());
    wish(!ingredients.brand.website.text.empty());
    wish(draft.has(Slot::kOpening));
    wish(draft.has(Slot::kOffer));
    if (channel == Channel::kEmail || channel == Channel::kWeb) {
        for (std::size_t i = 0; i < draft.facts_wanted(); ++i) wish(draft.facts().size() > i);
        wish(draft.has(Slot::kCall));
    }
    if (channel == Channel::kEmail || channel == Channel::kSms) wish(draft.has(Slot::kOptOut));
    if (channel == Channel::kEmail) wish(draft.has(Slot::kPostalAddress));
    return static_cast<double>(filled) / wished;
}

double segment_fit(const Draft& draft, const Ingredients& ingredients, double strategy_fit) {
    double offer_fit = kNoOfferFit;
    if (draft.has(Slot::kOffer))
        offer_fit = ingredients.offer->is_targeted ? kTargetedOfferFit : kGeneralOfferFit;
    return (strategy_fit + offer_fit) / 2;
}

}  // namespace

ConfidenceParts confidence_parts(const Draft& draft,
                                 const Ingredients& ingredients,
                                 double strategy_fit) {
    return {retrieval_support(draft, ingredients),
            completeness(draft, ingredients),
            segment_fit(draft, ingredients, strategy_fit)};
}

}  // namespace cpo::generation
