#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "agents/segmentation/point_blocks.h"
#include "base/deadline.h"
#include "base/result.h"

namespace cpo::segmentation {

/// Rows the test looks at: all up to here, a spread sample above.
inline constexpr std::size_t kStructureRowsMax = 1024;
/// Fewer are too few to tell.
inline constexpr std::size_t kStructureRowsMin = 16;
/// Structure is what data without groups show more rarely than this.
inline constexpr double kStructureLevel = 0.05;

struct StructureOptions {
    int references = 20;  ///< Data sets without groups, of each of the two kinds; >= 5.
    std::uint64_t seed = 1;
    int threads = 1;
    /// When it has passed no further data set is begun; the result is then none.
    Deadline deadline = Deadline::never();
};

/// The sign of groups that is strongest, beside what it is without groups.
struct Structure {
    bool has_structure = false;
    double p = 1;  ///< 0 ... 1, of all signs together: structure when below kStructureLevel.
    double statistic = 0;            ///< More means clearer groups.
    double reference_mean = 0;       ///< Of the kind of data without groups that comes nearer.
    double reference_deviation = 0;  ///< Between these data sets; >= 0.
    std::string sentence;            ///< Why, for people.
};

/// Says whether the rows fall into groups at all. Signs of groups are, for k-means with 2 ... 8
/// groups, the share of the variance that is left (its negative log) and the mean silhouette to the
/// centres, and, for groups of any shape, the deepest valley of the density at two scales
/// (density_valleys). Each is compared with data sets of as many rows and the same principal axes
/// but no groups: even ones (uniform in the box around the rows) and bell-shaped ones (normal with
/// the same deviations). A sign counts when it beats both kinds: the larger p of Student's t for
/// one more observation, times the number of signs (Bonferroni). Costs 2 x references + 1 times
/// eight runs of k-means and two density valleys on a sample: O(references x columns) and the same
/// at any number of rows. Rows of one skewed or curved cloud far from both kinds can pass for
/// structure; two round groups nearer than 4 deviations, or a hundred rows of them, can pass for
/// none. Sources: Tibshirani, Walther & Hastie, "Estimating the number of clusters in a data set
/// via the gap statistic", JRSS B 63, 2001; Liu, Hayes, Nobel & Marron, "Statistical Significance
/// of Clustering for High-Dimension, Low-Sample Size Data", JASA 103, 2008 (the normal reference).
/// Deterministic for a seed; thread-safe; the same at any number of threads. Errors:
/// kDeadlineExceeded. REQUIRES: finite values.
Result<Structure> test_structure(const PointBlocks& points, const StructureOptions& options);

}  // namespace cpo::segmentation
