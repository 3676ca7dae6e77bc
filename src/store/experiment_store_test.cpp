#include "store/experiment_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <map>
#include <set>
#include <thread>

#include "store/audit.h"
#include "store/event_store.h"
#include "store_fixture.h"

namespace cpo::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::array kStates{ExperimentState::kDraft,
                             ExperimentState::kRunning,
                             ExperimentState::kPaused,
                             ExperimentState::kStopped,
                             ExperimentState::kShipped};
constexpr std::array kMoves{ExperimentMove::kStart,
                            ExperimentMove::kPause,
                            ExperimentMove::kResume,
                            ExperimentMove::kStop,
                            ExperimentMove::kShip,
                            ExperimentMove::kRollBack};

/// The life cycle as the API document tells it, written down a second time.
const std::map<std::pair<std::string, std::string>, std::string> kLife{
    {{"draft", "start"}, "running"},
    {{"running", "pause"}, "paused"},
    {{"paused", "resume"}, "running"},
    {{"running", "stop"}, "stopped"},
    {{"paused", "stop"}, "stopped"},
    {{"stopped", "ship"}, "shipped"},
    {{"shipped", "rollback"}, "stopped"},
};

NewExperimentRow draft(const std::string& key) {
    NewExperimentRow row;
    row.key = key;
    row.segmentation_run = "segmentation-run";
    row.segment = 1;
    row.segment_size = 1000;
    row.segment_share = 0.25;
    row.control = "control";
    row.arms.resize(2);
    row.arms[0] = {"control", "variant-1", 0.5, 0, 0.5, {}, {}};
    row.arms[1] = {"urgent", "variant-2", 0.5, 0.5, 1, {}, {}};
    row.plan.needed_per_arm = 8155;
    row.plan.detectable_lift = 0.4;
    row.plan.sentence = "A plan.";
    return row;
}

/// With words in every arm, as a start needs them.
StoredExperiment with_words(StoredExperiment experiment) {
    for (StoredArm& arm : experiment.arms) {
        arm.message = {Channel::kEmail, "en", fmt::format("Subject {}", arm.key), "Text"};
        arm.text_hash = hash_of(arm.message);
    }
    return experiment;
}

class ExperimentStore : public StoreTest {
public:
    template <typename Work>
    auto change(const Work& work) {
        return store().change(workspace(), actor(), work, soon());
    }
    template <typename Work>
    auto read(const Work& work) {
        return store().read(work, soon());
    }
    Result<StoredExperiment> insert(const NewExperimentRow& row) {
        return change([&](Change& change) { return insert_experiment(change, row); });
    }
    Result<StoredExperiment> get(const std::string& id) {
        return read([&](Session& session) { return get_experiment(session, workspace(), id); });
    }
    Result<StoredAssignment> assignment_of(const std::string& in, const std::string& id) {
        return read([&](Session& session) { return get_assignment(session, in, id); });
    }
    Result<StoredExperiment> move(const StoredExperiment& experiment, ExperimentMove move) {
        const ExperimentStep step{move, "urgent", "because", {}, {}, false};
        return change([&](Change& change) { return move_experiment(change, experiment, step); });
    }
    /// A new experiment in `state`.
    StoredExperiment in_state(ExperimentState state, const std::string& key) {
        StoredExperiment experiment = with_words(*insert(draft(key)));
        const auto go = [&](ExperimentMove step) { experiment = *move(experiment, step); };
        if (state == ExperimentState::kDraft) return experiment;
        go(ExperimentMove::kStart);
        if (state == ExperimentState::kPaused) go(ExperimentMove::kPause);
        if (state == ExperimentState::kStopped || state == ExperimentState::kShipped)
            go(ExperimentMove::kStop);
        if (state == ExperimentState::kShipped) go(ExperimentMove::kShip);
        return experiment;
    }
};

