#pragma once

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "backends/embedder/hashing_embedder.h"
#include "backends/lexical_index/fts5_lexical_index.h"
#include "backends/vector_index/exact_vector_index.h"
#include "ingest/documents.h"
#include "jobs/campaign_job.h"
#include "jobs/import_job.h"
#include "jobs/job_record.h"
#include "jobs/jobs_fixture.h"
#include "store/campaign_store.h"
#include "store/document_store.h"
#include "store/generation_store.h"
#include "store/variant_store.h"

namespace cpo::jobs {

/// Where a worker dies: at its n-th checkpoint, just before or just after the commit.
struct Death {
    int checkpoint = 0;  ///< 1 = the first; 0 = never.
    bool is_after_commit = false;
};

/// Runs work on the calling thread, as if a worker held the job, until that dies.
class FakeJobContext final : public JobContext {
public:
    FakeJobContext(store::Store& store, Job job, Death death = {})
        : store_(store), job_(std::move(job)), death_(death) {}

    const Job& job() const override { return job_; }
    bool is_stopping() const override { return is_dead_; }
    Deadline deadline() const override { return Deadline::never().unless(is_dead_); }
    Result<void> checkpoint(const std::function<Result<void>(store::Change&)>& work) override {
        const Error dead{ErrorCode::kAborted, "this worker is dead", {}};
        if (is_dead_) return dead;
        const bool is_last = ++checkpoints_ == death_.checkpoint;
        auto saved = store_.change(
            job_.workspace,
            actor_of(job_),
            [&](store::Change& change) -> Result<void> {
                TRY(work(change));
                if (is_last && !death_.is_after_commit) return dead;
                return {};
            },
            Deadline::after(std::chrono::seconds(30)));
        is_dead_ = is_last;
        if (saved && is_last) return dead;
        return saved;
    }
    void progress(const JobProgress& progress) override { stages_.push_back(progress.stage); }

    int checkpoints() const { return checkpoints_; }
    const std::vector<std::string>& stages() const { return stages_; }

private:
    store::Store& store_;
    Job job_;
    Death death_;
    int checkpoints_ = 0;
    std::atomic<bool> is_dead_ = false;
    std::vector<std::string> stages_;
};

/// A workspace with the demo shop's customers and approved content, on each engine.
class CampaignTest : public JobsTest {
public:
    const store::Actor ann{"user", "ann", "ann", "r"};
    const store::Actor rob{"user", "rob", "rob", "r"};

protected:
    template <typename Work>
    auto change(const store::Actor& by, const Work& work) {
        return store().change(workspace(), by, work, soon());
    }
    template <typename Work>
    auto read(const Work& work) {
        return store().read(work, soon());
    }

    void SetUp() override {
        JobsTest::SetUp();
        if (IsSkipped()) return;
        import_orders();
        const auto imported = change(
            ann, [&](store::Change& made) { return store::import_documents(made, documents()); });
        ASSERT_TRUE(imported) << imported.error().message << " " << imported.error().detail;
        std::vector<store::DocumentVersion> versions;
        for (const std::string& id : imported->ids) versions.push_back({id, 1});
        const auto approved = change(
            rob, [&](store::Change& made) { return store::approve_documents(made, versions); });
        ASSERT_TRUE(approved) << approved.error().message << " " << approved.error().detail;
        content_ = std::make_unique<pipeline::Content>(pipeline::Content::Parts{
            .store = store(),
            .embedder = *embedder_,
            .make_vector_index =
                [](int dimension) { return Result(make_exact_vector_index(dimension)); },
            .make_lexical_index = make_fts5_lexical_index});
        screener_ = std::make_unique<pipeline::Screener>(safety::SafetyAgent::make, *content_);
    }
    void TearDown() override {
        screener_.reset();
        content_.reset();
    }

