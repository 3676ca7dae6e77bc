#include "agents/segmentation/assignment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "agents/segmentation/box_tree.h"
#include "agents/segmentation/neighbours.h"
#include "agents/segmentation/scaling.h"

namespace cpo::segmentation {
namespace {

constexpr double kAnyDistance = std::numeric_limits<double>::infinity();

MostProbable most_probable(const SegmentMixture& mixture) {
    MostProbable rule;
    for (const auto& [name, covariance] : kCovariances)
        if (name == mixture.covariance) rule.covariance = covariance;
    rule.regularization = mixture.regularization;
    rule.weights = mixture.weights;
    rule.means = mixture.means;
    rule.covariances = mixture.covariances;
    rule.segment_of = mixture.segment_of;
    return rule;
}

/// How long it may take on how many threads.
struct Effort {
    int threads;
    Deadline deadline;
};

/// Those of the rows that lie where it is dense: with points_min customers within the radius.
Result<std::vector<std::size_t>> core_rows(const ExactPoints& exact,
                                           const SegmentDensity& density,
                                           const std::vector<int>& segment_of,
                                           const Effort& effort) {
    const auto others = static_cast<std::size_t>(density.points_min - 1);
    std::vector<std::size_t> rows;
    std::vector<double> squared(exact.rows());
    if (others > 0 && others < exact.rows())
        squared = TRY(squared_core_distances(
            exact, BoxTree(exact, effort.threads), others, effort.threads, effort.deadline));
    for (std::size_t row = 0; row < exact.rows(); ++row)
        if (segment_of[row] != kNoSegment && std::sqrt(squared[row]) <= density.radius)
            rows.push_back(row);
    return rows;
}

/// Members, evenly spread over the file.
std::vector<std::size_t> member_rows(const std::vector<int>& segment_of) {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < segment_of.size(); ++row)
        if (segment_of[row] != kNoSegment) rows.push_back(row);
    if (rows.size() <= kMembersMax) return rows;
    std::vector<std::size_t> sample(kMembersMax);
    for (std::size_t i = 0; i < kMembersMax; ++i) sample[i] = rows[i * rows.size() / kMembersMax];
    return sample;
}

Result<void> set_reaches(std::size_t segments, const Effort& effort, NearestMember& rule) {
    rule.reaches.assign(segments, 0);
    if (rule.members.rows() < 2) return {};
    const auto squared = TRY(squared_core_distances(
        rule.members, BoxTree(rule.members, effort.threads), 1, effort.threads, effort.deadline));
    for (std::size_t i = 0; i < rule.segment_of.size(); ++i) {
        double& reach = rule.reaches[static_cast<std::size_t>(rule.segment_of[i])];
        reach = std::max(reach, std::sqrt(squared[i]));
    }
    return {};
}

Result<NearestMember> nearest_member(const FeatureTable& customers,
                                     const Segmentation& result,
                                     const Effort& effort) {
    const ExactPoints exact = exact_points(customers, result.scaling, effort.threads);
    const bool is_dbscan = result.algorithm == "dbscan";
    const auto rows = is_dbscan && result.density
                          ? TRY(core_rows(exact, *result.density, result.segment_of, effort))
                          : member_rows(result.segment_of);
    if (rows.size() > kMembersMax)
        return invalid_argument(fmt::format(
            "a saved DBSCAN run holds each of its {} customers in dense places, at most {} are "
            "possible: take kmeans or gmm, or segment a part of the customers",
            rows.size(),
            kMembersMax));
    NearestMember rule;
    rule.members.columns = exact.columns;
    for (const std::size_t row : rows) {
        const auto values = exact.row(row);
        rule.members.values.insert(rule.members.values.end(), values.begin(), values.end());
        rule.segment_of.push_back(result.segment_of[row]);
    }
    if (is_dbscan && result.density)
        rule.reaches.assign(result.segments.size(), result.density->radius);
    else if (result.density)
        TRY(set_reaches(result.segments.size(), effort, rule));
    else
        rule.reaches.assign(result.segments.size(), kAnyDistance);
    return rule;
}

}  // namespace

NearestCentre segment_means(const FeatureTable& customers,
                            const Segmentation& result,
                            int threads) {
    const ExactPoints points = exact_points(customers, result.scaling, threads);
    const std::size_t columns = points.columns, segments = result.segments.size();
    NearestCentre rule;
    rule.means.resize(columns);
    std::vector<double> sums(segments * columns), counts(segments);
    for (std::size_t row = 0; row < points.rows(); ++row) {
        const auto segment = static_cast<std::size_t>(result.segment_of[row]);
        ++counts[segment];
        for (std::size_t j = 0; j < columns; ++j) {
            rule.means[j] += points.row(row)[j];
            sums[segment * columns + j] += points.row(row)[j];
        }
    }
    for (double& mean : rule.means) mean /= static_cast<double>(points.rows());
    for (std::size_t i = 0; i < sums.size(); ++i)
        rule.centres.push_back(
            static_cast<float>(sums[i] / counts[i / columns] - rule.means[i % columns]));
    return rule;
}

Result<AssignmentRule> assignment_rule(const FeatureTable& customers,
                                       const Segmentation& result,
                                       int threads,
                                       Deadline deadline) {
    if (result.segments.empty())
        return invalid_argument("there are no segments that could be saved");
    if (result.mixture) return AssignmentRule(most_probable(*result.mixture));
    if (result.algorithm == "dbscan" || result.algorithm == "hdbscan")
        return AssignmentRule(TRY(nearest_member(customers, result, {threads, deadline})));
    return AssignmentRule(
        NearestCentre{scaled_means(customers, result.scaling, threads), result.centres});
}

}  // namespace cpo::segmentation
