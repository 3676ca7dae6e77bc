#include "jobs/segmentation_job.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "agents/segmentation/segmentation.h"
#include "jobs/segmentation_fixture.h"
#include "model/map_bytes.h"
#include "model/segment_json.h"
#include "pipeline/segment_contrast.h"
#include "store/segmentation_store.h"

namespace cpo::jobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SegmentationJob : public SegmentationTest {};
INSTANTIATE_TEST_SUITE_P(Engines, SegmentationJob, kEngines, engine_name);

TEST_P(SegmentationJob, GivesBackExactlyWhatTheAgentFound) {
    import_groups(40);
    const auto started = start({{"seed", 5}});
    ASSERT_TRUE(run(started, 2));
    const auto stored = load_run(started.run_id);
    ASSERT_TRUE(stored) << stored.error().message;
    const auto customers = features();
    const auto direct = segmentation::SegmentationAgent().segment(customers, {.seed = 5});
    ASSERT_TRUE(direct);
    EXPECT_EQ(stored->ids, customers.ids);
    expect_equal(stored->segmentation, *direct);
    const auto listed = read([&](store::Session& session) {
        return store::list_segments(session, workspace(), started.run_id);
    });
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->size(), direct->segments.size());
    const auto second = read([&](store::Session& session) {
        return store::get_segment(session, workspace(), started.run_id, 1);
    });
    ASSERT_TRUE(second);
    expect_equal(*second, direct->segments[1]);
}

TEST_P(SegmentationJob, FindsTheGroupsThatAreThere) {
    import_groups(30);
    const auto started = start({});
    ASSERT_TRUE(run(started));
    const auto run = run_of(started.run_id);
    EXPECT_EQ(run.state, "succeeded");
    EXPECT_EQ(run.customers, 90);
    EXPECT_EQ(run.result.at("clusters"), 3);
    const auto members = read([&](store::Session& session) {
        return store::list_members(session, workspace(), {started.run_id, 0}, {"", "", 200});
    });
    ASSERT_TRUE(members);
    ASSERT_EQ(members->items.size(), 30U);
    const int group = std::stoi(members->items[0].id.substr(1)) % 3;
    for (const auto& member : members->items) EXPECT_EQ(std::stoi(member.id.substr(1)) % 3, group);
    EXPECT_EQ(actions(started.run_id),
              (std::vector<std::string>{"segmentation_run.create", "segmentation_run.complete"}));
}

TEST_P(SegmentationJob, ReturnsAtOnceWhenTheRunIsDone) {
    import_groups(10);
    const auto started = start({});
    ASSERT_TRUE(run(started));
    import_customers("id,visits,spend\nz,1,1\n", "replace");
    DirectContext context(store(), get(started.job_id));
    EXPECT_TRUE(segment_customers(context, {store(), 1}, started.run_id));
    EXPECT_EQ(context.checkpoints, 0);
    EXPECT_EQ(run_of(started.run_id).customers, 30);
}

TEST_P(SegmentationJob, LeavesNothingWhenItsCheckpointFails) {
    import_groups(10);
    const auto started = start({});
    DirectContext broken(store(), get(started.job_id));
    broken.break_checkpoints = true;
    EXPECT_FALSE(segment_customers(broken, {store(), 1}, started.run_id));
    const auto unfinished = run_of(started.run_id);
    EXPECT_TRUE(unfinished.result.is_null());
    EXPECT_EQ(unfinished.state, "queued");
    const auto none = load_run(started.run_id);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_TRUE(run(started));
    EXPECT_TRUE(load_run(started.run_id));
}

TEST_P(SegmentationJob, SaysThatThereAreNoCustomers) {
    const auto done = run(start({}));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_EQ(done.error().message, "there are no customers: import some first");
}

