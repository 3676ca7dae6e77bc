#include "agents/safety/policy.h"

#include <fmt/format.h>

#include <array>

namespace cpo::safety {
namespace {

struct PolicyLine {
    std::string_view category;
    Thresholds email;
    Thresholds other;  ///< sms, push, web.
};

constexpr std::array<PolicyLine, 9> kPolicy = {{
    {"toxicity", {2, 4}, {1, 2}},
    {"profanity", {2, 6}, {1, 2}},
    {"pii", {2, 5}, {1, 2}},
    {"secret", {1, 4}, {1, 2}},
    {"placeholder", {1, 3}, {1, 3}},
    {"grounding", {1, 4}, {1, 4}},
    {"channel", {1, 4}, {1, 4}},
    {"language", {1, 7}, {1, 7}},
    {"input", {1, 6}, {1, 6}},
}};

}  // namespace

Thresholds thresholds_of(std::string_view category, Channel channel) {
    for (const PolicyLine& line : kPolicy)
        if (line.category == category) return channel == Channel::kEmail ? line.email : line.other;
    return {1, 1};  // A category without a line is not let through.
}

std::string describe_policy() {
    std::string text;
    for (const PolicyLine& line : kPolicy)
        text += fmt::format("{} {} {} {} {}\n",
                            line.category,
                            line.email.review,
                            line.email.block,
                            line.other.review,
                            line.other.block);
    return text;
}

Decision decide(const std::vector<Issue>& issues, Channel channel) {
    Decision decision = Decision::kPass;
    for (const Issue& issue : issues) {
        const Thresholds thresholds = thresholds_of(issue.category, channel);
        if (issue.severity >= thresholds.block) return Decision::kBlock;
        if (issue.severity >= thresholds.review) decision = Decision::kReview;
    }
    return decision;
}

}  // namespace cpo::safety
