#include "store/audit.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "store_fixture.h"

namespace cpo::store {
namespace {

class AuditTest : public StoreTest {
public:
    Result<void> try_record(const std::string& workspace, const AuditEntry& entry) {
        return store().change(
            workspace,
            actor(),
            [&](Change& change) -> Result<void> { return change.record(entry); },
            soon());
    }
    void record(const std::string& action, const std::string& object) {
        const auto done = try_record(workspace(), {action, "thing", object, {{"note", object}}});
        ASSERT_TRUE(done) << done.error().message << done.error().detail;
    }
    void record_lines(int count) {
        for (int i = 1; i <= count; ++i) record("thing.make", std::to_string(i));
    }
    void execute(std::string_view sql, std::initializer_list<Value> values = {}) {
        const auto done = store().maintain(
            [&](Session& session) -> Result<void> {
                TRY(session.execute(sql, values));
                return {};
            },
            soon());
        ASSERT_TRUE(done) << done.error().message << done.error().detail;
    }
    AuditCheck verify() {
        const auto check = store().read(
            [&](Session& session) { return verify_audit(session, workspace()); }, soon());
        EXPECT_TRUE(check) << check.error().message << check.error().detail;
        return check ? *check : AuditCheck{};
    }
    std::vector<AuditLine> list(const AuditFilter& filter) {
        const auto lines = store().read(
            [&](Session& session) { return list_audit(session, workspace(), filter); }, soon());
        EXPECT_TRUE(lines) << lines.error().message << lines.error().detail;
        return lines ? *lines : std::vector<AuditLine>{};
    }
    StreamPage stream(std::int64_t after) {
        const auto page = store().read(
            [&](Session& session) { return read_stream(session, workspace(), after); }, soon());
        EXPECT_TRUE(page) << page.error().message << page.error().detail;
        return page ? *page : StreamPage{};
    }
};

TEST_P(AuditTest, NumbersLinesFromOneAndChainsThem) {
    record_lines(5);
    const auto check = verify();
    EXPECT_TRUE(check.is_intact) << check.reason;
    EXPECT_EQ(check.lines, 5);
    const auto lines = list({});
    ASSERT_EQ(lines.size(), 5U);
    EXPECT_EQ(lines[4].previous_hash, std::string(64, '0'));
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_EQ(lines[i].number, 5 - static_cast<std::int64_t>(i));
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(lines[i].previous_hash, lines[i + 1].hash);
    EXPECT_EQ(check.head, lines[0].hash);
}

// Expected: Python 3.11, hashlib.sha256(json.dumps(["0" * 64, 1, 1795694400000, "user", "user-1",
// "user-1", "request-1", "thing.make", "thing", "ä\"\n", {"note": "x", "n": 3}],
// separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
TEST_P(AuditTest, HashesTheBytesThatTheManualGives) {
    ASSERT_TRUE(try_record(workspace(),
                           {"thing.make", "thing", "\xC3\xA4\"\n", {{"note", "x"}, {"n", 3}}}));
    const auto lines = list({});
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].hash, "79217d381ece773bc608615d1fcf6109229f46bf3c1b669752ee3bee38de0578");
}

TEST_P(AuditTest, IsIntactWhenEmpty) {
    const auto check = verify();
    EXPECT_TRUE(check.is_intact);
    EXPECT_EQ(check.lines, 0);
}

TEST_P(AuditTest, GivesEveryFieldBack) {
    clock().advance(std::chrono::milliseconds(123));
    const json::object data{{"before", "draft"}, {"reason", "it's \xE2\x9C\x93"}, {"rate", 0.25}};
    ASSERT_TRUE(try_record(workspace(), {"document.approve", "document", "d1", data}));
    const auto lines = list({});
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].at, clock().now());
    EXPECT_EQ(lines[0].actor.kind, "user");
    EXPECT_EQ(lines[0].actor.id, "user-1");
    EXPECT_EQ(lines[0].actor.person, "user-1");
    EXPECT_EQ(lines[0].actor.request_id, "request-1");
    EXPECT_EQ(lines[0].entry.action, "document.approve");
    EXPECT_EQ(lines[0].entry.object_type, "document");
    EXPECT_EQ(lines[0].entry.object_id, "d1");
    EXPECT_EQ(lines[0].entry.data, data);
}

