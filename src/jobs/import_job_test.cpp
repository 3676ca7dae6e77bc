#include "jobs/import_job.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "jobs/customers_fixture.h"
#include "pipeline/customer_import.h"
#include "store/blob_store.h"

namespace cpo::jobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNan;

class ImportJob : public CustomersTest {
protected:
    using CustomersTest::count;
    bool has_blob(const std::string& id) {
        return bool(read(
            [&](store::Session& session) { return store::read_blob(session, workspace(), id); }));
    }
    std::vector<RejectedLine> rejected(const std::string& id) {
        const auto lines = read([&](store::Session& session) {
            return store::list_rejected(session, workspace(), id);
        });
        EXPECT_TRUE(lines);
        return lines ? *lines : std::vector<RejectedLine>{};
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, ImportJob, kEngines, engine_name);

/// Two customers: a buys for 2 x 1.50 on day 1 and 1 x 4 on day 11, b for 10 x 0.25 on day 11.
constexpr std::string_view kOrders =
    "CustomerID,InvoiceNo,InvoiceDate,Quantity,UnitPrice\n"
    "a,1,2024-03-01 10:00,2,1.5\n"
    "a,2,2024-03-11 10:00,1,4\n"
    "b,3,2024-03-11 10:00,10,0.25\n"
    ",4,2024-03-11 10:00,1,1\n";

TEST_P(ImportJob, MakesOneRowOfFeaturesACustomer) {
    ImportRequest request;
    request.bytes = kOrders;
    request.file = "orders.csv";
    request.as_of = "2024-03-12";
    const auto import = import_of(CustomersTest::import(request));
    EXPECT_EQ(import.customers, 2);
    EXPECT_EQ(import.file, "orders.csv");
    EXPECT_EQ(import.summary.at("lines"), 4);
    EXPECT_EQ(import.totals.at("lines_without_customer"), 1);
    EXPECT_EQ(import.totals.at("purchase_revenue").to_number<double>(), 9.5);
    EXPECT_EQ(import.totals.at("last_time").as_string(), "2024-03-11T10:00:00Z");

    const auto customer = read(
        [&](store::Session& session) { return store::get_customer(session, workspace(), "a"); });
    ASSERT_TRUE(customer);
    EXPECT_EQ(customer->features.at("frequency").to_number<double>(), 2);
    EXPECT_EQ(customer->features.at("monetary").to_number<double>(), 7);
    EXPECT_EQ(customer->import_id, import.id);
    EXPECT_EQ(actions(import.id), (std::vector<std::string>{"import.create", "import.complete"}));
    EXPECT_TRUE(is_chain_intact());
}

TEST_P(ImportJob, DropsTheFileOnceItIsRead) {
    ImportRequest request;
    request.bytes = kOrders;
    const auto started = start(request);
    ASSERT_TRUE(started);
    const std::string upload = import_of(started->import_id).upload_id;
    EXPECT_TRUE(has_blob(upload));
    ASSERT_TRUE(run(*started));
    EXPECT_FALSE(has_blob(upload));
    EXPECT_EQ(import_of(started->import_id).upload_id, "");
}

TEST_P(ImportJob, LeavesNothingWhenItsCheckpointFails) {
    ImportRequest request;
    request.bytes = kOrders;
    const auto started = start(request);
    ASSERT_TRUE(started);
    DirectContext broken(store(), get(started->job_id));
    broken.break_checkpoints = true;
    EXPECT_FALSE(make_import_work(store())(broken));
    EXPECT_EQ(count(), 0);
    const auto import = import_of(started->import_id);
    EXPECT_FALSE(import.is_complete());
    EXPECT_TRUE(has_blob(import.upload_id));
    EXPECT_THAT(actions(started->import_id), ElementsAre("import.create"));

    ASSERT_TRUE(run(*started));
    EXPECT_EQ(count(), 2);
}

TEST_P(ImportJob, RunAgainAfterItsCheckpointChangesNothing) {
    ImportRequest request;
    request.bytes = kOrders;
    const auto started = start(request);
    ASSERT_TRUE(started);
    const auto first = run(*started);
    const auto second = run(*started);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(write_json(*first), write_json(*second));
    EXPECT_EQ(JobsTest::count("import.complete"), 1);
}

TEST_P(ImportJob, StopsWhenItIsCalledOff) {
    ImportRequest request;
    request.bytes = kOrders;
    const auto started = start(request);
    ASSERT_TRUE(started);
    DirectContext context(store(), get(started->job_id));
    context.is_called_off = true;
    EXPECT_FALSE(make_import_work(store())(context));
    EXPECT_EQ(context.checkpoints, 0);
}

TEST_P(ImportJob, GivesTheSameImportForTheSameKey) {
    ImportRequest request;
    request.bytes = kOrders;
    request.idempotency_key = "monday";
    const auto first = start(request);
    const auto second = start(request);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->import_id, second->import_id);
    EXPECT_EQ(first->job_id, second->job_id);
    request.mode = "replace";
    const auto other = start(request);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::kAlreadyExists);
}