TEST_P(SegmentationJob, ClustersOnTheChosenNumbersAndSaysWhoWasLeftOut) {
    import_groups(10);
    import_customers("id,age\nc0,30\nc1,40\nc2,35\nc3,31\nc4,42\n");
    const auto started = start({{"features", {"age"}}, {"clusters", 2}, {"scaling", "none"}});
    ASSERT_TRUE(run(started));
    const auto stored = load_run(started.run_id);
    ASSERT_TRUE(stored);
    EXPECT_THAT(stored->ids, ElementsAre("c0", "c1", "c2", "c3", "c4"));
    EXPECT_THAT(stored->notices, ElementsAre(HasSubstr("25 of 30 customers were left out")));
    EXPECT_EQ(run_of(started.run_id).result.at("notices").as_array().size(), 1U);
}

TEST_P(SegmentationJob, LeavesLonelyCustomersInNoSegment) {
    import_groups(30);
    import_customers("id,visits,spend\nfar,500,-9000\naway,-400,9000\n");
    const auto started = start({{"algorithm", "dbscan"}, {"min_points", 5}});
    ASSERT_TRUE(run(started));
    const auto stored = load_run(started.run_id);
    ASSERT_TRUE(stored) << stored.error().message;
    const auto& found = stored->segmentation;
    ASSERT_TRUE(found.density);
    EXPECT_EQ(found.density->noise, 2U);
    EXPECT_TRUE(found.density->is_radius_chosen);
    EXPECT_EQ(found.density->radius, found.density->suggested_radius);
    EXPECT_EQ(found.density->core_distances.size(), 92U);
    for (std::size_t row = 0; row < stored->ids.size(); ++row)
        EXPECT_EQ(found.segment_of[row] == kNoSegment,
                  stored->ids[row] == "far" || stored->ids[row] == "away");
    const auto map = read([&](store::Session& session) {
        return store::load_segmentation_map(session, workspace(), started.run_id);
    });
    ASSERT_TRUE(map);
    EXPECT_EQ(std::count(map->end() - 92, map->end(), '\xFF'), 2);
}

TEST_P(SegmentationJob, KeepsTheTopOfATree) {
    import_groups(40);
    const auto started = start({{"algorithm", "hierarchical"}, {"clusters", 3}});
    ASSERT_TRUE(run(started));
    const auto stored = load_run(started.run_id);
    ASSERT_TRUE(stored) << stored.error().message;
    ASSERT_TRUE(stored->segmentation.tree);
    const SegmentTree& tree = *stored->segmentation.tree;
    EXPECT_EQ(tree.linkage, "ward");
    EXPECT_GT(tree.cophenetic_correlation, 0.8);  // SciPy's value: density_test.py.
    ASSERT_EQ(tree.merges.size(), 99U);
    ASSERT_EQ(tree.leaf_sizes.size(), 100U);
    EXPECT_EQ(std::accumulate(tree.leaf_sizes.begin(), tree.leaf_sizes.end(), 0U), 120U);
    EXPECT_EQ(tree.merges.back().size, 120U);
    EXPECT_EQ(tree.merges.back().right, 197U);
    // The three groups are what the last two merges join.
    EXPECT_LT(tree.merges[96].height, tree.merges[97].height / 5);
    const auto direct = segmentation::SegmentationAgent().segment(
        features(), {.algorithm = segmentation::Algorithm::kHierarchical, .clusters = 3});
    ASSERT_TRUE(direct);
    EXPECT_EQ(direct->tree->merges.size(), 119U);
    EXPECT_EQ(write_json(to_json(*direct)), write_json(to_json(stored->segmentation)));
}

