#include "store/import_store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "store/blob_store.h"
#include "store/customer_store.h"
#include "store/job_store.h"
#include "store/segmentation_store.h"
#include "store_fixture.h"

namespace cpo::store {
namespace {

/// Counts the rows that all answers had.
class CountingDatabase final : public Database {
public:
    explicit CountingDatabase(Database& database) : database_(database) {}
    Engine engine() const override { return database_.engine(); }
    Result<void> transact(Access access, const Work& work, Deadline deadline) override {
        return database_.transact(
            access,
            [&](Session& session) {
                CountingSession counting(session, rows);
                return work(counting);
            },
            deadline);
    }
    std::size_t rows = 0;

private:
    class CountingSession final : public Session {
    public:
        CountingSession(Session& session, std::size_t& rows) : session_(session), rows_(rows) {}
        Result<Rows> execute(std::string_view sql, std::span<const Value> values) override {
            auto answer = session_.execute(sql, values);
            if (answer) rows_ += answer->size();
            return answer;
        }
        Result<void> visit(std::string_view sql,
                           std::span<const Value> values,
                           const Take& take) override {
            const auto count = [&](const Row& row) {
                ++rows_;
                return take(row);
            };
            return session_.visit(sql, values, count);
        }
        std::string_view skip_locked() const override { return session_.skip_locked(); }