TEST_P(ExperimentStore, GivesADraftBackAsItWasInserted) {
    auto row = draft("spring");
    row.description = "Does urgency help?";
    const auto inserted = insert(row);
    ASSERT_TRUE(inserted) << inserted.error().message << inserted.error().detail;
    const auto read = get(inserted->id);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->state, ExperimentState::kDraft);
    EXPECT_EQ(read->seed, "spring");
    EXPECT_EQ(read->description, row.description);
    EXPECT_EQ(read->segment_share, 0.25);
    EXPECT_EQ(read->plan.needed_per_arm, 8155);
    EXPECT_EQ(read->plan.detectable_lift, 0.4);
    ASSERT_EQ(read->arms.size(), 2U);
    EXPECT_EQ(read->arms[1].key, "urgent");
    EXPECT_EQ(read->arms[1].range_low, 0.5);
    EXPECT_EQ(read->created_by, "user-1");
    EXPECT_FALSE(read->started_at);
}

TEST_P(ExperimentStore, ReadsForAssignmentWhatTheWholeExperimentSays) {
    for (const ExperimentState state : kStates) {
        const StoredExperiment whole = in_state(state, name_of(state));
        const auto read = assignment_of(workspace(), whole.id);
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(read->state, state);
        EXPECT_EQ(read->control, "control");
        EXPECT_EQ(read->shipped_arm, state == ExperimentState::kShipped ? "urgent" : "");
        EXPECT_EQ(read->config.key, whole.key);
        EXPECT_EQ(read->config.seed, whole.seed);
        EXPECT_EQ(read->config.hash_version, whole.hash_version);
        EXPECT_EQ(read->config.coverage, whole.coverage);
        EXPECT_THAT(read->config.arms, ElementsAre("control", "urgent"));
        EXPECT_THAT(read->config.weights, ElementsAre(0.5, 0.5));
        EXPECT_THAT(read->config.ranges, ElementsAre(std::pair(0.0, 0.5), std::pair(0.5, 1.0)));
        EXPECT_THAT(read->variants, ElementsAre("variant-1", "variant-2"));
        EXPECT_EQ(assignment_of("another", whole.id).error().code, ErrorCode::kNotFound);
    }
    EXPECT_EQ(assignment_of(workspace(), "none").error().code, ErrorCode::kNotFound);
}

TEST_P(ExperimentStore, RefusesAKeyThatIsTakenOrAddsANumber) {
    ASSERT_TRUE(insert(draft("spring")));
    const auto taken = insert(draft("spring"));
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, ErrorCode::kAlreadyExists);
    auto adjustable = draft("spring");
    adjustable.is_key_adjustable = true;
    EXPECT_EQ(insert(adjustable)->key, "spring-2");
    const auto third = insert(adjustable);
    EXPECT_EQ(third->key, "spring-3");
    EXPECT_EQ(third->seed, "spring-3") << "one seed for two experiments would tie their arms";
}

TEST_P(ExperimentStore, KeepsOneExperimentForASegmentOfACampaignRun) {
    auto row = draft("campaign-s1");
    row.is_key_adjustable = true;
    row.campaign_run = "campaign-run";
    const auto first = insert(row);
    ASSERT_TRUE(first);
    row.description = "made again after a crash";
    const auto second = insert(row);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(second->id, first->id);
    EXPECT_EQ(second->description, "");
    row.campaign_run = "next-campaign-run";
    const auto next = insert(row);
    EXPECT_EQ(next->key, "campaign-s1-2") << "a campaign runs more than once";
}

TEST_P(ExperimentStore, ShowsNothingToAnotherWorkspace) {
    const auto inserted = insert(draft("spring"));
    const std::string other = make_workspace("Other");
    const auto read = store().read(
        [&](Session& session) { return get_experiment(session, other, inserted->id); }, soon());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::kNotFound);
    const auto moved = store().change(
        other,
        actor(),
        [&](Change& change) {
            return move_experiment(
                change, with_words(*inserted), {ExperimentMove::kStart, {}, {}, {}, {}, false});
        },
        soon());
    ASSERT_FALSE(moved);
    EXPECT_EQ(moved.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(get(inserted->id)->state, ExperimentState::kDraft);
}

