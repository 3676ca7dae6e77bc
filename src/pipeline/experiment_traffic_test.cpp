#include "pipeline/experiment_traffic.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>

#include "base/random.h"
#include "experiments_fixture.h"
#include "store/event_store.h"

namespace cpo::pipeline {
namespace {

using namespace std::chrono_literals;
using store::ExperimentMove;
using store::ExperimentState;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Traffic : public ExperimentsTest {
public:
    void record(const std::string& id, const std::vector<ExperimentEvent>& events) {
        for (std::size_t first = 0; first < events.size(); first += store::kEventBatchMax) {
            const std::size_t end = std::min(first + store::kEventBatchMax, events.size());
            const auto receipt = must(
                experiments().record_events(id,
                                            {events.begin() + static_cast<std::ptrdiff_t>(first),
                                             events.begin() + static_cast<std::ptrdiff_t>(end)}));
            ASSERT_THAT(receipt.conflicts, IsEmpty());
        }
    }
    ExperimentTraffic traffic(const std::string& id) { return must(experiments().traffic(id)); }
    /// At a moment and under an id of its own.
    ExperimentEvent seen(const std::string& unit, const std::string& arm, Time time) {
        ExperimentEvent event = exposure(unit, arm);
        event.id = fmt::format("x-{}-{}", unit, next_++);
        event.time = time;
        return event;
    }
    static std::vector<std::int64_t> units_in(const ArmTraffic& arm) {
        std::vector<std::int64_t> units;
        for (const TrafficBucket& bucket : arm.buckets) units.push_back(bucket.units);
        return units;
    }
    /// What every answer holds, whatever was sent: the sums are the results' units.
    void expect_sound(const std::string& id) {
        const ExperimentTraffic found = traffic(id);
        std::map<std::string, std::int64_t> units;
        for (const MetricResult& row : must(experiments().results(id)).analysis.results)
            units[row.arm] = row.units;
        ASSERT_EQ(found.arms.size(), units.size());
        for (const ArmTraffic& arm : found.arms) {
            EXPECT_EQ(arm.units, units.at(arm.arm)) << arm.arm;
            ASSERT_LE(arm.buckets.size(), static_cast<std::size_t>(kTrafficBucketsMax));
            ASSERT_EQ(arm.buckets.size(), found.arms.front().buckets.size());
            std::int64_t sum = 0;
            for (std::size_t i = 0; i < arm.buckets.size(); ++i) {
                sum += arm.buckets[i].units;
                EXPECT_EQ(arm.buckets[i].cumulative_units, sum);
                EXPECT_EQ(arm.buckets[i].start, found.arms.front().buckets[i].start);
                EXPECT_EQ(arm.buckets[i].start - arm.buckets.front().start,
                          static_cast<std::int64_t>(i) * *found.bucket_width);
            }
            EXPECT_EQ(sum, arm.units);
        }
    }

private:
    int next_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, Traffic, kEngines, engine_name);

TEST_P(Traffic, OfADraftIsNobodys) {
    const std::string id = draft();
    record(id, {exposure("a", "control")});
    const auto found = traffic(id);
    EXPECT_EQ(found.state, ExperimentState::kDraft);
    EXPECT_EQ(found.bucket_width, std::nullopt);
    ASSERT_THAT(found.arms, SizeIs(2));
    EXPECT_THAT(found.arms[0].buckets, IsEmpty());
    expect_sound(id);
    EXPECT_EQ(experiments().traffic("none").error().code, ErrorCode::kNotFound);
}

TEST_P(Traffic, CountsAUnitOnceAtItsFirstExposure) {
    const std::string id = running();  // At 12:00:00.
    const Time start = now();
    const auto control = units_of(id, "control", 3);
    const auto urgent = units_of(id, "urgent", 1);
    record(id,
           {seen(control[0], "control", start + 3min),
            seen(control[0], "control", start + 59s),
            seen(control[1], "control", start + 1min),
            seen(control[2], "control", start + 3min + 59s),
            seen(urgent[0], "urgent", start + 1min),
            outcome(urgent[0], "conversion")});
    clock().advance(4min + 30s);
    const auto found = traffic(id);
    EXPECT_EQ(found.bucket_width, 1min);
    EXPECT_EQ(found.arms[0].arm, "control");
    EXPECT_EQ(found.arms[0].planned_share, 0.5);
    EXPECT_THAT(units_in(found.arms[0]), ElementsAre(1, 1, 0, 1, 0)) << "empty ones are zeros";
    EXPECT_THAT(units_in(found.arms[1]), ElementsAre(0, 1, 0, 0, 0));
    EXPECT_EQ(found.arms[0].buckets[0].start, start);
    expect_sound(id);
}

TEST_P(Traffic, LeavesOutWhatTheResultsLeaveOut) {
    const std::string id = running();
    const Time start = now();
    const auto control = units_of(id, "control", 4);
    record(id,
           {seen(control[0], "control", start - 1s),
            seen(control[1], "control", start),
            seen(control[1], "urgent", start + 1min),
            seen(control[2], "frantic", start),
            seen(control[3], "control", start + 20min)});
    clock().advance(10min);
    move(id, ExperimentMove::kPause);
    clock().advance(20min);
    move(id, ExperimentMove::kResume);
    clock().advance(30min);
    move(id, ExperimentMove::kStop);
    const auto empty = traffic(id);
    EXPECT_THAT(empty.arms[0].buckets, SizeIs(61)) << "the second of the stop still counts";
    EXPECT_THAT(units_in(empty.arms[0]), Each(0));
    record(
        id,
        {seen(control[3], "control", start + 45min), seen(control[2], "control", start + 61min)});
    clock().advance(std::chrono::hours(1000));
    const auto found = traffic(id);
    EXPECT_THAT(found.arms[0].buckets, SizeIs(61)) << "nothing comes after the stop";
    EXPECT_EQ(found.arms[0].buckets[45].units, 1) << "what came in the pause is no first exposure";
    EXPECT_EQ(found.arms[0].units, 1);
    expect_sound(id);
}

TEST_P(Traffic, ReachesAnExposureFromAClockThatIsAhead) {
    const std::string id = running();
    const auto unit = units_of(id, "urgent", 1).front();
    record(id, {seen(unit, "urgent", now() + std::chrono::days(2))});
    const auto found = traffic(id);
    EXPECT_EQ(found.bucket_width, 1h);
    EXPECT_THAT(found.arms[1].buckets, SizeIs(49));
    EXPECT_EQ(found.arms[1].buckets.back().units, 1);
    expect_sound(id);
}

TEST_P(Traffic, AddsUpToTheUnitsOfTheResultsWhateverComes) {
    for (const std::uint64_t seed : {21u, 22u, 23u, 24u, 25u}) {
        Random random(seed);
        const std::string id = draft(fmt::format("spring-{}", seed));
        must(experiments().update(id, 1, {{}, 0.6, {}}));
        move(id, ExperimentMove::kStart);
        const Time start = now();
        const char* arms[] = {"control", "urgent", "frantic"};
        const auto config = assignment_of(must(experiments().get(id)).experiment);
        const auto hours = static_cast<int>(600 + random.below(1400));
        std::vector<ExperimentEvent> events;
        for (int i = 0; i < 400; ++i) {
            const std::string unit = fmt::format("unit-{}", random.below(150));
            const int own = cpo::experiments::assign(config, unit).arm;
            const bool is_astray = own < 0 || random.below(20) == 0;
            const auto arm = is_astray ? random.below(3) : static_cast<std::uint64_t>(own);
            const auto minute = static_cast<int>(random.below(60 * 1500)) - 600;
            events.push_back(seen(unit, arms[arm], start + std::chrono::minutes(minute)));
        }
        record(id, events);
        clock().advance(std::chrono::hours(hours) / 3);
        if (random.below(2) == 0) move(id, ExperimentMove::kPause);
        expect_sound(id);
        clock().advance(std::chrono::hours(hours) / 3);
        // Some who had been shown an arm while nobody had assigned them to it are assigned to it
        // now.
        const auto present = must(experiments().get(id)).experiment;
        must(experiments().update(id, present.version, {{}, 0.9, {}}));
        if (present.state == ExperimentState::kPaused) move(id, ExperimentMove::kResume);
        expect_sound(id);
        clock().advance(std::chrono::hours(hours) / 3);
        if (random.below(2) == 0) move(id, ExperimentMove::kStop);
        expect_sound(id);
        EXPECT_GT(traffic(id).arms[0].units, 20) << "it proves nothing with nobody";
    }
}

TEST_P(Traffic, KeepsAUnitTogetherAcrossPages) {
    const std::string id = running();
    std::vector<ExperimentEvent> events;
    for (const std::string& unit : units_of(id, "control", 3'400))
        for (int i = 0; i < 3; ++i)
            events.push_back(seen(unit, i == 2 ? "urgent" : "control", now()));
    for (const std::string& unit : units_of(id, "urgent", 10))
        events.push_back(seen(unit, "urgent", now()));
    record(id, events);
    const auto found = traffic(id);
    EXPECT_EQ(found.arms[0].units, 0) << "all of them saw the other arm at last";
    EXPECT_EQ(found.arms[1].units, 10);
    expect_sound(id);
}

TEST_P(Traffic, OfOneWorkspaceIsNotThatOfAnother) {
    const std::string id = running();
    const std::string rival = make_workspace("Rival");
    const Experiments theirs(store(), {rival, ann, soon()});
    EXPECT_EQ(theirs.traffic(id).error().code, ErrorCode::kNotFound);
}

TEST(TrafficBuckets, AreAMinuteAnHourOrDaysAndNeverTooMany) {
    const Time start = std::chrono::sys_days(std::chrono::year(2026) / 5 / 3) + 13h + 20min + 5s;
    EXPECT_EQ(traffic_bucket_width(start, start + 1s), 1min);
    EXPECT_EQ(traffic_bucket_width(start, start + 300min - 5s), 1min);
    EXPECT_EQ(traffic_bucket_width(start, start + 300min), 1h) << "it would touch 301 minutes";
    EXPECT_EQ(traffic_bucket_width(start, start + 299h), 1h);
    EXPECT_EQ(traffic_bucket_width(start, start + 300h), std::chrono::days(1));
    EXPECT_EQ(traffic_bucket_width(start, start + std::chrono::days(299)), std::chrono::days(1));
    EXPECT_EQ(traffic_bucket_width(start, start + std::chrono::days(300)), std::chrono::days(2));
    EXPECT_EQ(traffic_bucket_width(start, start + std::chrono::days(3650)), std::chrono::days(13));
    Random random(7);
    for (int i = 0; i < 10'000; ++i) {
        const Time from = start + std::chrono::seconds(random.below(400'000'000));
        const Time to =
            from + std::chrono::seconds(1 + random.below(std::uint64_t{1} << random.below(36)));
        const auto width = traffic_bucket_width(from, to);
        EXPECT_LE((to - from) / width, kTrafficBucketsMax) << i;
    }
}

}  // namespace
}  // namespace cpo::pipeline
