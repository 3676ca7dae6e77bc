#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/variant.h"

namespace cpo {

enum class Decision { kPass, kReview, kBlock };
const char* name_of(Decision decision);
std::optional<Decision> parse_decision(std::string_view name);

/// One finding of the safety agent.
struct Issue {
    std::string category;  ///< "pii", "toxicity", "profanity", "placeholder", "grounding",
                           ///< "channel", "input", ...
    std::string type;      ///< Finer: "email", "card", "missing_opt_out", ...
    std::string rule;      ///< Stable rule id: "pii.card", "grounding.percent".
    MessageField field = MessageField::kText;
    std::size_t start =
        0;  ///< Unicode code points in the field; start == end when the whole message is meant.
    std::size_t end = 0;      ///< Exclusive.
    int severity = 0;         ///< 0 ... 7, Azure's scale: 0 safe, 2 low, 4 medium, 6 high.
    std::string explanation;  ///< For people; never repeats a secret or personal value.
    std::string suggestion;   ///< What to do; may be empty.
};

/// Result of the safety agent for one message. Everything that is not an explicit pass is held.
struct Verdict {
    std::string id;  ///< Of the screened thing.
    Decision decision = Decision::kReview;
    std::map<std::string, double>
        scores;  ///< Category -> 0 ... 1, highest finding; only checked categories appear.
    std::vector<Issue> issues;  ///< By field, start, rule.
    std::string masked_subject;
    std::string masked_text;  ///< Personal data and secrets replaced by [EMAIL], [CARD], ...
    bool is_grounding_checked = false;  ///< Facts were given and every claim was looked up.
    std::string policy_version;         ///< Rules in force.
    double elapsed_us = 0;
};

}  // namespace cpo