TEST_P(ExperimentStore, ListsNewestFirstByStateInPages) {
    for (const char* key : {"a", "b", "c"}) ASSERT_TRUE(insert(draft(key)));
    in_state(ExperimentState::kRunning, "d");
    const auto list = [&](ExperimentFilter filter, PageRequest page) {
        return *read(
            [&](Session& session) { return list_experiments(session, workspace(), filter, page); });
    };
    const auto first = list({ExperimentState::kDraft, {}}, {{}, {}, 2});
    ASSERT_EQ(first.items.size(), 2U);
    EXPECT_EQ(first.items[0].key, "c");
    EXPECT_EQ(first.items[0].arms.size(), 2U);
    EXPECT_TRUE(first.has_older);
    const auto second = list({ExperimentState::kDraft, {}}, {first.items.back().id, {}, 2});
    ASSERT_EQ(second.items.size(), 1U);
    EXPECT_EQ(second.items[0].key, "a");
    EXPECT_EQ(list({ExperimentState::kRunning, {}}, {}).items.at(0).key, "d");
}

TEST_P(ExperimentStore, AllowsExactlyTheMovesOfTheTable) {
    for (const ExperimentState state : kStates) {
        for (const ExperimentMove step : kMoves) {
            const std::string name = fmt::format("{}-{}", name_of(state), name_of(step));
            const StoredExperiment before = in_state(state, name);
            const auto after = move(before, step);
            const auto expected = kLife.find({name_of(state), name_of(step)});
            if (expected != kLife.end()) {
                ASSERT_TRUE(after) << name << ": " << after.error().message;
                EXPECT_EQ(name_of(after->state), expected->second) << name;
                EXPECT_EQ(get(before.id)->state, after->state) << name;
                EXPECT_EQ(after->version, before.version + 1) << name;
            } else {
                ASSERT_FALSE(after) << name;
                EXPECT_EQ(after.error().code, ErrorCode::kFailedPrecondition) << name;
                EXPECT_EQ(get(before.id)->state, state) << name;
            }
        }
    }
}

TEST_P(ExperimentStore, WritesADecisionAndAnAuditEntryForEveryMove) {
    const auto shipped = in_state(ExperimentState::kShipped, "spring");
    ASSERT_TRUE(move(shipped, ExperimentMove::kRollBack));
    const auto decisions =
        *read([&](Session& session) { return list_decisions(session, workspace(), shipped.id); });
    std::vector<std::string> moves;
    for (const ExperimentDecision& decision : decisions) {
        moves.emplace_back(name_of(decision.move));
        EXPECT_EQ(decision.actor.person, "user-1");
        EXPECT_EQ(decision.reason, "because");
    }
    EXPECT_THAT(moves, ElementsAre("start", "stop", "ship", "rollback"));
    EXPECT_EQ(decisions.back().arm, "urgent");
    EXPECT_EQ(decisions.back().before, ExperimentState::kShipped);
    const auto audit = *read([&](Session& session) {
        return list_audit(session, workspace(), {"experiment", shipped.id, {}, 0, 50});
    });
    ASSERT_EQ(audit.size(), 5U);  // And the draft itself.
    EXPECT_EQ(audit.front().entry.action, "experiment.rollback");
    EXPECT_EQ(audit.front().entry.data.at("before"), "shipped");
    EXPECT_EQ(audit.front().entry.data.at("after"), "stopped");
    EXPECT_EQ(audit.front().entry.data.at("reason"), "because");
}

TEST_P(ExperimentStore, MovesForwardInTimeWhereAClockStepsBack) {
    const auto running = in_state(ExperimentState::kRunning, "spring");
    clock().advance(-std::chrono::seconds(5));
    const auto stopped = move(running, ExperimentMove::kStop);
    ASSERT_TRUE(stopped) << stopped.error().message;
    EXPECT_EQ(stopped->stopped_at, running.updated_at + std::chrono::milliseconds(1));
    const auto stored = get(running.id);
    EXPECT_EQ(stored->stopped_at, stopped->stopped_at);
    EXPECT_EQ(stored->updated_at, stopped->updated_at);
    const auto decisions =
        *read([&](Session& session) { return list_decisions(session, workspace(), running.id); });
    ASSERT_EQ(decisions.size(), 2U);
    EXPECT_EQ(decisions.back().move, ExperimentMove::kStop);
    EXPECT_EQ(decisions.back().at, stopped->stopped_at);
}

