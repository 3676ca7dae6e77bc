#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cpo {

/// Of a customer in no segment (noise).
inline constexpr int kNoSegment = -1;

/// A segment that is less stable should not be relied on.
inline constexpr double kStabilityLow = 0.6;

/// One reason why a segment is what it is.
struct SegmentDriver {
    std::string feature;  ///< FeatureDefinition::name.
    double effect_size =
        0;  ///< (segment mean - overall mean) / overall deviation, in the clustered (scaled) space.
    double segment_mean = 0;  ///< In the feature's own unit.
    double overall_mean = 0;  ///< In the feature's own unit.
    std::string sentence;     ///< "Bought 21 days ago on average; all customers 92 days."
};

/// One bound of a rule: the feature is at least `value`, or below it.
struct RuleBound {
    std::string feature;  ///< FeatureDefinition::name.
    bool is_at_least = false;
    double value = 0;  ///< In the feature's own unit.
};

/// Who is in a segment, roughly: customers within all bounds are "caught".
struct SegmentRule {
    std::vector<RuleBound> bounds;  ///< 1 ... 4; at most one of a kind for a feature.
    double recall = 0;              ///< Share of the segment that is caught, 0 ... 1.
    double precision = 0;           ///< Share of the caught that belong; the others are strangers.
    std::string sentence;  ///< "Days since last purchase below 21 and purchase orders at least 8:
                           ///< catches 94 % of the segment, 3 % strangers."
};

/// One of the members that lie nearest to the centre of another segment, relative to their own.
struct BorderlineCustomer {
    std::string id;
    int other = 0;      ///< Number of that segment.
    double margin = 0;  ///< (distance to its centre - distance to the own) / the larger, -1 ... 1.
};

struct Segment {
    int number = 0;    ///< 0 ... count - 1, largest segment first.
    std::string name;  ///< Plain words, unique in a run: "Frequent big spenders, bought in the last
                       ///< 3 weeks".
    std::size_t size = 0;   ///< Customers.
    double share = 0;       ///< size / all customers of the run, 0 ... 1.
    double silhouette = 0;  ///< Mean of its members, -1 ... 1.
    /// How surely it is found again on other customers, 0 ... 1; see kStabilityLow.
    std::optional<double> stability;
    std::optional<double> persistence;           ///< HDBSCAN: how long it holds together, 0 ... 1.
    std::vector<SegmentDriver> drivers;          ///< Strongest first.
    std::vector<std::string> representatives;    ///< Ids of the customers nearest to the centre.
    std::vector<BorderlineCustomer> borderline;  ///< Smallest margin first.
    std::optional<SegmentRule> rule;    ///< None when there are no customers outside the segment.
    std::vector<double> feature_means;  ///< [columns of the table], in the features' own units.
    /// [columns of the table], as SegmentDriver::effect_size; empty in runs from before it was
    /// kept.
    std::vector<double> feature_effects;
};

/// How one column was prepared before clustering.
struct FeatureScaling {
    std::string feature;
    bool is_log = false;  ///< sign(x) log(1 + |x|) was taken first (skewed column).
    double center = 0;    ///< Subtracted after the log.
    double scale = 1;     ///< Divided by; > 0.
    bool is_used = true;  ///< False when the column does not vary or was not asked for.
    std::string reason;   ///< Why log or why not used, one clause.
    std::string note{};   ///< What to know of it, one sentence; empty when nothing.
    /// Ascending, of equal shares of the customers: the value is replaced by the share of them
    /// below it instead of the log; empty when it is not.
    std::vector<double> quantiles{};
};

/// One number of clusters that was tried. Of a mixture `bic` is the criterion value, inertia and
/// silhouette are not known.
struct ClusterCountTrial {
    int clusters = 0;
    double inertia = 0;
    double silhouette = 0;  ///< Criterion value; see SegmentationQuality::criterion.
    std::optional<double> bic{};
    std::string covariance{};  ///< As SegmentMixture::covariance.
};

struct SegmentationQuality {
    double silhouette = 0;            ///< Mean over the customers it was computed on, -1 ... 1.
    std::size_t silhouette_rows = 0;  ///< On how many customers.
    /// See segmentation::simplified_silhouette, Validity and dbcv, which is for dbscan and hdbscan.
    std::optional<double> simplified_silhouette, davies_bouldin, calinski_harabasz, dbcv;
    double inertia = 0;     ///< Sum of the members' squared distances to the centre, scaled
                            ///< space.
    std::string criterion;  ///< How the number of clusters was chosen, one sentence.
    std::vector<ClusterCountTrial> trials;  ///< Empty when nothing was chosen.
};

/// The customers on paper: first two principal components of the scaled features.
struct SegmentMap {
    std::vector<float> x;  ///< [rows]
    std::vector<float> y;  ///< [rows]
    double explained = 0;  ///< Share of the variance the two axes keep, 0 ... 1.
};

struct SegmentationTimings {
    double scale_ms = 0, cluster_ms = 0, quality_ms = 0, describe_ms = 0;
};