TEST_P(ImportJob, FailsWithTheMessageOfTheReader) {
    ImportRequest request;
    request.bytes = kOrders;
    request.map = "customer=Custmer";
    const auto started = start(request);
    ASSERT_TRUE(started);
    const auto done = run(*started);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(done.error().message, HasSubstr("\"Custmer\""));
    EXPECT_EQ(count(), 0);
}

TEST_P(ImportJob, RefusesAtOnceWhatCanBeSeenToBeWrong) {
    ImportRequest request;
    request.bytes = kOrders;
    request.map = "nonsense";
    EXPECT_FALSE(start(request));
    request.map = "";
    request.as_of = "2024-02-30";
    EXPECT_FALSE(start(request));
    EXPECT_EQ(JobsTest::count("job.create"), 0);
}

TEST_P(ImportJob, StoresNothingWhenTooManyLinesAreRejected) {
    ImportRequest request;
    request.bytes = "id,spend\na,1\nb,x\nc,3\n";
    request.kind = "customers";
    const auto started = start(request);
    ASSERT_TRUE(started);
    const auto done = run(*started);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(count(), 0);
    request.rejected_share_max = 0.5;
    const auto import = import_of(CustomersTest::import(request));
    EXPECT_EQ(import.summary.at("rejected_count"), 1);
    EXPECT_EQ(count(), 2);
}

TEST_P(ImportJob, KeepsRejectedLinesForDownload) {
    std::string csv = "id,spend\n";
    for (int i = 0; i < 30; ++i) csv += fmt::format("c{},=1+1\n", i);
    for (int i = 0; i < 40; ++i) csv += fmt::format("d{},5\n", i);
    ImportRequest request;
    request.bytes = csv;
    request.kind = "customers";
    request.rejected_share_max = 1;
    const std::string id = CustomersTest::import(request);
    EXPECT_EQ(import_of(id).summary.at("rejected").as_array().size(), store::kRejectedShownMax);
    const auto kept = rejected(id);
    ASSERT_EQ(kept.size(), 30U);
    EXPECT_EQ(kept.front().line, 2U);
    EXPECT_EQ(kept.front().column, "spend");
    EXPECT_EQ(kept.front().value, "=1+1");
}

TEST_P(ImportJob, MergeUpdatesTheSameAndKeepsTheOthers) {
    import_customers("id,spend,age\na,1,30\nb,2,40\n");
    import_customers("id,spend\nc,5\nb,9\n");
    EXPECT_EQ(count(), 3);
    const auto all = load();
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_THAT(all->ids, ElementsAre("a", "b", "c"));
    EXPECT_THAT(all->values, ElementsAre(1, 30, 9, 40, 5, IsNan()))
        << "b keeps what the second file lacks";
}

TEST_P(ImportJob, ReplaceLeavesExactlyTheFile) {
    import_customers("id,spend,age\na,1,30\nb,2,40\n");
    import_customers("id,spend\nc,5\nb,9\n", "replace");
    const auto all = load();
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_THAT(all->ids, ElementsAre("c", "b"));
    EXPECT_THAT(all->values, ElementsAre(5, 9));
}

TEST_P(ImportJob, LoadsTheChosenFeaturesInTheirOrder) {
    import_customers("id,spend,age\na,1,30\nb,2,40\n");
    const auto chosen = load({"age", "spend"});
    ASSERT_TRUE(chosen);
    EXPECT_THAT(chosen->values, ElementsAre(30, 1, 40, 2));
    EXPECT_THAT(load({"height"}).error().message, HasSubstr("spend, age"));
    EXPECT_THAT(load({"age", "age"}).error().message, HasSubstr("named twice"));
}

/// Four customers with a value of each kind, and one without any.
constexpr std::string_view kMixed =
    "id,age,member,since,city,mail\n"
    "a,30.5,yes,31/12/2023,Bern,a@x.org\nb,40,no,1/2/2024 8:26,Rome,b@x.org\n"
    "c,50,no,2/2/2024,Rome,c@x.org\nd,,,,,d@x.org\ne,60,no,2/2/2024,Bern,e@x.org\n";

