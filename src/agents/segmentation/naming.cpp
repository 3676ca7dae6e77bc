#include "agents/segmentation/naming.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

#include "agents/segmentation/feature_words.h"

namespace cpo::segmentation {
namespace {

constexpr double kNotable = 0.5;    // In standard deviations of all customers.
constexpr double kModerate = 0.25;  // Worth a word when nothing is notable.
// When somebody last bought interests people more than other features of equal effect.
constexpr double kRecencyWeight = 2.5;
constexpr double kSlight = 0.1;  // Still worth a word when it tells two names apart.
constexpr std::size_t kClausesWanted = 2;
constexpr std::size_t kClausesMax = 5;
// Of orders a customer: below, a segment is one of single orders, and below the second there is no
// rhythm to speak of.
constexpr double kSingleOrder = 1.2, kRhythmOrders = 3;

/// What a feature says beside the kind of buyer, and from how many orders on it means anything.
struct Phrase {
    std::string_view feature, high, low;
    double orders_min = 0;
};

constexpr std::array kPhrases = {
    Phrase{"average_order_value", "large orders", "small orders"},
    Phrase{"items_per_order", "many pieces per order", "few pieces per order"},
    Phrase{"tenure_days", "customers for long", "new customers"},
    Phrase{"interpurchase_mean_days",
           "long gaps between orders",
           "short gaps between orders",
           kRhythmOrders / 2},
    Phrase{"interpurchase_regularity",
           "evenly spaced orders",
           "unevenly spaced orders",
           kRhythmOrders},
    Phrase{"returns_share", "many returns", "hardly any returns"},
    Phrase{"distinct_products", "many different products", "few different products"},
    Phrase{"recent_90d_share", "more active lately", "less active lately", kRhythmOrders / 2},
    Phrase{"active_months", "active in many months", "active in few months", kRhythmOrders / 2},
    Phrase{"weekday_concentration", "mostly on the same weekday", "", kRhythmOrders / 2},
    Phrase{"hour_concentration", "mostly at the same hour", "", kRhythmOrders / 2},
};

/// "3 weeks", with the number rounded up or down; without "1": "week".
std::string period(double days, bool is_up) {
    struct Unit {
        double days;
        std::string_view name;
    };
    const Unit unit = days < 14    ? Unit{1, "day"}
                      : days < 60  ? Unit{7, "week"}
                      : days < 730 ? Unit{30.4375, "month"}
                                   : Unit{365.25, "year"};
    const double units = days / unit.days;
    const auto number =
        static_cast<int>(std::max(1.0, is_up ? std::ceil(units) : std::floor(units)));
    if (number == 1) return std::string(unit.name);
    return fmt::format("{} {}s", number, unit.name);
}

std::string capitalized(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

/// Collects the words of one segment.
class SegmentNamer {
public:
    SegmentNamer(const SegmentProfile& profile, const std::vector<FeatureDefinition>& definitions)
        : profile_(profile), definitions_(definitions) {
        const std::size_t frequency = column_of("frequency");
        orders_ = frequency < definitions_.size() ? profile_.means[frequency] : kRhythmOrders;
        add_kind();
        add_recency();
        add_others();
    }

    /// With `extra` clauses more than usual; may be shorter when there is no more to say.
    std::string name(std::size_t extra) const {
        const std::size_t usual = kind_.empty() ? kClausesWanted : 1;
        std::string text = kind_;
        std::size_t count = 0;
        for (const Clause& clause : clauses_) {
            const double effect_min = extra > 0 ? kSlight : count == 0 ? kModerate : kNotable;
            if (count == std::min(usual + extra, kClausesMax) || clause.effect < effect_min) break;
            text += (text.empty() ? "" : ", ") + clause.text;
            ++count;
        }
        return text.empty() ? "Average customers" : capitalized(std::move(text));
    }

private:
    struct Clause {
        std::string text;
        double effect;        ///< Size of it, >= 0; without the weight of recency.
        double rank;          ///< Larger ones are said first.
        std::string topic{};  ///< Of several with the same only the first is said.
    };

    std::size_t column_of(std::string_view feature) const {
        const auto found = std::find_if(definitions_.begin(),
                                        definitions_.end(),
                                        [&](const auto& d) { return d.name == feature; });
        return static_cast<std::size_t>(found - definitions_.begin());
    }
    double effect_of(std::string_view feature) const {
        const std::size_t column = column_of(feature);
        return column < definitions_.size() ? profile_.effects[column] : 0;
    }
    bool is_high(std::string_view feature) const { return effect_of(feature) >= kNotable; }
    bool is_low(std::string_view feature) const { return effect_of(feature) <= -kNotable; }

    void add_kind() {
        std::string adjective;
        const bool is_single = is_low("frequency") && orders_ < kSingleOrder;
        if (is_high("frequency")) adjective = "frequent ";
        // Many orders lie in many months and few in few.
        if (is_high("frequency") || is_low("frequency")) said_.push_back("active_months");
        if (is_low("frequency")) adjective = is_single ? "one-time " : "occasional ";
        if (is_low("tenure_days") && !is_high("recency_days")) {
            adjective = "new " + adjective;
            said_.push_back("tenure_days");
        }
        std::string noun;
        if (is_high("monetary"))
            noun = is_single ? "buyers who spent much" : "big spenders";
        else if (is_low("monetary"))
            noun = is_single ? "buyers who spent little" : "small spenders";
        else if (is_high("average_order_value"))
            noun = "buyers with large orders";
        else if (is_low("average_order_value"))
            noun = "buyers with small orders";
        if (!noun.empty()) said_.push_back("average_order_value");
        if (noun.empty() && !adjective.empty()) noun = "buyers";
        // The mean is near that of all: a fact about this segment too.
        if (noun.empty() && column_of("monetary") < definitions_.size()) noun = "average spenders";
        kind_ = adjective + noun;
    }

    void add_recency() {
        const double effect = effect_of("recency_days");
        if (std::abs(effect) < kSlight) return;
        const bool is_recent = effect < 0;
        const std::string text =
            is_recent ? fmt::format("bought in the last {}", period(profile_.recency_high, true))
                      : not_seen_for(profile_.recency_low);
        const double size = std::abs(effect);
        clauses_.push_back({text, size, size >= kNotable ? size * kRecencyWeight : size});
        // What recency says is not said twice in other words.
        if (size >= kModerate) said_.push_back("recent_90d_share");
    }

    static std::string not_seen_for(double days) {
        const std::string time = period(days, false);
        const bool has_number = time[0] >= '0' && time[0] <= '9';
        return fmt::format("not seen for {}{}", has_number ? "" : "a ", time);
    }

    void add_others() {
        for (std::size_t i = 0; i < definitions_.size(); ++i) {
            const double effect = profile_.effects[i];
            if (std::abs(effect) < kSlight) continue;
            const std::string text = phrase_of(definitions_[i], effect > 0);
            if (!text.empty())
                clauses_.push_back(
                    {text, std::abs(effect), std::abs(effect), topic_of(definitions_[i])});
        }
        std::stable_sort(clauses_.begin(), clauses_.end(), [](const Clause& a, const Clause& b) {
            return a.rank > b.rank;
        });
        std::set<std::string> topics;
        std::erase_if(clauses_, [&](const Clause& clause) {
            return !clause.topic.empty() && !topics.insert(clause.topic).second;
        });
    }

    std::string phrase_of(const FeatureDefinition& definition, bool is_high_side) const {
        const std::string_view name = definition.name;
        if (name == "recency_days" || name == "frequency" || name == "monetary") return "";
        if (std::find(said_.begin(), said_.end(), name) != said_.end()) return "";
        for (const Phrase& phrase : kPhrases)
            if (phrase.feature == name)
                return orders_ < phrase.orders_min
                           ? ""
                           : std::string(is_high_side ? phrase.high : phrase.low);
        return side_words(definition, is_high_side);
    }

    const SegmentProfile& profile_;
    const std::vector<FeatureDefinition>& definitions_;
    double orders_ = 0;
    std::string kind_;
    std::vector<std::string_view> said_;  // Features that need no clause any more.
    std::vector<Clause> clauses_;         // Largest rank first.
};

}  // namespace

std::vector<std::string> name_segments(const Profiles& profiles,
                                       const std::vector<FeatureDefinition>& definitions) {
    const std::size_t count = profiles.segments.size();
    if (count == 1 && profiles.segments.front().size == profiles.rows) return {"All customers"};
    std::vector<SegmentNamer> namers;
    namers.reserve(count);
    for (const SegmentProfile& profile : profiles.segments)
        namers.emplace_back(profile, definitions);
    std::vector<std::string> names(count);
    std::vector<std::size_t> extra(count);
    std::map<std::string, int> uses;
    for (std::size_t round = 0; round <= kClausesMax; ++round) {
        uses.clear();
        for (std::size_t s = 0; s < count; ++s) ++uses[names[s] = namers[s].name(extra[s])];
        for (std::size_t s = 0; s < count; ++s)
            if (uses[names[s]] > 1) ++extra[s];
    }
    std::map<std::string, int> seen;
    for (std::string& name : names)
        if (uses[name] > 1) name += fmt::format(" (group {})", ++seen[name]);
    return names;
}

}  // namespace cpo::segmentation