/// How a density-based method (DBSCAN, HDBSCAN) saw the customers; distances in the scaled space.
struct SegmentDensity {
    double radius = 0;  ///< Called eps in the paper; 0 for HDBSCAN, as all up to `size_min`.
    bool is_radius_chosen = false;  ///< From the bend of core_distances; otherwise given.
    std::size_t core_points = 0;
    /// Distance within which a customer has points_min customers, largest first: a sample that
    /// shows the shape of the curve, at most 128 values.
    std::vector<double> core_distances;
    double suggested_radius = 0;  ///< At the bend of core_distances.
    int size_min = 0;             ///< HDBSCAN: customers of the smallest segment; 0 for DBSCAN.
    int points_min = 0;  ///< Called MinPts: neighbours within the radius or the core distance of a
                         ///< customer, itself included for DBSCAN.
    std::size_t noise = 0;  ///< Customers in no segment.
    std::string advice;     ///< What to try instead, one or two sentences; empty when fine.
};

/// How a Gaussian mixture describes the customers.
struct SegmentMixture {
    int components = 0;         ///< At least the segments: one may be nobody's most probable.
    std::string covariance;     ///< "diagonal" or "full": segmentation::name_of.
    double bic = 0;             ///< Bayesian information criterion; lower is better.
    double aic = 0;             ///< Akaike's; lower is better.
    double log_likelihood = 0;  ///< Mean of the customers, of their density in the scaled space.
    bool is_converged = false;  ///< Before the most iterations were done.
    // What a customer is compared with, in the scaled space; not from the store.
    double regularization = 0;          ///< That was added to the variances.
    std::vector<double> weights{};      ///< [components], together 1.
    std::vector<double> means{};        ///< [components x used columns].
    std::vector<double> covariances{};  ///< [components x used columns (x used columns)].
    std::vector<int> segment_of{};      ///< [components]; kNoSegment when nobody is in it.
};

/// Two clusters that become one. Rows are clusters 0 ... rows - 1, merge i makes cluster rows + i.
struct TreeMerge {
    std::uint32_t left = 0;  ///< Smaller number than `right`.
    std::uint32_t right = 0;
    double height = 0;       ///< Distance in the scaled space; of some linkages it may fall.
    std::uint32_t size = 0;  ///< Rows in the new cluster.
};

/// Where a segment stands in a tree.
struct TreeSegment {
    int segment = 0;
    std::uint32_t cluster = 0;  ///< Numbered as in TreeMerge.
};

/// How a hierarchical method joined the customers.
struct SegmentTree {
    std::string linkage;            ///< "ward" ...: segmentation::name_of; "mutual_reachability".
    std::vector<TreeMerge> merges;  ///< [rows - 1], as they were made: SciPy's linkage matrix.
    /// Rows of the clusters that the merges begin with; empty = one each, which all of a tree has.
    std::vector<std::uint32_t> leaf_sizes;
    std::vector<TreeSegment> segments;  ///< Of HDBSCAN's clusters: those that became segments.
    /// Correlation of the distance of two customers with the height at which they come together,
    /// over all pairs of `cophenetic_rows` customers; 1 = the tree tells all.
    double cophenetic_correlation = 0;
    std::size_t cophenetic_rows = 0;
};

/// A method that was tried when none was asked for.
struct MethodCandidate {
    std::string algorithm;  ///< As Segmentation::algorithm.
    int clusters = 0;
    double noise_share = 0;              ///< Of the customers it leaves in no segment, 0 ... 1.
    std::optional<double> silhouette{};  ///< By which its number was chosen; see ClusterCountTrial.
    /// How surely its segments are found again on other customers, mean by size, 0 ... 1; none
    /// when that was not asked.
    std::optional<double> stability{};
    bool is_chosen = false;
    std::string finding{};  ///< One sentence.
};

/// Result of the segmentation agent: customers -> segments.
struct Segmentation {
    std::string algorithm;  ///< "kmeans", "gmm", "dbscan", "hdbscan" or "hierarchical".
    int clusters = 0;
    std::uint64_t seed = 0;
    int starts = 0;
    std::vector<int> segment_of;  ///< [rows], segment number of each customer, or kNoSegment.
    /// [rows], how firmly a customer is in its segment, 0 ... 1; of gmm, how probable the segment
    /// is. Empty unless of hdbscan or gmm.
    std::vector<float> strength_of;
    std::vector<Segment> segments;        ///< By number.
    std::vector<FeatureScaling> scaling;  ///< [columns].
    /// [segments x used columns], means of the members in the scaled space whose columns are
    /// shifted to mean 0. Not from the store.
    std::vector<float> centres;
    SegmentationQuality quality;
    std::vector<MethodCandidate> candidates;  ///< That which was chosen first, if any was; empty
                                              ///< when a method was asked for.
    std::vector<std::string> reasons;         ///< Of the choice of the method, sentences.
    std::optional<SegmentDensity> density;    ///< Of dbscan and hdbscan.
    std::optional<SegmentMixture> mixture;    ///< Of gmm.
    std::optional<SegmentTree> tree;          ///< Of hierarchical, from the store its top only; of
                                              ///< hdbscan, not from the store.
    /// Of hdbscan, when anything splits: its clusters instead of its customers. Leaves are those
    /// that split no further, with their size when they come about; a merge has the size of its two
    /// and as height the mutual reachability distance at which they part. From the store its top.
    std::optional<SegmentTree> cluster_tree;
    SegmentMap map;
    SegmentationTimings timings;
};

}  // namespace cpo
