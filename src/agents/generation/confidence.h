#pragma once

#include "agents/generation/content_choice.h"
#include "agents/generation/draft.h"
#include "model/variant.h"

namespace cpo::generation {

/// The parts of a variant's confidence as docs/generation.md defines them:
/// retrieval_support, mean support of the facts and the offer that the message uses;
/// completeness, share of the slots this channel and strategy wish for that are filled;
/// segment_fit, mean of how well the strategy and the offer suit the audience.
ConfidenceParts confidence_parts(const Draft& draft,
                                 const Ingredients& ingredients,
                                 double strategy_fit);

}  // namespace cpo::generation
