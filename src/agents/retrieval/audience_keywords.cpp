#include <algorithm>

#include "agents/retrieval/retrieval.h"

namespace cpo::retrieval {
namespace {

// In standard deviations of all customers: about a third of them lie further out on each side.
constexpr double kEffectMin = 0.5;

double effect_of(const Segment& segment, std::string_view feature) {
    for (const SegmentDriver& driver : segment.drivers)
        if (driver.feature == feature) return driver.effect_size;
    return 0;
}

}  // namespace

std::vector<std::string> audience_keywords(const Segment& segment) {
    const auto is_high = [&](std::string_view feature) {
        return effect_of(segment, feature) >= kEffectMin;
    };
    const auto is_low = [&](std::string_view feature) {
        return effect_of(segment, feature) <= -kEffectMin;
    };
    const bool is_lapsed = is_high("recency_days");
    const bool is_loyal = is_high("frequency");
    const bool is_big = is_high("monetary") || is_high("average_order_value");
    std::vector<std::string> keywords;
    const auto add_if = [&](bool condition, const char* keyword) {
        if (condition) keywords.emplace_back(keyword);
    };
    add_if(is_lapsed, "lapsed");
    add_if(is_low("recency_days"), "recent");
    add_if(is_low("tenure_days") && !is_lapsed, "new");
    add_if(is_high("tenure_days"), "long_standing");
    add_if(is_loyal, "loyal");
    add_if(is_low("frequency"), "occasional");
    add_if(is_big, "big_spender");
    add_if(is_low("monetary") && !is_big, "small_spender");
    add_if(is_high("returns_share"), "returner");
    add_if(is_lapsed && (is_loyal || is_big), "at_risk");
    std::sort(keywords.begin(), keywords.end());
    return keywords;
}

std::string normalized_keyword(std::string_view word) {
    std::string result;
    for (const char c : word) {
        if (c >= 'A' && c <= 'Z')
            result += static_cast<char>(c - 'A' + 'a');
        else
            result += c == ' ' || c == '-' ? '_' : c;
    }
    return result;
}

}  // namespace cpo::retrieval
