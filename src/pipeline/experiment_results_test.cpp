#include "pipeline/experiment_results.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "base/random.h"
#include "experiments_fixture.h"
#include "model/experiment_json.h"
#include "store/audit.h"

namespace cpo::pipeline {
namespace {

using store::ExperimentMove;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

class ExperimentEvents : public ExperimentsTest {
public:
    EventReceipt record(const std::string& id, const std::vector<ExperimentEvent>& events) {
        return must(experiments().record_events(id, events));
    }
    ExperimentResults results(const std::string& id) { return must(experiments().results(id)); }

    /// Everybody of both arms is exposed; the first so many convert a little later.
    std::vector<ExperimentEvent> trial(const std::string& id,
                                       int per_arm,
                                       int control_conversions,
                                       int urgent_conversions) {
        std::vector<ExperimentEvent> events;
        const auto add = [&](const std::string& arm, int conversions) {
            const auto units = units_of(id, arm, per_arm);
            for (int i = 0; i < per_arm; ++i) {
                const std::string& unit = units[static_cast<std::size_t>(i)];
                events.push_back(exposure(unit, arm));
                if (i < conversions) events.push_back(outcome(unit, "conversion"));
            }
        };
        add("control", control_conversions);
        add("urgent", urgent_conversions);
        return events;
    }
    static const MetricResult& row(const ExperimentResults& results,
                                   const std::string& metric,
                                   const std::string& arm) {
        const auto& all = results.analysis.results;
        return *std::find_if(all.begin(), all.end(), [&](const MetricResult& result) {
            return result.metric == metric && result.arm == arm;
        });
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, ExperimentEvents, kEngines, engine_name);

TEST_P(ExperimentEvents, OfADraftDoNotCount) {
    const std::string id = draft();
    const auto receipt = record(id, {exposure("a", "control")});
    EXPECT_EQ(receipt.accepted, 1);
    EXPECT_THAT(receipt.not_counted, ElementsAre(Pair("exposure before the start", 1)));
    const auto found = results(id);
    EXPECT_EQ(found.events, 1);
    EXPECT_EQ(found.analysis.advice, Advice::kKeepGoing);
    EXPECT_EQ(row(found, "conversion", "control").units, 0);
}

TEST_P(ExperimentEvents, NameNoWinnerAfter62PerArm) {
    const std::string id = running();
    record(id, trial(id, 62, 19, 24));
    const auto found = results(id);
    EXPECT_EQ(row(found, "conversion", "control").units, 62);
    EXPECT_EQ(row(found, "conversion", "control").sum, 19);
    EXPECT_EQ(row(found, "conversion", "urgent").sum, 24);
    // scipy.stats.ttest_ind_from_stats with variances p(1-p) (Welch): p = 0.346.
    EXPECT_NEAR(*row(found, "conversion", "urgent").p_value, 0.346, 0.005);
    EXPECT_EQ(found.analysis.advice, Advice::kKeepGoing);
    EXPECT_EQ(found.analysis.winner, "");
    EXPECT_THAT(found.analysis.sentence, HasSubstr("62 of 8,155"));
}

TEST_P(ExperimentEvents, ShipOnAdviceWithoutAReason) {
    auto draft = request();
    // scipy: (z(.975) + z(.8))^2 (p(1-p) + q(1-q)) / (q-p)^2 for p = .2, q = .6: 20 per arm.
    draft.plan.baseline = 0.2;
    draft.plan.minimum_lift = 2;
    const std::string id = must(experiments().create(draft)).experiment.id;
    move(id, ExperimentMove::kStart);
    record(id, trial(id, 60, 10, 40));
    EXPECT_EQ(results(id).analysis.winner, "urgent");
    move(id, ExperimentMove::kStop);
    EXPECT_FALSE(experiments().ship(id, "control", "")) << "the advice is for the other arm";
    EXPECT_EQ(must(experiments().ship(id, "urgent", "")).experiment.shipped_arm, "urgent");
    const auto decisions = must(store().read(
        [&](store::Session& session) { return store::list_decisions(session, workspace(), id); },
        soon()));
    EXPECT_FALSE(decisions.back().is_override);
    EXPECT_EQ(decisions.back().advice, "ship");
}

template <typename T>
void shuffle(std::vector<T>& items, Random& random) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random.below(i)]);
}

