#pragma once

#include <fmt/format.h>

#include <string>

#include "base/random.h"
#include "jobs/customers_fixture.h"
#include "jobs/segmentation_job.h"
#include "store/segmentation_store.h"

namespace cpo::jobs {

/// A store in which customers are put into segments, on each engine.
class SegmentationTest : public CustomersTest {
protected:
    /// `size` customers around each of three centres, far apart.
    void import_groups(int size) {
        Random random(7);
        std::string csv = "id,visits,spend\n";
        for (int i = 0; i < 3 * size; ++i)
            csv += fmt::format("c{},{},{}\n",
                               i,
                               10 * (i % 3) + random.uniform(),
                               100 * (i % 3) + random.normal() / 7);
        import_customers(csv);
    }
    StartedSegmentation start(const json::object& options, const std::string& key = "") {
        const auto started =
            change([&](store::Change& made) { return start_segmentation(made, options, key); });
        EXPECT_TRUE(started) << started.error().message;
        return started ? *started : StartedSegmentation{};
    }
    Result<void> run(const StartedSegmentation& started, int threads = 1) {
        DirectContext context(store(), get(started.job_id));
        return segment_customers(context, {store(), threads}, started.run_id);
    }
    store::SegmentationRun run_of(const std::string& id) {
        const auto found =
            read([&](store::Session& session) { return store::get_run(session, workspace(), id); });
        EXPECT_TRUE(found) << found.error().message;
        return found ? *found : store::SegmentationRun{};
    }
    Result<store::StoredSegmentation> load_run(const std::string& id) {
        return read([&](store::Session& session) {
            return store::load_segmentation(session, workspace(), id);
        });
    }
};
inline void expect_equal(const Segment& a, const Segment& b) {
    EXPECT_EQ(a.number, b.number);
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.size, b.size);
    EXPECT_EQ(a.share, b.share);
    EXPECT_EQ(a.silhouette, b.silhouette);
    EXPECT_EQ(a.representatives, b.representatives);
    EXPECT_EQ(a.feature_means, b.feature_means);
    ASSERT_EQ(a.drivers.size(), b.drivers.size());
    for (std::size_t i = 0; i < a.drivers.size(); ++i) {
        EXPECT_EQ(a.drivers[i].feature, b.drivers[i].feature);
        EXPECT_EQ(a.drivers[i].effect_size, b.drivers[i].effect_size);
        EXPECT_EQ(a.drivers[i].segment_mean, b.drivers[i].segment_mean);
        EXPECT_EQ(a.drivers[i].overall_mean, b.drivers[i].overall_mean);
        EXPECT_EQ(a.drivers[i].sentence, b.drivers[i].sentence);
    }
}

inline void expect_equal(const Segmentation& a, const Segmentation& b) {
    EXPECT_EQ(a.algorithm, b.algorithm);
    EXPECT_EQ(a.clusters, b.clusters);
    EXPECT_EQ(a.seed, b.seed);
    EXPECT_EQ(a.starts, b.starts);
    EXPECT_EQ(a.segment_of, b.segment_of);
    EXPECT_EQ(a.quality.silhouette, b.quality.silhouette);
    EXPECT_EQ(a.quality.silhouette_rows, b.quality.silhouette_rows);
    EXPECT_EQ(a.quality.inertia, b.quality.inertia);
    EXPECT_EQ(a.quality.criterion, b.quality.criterion);
    ASSERT_EQ(a.quality.trials.size(), b.quality.trials.size());
    for (std::size_t i = 0; i < a.quality.trials.size(); ++i) {
        EXPECT_EQ(a.quality.trials[i].clusters, b.quality.trials[i].clusters);
        EXPECT_EQ(a.quality.trials[i].inertia, b.quality.trials[i].inertia);
        EXPECT_EQ(a.quality.trials[i].silhouette, b.quality.trials[i].silhouette);
    }
    ASSERT_EQ(a.scaling.size(), b.scaling.size());
    for (std::size_t i = 0; i < a.scaling.size(); ++i) {
        EXPECT_EQ(a.scaling[i].feature, b.scaling[i].feature);
        EXPECT_EQ(a.scaling[i].is_used, b.scaling[i].is_used);
        EXPECT_EQ(a.scaling[i].is_log, b.scaling[i].is_log);
        EXPECT_EQ(a.scaling[i].center, b.scaling[i].center);
        EXPECT_EQ(a.scaling[i].scale, b.scaling[i].scale);
        EXPECT_EQ(a.scaling[i].reason, b.scaling[i].reason);
    }
    ASSERT_EQ(a.segments.size(), b.segments.size());
    for (std::size_t i = 0; i < a.segments.size(); ++i) expect_equal(a.segments[i], b.segments[i]);
}

}  // namespace cpo::jobs