    GenerationWork generation_work() {
        return {store(), *content_, *screener_, agent_, *embedder_};
    }
    CampaignWork work() { return {{store(), 2}, generation_work()}; }
    pipeline::Screener& screener() { return *screener_; }
    pipeline::Content& content() { return *content_; }

    static json::object configuration() {
        return {{"name", "Win back"},
                {"goal", "win back lapsed customers"},
                {"variants", 2},
                {"as_of", "2026-11-15"},
                {"segmentation", {{"clusters", 3}}}};
    }
    std::string make_campaign(const json::object& configured = configuration()) {
        const auto made = change(
            ann, [&](store::Change& change) { return store::insert_campaign(change, configured); });
        EXPECT_TRUE(made) << made.error().message << " " << made.error().detail;
        return made ? made->id : "";
    }
    StartedRun start(const std::string& campaign, const std::string& key = "") {
        const auto started = change(
            ann, [&](store::Change& change) { return start_campaign(change, campaign, key); });
        EXPECT_TRUE(started) << started.error().message << " " << started.error().detail;
        return started ? *started : StartedRun{};
    }
    /// One attempt at a job, whose worker may die.
    Result<json::object> attempt(const StartedRun& started, Death death = {}) {
        FakeJobContext context(store(), get(started.job), death);
        auto result = make_campaign_work(work())(context);
        checkpoints_ = context.checkpoints();
        return result;
    }
    /// Of the last attempt.
    int checkpoints() const { return checkpoints_; }
    store::StoredCampaignRun run_of(const StartedRun& started) {
        auto run = read([&](store::Session& session) {
            return store::get_campaign_run(session, workspace(), started.run);
        });
        EXPECT_TRUE(run) << run.error().message << " " << run.error().detail;
        return run ? *std::move(run) : store::StoredCampaignRun{};
    }
    std::vector<store::StoredVariant> variants_of(const std::string& generation_run) {
        auto variants = read([&](store::Session& session) {
            return store::list_variants_of_run(session, workspace(), generation_run);
        });
        EXPECT_TRUE(variants) << variants.error().message;
        return variants ? *std::move(variants) : std::vector<store::StoredVariant>{};
    }

private:
    static std::string bytes_of(const std::filesystem::path& path) {
        std::ostringstream bytes;
        bytes << std::ifstream(path).rdbuf();
        return bytes.str();
    }
    /// The demo's customers.
    void import_orders() {
        const std::string bytes = bytes_of(CPO_SOURCE_DIR "/demo/orders.csv");
        ImportRequest request;
        request.bytes = bytes;
        request.file = "orders.csv";
        const auto started =
            change(ann, [&](store::Change& change) { return start_import(change, request); });
        ASSERT_TRUE(started) << started.error().message << " " << started.error().detail;
        FakeJobContext context(store(), get(started->job_id));
        const auto done = make_import_work(store())(context);
        ASSERT_TRUE(done) << done.error().message << " " << done.error().detail;
    }
    /// The demo's content, as `cpo run --content demo/gift-shop` reads it.
    static std::vector<Document> documents() {
        namespace fs = std::filesystem;
        std::vector<fs::path> files;
        for (const auto& entry : fs::recursive_directory_iterator(CPO_SOURCE_DIR "/demo/gift-shop"))
            if (entry.is_regular_file() && entry.path().filename() != "README.md")
                files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        std::vector<Document> found;
        for (const auto& path : files) {
            auto file = ingest::read_documents(
                bytes_of(path), path.filename().string(), *parse_date("2026-11-15"));
            EXPECT_TRUE(file) << file.error().message;
            if (file)
                std::move(
                    file->documents.begin(), file->documents.end(), std::back_inserter(found));
        }
        return found;
    }

    std::unique_ptr<Embedder> embedder_ = make_hashing_embedder({});
    generation::GenerationAgent agent_{nullptr};
    std::unique_ptr<pipeline::Content> content_;
    std::unique_ptr<pipeline::Screener> screener_;
    int checkpoints_ = 0;
};

}  // namespace cpo::jobs