TEST_P(ImportJob, KeepsValuesOfEachKind) {
    const auto import = import_of(import_customers(kMixed));
    EXPECT_THAT(write_json(import.summary.at("notices")), HasSubstr("\\\"mail\\\" was not kept"));
    const auto features = [&](const char* id) {
        const auto customer = read(
            [&](store::Session& session) { return store::get_customer(session, workspace(), id); });
        EXPECT_TRUE(customer);
        return customer ? write_json(customer->features) : "";
    };
    EXPECT_EQ(features("a"), R"({"age":30.5,"member":true,"since":"2023-12-31","city":"Bern"})");
    EXPECT_EQ(features("b"),
              R"({"age":40,"member":false,"since":"2024-02-01T08:26:00Z","city":"Rome"})");
    EXPECT_EQ(features("d"), "{}");

    pipeline::CustomerReading reading;
    reading.kind = pipeline::CustomerFileKind::kCustomers;
    const auto sent = pipeline::read_customer_bytes(kMixed, reading, {});
    const auto stored = load();
    ASSERT_TRUE(sent && stored) << stored.error().message << stored.error().detail;
    EXPECT_EQ(stored->ids, sent->customers.ids);
    ASSERT_EQ(stored->columns.size(), 4U);
    for (std::size_t j = 0; j < 4; ++j) {
        EXPECT_EQ(stored->columns[j].name, sent->customers.columns[j].name);
        EXPECT_EQ(stored->columns[j].kind, sent->customers.columns[j].kind);
        EXPECT_EQ(stored->columns[j].categories, sent->customers.columns[j].categories);
        for (std::size_t row = 0; row < 5; ++row)
            EXPECT_THAT(stored->at(row, j),
                        testing::NanSensitiveDoubleEq(sent->customers.at(row, j)));
    }
}

TEST_P(ImportJob, MergeTakesAValueAwayWhereTheFileHasNone) {
    import_customers(kMixed);
    import_customers("id,city,member\na,,no\nf,Oslo,yes\n");
    const auto all = load({"age", "member", "city"});
    ASSERT_TRUE(all) << all.error().message << all.error().detail;
    EXPECT_THAT(all->ids, ElementsAre("a", "b", "c", "d", "e", "f"));
    EXPECT_EQ(all->at(0, 0), 30.5);
    EXPECT_EQ(all->at(0, 1), 0);
    EXPECT_THAT(all->at(0, 2), IsNan());
    EXPECT_THAT(all->columns[2].categories, ElementsAre("Rome", "Bern", "Oslo"));
}

TEST_P(ImportJob, RefusesAnotherKindOfValueUnlessAllAreReplaced) {
    import_customers(kMixed);
    ImportRequest request;
    request.bytes = "id,age\na,old\nb,old\nc,young\nd,young\n";
    request.kind = "customers";
    const auto started = start(request);
    ASSERT_TRUE(started);
    const auto done = run(*started);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(done.error().message, HasSubstr("\"age\" holds numbers for the customers"));
    // What the reader did not know of, as an import that came in between.
    MixedTable table;
    table.ids = {"a"};
    table.columns = {{.name = "age", .kind = ColumnKind::kYesNo, .categories = {}}};
    table.values = {1};
    const std::string id = import_of(started->import_id).id;
    const auto raced = change([&](store::Change& made) {
        return store::save_customers(made, table, store::ImportMode::kMerge, id);
    });
    ASSERT_FALSE(raced);
    EXPECT_THAT(raced.error().message, HasSubstr("holds numbers for the customers"));
    request.mode = "replace";
    CustomersTest::import(request);
    EXPECT_EQ(load()->columns[0].kind, ColumnKind::kCategory);
}

TEST_P(ImportJob, RefusesIdsThatNoIndexHolds) {
    ImportRequest request;
    const std::string csv = fmt::format("id,spend\n{:x>201},1\n", "");
    request.bytes = csv;
    request.kind = "customers";
    const auto started = start(request);
    ASSERT_TRUE(started);
    const auto done = run(*started);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("201 bytes"));
}