/// Sends `events` in batches of `size`; gives how many were accepted.
std::int64_t send(const Experiments& experiments,
                  const std::string& id,
                  const std::vector<ExperimentEvent>& events,
                  std::size_t size) {
    std::int64_t accepted = 0;
    for (std::size_t first = 0; first < events.size(); first += size) {
        const auto from = events.begin() + static_cast<std::ptrdiff_t>(first);
        const auto to =
            events.begin() + static_cast<std::ptrdiff_t>(std::min(first + size, events.size()));
        const auto receipt = experiments.record_events(id, {from, to});
        EXPECT_TRUE(receipt) << receipt.error().message;
        EXPECT_EQ(receipt->accepted + receipt->repeated, to - from);
        accepted += receipt->accepted;
    }
    return accepted;
}

TEST_P(ExperimentEvents, ChangeNothingWhenTheyAreSentAgainInAnyOrder) {
    const std::string id = running();
    const auto events = trial(id, 40, 9, 17);
    record(id, events);
    const auto before = results(id);
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
        Random random(seed);
        auto again = events;
        for (int i = 0; i < 100; ++i) again.push_back(events[random.below(events.size())]);
        shuffle(again, random);
        EXPECT_EQ(send(experiments(), id, again, 1 + random.below(60)), 0);
    }
    EXPECT_EQ(results(id).snapshot, before.snapshot);
    EXPECT_EQ(write_json(to_json(results(id).analysis)), write_json(to_json(before.analysis)));
}

/// The analysis without the key, to compare experiments.
std::string numbers_of(ExperimentResults results) {
    results.analysis.experiment.clear();
    return write_json(to_json(results.analysis));
}

TEST_P(ExperimentEvents, GiveTheSameNumbersInWhateverOrderTheyCome) {
    std::set<std::string> seen;
    for (const std::uint64_t seed : {11u, 12u, 13u}) {
        // Another key, so other units; but as many in each arm, and they do the same.
        const std::string id = running(fmt::format("spring-{}", seed));
        auto events = trial(id, 25, 5, 11);
        const auto count = static_cast<std::int64_t>(events.size());
        Random random(seed);
        for (int i = 0; i < 20; ++i) events.push_back(events[random.below(events.size())]);
        shuffle(events, random);
        EXPECT_EQ(send(experiments(), id, events, 7), count);
        seen.insert(numbers_of(results(id)));
    }
    EXPECT_EQ(seen.size(), 1U);
}

TEST_P(ExperimentEvents, AreRefusedAsAWholeWhenAnIdHasOtherContent) {
    const std::string id = running();
    const auto events = trial(id, 5, 1, 1);
    record(id, events);
    const auto before = results(id);
    auto changed = events[1];
    changed.value = 2;
    auto fresh = exposure("late", "control");
    const auto receipt = record(id, {fresh, events[0], changed});
    EXPECT_THAT(receipt.conflicts, ElementsAre(2));
    EXPECT_EQ(receipt.accepted, 0);
    EXPECT_EQ(results(id).snapshot, before.snapshot);
    auto twin = fresh;
    twin.unit = "another";
    EXPECT_THAT(record(id, {fresh, twin}).conflicts, ElementsAre(1)) << "also within a batch";
    EXPECT_EQ(results(id).events, before.events);
}