TEST_P(SegmentationJob, JoinsByTheLinkageThatIsAsked) {
    import_groups(40);
    const auto table = features();
    for (const auto& [name, linkage] : segmentation::kLinkages) {
        const auto started =
            start({{"algorithm", "hierarchical"}, {"linkage", std::string(name)}, {"clusters", 3}});
        ASSERT_TRUE(run(started));
        const auto stored = load_run(started.run_id);
        const auto direct = segmentation::SegmentationAgent().segment(
            table,
            {.algorithm = segmentation::Algorithm::kHierarchical,
             .linkage = linkage,
             .clusters = 3});
        EXPECT_EQ(stored->segmentation.tree->linkage, name);
        EXPECT_EQ(write_json(to_json(*direct)), write_json(to_json(stored->segmentation)));
    }
}

TEST_P(SegmentationJob, KeepsHowLongGroupsHoldTogether) {
    import_groups(40);
    const auto started = start({{"algorithm", "hdbscan"}, {"min_size", 10}, {"min_points", 4}});
    ASSERT_TRUE(run(started));
    const auto stored = load_run(started.run_id);
    ASSERT_TRUE(stored) << stored.error().message;
    const Segmentation& found = stored->segmentation;
    EXPECT_EQ(found.density->size_min, 10);
    EXPECT_EQ(found.density->points_min, 4);
    ASSERT_FALSE(found.segments.empty());
    EXPECT_GT(found.segments[0].persistence.value_or(0), 0);
    const auto direct = segmentation::SegmentationAgent().segment(
        features(),
        {.algorithm = segmentation::Algorithm::kHdbscan, .points_min = 4, .size_min = 10});
    ASSERT_TRUE(direct);
    EXPECT_EQ(direct->strength_of.size(), 120U);
    EXPECT_EQ(found.strength_of, direct->strength_of);
    ASSERT_TRUE(found.cluster_tree);
    EXPECT_EQ(found.cluster_tree->linkage, "mutual_reachability");
    EXPECT_EQ(found.cluster_tree->segments.size(), found.segments.size());
    EXPECT_EQ(direct->tree->merges.size(), 119U);
    EXPECT_EQ(write_json(to_json(*direct)), write_json(to_json(found)));
}

TEST_P(SegmentationJob, SaysHowFirmlyAMemberIsIn) {
    import_groups(40);
    for (const char* algorithm : {"hdbscan", "gmm", "kmeans"}) {
        const auto started = start({{"algorithm", algorithm}});
        ASSERT_TRUE(run(started));
        const auto stored = load_run(started.run_id);
        ASSERT_TRUE(stored) << stored.error().message;
        const auto members = read([&](store::Session& session) {
            return store::list_members(session, workspace(), {started.run_id, 0}, {"", "", 200});
        });
        ASSERT_TRUE(members);
        for (const store::SegmentMember& member : members->items) {
            EXPECT_EQ(member.strength.has_value(), algorithm != std::string("kmeans"));
            const auto row = static_cast<std::size_t>(
                std::find(stored->ids.begin(), stored->ids.end(), member.id) - stored->ids.begin());
            ASSERT_LT(row, stored->ids.size());
            if (member.strength)
                EXPECT_EQ(static_cast<float>(*member.strength),
                          stored->segmentation.strength_of[row]);
        }
    }
}

TEST_P(SegmentationJob, KeepsTheMixtureAndHowItWasChosen) {
    import_groups(40);
    const auto started = start({{"algorithm", "gmm"}, {"covariance", "auto"}});
    ASSERT_TRUE(run(started));
    const auto stored = load_run(started.run_id);
    ASSERT_TRUE(stored) << stored.error().message;
    const Segmentation& found = stored->segmentation;
    ASSERT_TRUE(found.mixture);
    EXPECT_TRUE(found.mixture->is_converged);
    EXPECT_EQ(found.quality.trials.size(), 24U);
    for (const ClusterCountTrial& trial : found.quality.trials)
        EXPECT_GE(trial.bic.value_or(0), found.mixture->bic);
    const auto direct = segmentation::SegmentationAgent().segment(
        features(), {.algorithm = segmentation::Algorithm::kGaussianMixture});
    ASSERT_TRUE(direct);
    EXPECT_EQ(direct->strength_of.size(), 120U);
    EXPECT_EQ(write_json(to_json(*direct)), write_json(to_json(found)));
}