TEST_P(ImportJob, TakesTurnsWithAnotherImportOfTheWorkspace) {
    constexpr int kCustomers = 500;
    std::vector<std::thread> threads;
    for (int part = 0; part < 4; ++part)
        threads.emplace_back([this, part] {
            std::string csv = part < 2 ? "id,spend\n" : "id,age\n";
            for (int i = 0; i < kCustomers; ++i) csv += fmt::format("c{},{}\n", i, part);
            import_customers(csv);
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(count(), kCustomers);
    const auto all = load();
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_EQ(all->rows(), 500U);
    EXPECT_EQ(all->columns.size(), 2U) << "no import overwrote what another had just added";
}

TEST_P(ImportJob, KeepsWorkspacesApart) {
    import_customers("id,spend\na,1\n");
    const std::string other = make_workspace("Other");
    EXPECT_EQ(count(other), 0);
    EXPECT_FALSE(
        read([&](store::Session& session) { return store::get_customer(session, other, "a"); }));
    EXPECT_FALSE(
        read([&](store::Session& session) { return store::load_customers(session, other, {}); }));
}

TEST_P(ImportJob, PagesThroughCustomersById) {
    import_customers("id,spend\na,1\nb,2\nc,3\nd,4\n");
    const auto page = [&](const store::PageRequest& request) {
        const auto found = read([&](store::Session& session) {
            return store::list_customers(session, workspace(), request);
        });
        EXPECT_TRUE(found);
        std::string ids;
        for (const auto& customer : found->items) ids += customer.id;
        return fmt::format("{}{}{}", ids, found->has_older ? ">" : "", found->has_newer ? "<" : "");
    };
    EXPECT_EQ(page({"", "", 2}), "dc>");
    EXPECT_EQ(page({"c", "", 2}), "ba<");
    EXPECT_EQ(page({"", "b", 2}), "dc>");
}

TEST_P(ImportJob, ForgetsTheFilesOfImportsThatWereGivenUp) {
    ImportRequest request;
    request.bytes = kOrders;
    const auto given_up = start(request);
    ASSERT_TRUE(given_up);
    ASSERT_TRUE(cancel(given_up->job_id));
    const std::string upload = import_of(given_up->import_id).upload_id;
    import_customers("id,spend\na,1\n");
    EXPECT_TRUE(has_blob(upload));
    clock().advance(store::kUploadKept + std::chrono::hours(1));
    import_customers("id,spend\na,1\n");
    EXPECT_FALSE(has_blob(upload));
    const auto late = run(*given_up);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::kFailedPrecondition);
}

TEST_P(ImportJob, RunsInAWorker) {
    ImportRequest request;
    request.bytes = kOrders;
    const auto started = start(request);
    ASSERT_TRUE(started);
    const std::map<std::string, JobWork> works{{kImportJob, make_import_work(store())}};
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    EXPECT_TRUE(becomes(started->job_id, JobState::kSucceeded)) << get(started->job_id).error;
    worker->stop();
    EXPECT_EQ(import_of(started->import_id).state, "succeeded");
}

// The figures are those of the UCI data set, counted once with pandas (see
// app/online_retail_test.cpp).
TEST_P(ImportJob, ReadsOnlineRetail) {
    const std::string path = CPO_SHARED_DIR "/data/online-retail/online_retail.csv.gz";
    std::ifstream file(path, std::ios::binary);
    if (!file) GTEST_SKIP() << "the Online Retail data set is not here";
    std::stringstream bytes;
    bytes << file.rdbuf();
    const std::string content = bytes.str();
    ImportRequest request;
    request.bytes = content;
    const std::string id = CustomersTest::import(request);
    const auto import = import_of(id);
    ASSERT_TRUE(import.is_complete());
    const json::value& totals = import.totals;
    EXPECT_EQ(import.summary.at("lines"), 541'909);
    EXPECT_EQ(totals.at("customers_known"), 4'372);
    EXPECT_EQ(totals.at("customers_with_purchase"), 4'338);
    EXPECT_EQ(totals.at("lines_without_customer"), 135'080);
    EXPECT_EQ(totals.at("purchase_orders"), 18'532);
    EXPECT_NEAR(totals.at("purchase_revenue").to_number<double>(), 8'911'407.90, 0.005);
    EXPECT_EQ(totals.at("last_time").as_string(), "2011-12-09T12:50:00Z");
    EXPECT_EQ(count(), 4'338);

    // What is stored is what the reader made, to the last bit.
    std::istringstream stream(content);
    const auto direct = pipeline::read_customer_input(stream, pipeline::CustomerReading());
    const auto stored = load();
    ASSERT_TRUE(direct && stored);
    EXPECT_EQ(stored->ids, direct->customers.ids);
    EXPECT_EQ(stored->values, direct->customers.values);
    const FeatureTable made = features();
    EXPECT_EQ(made.values, direct->customers.values);
    ASSERT_EQ(made.columns(), direct->customers.columns());
    EXPECT_EQ(made.definitions[0].label, direct->customers.definitions[0].label);
}

}  // namespace
}  // namespace cpo::jobs
