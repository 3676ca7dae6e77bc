#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/verdict.h"

namespace cpo::safety {

/// From which severity (0 ... 7) a finding holds a message for review or blocks it.
struct Thresholds {
    int review = 0;
    int block = 0;
};

/// The policy in force; docs/safety.md prints the same table. Email is read at leisure and can be
/// reviewed; short and pushed channels block sooner.
Thresholds thresholds_of(std::string_view category, Channel channel);

/// All thresholds as text, one category a line: part of the policy version.
std::string describe_policy();

/// The strictest answer that any issue calls for.
Decision decide(const std::vector<Issue>& issues, Channel channel);

}  // namespace cpo::safety