    private:
        Session& session_;
        std::size_t& rows_;
    };
    Database& database_;
};

class ImportStore : public StoreTest {
public:
    template <typename Work>
    void change(const Work& work) {
        const auto done = store().change(workspace(), actor(), work, soon());
        ASSERT_TRUE(done) << done.error().message << " " << done.error().detail;
    }
    template <typename Work>
    auto read(const Work& work) {
        return store().read(work, soon());
    }
    void damage(std::string_view sql) {
        const auto damaged = store().maintain(
            [&](Session& session) -> Result<void> {
                TRY(session.execute(sql));
                return {};
            },
            soon());
        ASSERT_TRUE(damaged) << damaged.error().detail;
    }
    static Result<std::string> add_job(Change& change) {
        JobRecord job;
        job.id = new_id(change.now());
        job.workspace = change.workspace();
        job.kind = "import";
        job.due_at = change.now();
        job.created_at = change.now();
        TRY(insert_job(change.session(), job));
        return job.id;
    }
    /// An import with its job and file.
    NewImport add() {
        NewImport import;
        change([&](Change& change) -> Result<void> {
            import.id = new_id(change.now());
            import.job_id = TRY(add_job(change));
            import.kind = "customers";
            import.file = "customers.csv";
            import.upload_id = TRY(write_blob(change, "id,spend\na,1\n", "text/csv"));
            return insert_import(change, import);
        });
        return import;
    }
    bool has_blob(const std::string& id) {
        return bool(read([&](Session& session) { return read_blob(session, workspace(), id); }));
    }
    static MixedTable table(const std::vector<std::string>& ids, const std::string& feature) {
        MixedTable table;
        table.ids = ids;
        table.columns.emplace_back().name = feature;
        table.values.assign(ids.size(), 1.0);
        return table;
    }
    Result<std::int64_t> save(const MixedTable& table, const std::string& import) {
        return save(store(), table, import);
    }
    Result<std::int64_t> save(Store& store, const MixedTable& table, const std::string& import) {
        return store.change(
            workspace(),
            actor(),
            [&](Change& change) -> Result<std::int64_t> {
                const auto total = TRY(save_customers(change, table, ImportMode::kMerge, import));
                TRY(change.record({"import.complete", "import", import, {}}));
                return total;
            },
            soon());
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, ImportStore, kEngines, engine_name);

TEST_P(ImportStore, DropsTheFilesOfGivenUpImportsWhenAnotherOneBegins) {
    const NewImport given_up = add();
    change([&](Change& change) -> Result<void> {
        TRY(request_job_cancel(change.session(), workspace(), given_up.job_id, change.now()));
        return change.record({"job.cancel", "job", given_up.job_id, {}});
    });
    add();
    EXPECT_TRUE(has_blob(given_up.upload_id)) << "another try may come";
    clock().advance(kUploadKept + std::chrono::hours(1));
    const NewImport waiting = add();
    EXPECT_FALSE(has_blob(given_up.upload_id));
    EXPECT_TRUE(has_blob(waiting.upload_id));
    const auto import =
        read([&](Session& session) { return get_import(session, workspace(), given_up.id); });
    ASSERT_TRUE(import);
    EXPECT_EQ(import->upload_id, "");
}

TEST_P(ImportStore, KeepsManyCustomersInTheirOrder) {
    std::vector<std::string> ids;
    for (int i = 0; i < 9'000; ++i) ids.push_back(fmt::format("c{}", i));
    MixedTable first = table(ids, "spend");
    for (std::size_t i = 0; i < ids.size(); ++i) first.values[i] = 0.25 * static_cast<double>(i);
    const std::string import = add().id;
    ASSERT_TRUE(save(first, import));
    // Every second one again, with another feature, last first.
    std::vector<std::string> some;
    for (std::size_t i = ids.size(); i >= 2; i -= 2) some.push_back(ids[i - 1]);
    const auto total = save(table(some, "visits"), import);
    ASSERT_TRUE(total);
    EXPECT_EQ(*total, 9'000);
    const auto loaded =
        read([&](Session& session) { return load_customers(session, workspace(), {}); });
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->ids, ids);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        ASSERT_EQ(loaded->at(i, 0), first.values[i]);
        ASSERT_EQ(std::isnan(loaded->at(i, 1)), i % 2 == 0);
    }
}

TEST_P(ImportStore, TellsStoredOptionsAndLinesThatCannotBeReadAsOurFault) {
    const std::string id = add().id;
    damage("UPDATE imports SET options = '[1]'");
    const auto import =
        read([&](Session& session) { return get_import(session, workspace(), id); });
    ASSERT_FALSE(import);
    EXPECT_EQ(import.error().code, ErrorCode::kInternal);
    for (const char* lines : {"{}", "[1]", R"([{"line":"1"}])"}) {
        damage(fmt::format("UPDATE imports SET rejected = '{}'", lines));
        const auto rejected =
            read([&](Session& session) { return list_rejected(session, workspace(), id); });
        ASSERT_FALSE(rejected) << lines;
        EXPECT_EQ(rejected.error().code, ErrorCode::kInternal) << lines;
    }
}

TEST_P(ImportStore, TellsASegmentationThatCannotBeReadAsOurFault) {
    std::string id;
    change([&](Change& change) -> Result<void> {
        const std::string job = TRY(add_job(change));
        id = TRY(insert_run(change, {{}, job, ""}));
        return {};
    });
    damage("UPDATE segmentation_runs SET result = '{}', completed_at = 1");
    const auto segments =
        read([&](Session& session) { return list_segments(session, workspace(), id); });
    ASSERT_FALSE(segments);
    EXPECT_EQ(segments.error().code, ErrorCode::kInternal);
    damage("UPDATE segmentation_runs SET result = '{'");
    const auto run = read([&](Session& session) { return get_run(session, workspace(), id); });
    ASSERT_FALSE(run);
    EXPECT_EQ(run.error().code, ErrorCode::kInternal);
}

TEST_P(ImportStore, MergesIntoTheCustomersOfTheFileAndTouchesNoOthers) {
    const std::string import = add().id;
    std::vector<std::string> many;  // More than one statement asks for.
    for (int i = 0; i < 600; ++i) many.push_back(fmt::format("c{}", i));
    many.emplace_back("other");
    ASSERT_EQ(*save(table(many, "spend"), import), 601);
    damage("UPDATE customers SET features = '[]' WHERE id = 'other'");
    many.back() = "new";
    const auto merged = save(table(many, "visits"), import);
    ASSERT_TRUE(merged) << merged.error().message << " " << merged.error().detail;
    EXPECT_EQ(*merged, 602);
    for (const char* id : {"c0", "c255", "c256", "c599"}) {
        const auto customer =
            read([&](Session& session) { return get_customer(session, workspace(), id); });
        ASSERT_TRUE(customer) << id;
        EXPECT_EQ(customer->features, (json::object{{"spend", 1}, {"visits", 1}})) << id;
    }
    const auto added =
        read([&](Session& session) { return get_customer(session, workspace(), "new"); });
    EXPECT_EQ(added->features, (json::object{{"visits", 1}}));
}

TEST_P(ImportStore, ReadsAsManyCustomersAsTheFileNames) {
    const std::string import = add().id;
    std::vector<std::string> many;
    for (int i = 0; i < 600; ++i) many.push_back(fmt::format("c{}", i));
    ASSERT_TRUE(save(table(many, "spend"), import));
    CountingDatabase counting(database());
    Store counted(counting, clock());
    ASSERT_EQ(*save(counted, table({"c1", "c2"}, "visits"), import), 600);
    EXPECT_LT(counting.rows, 20U) << "two, and what the import and the audit log need";
}

}  // namespace
}  // namespace cpo::store
