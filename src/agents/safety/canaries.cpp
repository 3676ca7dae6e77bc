#include "agents/safety/canaries.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cpo::safety {
namespace {

struct Canary {
    const char* text;
    const char* rule;  ///< Must be among the issues; empty: there must be none.
};

// The card and IBAN are the published test values of their schemes; the rest is invented.
constexpr std::array<Canary, 9> kCanaries = {{
    {"We have new scarves in the shop this week, come and have a look.", ""},
    {"Write to jane.roe@mail.example about your order.", "pii.email"},
    {"Your card 4111 1111 1111 1111 was charged.", "pii.card"},
    {"Pay to GB82 WEST 1234 5698 7654 32 today.", "pii.iban"},
    {"Call her on +44 20 7946 0958 tonight.", "pii.phone"},
    {"Hello {{ first_name }}, welcome back.", "placeholder.mustache"},
    {"As an AI language model I wrote this.", "self_talk.as_a_model"},
    {"You are a complete idi0t.", "toxicity.insult_you"},
    {"What the f u c k is this.", "profanity.word"},
}};

}  // namespace

Result<void> self_test(const SafetyAgent& agent) {
    for (const Canary& canary : kCanaries) {
        ScreeningRequest request;
        request.id = "self-test";
        request.message.text = canary.text;
        request.is_channel_checked = false;
        const Verdict verdict = agent.screen(request, Deadline::never()).verdict;
        const std::string_view rule = canary.rule;
        const bool is_found =
            rule.empty() ? verdict.issues.empty() && verdict.decision == Decision::kPass
                         : verdict.decision != Decision::kPass &&
                               std::any_of(verdict.issues.begin(),
                                           verdict.issues.end(),
                                           [&](const Issue& issue) { return issue.rule == rule; });
        if (is_found) continue;
        return Error{ErrorCode::kInternal,
                     fmt::format("the safety agent failed its self-test ({})",
                                 rule.empty() ? "a harmless message did not pass" : canary.rule),
                     {}};
    }
    return {};
}

}  // namespace cpo::safety