TEST_P(ExperimentStore, TellsAPlanThatCannotBeReadAsOurFault) {
    const auto inserted = insert(draft("spring"));
    const auto damaged = store().maintain(
        [&](Session& session) -> Result<void> {
            TRY(session.execute("UPDATE experiments SET plan = '{}'"));
            return {};
        },
        soon());
    ASSERT_TRUE(damaged);
    const auto read = get(inserted->id);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::kInternal);
}

TEST_P(ExperimentStore, FreezesTheWordsOfTheArmsAtTheStart) {
    const auto drafted = with_words(*insert(draft("spring")));
    clock().advance(std::chrono::seconds(1));
    ASSERT_TRUE(move(drafted, ExperimentMove::kStart));
    const auto read = get(drafted.id);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->arms[1].message.subject, "Subject urgent");
    EXPECT_EQ(read->arms[1].text_hash, hash_of(read->arms[1].message));
    EXPECT_EQ(read->started_at, clock().now());
}

TEST_P(ExperimentStore, LetsOneOfManyCallersStart) {
    const StoredExperiment experiment = with_words(*insert(draft("spring")));
    constexpr int kCallers = 6;
    std::latch ready(kCallers);
    std::atomic<int> started = 0;
    std::atomic<int> refused = 0;
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i < kCallers; ++i)
            callers.emplace_back([&] {
                ready.arrive_and_wait();
                const auto moved = move(experiment, ExperimentMove::kStart);
                if (moved)
                    ++started;
                else if (moved.error().code == ErrorCode::kFailedPrecondition)
                    ++refused;
            });
    }
    EXPECT_EQ(started, 1);
    EXPECT_EQ(refused, kCallers - 1);
    EXPECT_EQ(get(experiment.id)->version, 2);
}

TEST_P(ExperimentStore, RefusesAnUpdateOfAnotherVersion) {
    StoredExperiment experiment = *insert(draft("spring"));
    experiment.description = "first";
    const auto update = [&] {
        return change([&](Change& change) -> Result<StoredExperiment> {
            auto updated = TRY(update_experiment(change, experiment));
            TRY(change.record({"experiment.update", "experiment", updated.id, {}}));
            return updated;
        });
    };
    ASSERT_TRUE(update());
    const auto second = update();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kAborted);
    EXPECT_THAT(second.error().message, HasSubstr("version 2 now, not 1"));
    // A start on the edited draft would freeze what its caller never saw.
    const auto started = move(with_words(experiment), ExperimentMove::kStart);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, ErrorCode::kUnavailable) << "its transaction runs again";
    EXPECT_EQ(get(experiment.id)->state, ExperimentState::kDraft);
}

StoredEvent event(const std::string& id, const std::string& unit, double value) {
    StoredEvent stored;
    stored.event = {id, EventKind::kOutcome, unit, {}, "revenue", value, Time{}};
    stored.content_hash = hash_of(stored.event);
    return stored;
}

class EventStore : public ExperimentStore {
public:
    Result<InsertedEvents> insert_all(const std::string& experiment,
                                      const std::vector<StoredEvent>& events) {
        return change([&](Change& change) -> Result<InsertedEvents> {
            auto inserted = TRY(insert_events(change, experiment, events));
            TRY(change.record({"experiment.record_events", "experiment", experiment, {}}));
            return inserted;
        });
    }
};

TEST_P(EventStore, TellsRepetitionsFromConflicts) {
    const std::string id = insert(draft("spring"))->id;
    ASSERT_EQ(insert_all(id, {event("a", "u1", 1), event("b", "u2", 2)})->inserted, 2);
    const auto again = insert_all(id, {event("a", "u1", 1), event("c", "u3", 3)});
    EXPECT_EQ(again->inserted, 1);
    EXPECT_THAT(again->known, ElementsAre("a"));
    const auto conflict = insert_all(id, {event("b", "u2", 2.5), event("d", "u4", 4)});
    EXPECT_THAT(conflict->conflicts, ElementsAre("b"));
    EXPECT_EQ(conflict->inserted, 0);
    const auto stored =
        *read([&](Session& session) { return read_events(session, workspace(), id, "", 100); });
    ASSERT_EQ(stored.size(), 3U);
    EXPECT_EQ(stored[2].event.unit, "u3");
    EXPECT_EQ(stored[2].event.value, 3);
    EXPECT_EQ(stored[2].content_hash, hash_of(stored[2].event));
}

