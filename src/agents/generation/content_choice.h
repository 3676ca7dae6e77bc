#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agents/generation/brand.h"
#include "agents/generation/generation.h"

namespace cpo::generation {

/// A sentence of approved content, word for word, with where it stands.
struct FactSentence {
    std::string text;
    std::string document;
    int passage = 1;
    std::string topic;      ///< Title of the document when it can stand in a subject, else empty.
    double support = 0;     ///< How well the document answers the segment's query, 0 ... 1.
    bool is_proof = false;  ///< Says what customers think or choose.
    bool is_follow_up =
        false;  ///< Leans on the sentence before it in this list: only right after it.
};

struct ChosenOffer {
    const Document* document = nullptr;
    double support = 0;
    bool is_targeted = false;  ///< Made for this audience, not for everybody.
};

/// What a message may say.
struct Ingredients {
    Brand brand;
    std::optional<ChosenOffer> offer;
    std::vector<FactSentence> facts;    ///< Best first.
    std::vector<std::string> audience;  ///< Empty: unpersonalised.
};

/// What suits the segment: the best targeted offer of the context, else the best for everybody, and
/// the sentences of its facts in the order of the hits.
Ingredients choose_for_segment(const GenerationRequest& request);

/// What everybody may be told, the same for each segment: offers and facts without an audience,
/// those first that share most words with the goal.
Ingredients choose_for_control(const GenerationRequest& request);

/// Support of a hit: its fused score as a share of the best possible one, 2 / 61 (first in both
/// lists of reciprocal rank fusion).
double support_of(const Hit& hit);

}  // namespace cpo::generation
