#include "agents/experiments/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <span>
#include <tuple>

#include "agents/experiments/wording.h"

namespace cpo::experiments {
namespace {

constexpr double kCrossedShareMax = 0.01;

enum class Ignored {
    kRepeated,
    kConflicting,
    kNoId,
    kNoUnit,
    kUnknownArm,
    kBeforeStart,
    kAfterStop,
    kNotFinite,
    kNotExposed,
    kCrossed,
    kBeforeExposure,
    kAfterWindow,
    kCount
};

constexpr std::array<const char*, static_cast<std::size_t>(Ignored::kCount)> kReasons{
    "repeated event (same id, same content)",
    "conflicting event (same id, other content)",
    "event without an id",
    "event without a unit",
    "exposure of an arm that is not in the experiment",
    "exposure before the start",
    "exposure after the stop",
    "value is not finite",
    "outcome of a unit that was not exposed",
    "event of a unit seen in two arms",
    "outcome before the first exposure",
    "outcome after the attribution window"};

auto body_of(const ExperimentEvent& event) {
    return std::tie(event.time, event.kind, event.unit, event.arm, event.metric, event.value);
}

/// Replays the events of one experiment unit by unit.
class Replay {
public:
    explicit Replay(const EventScope& scope) : scope_(scope), exposed_(scope.arms.size(), 0) {
        for (const MetricRule& rule : scope.rules) {
            MetricData metric{rule.name, rule.kind, rule.is_guardrail, {}};
            for (const std::string& arm : scope.arms) {
                ArmStatistics statistics;
                statistics.arm = arm;
                metric.arms.push_back(std::move(statistics));
            }
            metrics_.push_back(std::move(metric));
        }
    }

    EventSummary run(std::vector<ExperimentEvent> events) {
        drop_unusable(events);
        drop_repeated(events);
        std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
            return std::tie(a.unit, a.time, a.id) < std::tie(b.unit, b.time, b.id);
        });
        for (auto first = events.cbegin(); first != events.cend();) {
            const auto last = std::find_if(
                first, events.cend(), [&](const auto& event) { return event.unit != first->unit; });
            replay_unit({first, last});
            first = last;
        }
        return summary();
    }

private:
    using Events = std::span<const ExperimentEvent>;

    void ignore(Ignored reason, std::int64_t count = 1) {
        ignored_[static_cast<std::size_t>(reason)] += count;
    }

    int arm_of(const ExperimentEvent& event) const {
        const auto found = std::find(scope_.arms.begin(), scope_.arms.end(), event.arm);
        return found == scope_.arms.end() ? -1 : static_cast<int>(found - scope_.arms.begin());
    }

    std::optional<Ignored> fault_of(const ExperimentEvent& event) const {
        if (event.id.empty()) return Ignored::kNoId;
        if (event.unit.empty()) return Ignored::kNoUnit;
        if (event.kind == EventKind::kOutcome)
            return std::isfinite(event.value) ? std::nullopt : std::optional(Ignored::kNotFinite);
        if (arm_of(event) < 0) return Ignored::kUnknownArm;
        if (scope_.start && event.time < *scope_.start) return Ignored::kBeforeStart;
        if (scope_.stop && event.time >= *scope_.stop) return Ignored::kAfterStop;
        return std::nullopt;
    }

    void drop_unusable(std::vector<ExperimentEvent>& events) {
        std::erase_if(events, [&](const ExperimentEvent& event) {
            const auto fault = fault_of(event);
            if (fault) ignore(*fault);
            return fault.has_value();
        });
    }

