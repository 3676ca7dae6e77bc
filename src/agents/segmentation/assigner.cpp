#include "agents/segmentation/assigner.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "agents/segmentation/centre_search.h"
#include "agents/segmentation/gaussian_density.h"
#include "agents/segmentation/gaussian_kernels.h"
#include "agents/segmentation/neighbours.h"
#include "agents/segmentation/scaling.h"
#include "base/overloaded.h"

namespace cpo::segmentation {
namespace {

/// Panels of which all components are computed while they are in the cache.
constexpr std::size_t kChunkPanels = 16;

std::vector<int> by_centre(const NearestCentre& rule,
                           const FeatureTable& customers,
                           const std::vector<FeatureScaling>& scaling) {
    const PointBlocks points = shifted_points(customers, scaling, rule.means, 1);
    std::vector<std::uint8_t> numbers(points.blocks() * kLanes);
    CentreSearch(rule).find(points, 0, points.blocks(), numbers.data());
    numbers.resize(points.rows());
    return {numbers.begin(), numbers.end()};
}

/// Log densities of the rows of `panels` in one component, [count].
void log_densities(const MostProbable& rule,
                   const PanelRange& panels,
                   const GaussianView& gaussian,
                   Panel* values) {
    if (rule.covariance == Covariance::kDiagonal)
        return diagonal_log_densities(simd_level(), panels, gaussian, values);
    std::vector<Panel> scratch(panels.columns);
    full_log_densities(simd_level(), panels, gaussian, scratch.data(), values);
}

std::vector<int> by_component(const MostProbable& rule,
                              const FeatureTable& customers,
                              const std::vector<FeatureScaling>& scaling) {
    const ExactPoints exact = exact_points(customers, scaling, 1);
    const std::size_t columns = exact.columns, components = rule.weights.size();
    const std::size_t size = rule.covariances.size() / components;
    std::vector<Density> densities;
    for (std::size_t c = 0; c < components; ++c)
        densities.push_back(
            density_of(std::span(rule.covariances).subspan(c * size, size),
                       columns,
                       rule.weights[c],
                       {.covariance = rule.covariance, .regularization = rule.regularization}));
    std::vector<int> segment_of(exact.rows(), kNoSegment);
    std::vector<Panel> panels(kChunkPanels * columns), values(components * kChunkPanels);
    for (std::size_t from = 0; from < exact.rows(); from += kChunkPanels * kPanelRows) {
        const std::size_t rows = std::min(kChunkPanels * kPanelRows, exact.rows() - from);
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t j = 0; j < columns; ++j)
                panels[row / kPanelRows * columns + j][row % kPanelRows] =
                    exact.values[(from + row) * columns + j];
        for (std::size_t c = 0; c < components; ++c)
            log_densities(
                rule,
                {panels.data(), kChunkPanels, columns},
                {&rule.means[c * columns], densities[c].factor.data(), densities[c].log_scale},
                &values[c * kChunkPanels]);
        for (std::size_t row = 0; row < rows; ++row) {
            double most = -std::numeric_limits<double>::infinity();
            for (std::size_t c = 0; c < components; ++c) {
                const double value = values[c * kChunkPanels + row / kPanelRows][row % kPanelRows];
                if (!(value > most)) continue;
                most = value;
                segment_of[from + row] = rule.segment_of[c];
            }
        }
    }
    return segment_of;
}

}  // namespace

/// The members in a tree of boxes.
class Assigner::Members {
public:
    explicit Members(const NearestMember& rule) : rule_(rule), search_(rule.members, 1) {}

    /// Segment of the nearest member, of several that of the first in the file.
    int segment_of(std::span<const double> point) const {
        const auto nearest = search_.nearest_to(point);
        const int segment = rule_.segment_of[nearest.row];
        const double reach = rule_.reaches[static_cast<std::size_t>(segment)];
        return std::sqrt(nearest.squared) <= reach ? segment : kNoSegment;
    }

private:
    const NearestMember& rule_;
    const NearestSearch search_;
};

Assigner::Assigner(const AssignmentRule& rule, const std::vector<FeatureScaling>& scaling)
    : rule_(rule), scaling_(scaling) {
    if (const auto* nearest = std::get_if<NearestMember>(&rule))
        members_ = std::make_unique<Members>(*nearest);
}

Assigner::~Assigner() = default;

std::vector<int> Assigner::assign(const FeatureTable& customers) const {
    return std::visit(
        Overloaded{
            [&](const NearestCentre& rule) { return by_centre(rule, customers, scaling_); },
            [&](const MostProbable& rule) { return by_component(rule, customers, scaling_); },
            [&](const NearestMember&) {
                const ExactPoints exact = exact_points(customers, scaling_, 1);
                std::vector<int> segment_of(exact.rows());
                for (std::size_t row = 0; row < exact.rows(); ++row)
                    segment_of[row] = members_->segment_of(exact.row(row));
                return segment_of;
            },
        },
        rule_);
}

}  // namespace cpo::segmentation