TEST_P(SegmentationJob, FitsTheMixtureThatIsAsked) {
    import_groups(40);
    for (const std::string covariance : {"diagonal", "full"}) {
        const auto started =
            start({{"algorithm", "gmm"}, {"covariance", covariance}, {"clusters", 3}});
        ASSERT_TRUE(run(started));
        const auto stored = load_run(started.run_id);
        ASSERT_TRUE(stored) << stored.error().message;
        EXPECT_EQ(stored->segmentation.mixture->covariance, covariance);
        EXPECT_EQ(stored->segmentation.mixture->components, 3);
        EXPECT_THAT(stored->segmentation.quality.trials, IsEmpty());
    }
}

TEST_P(SegmentationJob, SaysWhatToTryWhenNobodyIsInASegment) {
    import_groups(10);
    const auto started =
        start({{"algorithm", "dbscan"}, {"scaling", "none"}, {"eps", 1e-6}, {"min_points", 3}});
    const auto done = run(started);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_THAT(done.error().message, HasSubstr("every customer is in no segment"));
    EXPECT_THAT(done.error().message, HasSubstr("bend at"));
    EXPECT_TRUE(run_of(started.run_id).result.is_null());
}

TEST_P(SegmentationJob, RefusesOptionsThatMakeNoSense) {
    for (const json::object& options :
         {json::object{{"scaling", "cubic"}},
          json::object{{"clusters", -1}},
          json::object{{"clusters", 101}},
          json::object{{"algorithm", "magic"}},
          json::object{{"algorithm", "dbscan"}, {"clusters", 3}},
          json::object{{"algorithm", "dbscan"}, {"eps", -1}},
          json::object{{"algorithm", "kmeans"}, {"eps", 1}},
          json::object{{"algorithm", "hdbscan"}, {"eps", 1}},
          json::object{{"algorithm", "hdbscan"}, {"clusters", 3}},
          json::object{{"algorithm", "hdbscan"}, {"min_size", 1}},
          json::object{{"algorithm", "dbscan"}, {"min_size", 5}},
          json::object{{"linkage", "single"}},
          json::object{{"cut_height", 1}},
          json::object{{"algorithm", "hierarchical"}, {"cut_height", 0}},
          json::object{{"algorithm", "hierarchical"}, {"cut_height", 2}, {"clusters", 3}},
          json::object{{"covariance", "full"}},
          json::object{{"budget_ms", 0}},
          json::object{{"budget_ms", 3'600'001}},
          json::object{{"algorithm", "kmeans"}, {"budget_ms", 2000}},
          json::object{{"algorithm", "gmm"}, {"covariance", "spherical"}},
          json::object{{"algorithm", "gmm"}, {"min_size", 5}},
          json::object{{"algorithm", "hierarchical"}, {"linkage", "magic"}},
          json::object{{"min_points", 4}},
          json::object{{"exact_silhouette", 1}},
          json::object{{"colour", "red"}}})
        EXPECT_FALSE(change([&](store::Change& made) {
            return start_segmentation(made, options, "");
        })) << write_json(options);
    EXPECT_THAT(actions(), IsEmpty());
}

TEST_P(SegmentationJob, CutsATreeByHeight) {
    import_groups(30);
    const auto whole = start({{"algorithm", "hierarchical"}, {"clusters", 2}});
    ASSERT_TRUE(run(whole));
    const auto tree = load_run(whole.run_id)->segmentation.tree;
    ASSERT_TRUE(tree && tree->merges.size() > 3);
    // Between the third merge from the top and the second: three are left.
    const double below = tree->merges[tree->merges.size() - 3].height;
    const double above = tree->merges[tree->merges.size() - 2].height;
    const auto by_height =
        start({{"algorithm", "hierarchical"}, {"cut_height", (below + above) / 2}});
    ASSERT_TRUE(run(by_height));
    EXPECT_EQ(load_run(by_height.run_id)->segmentation.segments.size(), 3U);
}

