#include "agents/experiments/events.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "agents/experiments/event_log.h"

namespace cpo::experiments {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

const Time kStart = *parse_time("2026-01-05T12:00:00Z");

ExperimentEvent exposure(const std::string& id,
                         const std::string& unit,
                         const std::string& arm,
                         Time time = kStart) {
    return {id, EventKind::kExposure, unit, arm, "", 1, time};
}

ExperimentEvent outcome(const std::string& id,
                        const std::string& unit,
                        const std::string& metric,
                        Time time,
                        double value = 1) {
    return {id, EventKind::kOutcome, unit, "", metric, value, time};
}

EventScope scope() {
    EventScope scope;
    scope.arms = {"control", "urgent"};
    scope.rules = default_metric_rules();
    return scope;
}

const ArmStatistics& arm_of(const EventSummary& summary, const std::string& metric, int arm) {
    for (const MetricData& data : summary.metrics)
        if (data.name == metric) return data.arms[static_cast<std::size_t>(arm)];
    throw std::out_of_range(metric);
}

TEST(Events, BecomeOneValuePerUnit) {
    // By hand: a saw two exposures, clicked twice, bought for 30 and gave back 10; b did nothing; c
    // (urgent) clicked once and unsubscribed.
    const auto summary = summarize(scope(),
                                   {exposure("1", "a", "control"),
                                    exposure("2", "a", "control", kStart + days(1)),
                                    outcome("3", "a", "click", kStart + hours(1)),
                                    outcome("4", "a", "click", kStart + hours(2)),
                                    outcome("5", "a", "conversion", kStart + hours(3)),
                                    outcome("6", "a", "revenue", kStart + hours(3), 30),
                                    outcome("7", "a", "revenue", kStart + days(2), -10),
                                    exposure("8", "b", "control"),
                                    exposure("9", "c", "urgent"),
                                    outcome("10", "c", "click", kStart),
                                    outcome("11", "c", "unsubscribe", kStart + seconds(1))});
    EXPECT_THAT(summary.exposed, ElementsAre(2, 1));
    EXPECT_THAT(summary.ignored, IsEmpty());
    const auto& ctr = arm_of(summary, "ctr", 0);
    EXPECT_EQ(ctr.sum, 2);
    EXPECT_EQ(ctr.denominator_sum, 3);
    EXPECT_EQ(ctr.denominator_sum_of_squares, 5);
    EXPECT_EQ(ctr.sum_of_products, 4);
    EXPECT_EQ(arm_of(summary, "conversion", 0).units, 2);
    EXPECT_EQ(arm_of(summary, "conversion", 0).sum, 1);
    EXPECT_EQ(arm_of(summary, "revenue", 0).sum, 20);
    EXPECT_EQ(arm_of(summary, "revenue", 0).sum_of_squares, 400);
    EXPECT_EQ(arm_of(summary, "engagement", 0).sum, 3);
    EXPECT_EQ(arm_of(summary, "engagement", 1).sum, 1);
    EXPECT_EQ(arm_of(summary, "unsubscribe", 1).sum, 1);
}

TEST(Events, CountOnlyInsideTheAttributionWindow) {
    const auto summary =
        summarize(scope(),
                  {exposure("1", "a", "control"),
                   outcome("2", "a", "conversion", kStart - seconds(1)),
                   outcome("3", "a", "conversion", kStart + days(7)),
                   outcome("4", "b", "conversion", kStart),
                   exposure("5", "c", "urgent"),
                   outcome("6", "c", "conversion", kStart + days(7) - seconds(1))});
    EXPECT_EQ(arm_of(summary, "conversion", 0).sum, 0);
    EXPECT_EQ(arm_of(summary, "conversion", 1).sum, 1);
    EXPECT_THAT(summary.ignored,
                ElementsAre(Pair("outcome of a unit that was not exposed", 1),
                            Pair("outcome before the first exposure", 1),
                            Pair("outcome after the attribution window", 1)));
}

TEST(Events, OfAUnitInTwoArmsAreLeftOutAndCounted) {
    std::vector<ExperimentEvent> events{exposure("x1", "crossed", "control"),
                                        exposure("x2", "crossed", "urgent", kStart + hours(1)),
                                        outcome("x3", "crossed", "click", kStart + hours(2))};
    for (int i = 0; i < 99; ++i) {
        const std::string number = std::to_string(i);
        events.push_back(exposure(number, fmt::format("u{}", i), "control"));
    }
    auto summary = summarize(scope(), events);
    EXPECT_EQ(summary.crossed, 1);
    EXPECT_THAT(summary.exposed, ElementsAre(99, 0));
    EXPECT_THAT(summary.ignored, ElementsAre(Pair("event of a unit seen in two arms", 3)));
    EXPECT_THAT(summary.notices, testing::SizeIs(1));
    EXPECT_EQ(summary.distrust_reason, "");  // Exactly 1 %.
    events.pop_back();
    summary = summarize(scope(), events);
    EXPECT_NE(summary.distrust_reason, "");
}

TEST(Events, OutsideTheExperimentAreRejectedWithACount) {
    EventScope limited = scope();
    limited.start = kStart;
    limited.stop = kStart + days(3);
    const auto summary = summarize(limited,
                                   {exposure("1", "a", "retired"),
                                    exposure("2", "a", "control", kStart - seconds(1)),
                                    exposure("3", "a", "control", kStart + days(3)),
                                    exposure("4", "a", "control", kStart + days(1)),
                                    outcome("5", "a", "revenue", kStart + days(1), std::nan("")),
                                    outcome("6", "a", "revenue", kStart + days(4), 5),
                                    outcome("", "a", "revenue", kStart + days(4), 5)});
    EXPECT_THAT(summary.exposed, ElementsAre(1, 0));
    EXPECT_EQ(arm_of(summary, "revenue", 0).sum, 5);  // The window outlasts the stop.
    EXPECT_THAT(summary.ignored,
                ElementsAre(Pair("event without an id", 1),
                            Pair("exposure of an arm that is not in the experiment", 1),
                            Pair("exposure before the start", 1),
                            Pair("exposure after the stop", 1),
                            Pair("value is not finite", 1)));
}

TEST(Events, ResentChangeNothing) {
    std::vector<ExperimentEvent> events{exposure("1", "a", "control"),
                                        outcome("2", "a", "revenue", kStart + hours(1), 12.5)};
    const auto once = summarize(scope(), events);
    for (int i = 0; i < 3; ++i) events.insert(events.end(), {events[1], events[0]});
    const auto often = summarize(scope(), events);
    EXPECT_EQ(arm_of(once, "revenue", 0).sum, arm_of(often, "revenue", 0).sum);
    EXPECT_THAT(often.ignored, ElementsAre(Pair("repeated event (same id, same content)", 6)));
    events.push_back(outcome("2", "a", "revenue", kStart + hours(2), 99));
    const auto conflicting = summarize(scope(), events);
    EXPECT_EQ(arm_of(conflicting, "revenue", 0).sum, 12.5);
    EXPECT_THAT(conflicting.ignored,
                ElementsAre(Pair("repeated event (same id, same content)", 6),
                            Pair("conflicting event (same id, other content)", 1)));
}

ExperimentEvent arbitrary_event() {
    static const std::vector<std::string> kMetrics{"click", "conversion", "revenue", "unsubscribe"};
    const auto id = std::to_string(*rc::gen::inRange(0, 60));
    const auto unit = fmt::format("u{}", *rc::gen::inRange(0, 8));
    const Time time = kStart + hours(*rc::gen::inRange(-10, 200));
    if (*rc::gen::arbitrary<bool>())
        return exposure(id, unit, *rc::gen::element<std::string>("control", "urgent", "?"), time);
    return outcome(id, unit, *rc::gen::elementOf(kMetrics), time, *rc::gen::inRange(-50, 99) / 7.0);
}

RC_GTEST_PROP(Events, GiveTheSameSumsInAnyOrderAndAnyNumberOfTimes, ()) {
    std::vector<ExperimentEvent> events;
    const int count = *rc::gen::inRange(0, 60);
    for (int i = 0; i < count; ++i) events.push_back(arbitrary_event());
    const auto one = summarize(scope(), events);
    auto mixed = events;
    for (std::size_t i = mixed.size(); i > 1; --i)
        std::swap(mixed[i - 1], mixed[*rc::gen::inRange<std::size_t>(0, i)]);
    mixed.insert(mixed.end(), events.begin(), events.end());
    const auto two = summarize(scope(), mixed);
    RC_ASSERT(one.exposed == two.exposed);
    for (std::size_t m = 0; m < one.metrics.size(); ++m)
        for (std::size_t arm = 0; arm < 2; ++arm) {
            const auto& a = one.metrics[m].arms[arm];
            const auto& b = two.metrics[m].arms[arm];
            RC_ASSERT(
                a.units == b.units && a.sum == b.sum && a.sum_of_squares == b.sum_of_squares &&
                a.denominator_sum == b.denominator_sum && a.sum_of_products == b.sum_of_products);
        }
    // Every event is either counted once or ignored with a reason.
    std::int64_t ignored = 0;
    for (const auto& [reason, number] : one.ignored) ignored += number;
    RC_ASSERT(ignored <= count);
}

TEST(EventLog, ReadsLinesAndListsTheFaultyOnes) {
    const auto log = read_event_lines(
        "\xEF\xBB\xBF{\"id\":\"1\",\"kind\":\"exposure\",\"unit\":\"a\",\"arm\":\"control\","
        "\"time\":\"2026-01-05T12:00:00Z\"}\r\n\n"
        "{\"id\":\"2\",\"kind\":\"outcome\",\"unit\":\"a\",\"metric\":\"revenue\",\"value\":-2.5,"
        "\"time\":\"2026-01-06\",\"source\":\"shop\"}\n"
        "{\"id\":\"3\",\"kind\":\"outcome\",\"unit\":\"a\",\"time\":\"2026-01-06\"}\n"
        "not json");
    ASSERT_TRUE(log);
    EXPECT_EQ(log->lines, 4U);
    ASSERT_THAT(log->events, testing::SizeIs(2));
    EXPECT_EQ(log->events[0].arm, "control");
    EXPECT_EQ(log->events[1].value, -2.5);
    ASSERT_THAT(log->rejected, testing::SizeIs(2));
    EXPECT_EQ(log->rejected[0].line, 4U);
    EXPECT_EQ(log->rejected[0].reason, "metric: an outcome names its metric");
    EXPECT_EQ(log->rejected[1].line, 5U);
    const auto checked = check_rejected(*log);
    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message, testing::HasSubstr("2 of 4 lines"));
}

TEST(EventLog, NamesTheFieldThatIsWrong) {
    const auto message = [](const EventFields& fields) {
        const auto event = make_event(fields);
        return event ? std::string("ok") : event.error().message;
    };
    EXPECT_EQ(message({"1", "exposure", "a", "control", "", "", "2026-01-05"}), "ok");
    EXPECT_EQ(message({"", "exposure", "a", "control", "", "", "2026-01-05"}), "id: it is empty");
    EXPECT_EQ(message({"1", "seen", "a", "control", "", "", "2026-01-05"}),
              "kind: expected exposure or outcome");
    EXPECT_EQ(message({"1", "exposure", "a", "", "", "", "2026-01-05"}),
              "arm: an exposure names its arm");
    EXPECT_EQ(message({"1", "outcome", "a", "", "click", "x", "2026-01-05"}),
              "value: not a number");
    EXPECT_EQ(message({"1", "outcome", "a", "", "click", "", "yesterday"}),
              "time: expected a time like 2011-12-09T12:50:00Z");
    EXPECT_TRUE(
        std::isnan(make_event({"1", "outcome", "a", "", "click", "nan", "2026-01-05"})->value));
}

}  // namespace
}  // namespace cpo::experiments