    void drop_repeated(std::vector<ExperimentEvent>& events) {
        std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
            return a.id != b.id ? a.id < b.id : body_of(a) < body_of(b);
        });
        std::size_t kept = 0;
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (kept > 0 && events[kept - 1].id == events[i].id) {
                const bool is_same = body_of(events[kept - 1]) == body_of(events[i]);
                ignore(is_same ? Ignored::kRepeated : Ignored::kConflicting);
                continue;
            }
            if (kept != i) events[kept] = std::move(events[i]);
            ++kept;
        }
        events.resize(kept);
    }

    void replay_unit(Events events) {
        const ExperimentEvent* first = nullptr;
        bool is_crossed = false;
        for (const ExperimentEvent& event : events) {
            if (event.kind != EventKind::kExposure) continue;
            if (first == nullptr) first = &event;
            is_crossed = is_crossed || event.arm != first->arm;
        }
        if (first == nullptr) {
            ignore(Ignored::kNotExposed, static_cast<std::int64_t>(events.size()));
        } else if (is_crossed) {
            ++crossed_;
            ignore(Ignored::kCrossed, static_cast<std::int64_t>(events.size()));
        } else {
            const auto arm = static_cast<std::size_t>(arm_of(*first));
            ++exposed_[arm];
            add_unit(arm, *first, events);
        }
    }

    void add_unit(std::size_t arm, const ExperimentEvent& first, Events events) {
        const Time end = first.time + scope_.attribution;
        std::vector<const ExperimentEvent*> outcomes;
        double exposures = 0;
        for (const ExperimentEvent& event : events) {
            if (event.kind == EventKind::kExposure)
                exposures += event.time < end ? 1 : 0;
            else if (event.time < first.time)
                ignore(Ignored::kBeforeExposure);
            else if (event.time >= end)
                ignore(Ignored::kAfterWindow);
            else
                outcomes.push_back(&event);
        }
        for (std::size_t i = 0; i < metrics_.size(); ++i)
            add_value(metrics_[i].arms[arm], value_of(scope_.rules[i], outcomes), exposures);
    }

    static bool counts(const MetricRule& rule, const std::string& metric) {
        if (rule.events.empty()) return metric != "revenue" && !is_guardrail_name(metric);
        return std::find(rule.events.begin(), rule.events.end(), metric) != rule.events.end();
    }

    static double value_of(const MetricRule& rule,
                           const std::vector<const ExperimentEvent*>& outcomes) {
        double count = 0;
        double sum = 0;
        for (const ExperimentEvent* outcome : outcomes) {
            if (!counts(rule, outcome->metric)) continue;
            count += 1;
            sum += outcome->value;
        }
        switch (rule.aggregate) {
            case Aggregate::kAny:
                return count > 0 ? 1 : 0;
            case Aggregate::kCount:
                return count;
            case Aggregate::kSum:
                return sum;
        }
        std::abort();
    }

    static void add_value(ArmStatistics& statistics, double value, double exposures) {
        ++statistics.units;
        statistics.sum += value;
        statistics.sum_of_squares += value * value;
        statistics.denominator_sum += exposures;
        statistics.denominator_sum_of_squares += exposures * exposures;
        statistics.sum_of_products += value * exposures;
    }

    EventSummary summary() {
        EventSummary summary;
        summary.metrics = std::move(metrics_);
        summary.exposed = std::move(exposed_);
        summary.crossed = crossed_;
        for (std::size_t i = 0; i < kReasons.size(); ++i)
            if (ignored_[i] > 0) summary.ignored.emplace_back(kReasons[i], ignored_[i]);
        if (crossed_ == 0) return summary;
        std::int64_t units = crossed_;
        for (const std::int64_t count : summary.exposed) units += count;
        const double share = static_cast<double>(crossed_) / static_cast<double>(units);
        const std::string sentence =
            fmt::format("{} of {} units ({}) were seen in more than one arm and left out.",
                        with_thousands(crossed_),
                        with_thousands(units),
                        percent(share));
        summary.notices.push_back(sentence);
        if (share > kCrossedShareMax) summary.distrust_reason = sentence;
        return summary;
    }

    const EventScope& scope_;
    std::vector<MetricData> metrics_;
    std::vector<std::int64_t> exposed_;
    std::int64_t crossed_ = 0;
    std::array<std::int64_t, kReasons.size()> ignored_{};
};

}  // namespace

bool is_guardrail_name(std::string_view metric) {
    return metric == "unsubscribe" || metric == "unsubscribes" || metric == "complaint" ||
           metric == "complaints";
}

std::vector<MetricRule> default_metric_rules() {
    return {{"ctr", MetricKind::kRatio, Aggregate::kCount, {"click"}, false},
            {"conversion", MetricKind::kProportion, Aggregate::kAny, {"conversion"}, false},
            {"revenue", MetricKind::kMean, Aggregate::kSum, {"revenue"}, false},
            {"engagement", MetricKind::kMean, Aggregate::kCount, {}, false},
            {"unsubscribe",
             MetricKind::kProportion,
             Aggregate::kAny,
             {"unsubscribe", "unsubscribes"},
             true}};
}

EventSummary summarize(const EventScope& scope, std::vector<ExperimentEvent> events) {
    return Replay(scope).run(std::move(events));
}

}  // namespace cpo::experiments
