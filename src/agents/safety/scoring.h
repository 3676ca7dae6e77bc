#pragma once

#include <map>
#include <string>
#include <vector>

#include "agents/safety/lexicon.h"
#include "model/verdict.h"

namespace cpo::safety {

/// Toxicity of a message, 0 ... 1: a noisy or over its hits, so that more and surer hits score
/// higher and a message can be ranked even where no single hit is an issue. Not a probability.
double toxicity_score(const std::vector<WordHit>& words, const std::vector<Issue>& issues);

/// Highest severity of each checked category as a share of 7; categories without a finding are 0.
std::map<std::string, double> category_scores(const std::vector<Issue>& issues,
                                              const std::vector<std::string>& checked);

}  // namespace cpo::safety
