#include "agents/segmentation/nearest_segment.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "agents/segmentation/assigner.h"
#include "agents/segmentation/reservoir.h"
#include "agents/segmentation/segmentation.h"
#include "base/random.h"

namespace cpo::segmentation {
namespace {

/// Four round groups in the order of their numbers, so that no stretch looks like the whole.
FeatureTable groups_in_order(std::size_t rows) {
    FeatureTable table{{}, {{"a", "", "", ""}, {"b", "", "", ""}, {"c", "", "", ""}}, {}};
    Random random(5);
    for (std::size_t row = 0; row < rows; ++row) {
        table.ids.push_back(fmt::format("k{}", row));
        const auto group = static_cast<double>(4 * row / rows);
        for (int j = 0; j < 3; ++j) table.values.push_back(100 * group + (j + 1) * random.normal());
    }
    return table;
}

FeatureTable part_of(const FeatureTable& table, std::size_t from, std::size_t to) {
    FeatureTable part{{table.ids.begin() + static_cast<std::ptrdiff_t>(from),
                       table.ids.begin() + static_cast<std::ptrdiff_t>(to)},
                      table.definitions,
                      {}};
    for (std::size_t row = from; row < to; ++row) {
        const auto values = table.row(row);
        part.values.insert(part.values.end(), values.begin(), values.end());
    }
    return part;
}

Segmentation segments_of(const FeatureTable& table) {
    SegmentationOptions options;
    options.algorithm = Algorithm::kKMeans;
    options.clusters = 4;
    return *SegmentationAgent().segment(table, options);
}

TEST(NearestSegment, OfTheSampleItselfIsItsOwn) {
    const FeatureTable table = groups_in_order(1000);
    const Segmentation found = segments_of(table);
    NearestSegment nearest(segment_means(table, found, 1), found.scaling, 1);
    EXPECT_EQ(nearest.add(table), found.segment_of);
    EXPECT_NEAR(nearest.inertia(), found.quality.inertia, 1e-5 * found.quality.inertia);
    for (std::size_t s = 0; s < 4; ++s) EXPECT_EQ(nearest.sizes()[s], found.segments[s].size);
}

TEST(NearestSegment, DoesNotDependOnBlocksOrThreads) {
    const FeatureTable table = groups_in_order(20'000);
    const Segmentation found = segments_of(part_of(table, 0, 20'000));
    NearestSegment whole(segment_means(table, found, 1), found.scaling, 1);
    NearestSegment parts(segment_means(table, found, 3), found.scaling, 3);
    const auto expected = whole.add(table);
    std::vector<int> joined;
    for (const auto& [from, to] : {std::pair(0UL, 7UL), {7UL, 9000UL}, {9000UL, 20'000UL}}) {
        const auto some = parts.add(part_of(table, from, to));
        joined.insert(joined.end(), some.begin(), some.end());
    }
    EXPECT_EQ(joined, expected);
    EXPECT_EQ(parts.sizes(), whole.sizes());
    EXPECT_NEAR(parts.inertia(), whole.inertia(), 1e-9 * whole.inertia());
}

TEST(NearestSegment, TakesValuesFarOutsideTheSample) {
    const FeatureTable table = groups_in_order(1000);
    const Segmentation found = segments_of(table);
    NearestSegment nearest(segment_means(table, found, 1), found.scaling, 1);
    FeatureTable far = part_of(table, 0, 1);
    far.values = {1e12, -1e300, 1e300};
    const auto segment_of = nearest.add(far);
    EXPECT_TRUE(std::isfinite(nearest.inertia()));
    const AssignmentRule rule = segment_means(table, found, 1);
    EXPECT_EQ(Assigner(rule, found.scaling).assign(far), segment_of);
}

TEST(CustomerReservoir, KeepsAllWhileThereIsRoom) {
    const FeatureTable table = groups_in_order(100);
    CustomerReservoir reservoir(100, Random(1));
    reservoir.add(part_of(table, 0, 60));
    reservoir.add(part_of(table, 60, 100));
    const FeatureTable sample = std::move(reservoir).take();
    EXPECT_EQ(sample.ids, table.ids);
    EXPECT_EQ(sample.values, table.values);
}

TEST(CustomerReservoir, TakesEachCustomerAsOften) {
    const FeatureTable table = groups_in_order(200);
    std::vector<int> times(200);
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        CustomerReservoir reservoir(20, Random(seed));
        reservoir.add(part_of(table, 0, 50));
        reservoir.add(part_of(table, 50, 200));
        const FeatureTable sample = std::move(reservoir).take();
        ASSERT_EQ(sample.rows(), 20U);
        std::size_t before = 0;
        for (std::size_t i = 0; i < 20; ++i) {
            const std::size_t row = std::stoul(sample.ids[i].substr(1));
            ASSERT_TRUE(i == 0 || row > before);  // In the order of the file.
            ASSERT_EQ(sample.at(i, 2), table.at(row, 2));
            ++times[row];
            before = row;
        }
    }
    // 400 expected, deviation 19: five of them.
    for (const int count : times) EXPECT_NEAR(count, 400, 95);
}

}  // namespace
}  // namespace cpo::segmentation