TEST_P(AuditTest, FindsAChangedLine) {
    for (const char* column : {"actor_kind",
                               "actor_id",
                               "person_id",
                               "request_id",
                               "action",
                               "object_type",
                               "object_id",
                               "previous_hash",
                               "hash"}) {
        record_lines(3);
        const auto newest = verify();
        ASSERT_TRUE(newest.is_intact) << newest.reason;
        const auto number = newest.lines - 1;
        const std::string old =
            fmt::format("SELECT {} AS old FROM audit_entries WHERE number = $1", column);
        const std::string set =
            fmt::format("UPDATE audit_entries SET {0} = $1 WHERE number = $2", column);
        std::string before;
        ASSERT_TRUE(store().read(
            [&](Session& session) -> Result<void> {
                before = TRY(session.execute(old, {number})).front().text("old");
                return {};
            },
            soon()));
        execute(set, {before + "x", number});
        const auto check = verify();
        EXPECT_FALSE(check.is_intact) << column;
        EXPECT_EQ(check.broken_at, number) << column;
        EXPECT_EQ(check.reason, fmt::format("line {} was changed", number)) << column;
        execute(set, {before, number});
    }
}

TEST_P(AuditTest, FindsAChangedTimeAndChangedData) {
    record_lines(3);
    execute("UPDATE audit_entries SET at = at + 1 WHERE number = 2");
    EXPECT_EQ(verify().broken_at, 2);
    execute("UPDATE audit_entries SET at = at - 1 WHERE number = 2");
    EXPECT_TRUE(verify().is_intact);
    execute("UPDATE audit_entries SET data = '{\"note\":\"3\"}' WHERE number = 2");
    EXPECT_EQ(verify().broken_at, 2);
}

TEST_P(AuditTest, FindsALineThatWasTakenOut) {
    record_lines(4);
    execute("DELETE FROM audit_entries WHERE number = 2");
    const auto check = verify();
    EXPECT_FALSE(check.is_intact);
    EXPECT_EQ(check.broken_at, 2);
    EXPECT_EQ(check.reason, "line 2 is missing");
}

TEST_P(AuditTest, FindsACutEnd) {
    record_lines(4);
    execute("DELETE FROM audit_entries WHERE number >= 3");
    const auto check = verify();
    EXPECT_FALSE(check.is_intact);
    EXPECT_EQ(check.broken_at, 3);
}

TEST_P(AuditTest, FindsSwappedLines) {
    record_lines(4);
    execute("UPDATE audit_entries SET number = 5 - number + 100 WHERE number IN (2, 3)");
    execute("UPDATE audit_entries SET number = number - 100 WHERE number > 100");
    const auto check = verify();
    EXPECT_FALSE(check.is_intact);
    EXPECT_EQ(check.broken_at, 2);
}

TEST_P(AuditTest, FindsAnAddedLine) {
    record_lines(2);
    execute(
        "INSERT INTO audit_entries (workspace_id, number, at, actor_kind, actor_id, person_id, "
        "request_id, action, object_type, object_id, data, previous_hash, hash) "
        "SELECT workspace_id, 3, at, actor_kind, actor_id, person_id, request_id, action, "
        "object_type, object_id, data, previous_hash, hash FROM audit_entries WHERE number = 2");
    EXPECT_EQ(verify().broken_at, 3);
}

TEST_P(AuditTest, FindsAHeadThatIsNotTheNewestLine) {
    record_lines(2);
    execute("UPDATE workspace_heads SET audit_hash = $1", {std::string(64, 'a')});
    EXPECT_EQ(verify().broken_at, 2);
}

TEST_P(AuditTest, VerifiesMoreThanOnePage) {
    ASSERT_TRUE(store().change(
        workspace(),
        actor(),
        [&](Change& change) -> Result<void> {
            for (int i = 0; i < 1'234; ++i) TRY(change.record({"a.b", "a", "1", {}}));
            return {};
        },
        soon()));
    const auto check = verify();
    EXPECT_TRUE(check.is_intact) << check.reason;
    EXPECT_EQ(check.lines, 1'234);
}

TEST_P(AuditTest, LeavesNoGapsUnderManyThreads) {
    const auto other_database = scratch().open();
    Store other(*other_database, clock());
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            Store& mine = t % 2 == 0 ? store() : other;
            for (int i = 0; i < 10; ++i) {
                const bool fails = i % 5 == 4;  // A rolled back change takes no number.
                const auto done = mine.change(
                    workspace(),
                    actor(),
                    [&](Change& change) -> Result<void> {
                        TRY(change.record({"thing.make", "thing", "1", {}}));
                        if (fails) return Error{ErrorCode::kNotFound, "no", {}};
                        return {};
                    },
                    soon());
                EXPECT_EQ(done.has_value(), !fails);
            }
        });
    for (auto& thread : threads) thread.join();
    const auto check = verify();
    EXPECT_TRUE(check.is_intact) << check.reason;
    EXPECT_EQ(check.lines, 64);
    const auto page = stream(0);
    ASSERT_EQ(page.lines.size(), 64U);
    for (std::size_t i = 0; i < 64; ++i)
        EXPECT_EQ(page.lines[i].number, static_cast<std::int64_t>(i) + 1);
}

