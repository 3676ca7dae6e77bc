#pragma once

#include <fmt/format.h>

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "agents/experiments/assignment.h"
#include "pipeline/experiments.h"
#include "store/generation_store.h"
#include "store/job_store.h"
#include "store/review_store.h"
#include "store/segmentation_store.h"
#include "store/verdict_store.h"
#include "store_fixture.h"

namespace cpo::pipeline {

/// A store with a segmentation of two segments and, for each, a control message and two others
/// that Ann had written, the safety agent passed and Rob approved. On each engine.
class ExperimentsTest : public StoreTest {
public:
    const store::Actor ann{"user", "ann", "ann", "request-1"};
    const store::Actor rob{"user", "rob", "rob", "request-2"};

    template <typename Work>
    auto as(const store::Actor& by, const Work& work) {
        return store().change(workspace(), by, work, soon());
    }

    void SetUp() override {
        StoreTest::SetUp();
        if (IsSkipped()) return;
        recent_.emplace(store());
        const auto made = as(ann, [&](store::Change& change) { return write_variants(change); });
        ASSERT_TRUE(made) << made.error().message << " " << made.error().detail;
        for (const auto& [name, id] : variants) {
            screen(id);
            review(id, true);
        }
    }

    Experiments experiments() { return experiments_of(ann); }
    Experiments experiments_of(const store::Actor& by) {
        return {store(), {workspace(), by, soon()}};
    }

    /// One for all callers, as in the server.
    RecentAssignments& recent() { return *recent_; }

    /// The value, or a failed test.
    template <typename T>
    T must(Result<T> result) {
        if (!result) throw std::runtime_error(result.error().message + " " + result.error().detail);
        return *std::move(result);
    }

    store::StoredVariant variant(const std::string& id) {
        return must(store().read(
            [&](store::Session& session) { return store::get_variant(session, workspace(), id); },
            soon()));
    }
    void screen(const std::string& id, Decision decision = Decision::kPass) {
        store::NewVerdict verdict{{}, variant(id).text_hash};
        verdict.verdict.id = id;
        verdict.verdict.decision = decision;
        verdict.verdict.is_grounding_checked = true;
        verdict.verdict.policy_version = "test";
        must(as(ann, [&](store::Change& change) { return store::save_verdict(change, verdict); }));
    }
    void review(const std::string& id, bool is_approval) {
        const store::NewReview wanted{id, variant(id).version, is_approval, "as agreed"};
        must(as(rob, [&](store::Change& change) { return store::review_variant(change, wanted); }));
    }
    void edit(const std::string& id, const std::string& text) {
        const auto present = variant(id);
        store::NewWords words{id, present.version, present.variant.message, {}};
        words.message.text = text;
        must(as(ann, [&](store::Change& change) { return store::edit_variant(change, words); }));
    }

    /// Control and urgent of segment 0.
    DraftRequest request(const std::string& key = "spring") const {
        DraftRequest draft;
        draft.key = key;
        draft.control = "control";
        draft.arms = {{"control", variants.at("0-control"), {}},
                      {"urgent", variants.at("0-urgent"), {}}};
        return draft;
    }
    std::string draft(const std::string& key = "spring") {
        return must(experiments().create(request(key))).experiment.id;
    }
    std::string running(const std::string& key = "spring") {
        const std::string id = draft(key);
        move(id, store::ExperimentMove::kStart);
        return id;
    }
    ExperimentView move(const std::string& id, store::ExperimentMove step) {
        return must(experiments().move(id, step, "a test"));
    }

    /// `count` units that the experiment assigns to `arm`.
    std::vector<std::string> units_of(const std::string& id, const std::string& arm, int count) {
        const auto config = assignment_of(must(experiments().get(id)).experiment);
        std::vector<std::string> units;
        for (int i = 0; static_cast<int>(units.size()) < count; ++i) {
            std::string unit = fmt::format("unit-{}", i);
            const int index = cpo::experiments::assign(config, unit).arm;
            if (index >= 0 && config.arms[static_cast<std::size_t>(index)] == arm)
                units.push_back(std::move(unit));
        }
        return units;
    }
    Time now() { return std::chrono::floor<std::chrono::seconds>(clock().now()); }
    ExperimentEvent exposure(const std::string& unit, const std::string& arm) {
        return {"x-" + unit, EventKind::kExposure, unit, arm, "", 1, now()};
    }
    ExperimentEvent outcome(const std::string& unit, const std::string& metric, double value = 1) {
        return {"o-" + metric + unit, EventKind::kOutcome, unit, "", metric, value, now()};
    }

    std::map<std::string, std::string> variants;  ///< "<segment>-<strategy>" -> id.
    std::string segmentation_run;

private:
    Result<void> write_variants(store::Change& change) {
        store::JobRecord job;
        job.id = new_id(change.now());
        job.workspace = change.workspace();
        job.kind = "generation";
        job.due_at = change.now();
        job.starter = ann;
        job.created_at = change.now();
        TRY(store::insert_job(change.session(), job));
        segmentation_run = TRY(store::insert_run(change, {{}, job.id, ""}));
        TRY(store::complete_run(change, segmentation_run, segmentation()));
        store::GenerationRun run;
        run.id = new_id(change.now());
        run.job = job.id;
        run.segmentation_run = segmentation_run;
        run.author = "ann";
        run.request = {{"goal", "Win back lapsed customers"}};
        run.as_of = *parse_date("2026-11-26");
        TRY(store::insert_generation_run(change, run));
        store::FoundContent found;
        found.run = run.id;
        found.contexts = {{0, "query", {}, {}}, {1, "query", {}, {}}};
        TRY(store::save_contexts(change, found));
        TRY(store::save_variants(change, run.id, "composer", messages()));
        const auto written =
            TRY(store::list_variants_of_run(change.session(), change.workspace(), run.id));
        for (const store::StoredVariant& stored : written)
            variants[fmt::format("{}-{}", stored.variant.segment, stored.variant.strategy)] =
                stored.variant.id;
        return {};
    }
    static store::StoredSegmentation segmentation() {
        store::StoredSegmentation stored;
        stored.segmentation.algorithm = "kmeans";
        stored.segmentation.clusters = 2;
        stored.segmentation.segments.resize(2);
        stored.segmentation.segments[0].name = "Large";
        stored.segmentation.segments[0].size = 30'000;
        stored.segmentation.segments[0].share = 0.75;
        stored.segmentation.segments[1].number = 1;
        stored.segmentation.segments[1].name = "Small";
        stored.segmentation.segments[1].size = 10'000;
        stored.segmentation.segments[1].share = 0.25;
        return stored;
    }
    static std::vector<Variant> messages() {
        std::vector<Variant> made;
        for (const int segment : {0, 1})
            for (const char* strategy : {"urgent", "friendly", "control"}) {
                Variant variant;
                variant.segment = segment;
                variant.strategy = strategy;
                variant.message = {Channel::kEmail, "en", strategy, "Come back."};
                variant.writer = "composer";
                variant.is_control = variant.strategy == "control";
                made.push_back(std::move(variant));
            }
        return made;
    }

    std::optional<RecentAssignments> recent_;
};

}  // namespace cpo::pipeline