TEST_P(ExperimentEvents, TellWhyTheyDoNotCount) {
    const std::string id = running();
    const auto control = units_of(id, "control", 4);
    auto early = exposure(control[0], "control");
    early.time -= std::chrono::hours(1);
    auto unknown = exposure(control[1], "frantic");
    auto bare = outcome(control[1], "");
    const auto receipt = record(id, {early, unknown, bare, exposure(control[2], "urgent")});
    EXPECT_EQ(receipt.accepted, 4);
    EXPECT_THAT(receipt.not_counted,
                ElementsAre(Pair("exposure before the start", 1),
                            Pair("exposure of an arm that is not in the experiment", 1),
                            Pair("exposure of another arm than the assigned one", 1),
                            Pair("outcome without a metric", 1)));
    move(id, ExperimentMove::kPause);
    clock().advance(std::chrono::minutes(10));
    auto paused = exposure(control[3], "control");
    EXPECT_THAT(record(id, {paused}).not_counted,
                ElementsAre(Pair("exposure while the experiment was paused", 1)));
    clock().advance(std::chrono::minutes(10));
    move(id, ExperimentMove::kResume);
    clock().advance(std::chrono::minutes(10));
    move(id, ExperimentMove::kStop);
    clock().advance(std::chrono::minutes(10));
    auto late = exposure(control[0], "control");
    late.id = "late";
    EXPECT_THAT(record(id, {late}).not_counted, ElementsAre(Pair("exposure after the stop", 1)));
    const auto found = results(id);
    EXPECT_EQ(found.events, 6);
    EXPECT_EQ(row(found, "conversion", "control").units, 0);
    EXPECT_EQ(found.analysis.advice, Advice::kDoNotTrust) << "one of one unit saw another arm";
    EXPECT_THAT(found.analysis.sentence, HasSubstr("another arm"));
}

TEST_P(ExperimentEvents, StillCountOutcomesAfterTheStopInsideTheWindow) {
    const std::string id = running();
    const auto units = units_of(id, "control", 2);
    record(id, {exposure(units[0], "control"), exposure(units[1], "control")});
    move(id, ExperimentMove::kStop);
    clock().advance(std::chrono::hours(24));
    EXPECT_THAT(record(id, {outcome(units[0], "conversion")}).not_counted, IsEmpty());
    clock().advance(std::chrono::hours(24 * 7));
    record(id, {outcome(units[1], "conversion")});
    const auto found = results(id);
    EXPECT_EQ(row(found, "conversion", "control").sum, 1);
    EXPECT_THAT(found.analysis.ignored,
                ElementsAre(Pair("outcome after the attribution window", 1)));
}

TEST_P(ExperimentEvents, LeaveOneAuditEntryABatchWithCountsOnly) {
    const std::string id = running();
    record(id, trial(id, 3, 1, 1));
    const auto audit = must(store().read(
        [&](store::Session& session) {
            return store::list_audit(session, workspace(), {"experiment", id, {}, 0, 50});
        },
        soon()));
    EXPECT_EQ(audit.front().entry.action, "experiment.record_events");
    EXPECT_EQ(audit.front().entry.data.at("accepted"), 8);
    EXPECT_EQ(write_json(audit.front().entry.data).find("unit-"), std::string::npos);
}

TEST_P(ExperimentEvents, ChangeTheSnapshotAndSoDoesTheConfiguration) {
    const std::string id = running();
    const std::string empty = results(id).snapshot;
    EXPECT_EQ(results(id).snapshot, empty);
    record(id, trial(id, 2, 1, 0));
    const std::string filled = results(id).snapshot;
    EXPECT_NE(filled, empty);
    clock().advance(std::chrono::minutes(1));
    move(id, ExperimentMove::kStop);
    EXPECT_NE(results(id).snapshot, filled);
}

TEST_P(ExperimentEvents, TakeABatchOfFiveThousand) {
    const std::string id = running();
    std::vector<ExperimentEvent> events;
    for (int i = 0; i < 5000; ++i) events.push_back(outcome(fmt::format("unit-{}", i), "click"));
    EXPECT_EQ(record(id, events).accepted, 5000);
    EXPECT_EQ(record(id, events).repeated, 5000);
    EXPECT_EQ(results(id).events, 5000);
}

}  // namespace
}  // namespace cpo::pipeline
