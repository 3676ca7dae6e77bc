#include "agents/generation/strategy.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/random.h"

namespace cpo::generation {
namespace {

constexpr double kSeedWeight = 0.05;

/// Fit of one strategy: a base, raised or lowered by each audience word that a segment fits.
struct Affinity {
    std::string_view audience;
    double change;
};
struct Row {
    Strategy strategy;
    double base;
    std::array<Affinity, 4> affinities;
};

// Marketing judgement, not measurement: experiments decide which strategy works. The table is in
// docs/generation.md word for word.
constexpr std::array kRows{
    Row{Strategy::kInformational,
        0.70,
        {{{"new", 0.20}, {"returner", 0.15}, {"occasional", 0.05}, {"lapsed", 0.05}}}},
    Row{Strategy::kFriendly,
        0.70,
        {{{"lapsed", 0.15}, {"long_standing", 0.10}, {"recent", 0.05}, {"new", 0.05}}}},
    Row{Strategy::kUrgent,
        0.60,
        {{{"lapsed", 0.20}, {"small_spender", 0.05}, {"loyal", -0.10}, {"new", -0.10}}}},
    Row{Strategy::kSocialProof,
        0.65,
        {{{"new", 0.20}, {"occasional", 0.10}, {"recent", 0.05}, {"loyal", -0.15}}}},
    Row{Strategy::kValue,
        0.65,
        {{{"small_spender", 0.20},
          {"lapsed", 0.05},
          {"occasional", 0.10},
          {"big_spender", -0.10}}}},
    Row{Strategy::kAppreciative,
        0.50,
        {{{"loyal", 0.35}, {"long_standing", 0.20}, {"big_spender", 0.20}, {"new", -0.20}}}},
    Row{Strategy::kHelpful,
        0.60,
        {{{"returner", 0.25}, {"occasional", 0.15}, {"new", 0.10}, {"small_spender", 0.05}}}},
    Row{Strategy::kCuriosity,
        0.55,
        {{{"recent", 0.20}, {"loyal", 0.10}, {"lapsed", 0.10}, {"returner", -0.10}}}},
    Row{Strategy::kRecommendation,
        0.55,
        {{{"big_spender", 0.20}, {"recent", 0.10}, {"loyal", 0.10}, {"at_risk", 0.05}}}},
    Row{Strategy::kInspiration,
        0.50,
        {{{"big_spender", 0.20}, {"recent", 0.10}, {"loyal", 0.05}, {"small_spender", -0.10}}}},
    Row{Strategy::kDirect,
        0.45,
        {{{"small_spender", 0.10}, {"occasional", 0.10}, {"lapsed", 0.05}, {"new", -0.05}}}},
};

constexpr std::array<std::string_view, 8> kTraits{
    "at_risk", "lapsed", "new", "loyal", "big_spender", "long_standing", "occasional", "recent"};

bool is_in(std::string_view word, const std::vector<std::string>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_allowed(Strategy strategy, const Grounds& grounds) {
    switch (strategy) {
        case Strategy::kUrgent:
            return grounds.has_offer && grounds.ends_soon;
        case Strategy::kSocialProof:
            return grounds.has_proof;
        case Strategy::kValue:
            return grounds.has_offer;
        case Strategy::kInformational:
        case Strategy::kFriendly:
        case Strategy::kAppreciative:
        case Strategy::kHelpful:
        case Strategy::kCuriosity:
        case Strategy::kRecommendation:
        case Strategy::kInspiration:
        case Strategy::kDirect:
            return true;
    }
    std::abort();
}

}  // namespace

const char* name_of(Strategy strategy) {
    switch (strategy) {
        case Strategy::kInformational:
            return "informational";
        case Strategy::kFriendly:
            return "friendly";
        case Strategy::kUrgent:
            return "urgent";
        case Strategy::kSocialProof:
            return "social_proof";
        case Strategy::kValue:
            return "value";
        case Strategy::kAppreciative:
            return "appreciative";
        case Strategy::kHelpful:
            return "helpful";
        case Strategy::kCuriosity:
            return "curiosity";
        case Strategy::kRecommendation:
            return "recommendation";
        case Strategy::kInspiration:
            return "inspiration";
        case Strategy::kDirect:
            return "direct";
    }
    std::abort();
}

std::string primary_trait(const std::vector<std::string>& audience) {
    for (const std::string_view trait : kTraits)
        if (is_in(trait, audience)) return std::string(trait);
    return "";
}

std::vector<StrategyChoice> choose_strategies(const std::vector<std::string>& audience,
                                              const Grounds& grounds,
                                              std::size_t count,
                                              std::uint64_t seed) {
    struct Candidate {
        StrategyChoice choice;
        double rank;
    };
    std::vector<Candidate> candidates;
    const Random random(seed);
    for (const Row& row : kRows) {
        if (!is_allowed(row.strategy, grounds)) continue;
        double fit = row.base;
        for (const Affinity& affinity : row.affinities)
            if (is_in(affinity.audience, audience)) fit += affinity.change;
        fit = std::clamp(fit, 0.0, 1.0);
        const double chance = random.fork(static_cast<std::uint64_t>(row.strategy)).uniform();
        candidates.push_back({{row.strategy, fit}, fit + kSeedWeight * chance});
    }
    std::stable_sort(candidates.begin(),
                     candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.rank > b.rank; });
    std::vector<StrategyChoice> choices;
    for (const Candidate& candidate : candidates)
        if (choices.size() < count) choices.push_back(candidate.choice);
    return choices;
}

}  // namespace cpo::generation