TEST_P(SegmentationJob, JudgesAllCustomersWhenAsked) {
    import_groups(7000);  // 21,000 customers, more than are all judged else.
    const auto sampled = start({{"algorithm", "kmeans"}, {"clusters", 3}});
    const auto exact =
        start({{"algorithm", "kmeans"}, {"clusters", 3}, {"exact_silhouette", true}});
    ASSERT_TRUE(run(sampled));
    ASSERT_TRUE(run(exact));
    EXPECT_LT(load_run(sampled.run_id)->segmentation.quality.silhouette_rows, 21'000U);
    EXPECT_EQ(load_run(exact.run_id)->segmentation.quality.silhouette_rows, 21'000U);
}

TEST_P(SegmentationJob, LooksAtAsManyCustomersAsTheBudgetAffords) {
    import_groups(400);
    const auto hasty = start({{"budget_ms", 1}});
    const auto patient = start({{"algorithm", "auto"}, {"budget_ms", 60'000}});
    ASSERT_TRUE(run(hasty));
    ASSERT_TRUE(run(patient));
    // 1 ms affords 707 of the 1,200 with two features.
    EXPECT_THAT(load_run(hasty.run_id)->segmentation.reasons,
                testing::Contains(HasSubstr("(on 707 of the customers)")));
    EXPECT_THAT(load_run(patient.run_id)->segmentation.reasons,
                testing::Not(testing::Contains(HasSubstr("of the customers)"))));
}

TEST_P(SegmentationJob, GivesTheSameRunForTheSameKey) {
    const auto first = start({}, "monday");
    const auto second = start({}, "monday");
    EXPECT_EQ(first.run_id, second.run_id);
    EXPECT_EQ(first.job_id, second.job_id);
}

TEST_P(SegmentationJob, DrawsEveryCustomerOnTheMap) {
    import_groups(10);
    const auto started = start({});
    ASSERT_TRUE(run(started));
    const auto map = read([&](store::Session& session) {
        return store::load_segmentation_map(session, workspace(), started.run_id);
    });
    ASSERT_TRUE(map);
    const auto customers = features();
    const auto direct = segmentation::SegmentationAgent().segment(customers, {});
    ASSERT_TRUE(direct);
    EXPECT_EQ(*map, map_bytes(*direct));
}

TEST_P(SegmentationJob, SaysWhoThePointsOfTheMapAre) {
    import_groups(10);
    const auto started = start({{"algorithm", "kmeans"}, {"clusters", 3}});
    const auto who = [&](std::vector<std::size_t> points) {
        return read([&](store::Session& session) {
            return store::list_map_customers(session, workspace(), started.run_id, points);
        });
    };
    EXPECT_EQ(who({0}).error().code, ErrorCode::kFailedPrecondition);
    ASSERT_TRUE(run(started));
    const auto stored = load_run(started.run_id);
    const auto found = who({29, 3});
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_EQ(found->size(), 2U);
    EXPECT_EQ((*found)[0].point, 29U);
    EXPECT_EQ((*found)[0].id, stored->ids[29]);
    EXPECT_EQ((*found)[0].segment, stored->segmentation.segment_of[29]);
    EXPECT_EQ((*found)[1].id, stored->ids[3]);
    EXPECT_TRUE(who({})->empty());
    EXPECT_EQ(who({30}).error().code, ErrorCode::kInvalidArgument);
}

TEST_P(SegmentationJob, TellsTwoSegmentsApart) {
    import_groups(20);
    const auto started = start({{"algorithm", "kmeans"}, {"clusters", 3}});
    ASSERT_TRUE(run(started));
    const auto contrast = [&](int segment, int other) {
        return read([&](store::Session& session) {
            return pipeline::segment_contrast(
                session, workspace(), {started.run_id, segment}, other);
        });
    };
    const auto segments = load_run(started.run_id)->segmentation.segments;
    const auto found = contrast(0, 1);
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_EQ(found->size(), 2U);
    for (const auto& each : *found) {
        const std::size_t column = each.feature == "visits" ? 0 : 1;
        EXPECT_EQ(each.first_mean, segments[0].feature_means[column]);
        EXPECT_EQ(each.second_mean, segments[1].feature_means[column]);
        EXPECT_EQ(each.effect_difference,
                  segments[0].feature_effects[column] - segments[1].feature_effects[column]);
        EXPECT_GT(std::abs(each.effect_difference), 1);
        EXPECT_THAT(each.sentence, HasSubstr(each.feature + " is higher: "));
    }
    EXPECT_TRUE(contrast(2, 2)->empty());
    EXPECT_EQ(contrast(0, 3).error().code, ErrorCode::kNotFound);
    // A run from before effects were kept.
    ASSERT_TRUE(change([&](store::Change& made) -> Result<void> {
        TRY(made.session().execute(
            "UPDATE segments SET content = replace(content, '\"effects\"', '\"before\"') "
            "WHERE run_id = $1",
            {started.run_id}));
        return made.record({"segments.age", "segmentation_run", started.run_id, {}});
    }));
    EXPECT_EQ(contrast(0, 1).error().code, ErrorCode::kFailedPrecondition);
    EXPECT_TRUE(load_run(started.run_id));
}

TEST_P(SegmentationJob, HasNoMapBeforeItIsDoneNorInAnOlderForm) {
    import_groups(10);
    const auto started = start({});
    const auto refusal = [&] {
        const auto map = read([&](store::Session& session) {
            return store::load_segmentation_map(session, workspace(), started.run_id);
        });
        EXPECT_FALSE(map);
        return map ? "" : map.error().message;
    };
    EXPECT_THAT(refusal(), HasSubstr("wait for its job"));
    ASSERT_TRUE(run(started));
    // What migration 0010 leaves of a run from before it.
    const auto dropped = change([&](store::Change& made) -> Result<void> {
        TRY(made.session().execute("DELETE FROM segmentation_maps WHERE workspace_id = $1",
                                   {workspace()}));
        return made.record({"segmentation_map.drop", "segmentation_run", started.run_id, {}});
    });
    ASSERT_TRUE(dropped) << dropped.error().message << dropped.error().detail;
    EXPECT_THAT(refusal(), HasSubstr("compute segments again"));
}

TEST_P(SegmentationJob, KeepsWorkspacesApart) {
    import_groups(10);
    const auto started = start({});
    ASSERT_TRUE(run(started));
    const std::string other = make_workspace("Other");
    const auto refused = read([&](store::Session& session) -> Result<int> {
        EXPECT_FALSE(store::get_run(session, other, started.run_id));
        EXPECT_FALSE(store::load_segmentation(session, other, started.run_id));
        EXPECT_FALSE(store::list_segments(session, other, started.run_id));
        EXPECT_FALSE(store::get_segment(session, other, started.run_id, 0));
        EXPECT_FALSE(store::load_segmentation_map(session, other, started.run_id));
        EXPECT_FALSE(store::list_members(session, other, {started.run_id, 0}, {"", "", 5}));
        return 1;
    });
    EXPECT_TRUE(refused);
}

TEST_P(SegmentationJob, RunsInAWorker) {
    import_groups(10);
    const auto started = start({});
    const std::map<std::string, JobWork> works{
        {kSegmentationJob, make_segmentation_work({store(), 1})}};
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    EXPECT_TRUE(becomes(started.job_id, JobState::kSucceeded)) << get(started.job_id).error;
    worker->stop();
    EXPECT_EQ(get(started.job_id).result.at("customers"), 30);
}

}  // namespace
}  // namespace cpo::jobs