TEST_P(EventStore, KeepsTheSameIdOfTwoExperimentsApart) {
    const std::string one = insert(draft("one"))->id;
    const std::string two = insert(draft("two"))->id;
    EXPECT_EQ(insert_all(one, {event("a", "u1", 1)})->inserted, 1);
    EXPECT_EQ(insert_all(two, {event("a", "u1", 2)})->inserted, 1);
}

TEST_P(EventStore, ReadsExposuresInPagesAndNothingElse) {
    const auto exposed = [](const std::string& id, const std::string& unit, int second) {
        StoredEvent stored = event(id, unit, 1);
        stored.event = {
            id, EventKind::kExposure, unit, "urgent", "", 1, Time(std::chrono::seconds(second))};
        stored.content_hash = hash_of(stored.event);
        stored.not_counted = second == 4 ? "exposure before the start" : "";
        return stored;
    };
    const std::string id = insert(draft("spring"))->id;
    ASSERT_TRUE(insert_all(insert(draft("other"))->id, {exposed("a", "u1", 1)}));
    const std::vector<StoredEvent> events{exposed("a", "u3", 1),
                                          exposed("b", "u1", 2),
                                          event("c", "u1", 9),
                                          exposed("d", "u2", 3),
                                          exposed("e", "u1", 4)};
    ASSERT_TRUE(insert_all(id, events));
    std::vector<std::string> found;
    std::string after;
    for (int page = 0; page < 3; ++page) {
        const auto read_back = *read(
            [&](Session& session) { return read_exposures(session, workspace(), id, after, 2); });
        for (const ExperimentEvent& exposure : read_back)
            found.push_back(fmt::format("{} {} {} {}",
                                        exposure.unit,
                                        exposure.id,
                                        exposure.arm,
                                        exposure.time.time_since_epoch().count()));
        if (read_back.size() < 2) break;
        after = read_back.back().id;
    }
    EXPECT_THAT(found,
                ElementsAre("u3 a urgent 1", "u1 b urgent 2", "u2 d urgent 3", "u1 e urgent 4"));
    const std::string rival = make_workspace("Rival");
    const auto foreign =
        *read([&](Session& session) { return read_exposures(session, rival, id, {}, 10); });
    EXPECT_TRUE(foreign.empty());
}

TEST_P(EventStore, StoresEachEventOnceUnderConcurrentBatches) {
    const std::string id = insert(draft("spring"))->id;
    constexpr int kBatches = 4;
    constexpr int kEvents = 500;
    std::vector<StoredEvent> events;
    for (int i = 0; i < kEvents; ++i)
        events.push_back(event(fmt::format("e{}", 1000 + i), fmt::format("u{}", i), i));
    std::latch ready(kBatches);
    std::atomic<std::int64_t> inserted = 0;
    {
        std::vector<std::jthread> senders;
        for (int i = 0; i < kBatches; ++i)
            senders.emplace_back([&] {
                ready.arrive_and_wait();
                const auto answer = insert_all(id, events);
                ASSERT_TRUE(answer) << answer.error().message;
                inserted += answer->inserted;
            });
    }
    EXPECT_EQ(inserted, kEvents);
}

INSTANTIATE_TEST_SUITE_P(Engines, ExperimentStore, kEngines, engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, EventStore, kEngines, engine_name);

TEST(ExperimentLife, NamesWhatIsAllowed) {
    EXPECT_THAT(allowed_moves(ExperimentState::kRunning),
                ElementsAre(ExperimentMove::kPause, ExperimentMove::kStop));
    EXPECT_THAT(refused_move(ExperimentState::kRunning, ExperimentMove::kShip).message,
                HasSubstr("only pause or stop"));
    for (const ExperimentState state : kStates)
        EXPECT_EQ(parse_experiment_state(name_of(state)), state);
    for (const ExperimentMove move : kMoves) EXPECT_EQ(parse_experiment_move(name_of(move)), move);
    EXPECT_EQ(parse_experiment_state("archived"), std::nullopt);
}

}  // namespace
}  // namespace cpo::store