TEST_P(AuditTest, FiltersAndPages) {
    for (int i = 1; i <= 6; ++i)
        ASSERT_TRUE(try_record(workspace(),
                               {"thing.make", i % 2 == 0 ? "even" : "odd", std::to_string(i), {}}));
    const auto numbers = [&](const AuditFilter& filter) {
        std::vector<std::int64_t> found;
        for (const auto& line : list(filter)) found.push_back(line.number);
        return found;
    };
    using testing::ElementsAre;
    EXPECT_THAT(numbers({"even", "", "", 0, 50}), ElementsAre(6, 4, 2));
    EXPECT_THAT(numbers({"odd", "3", "", 0, 50}), ElementsAre(3));
    EXPECT_THAT(numbers({"", "", "nobody", 0, 50}), ElementsAre());
    EXPECT_THAT(numbers({"", "", "user-1", 0, 2}), ElementsAre(6, 5));
    EXPECT_THAT(numbers({"", "", "", 5, 2}), ElementsAre(4, 3));
}

TEST_P(AuditTest, KeepsWorkspacesApart) {
    const std::string other = make_workspace("Other");
    record_lines(2);
    ASSERT_TRUE(try_record(other, {"thing.make", "thing", "1", {}}));
    EXPECT_EQ(verify().lines, 2);
    EXPECT_EQ(list({}).size(), 2U);
    EXPECT_EQ(stream(0).newest, 2);
    const auto unknown = try_record("no-such-workspace", {"thing.make", "thing", "1", {}});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
}

TEST_P(AuditTest, RefusesAChangeThatRecordsNothing) {
    const auto done = store().change(
        workspace(),
        actor(),
        [&](Change& change) -> Result<void> {
            TRY(change.session().execute("UPDATE workspaces SET name = 'changed'"));
            return {};
        },
        soon());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kInternal);
    const auto workspaces =
        store().read([](Session& session) { return list_workspaces(session); }, soon());
    ASSERT_TRUE(workspaces);
    ASSERT_EQ(workspaces->size(), 1U);
    EXPECT_EQ(workspaces->front().name, "Acme");
}

using StreamTest = AuditTest;

TEST_P(StreamTest, TellsWhatHappenedAfterANumber) {
    record_lines(2);
    ASSERT_TRUE(store().publish(
        workspace(),
        [](Change& change) -> Result<void> {
            return change.publish("job", "j1", {{"done", 5}, {"total", 10}});
        },
        soon()));
    const auto page = stream(1);
    EXPECT_EQ(page.newest, 3);
    EXPECT_FALSE(page.is_gap);
    ASSERT_EQ(page.lines.size(), 2U);
    EXPECT_EQ(page.lines[0].topic, "thing");
    EXPECT_EQ(page.lines[0].object_id, "2");
    EXPECT_EQ(page.lines[0].action, "thing.make");
    EXPECT_EQ(page.lines[1].topic, "job");
    EXPECT_EQ(page.lines[1].action, "progress");
    EXPECT_EQ(page.lines[1].data, (json::object{{"done", 5}, {"total", 10}}));
    EXPECT_EQ(page.lines[1].at, clock().now());
    EXPECT_TRUE(stream(3).lines.empty());
    EXPECT_FALSE(stream(3).is_gap);
    EXPECT_EQ(verify().lines, 2);
}

TEST_P(StreamTest, KeepsTheNewestLinesAndTellsOfAGap) {
    const auto done = store().publish(
        workspace(),
        [](Change& change) -> Result<void> {
            for (int i = 0; i < 3; ++i) TRY(change.publish("job", "j", {}));
            return {};
        },
        soon());
    ASSERT_TRUE(done);
    // As if many more lines had come since the first three.
    execute("UPDATE workspace_heads SET stream_number = $1", {kStreamLinesMax + 1});
    record("thing.make", "1");
    const auto page = stream(0);
    EXPECT_TRUE(page.is_gap);
    ASSERT_EQ(page.lines.size(), 2U);
    EXPECT_EQ(page.lines[0].number, 3);
    EXPECT_EQ(page.newest, kStreamLinesMax + 2);
    EXPECT_FALSE(stream(kStreamLinesMax + 1).is_gap);
    // Numbers from the future belong to another database.
    EXPECT_TRUE(stream(kStreamLinesMax + 3).is_gap);
}

TEST_P(StreamTest, GivesAtMost500LinesAtOnce) {
    ASSERT_TRUE(store().publish(
        workspace(),
        [](Change& change) -> Result<void> {
            for (int i = 0; i < 600; ++i) TRY(change.publish("job", "j", {}));
            return {};
        },
        soon()));
    EXPECT_EQ(stream(0).lines.size(), 500U);
    EXPECT_EQ(stream(500).lines.size(), 100U);
}

INSTANTIATE_TEST_SUITE_P(Engines, AuditTest, kEngines, engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, StreamTest, kEngines, engine_name);

}  // namespace
}  // namespace cpo::store
