#include "agents/safety/scoring.h"

#include <algorithm>

namespace cpo::safety {
namespace {

constexpr double kSeverityMax = 7.0;

/// How much one hit says about toxicity; from what each kind means, not fitted to a corpus.
double weight_of(WordKind kind, int severity) {
    switch (kind) {
        case WordKind::kSlur:
            return 0.80;
        case WordKind::kInsult:
            return 0.45;
        case WordKind::kProfanity:
            return severity >= 4 ? 0.60 : severity == 3 ? 0.40 : 0.25;
        case WordKind::kSexual:
            return 0.45;
        case WordKind::kWeak:
            return 0.12;
    }
    return 0;
}

}  // namespace

double toxicity_score(const std::vector<WordHit>& words, const std::vector<Issue>& issues) {
    double harmless = 1.0;
    for (const WordHit& hit : words) harmless *= 1.0 - weight_of(hit.kind, hit.severity);
    for (const Issue& issue : issues)
        if (issue.category == "toxicity" && !issue.rule.starts_with("toxicity.word"))
            harmless *= 1.0 - 0.13 * std::min(issue.severity, 7);
    return 1.0 - harmless;
}

std::map<std::string, double> category_scores(const std::vector<Issue>& issues,
                                              const std::vector<std::string>& checked) {
    std::map<std::string, double> scores;
    for (const std::string& category : checked) scores[category] = 0;
    for (const Issue& issue : issues) {
        double& score = scores[issue.category];
        score = std::max(score, issue.severity / kSeverityMax);
    }
    return scores;
}

}  // namespace cpo::safety
