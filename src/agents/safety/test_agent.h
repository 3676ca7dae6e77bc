#pragma once

// For tests only: one agent for the whole program, and short ways to ask it.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "agents/safety/safety.h"

namespace cpo::safety {

inline const SafetyAgent& test_agent() {
    static const auto instance = [] {
        auto agent = SafetyAgent::make();
        EXPECT_TRUE(agent) << (agent ? "" : agent.error().message);
        return *std::move(agent);
    }();
    return *instance;
}

/// A message without channel rules and facts.
inline ScreeningRequest request_of(std::string_view text) {
    ScreeningRequest request;
    request.id = "test";
    request.message.text = text;
    request.is_channel_checked = false;
    return request;
}

inline Verdict verdict_of(const ScreeningRequest& request) {
    return test_agent().screen(request, Deadline::never()).verdict;
}
inline Verdict verdict_of(std::string_view text) { return verdict_of(request_of(text)); }

inline bool has_rule(const Verdict& verdict, std::string_view rule) {
    return std::any_of(verdict.issues.begin(), verdict.issues.end(), [&](const Issue& issue) {
        return issue.rule == rule;
    });
}
inline bool has_category(const Verdict& verdict, std::string_view category) {
    return std::any_of(verdict.issues.begin(), verdict.issues.end(), [&](const Issue& issue) {
        return issue.category == category;
    });
}

/// "rule@start-end" of every issue, for messages of failed tests.
inline std::string describe(const Verdict& verdict) {
    std::string text = name_of(verdict.decision);
    for (const Issue& issue : verdict.issues)
        text +=
            " " + issue.rule + "@" + std::to_string(issue.start) + "-" + std::to_string(issue.end);
    return text;
}

}  // namespace cpo::safety
