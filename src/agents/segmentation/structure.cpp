#include "agents/segmentation/structure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "agents/segmentation/called_off.h"
#include "agents/segmentation/density_valley.h"
#include "agents/segmentation/kernels.h"
#include "agents/segmentation/kmeans.h"
#include "agents/segmentation/principal_components.h"
#include "agents/segmentation/row_sample.h"
#include "base/parallel.h"
#include "base/random.h"
#include "statistics/distributions.h"

namespace cpo::segmentation {
namespace {

constexpr int kGroupsMin = 2, kGroupsMax = 8;
constexpr std::size_t kGroupCounts = kGroupsMax - kGroupsMin + 1;
/// Neighbours that density is measured by, as multiples of the root of the rows.
constexpr std::array<double, 2> kScales{0.35, 1.0};

/// Signs of groups: shares of the variance and silhouettes by number of groups, valleys by scale.
constexpr std::size_t kSilhouettes = kGroupCounts;
constexpr std::size_t kValleys = 2 * kGroupCounts;
constexpr std::size_t kSigns = kValleys + kScales.size();
using Signs = std::array<double, kSigns>;

/// [columns], [rows] each.
using Columns = std::vector<std::vector<double>>;

double product(const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

Columns centred_columns(const PointBlocks& points) {
    Columns columns(points.columns(), std::vector<double>(points.rows()));
    for (std::size_t j = 0; j < columns.size(); ++j) {
        for (std::size_t i = 0; i < points.rows(); ++i)
            columns[j][i] = static_cast<double>(points.at(i, j));
        const double mean = std::accumulate(columns[j].begin(), columns[j].end(), 0.0) /
                            static_cast<double>(points.rows());
        for (double& value : columns[j]) value -= mean;
    }
    return columns;
}

PointBlocks points_of(const Columns& columns) {
    PointBlocks points(columns.front().size(), columns.size());
    for (std::size_t j = 0; j < columns.size(); ++j)
        for (std::size_t i = 0; i < points.rows(); ++i)
            points.set(i, j, static_cast<float>(columns[j][i]));
    return points;
}

/// Turns the space so that no two columns correlate, and drops those that do not vary.
Columns on_principal_axes(const Columns& columns) {
    Columns turned = principal_coordinates(points_of(columns), 1);
    double total = 0;
    for (const auto& column : turned) total += product(column, column);
    std::erase_if(turned,
                  [&](const auto& column) { return product(column, column) <= 1e-12 * total; });
    return turned;
}

enum class Kind { kEven, kBellShaped };

/// Data of the same axes without groups.
Columns without_groups(const Columns& columns, Kind kind, Random random) {
    Columns result(columns);
    for (auto& column : result) {
        const auto [low, high] = std::minmax_element(column.begin(), column.end());
        const double from = *low, length = *high - *low;
        const double deviation =
            std::sqrt(product(column, column) / static_cast<double>(column.size()));
        for (double& value : column)
            value = kind == Kind::kEven ? from + length * random.uniform()
                                        : deviation * random.normal();
    }
    return result;
}

/// Mean of 1 - a / b, where a is the distance to the own centre and b that to the next one.
double silhouette_to_centres(const PointBlocks& points, const KMeansResult& found) {
    const Kernels& kernels = kernels_of(simd_level());
    std::vector<float> own(points.rows()),
        next(points.rows(), std::numeric_limits<float>::infinity());
    std::vector<float> squared(points.blocks() * kLanes);
    for (std::size_t c = 0; c < found.sizes.size(); ++c) {
        kernels.squared_distances({points.block(0), points.blocks(), points.columns()},
                                  found.centroids.data() + c * points.columns(),
                                  squared.data());
        for (std::size_t row = 0; row < points.rows(); ++row)
            if (found.cluster_of[row] == static_cast<int>(c))
                own[row] = squared[row];
            else
                next[row] = std::min(next[row], squared[row]);
    }
    double sum = 0;
    for (std::size_t row = 0; row < points.rows(); ++row)
        sum += 1 - std::sqrt(static_cast<double>(own[row]) / static_cast<double>(next[row]));
    return sum / static_cast<double>(points.rows());
}

std::array<std::size_t, kScales.size()> neighbours_of(std::size_t rows) {
    std::array<std::size_t, kScales.size()> neighbours{};
    for (std::size_t i = 0; i < kScales.size(); ++i)
        neighbours[i] =
            1 + static_cast<std::size_t>(kScales[i] * std::sqrt(static_cast<double>(rows)));
    return neighbours;
}

Signs signs_of(const Columns& columns, const StructureOptions& options) {
    constexpr double kLeastShare = 1e-12;  // Of the variance: as good as none is left.
    const PointBlocks points = points_of(columns);
    Signs signs{};
    double total = 0;
    for (std::size_t i = 0; i <= kGroupCounts; ++i) {
        const auto found = kmeans(points,
                                  {.cluster_count = static_cast<int>(i) + 1,
                                   .starts = 2,
                                   .breathes = false,
                                   .seed = options.seed,
                                   .deadline = options.deadline});
        if (i == 0) {
            total = found ? found->inertia : 0;
            continue;
        }
        // Fewer different rows than groups: each is its own centre.
        const double share = found ? found->inertia / total : 0;
        signs[i - 1] = -std::log(std::max(share, kLeastShare));
        signs[kSilhouettes + i - 1] = found ? silhouette_to_centres(points, *found) : 1;
    }
    const auto valleys = density_valleys(points, neighbours_of(points.rows()));
    std::copy(valleys.begin(), valleys.end(), signs.begin() + kValleys);
    return signs;
}

/// Signs of data without groups.
struct Reference {
    double mean = 0;
    double deviation = 0;
    double p = 1;  ///< Of a sign as large as that of the rows.
};

Reference compared(double sign, const std::vector<double>& others, double deviation_min) {
    const auto count = static_cast<double>(others.size());
    Reference reference;
    reference.mean = std::accumulate(others.begin(), others.end(), 0.0) / count;
    double squares = 0;
    for (const double other : others)
        squares += (other - reference.mean) * (other - reference.mean);
    reference.deviation = std::max(deviation_min, std::sqrt(squares / (count - 1)));
    const double t = (sign - reference.mean) / (reference.deviation * std::sqrt(1 + 1 / count));
    reference.p = statistics::student_t_cdf(-t, count - 1);
    return reference;
}

std::string sentence_of(std::size_t sign, const Structure& found) {
    const std::string what =
        sign >= kValleys ? "the deepest valley between two dense places (log of density)"
        : sign >= kSilhouettes
            ? fmt::format("the silhouette with {} groups", sign - kSilhouettes + kGroupsMin)
            : fmt::format("the variance explained by {} groups (log)", sign + kGroupsMin);
    return fmt::format(
        "{}: {} is {:.2f}, and {:.2f} on average (deviation {:.2g}) in random data of the same "
        "spread without groups.",
        found.has_structure ? "The customers fall into groups"
                            : "The customers look like one group",
        what,
        found.statistic,
        found.reference_mean,
        found.reference_deviation);
}

/// `signs` are those of the rows, then by turns those of even and of bell-shaped data.
Structure judged(const std::vector<Signs>& signs, std::size_t rows) {
    constexpr double kLeastDeviation = 1e-9;
    const auto neighbours = neighbours_of(rows);
    Structure best;
    std::size_t strongest = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t s = 0; s < kSigns; ++s) {
        // A density is never surer than its count of neighbours.
        const double deviation_min =
            s < kValleys ? kLeastDeviation
                         : 0.5 / std::sqrt(static_cast<double>(neighbours[s - kValleys]));
        Reference nearer{.p = -1};
        for (const std::size_t kind : {1U, 2U}) {
            std::vector<double> others;
            for (std::size_t i = kind; i < signs.size(); i += 2) others.push_back(signs[i][s]);
            const Reference reference = compared(signs[0][s], others, deviation_min);
            if (reference.p > nearer.p) nearer = reference;
        }
        if (nearer.p >= least) continue;
        least = nearer.p;
        strongest = s;
        best.statistic = signs[0][s];
        best.reference_mean = nearer.mean;
        best.reference_deviation = nearer.deviation;
    }
    best.p = std::min(1.0, least * static_cast<double>(kSigns));
    best.has_structure = best.p < kStructureLevel;
    best.sentence = sentence_of(strongest, best);
    return best;
}

}  // namespace

Result<Structure> test_structure(const PointBlocks& points, const StructureOptions& options) {
    assert(options.references >= 5);
    const Random random(options.seed);
    const std::size_t rows = std::min(points.rows(), kStructureRowsMax);
    const Columns columns = on_principal_axes(centred_columns(
        PointBlocks::gather(points, spread_sample(points.rows(), rows, random.fork(0)))));
    Structure none;
    none.sentence = "The customers look like one group: too few differ to tell.";
    if (rows < kStructureRowsMin || columns.empty()) return none;
    std::vector<Signs> signs(1 + 2 * static_cast<std::size_t>(options.references));
    parallel_for(options.threads, signs.size(), [&](std::size_t i) {
        if (options.deadline.has_passed()) return;
        signs[i] = signs_of(
            i == 0 ? columns
                   : without_groups(
                         columns, i % 2 == 1 ? Kind::kEven : Kind::kBellShaped, random.fork(i)),
            options);
    });
    if (options.deadline.has_passed()) return called_off();
    return judged(signs, rows);
}

}  // namespace cpo::segmentation
