#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace cpo {

enum class Channel { kEmail, kSms, kPush, kWeb };
const char* name_of(Channel channel);
std::optional<Channel> parse_channel(std::string_view name);

/// Assumptions of the sample-size plan; stated in every report because they are not measured.
struct PlanAssumptions {
    double baseline = 0.05;      ///< Expected conversion rate of control, 0 < x < 1.
    double minimum_lift = 0.20;  ///< Smallest relative lift worth having, > 0.
    double alpha = 0.05;         ///< Two-sided, shared over the comparisons with control.
    double power = 0.80;
    std::int64_t units_per_day =
        500;                   ///< How many people are sent to on one day, all segments together.
    int attribution_days = 7;  ///< Waiting time after the last exposure.
};

/// What the user asked for: the input of one run beside customers and content.
struct Campaign {
    std::string goal;  ///< In the user's words: "win back lapsed customers".
    Channel channel = Channel::kEmail;
    std::string language = "en";  ///< BCP 47 of the messages.
    int variants = 3;             ///< Personalised variants per segment, 1 ... 8.
    std::uint64_t seed = 1;
    Date as_of{};  ///< "Today" of the run: offers and documents are valid or not on this day.
    double coverage = 1.0;  ///< Share of each segment that enters its experiment.
    PlanAssumptions plan;
};

}  // namespace cpo
