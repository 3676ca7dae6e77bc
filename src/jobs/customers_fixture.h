#pragma once

#include <string>

#include "jobs/direct_context.h"
#include "jobs/import_job.h"
#include "jobs/jobs_fixture.h"
#include "pipeline/segmentation_input.h"
#include "store/customer_store.h"

namespace cpo::jobs {

/// A store into which files are imported, on each engine.
class CustomersTest : public JobsTest {
protected:
    template <typename Work>
    auto change(const Work& work) {
        return store().change(workspace(), actor(), work, soon());
    }
    template <typename Work>
    auto read(const Work& work) {
        return store().read(work, soon());
    }
    Result<StartedImport> start(const ImportRequest& request) {
        return change([&](store::Change& made) { return start_import(made, request); });
    }
    Result<json::object> run(const StartedImport& started) {
        DirectContext context(store(), get(started.job_id));
        return make_import_work(store())(context);
    }
    /// Imports to the end; gives the id of the import.
    std::string import(const ImportRequest& request) {
        const auto started = start(request);
        EXPECT_TRUE(started) << started.error().message;
        if (!started) return "";
        const auto done = run(*started);
        EXPECT_TRUE(done) << done.error().message << " " << done.error().detail;
        return started->import_id;
    }
    std::string import_customers(std::string_view csv, const std::string& mode = "merge") {
        ImportRequest request;
        request.bytes = csv;
        request.kind = "customers";
        request.mode = mode;
        return import(request);
    }
    store::Import import_of(const std::string& id) {
        auto found = read(
            [&](store::Session& session) { return store::get_import(session, workspace(), id); });
        EXPECT_TRUE(found) << found.error().message << " " << found.error().detail;
        return found ? *std::move(found) : store::Import{};
    }
    Result<MixedTable> load(const std::vector<std::string>& features = {}) {
        return read([&](store::Session& session) {
            return store::load_customers(session, workspace(), features);
        });
    }
    /// The features of all, unscaled.
    FeatureTable features() {
        auto table = load();
        EXPECT_TRUE(table) << table.error().message;
        if (!table) return {};
        auto prepared = pipeline::prepare_customers(*std::move(table), false);
        EXPECT_TRUE(prepared) << prepared.error().message;
        return prepared ? std::move(prepared->customers) : FeatureTable{};
    }
    std::int64_t count(const std::string& only_workspace = "") {
        const auto found = read([&](store::Session& session) {
            return store::count_customers(session,
                                          only_workspace.empty() ? workspace() : only_workspace);
        });
        EXPECT_TRUE(found);
        return found ? *found : -1;
    }
};

}  // namespace cpo::jobs
