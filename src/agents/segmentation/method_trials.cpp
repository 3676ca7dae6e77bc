#include "agents/segmentation/method_trials.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "agents/segmentation/cluster_count.h"
#include "agents/segmentation/genie.h"
#include "agents/segmentation/mixture_clustering.h"
#include "agents/segmentation/number_words.h"
#include "agents/segmentation/quality.h"
#include "agents/segmentation/row_sample.h"
#include "agents/segmentation/scaling.h"
#include "agents/segmentation/spanning_tree.h"
#include "agents/segmentation/stability.h"
#include "base/random.h"

namespace cpo::segmentation {
namespace {

constexpr int kResamples = 10;
constexpr std::size_t kResampleRows = 1024;
constexpr int kMixtureStarts = 2;
constexpr int kMixturePatience = 3;
constexpr double kSmallestShareMin = 0.01;
constexpr std::size_t kComparedRowsMin = 256, kComparedRowsSure = 2048;
/// Rows compared, times the square of the features (and four), that a millisecond pays for.
constexpr double kRowSquaresPerMs = 400;
/// Entries of covariances, over rows and all components that are tried, the same.
constexpr double kTriedEntriesPerMs = 55e3;
/// With more features a full covariance has too many numbers for the rows compared.
constexpr std::size_t kFullColumnsMax = 64;
/// A difference of BIC from here on is very strong evidence (Kass & Raftery, "Bayes Factors",
/// JASA 90, 1995).
constexpr double kBicStrong = 10;

std::size_t rows_for(const FeatureTable& customers,
                     const std::vector<FeatureScaling>& scaling,
                     const SegmentationOptions& options) {
    const auto used = static_cast<double>(std::count_if(
        scaling.begin(), scaling.end(), [](const FeatureScaling& s) { return s.is_used; }));
    const double affordable = kRowSquaresPerMs * options.budget_ms / ((used + 4) * (used + 4));
    // However many features: a row a millisecond.
    const std::size_t least = std::clamp(
        static_cast<std::size_t>(options.budget_ms), kComparedRowsMin, kComparedRowsSure);
    return std::min(
        customers.rows(),
        std::clamp(static_cast<std::size_t>(affordable), least, MethodTrials::kComparedRowsMax));
}

/// Up to kComponentsMax, as many as the budget pays for.
MixtureRange range_for(const PointBlocks& points, int budget_ms) {
    const auto columns = static_cast<double>(points.columns());
    const bool is_full = points.columns() <= kFullColumnsMax;
    const double entries =
        static_cast<double>(points.rows()) * columns * (is_full ? (columns + 3) / 2 : 2);
    MixtureRange range{.components_max = 2, .covariance = {}, .patience = kMixturePatience};
    if (!is_full) range.covariance = Covariance::kDiagonal;
    while (range.components_max < kComponentsMax &&
           entries * (range.components_max + 1) * (range.components_max + 2) / 2 <=
               kTriedEntriesPerMs * budget_ms)
        ++range.components_max;
    return range;
}

StabilityOptions halves(const SegmentationOptions& options) {
    return {.resamples = kResamples,
            .rows_max = kResampleRows,
            .seed = options.seed,
            .threads = options.threads,
            .deadline = options.deadline};
}

std::string found_again(double stability) {
    return fmt::format("other customers show it with a similarity of {:.2f}", stability);
}

/// " 5 come close (BIC 3.1 above)." of the number that is next, when it is near.
std::string next_number(const std::vector<ClusterCountTrial>& trials,
                        const SegmentMixture& mixture) {
    std::optional<ClusterCountTrial> next;
    for (const ClusterCountTrial& trial : trials)
        if (trial.clusters != mixture.components && (!next || *trial.bic < *next->bic))
            next = trial;
    if (!next || *next->bic - mixture.bic >= kBicStrong) return "";
    return fmt::format(" {} came close (BIC {:.1f} above, where {:.0f} would be clear).",
                       next->clusters,
                       *next->bic - mixture.bic,
                       kBicStrong);
}

/// The segments are found again, and none is one on which nobody should rely.
bool is_sound(const OverallStability& stable) {
    return stable.mean >= kStableSimilarity && stable.least >= kStabilityLow;
}

std::optional<double> silhouette_of(const std::vector<ClusterCountTrial>& trials, int clusters) {
    for (const ClusterCountTrial& each : trials)
        if (each.clusters == clusters) return each.silhouette;
    return std::nullopt;
}

/// After found_again(); empty when it is sound.
std::string unsound_words(const OverallStability& stable) {
    if (is_sound(stable)) return "";
    if (stable.mean < kStableSimilarity) return ", which is not stable";
    return fmt::format(", but one of them with {:.2f}, on which nobody should rely", stable.least);
}

std::string finding_of(const MethodTrial& trial,
                       const Clustering& found,
                       int components_max,
                       const std::string& where) {
    const SegmentMixture& mixture = *found.mixture;
    if (mixture.components == components_max)
        return fmt::format(
            "{} normal groups have a lower BIC than fewer{}, and more may have one still lower: "
            "the groups are too many or not normal.",
            components_max,
            where);
    if (trial.candidate.clusters < 2)
        return fmt::format("One normal group has a lower BIC than several{}.", where);
    return fmt::format(
        "{} normal groups that may overlap ({} covariance) have the lowest BIC{}; "
        "{}{}.{}",
        mixture.components,
        mixture.covariance,
        where,
        found_again(*trial.candidate.stability),
        unsound_words({*trial.candidate.stability, trial.least_stability}),
        next_number(found.trials, mixture));
}

}  // namespace

MethodTrials::MethodTrials(const FeatureTable& customers,
                           const std::vector<FeatureScaling>& scaling,
                           const SegmentationOptions& options)
    : customers_(customers),
      scaling_(scaling),
      options_(options),
      rows_(spread_sample(
          customers.rows(), rows_for(customers, scaling, options), Random(options.seed))),
      sample_(chosen_rows(customers, rows_)),
      points_(scaled_points(sample_, scaling, options.threads)) {}

std::string MethodTrials::where() const {
    return are_all() ? ""
                     : fmt::format(" (on {} of the customers)",
                                   plain_number(static_cast<double>(rows_.size())));
}

Result<OverallStability> MethodTrials::stability_of(const std::vector<int>& labels,
                                                    const Clustering& found,
                                                    const SegmentationOptions& options) const {
    if (rows_.size() < 2) return OverallStability{};
    SegmentationOptions each = options;
    each.threads = 1;
    const ClusterRows again = cluster_again(sample_, scaling_, found, each);
    const auto each_way =
        [&](std::span<const std::size_t> rows) -> Result<std::vector<std::vector<int>>> {
        return std::vector<std::vector<int>>{TRY(again(rows))};
    };
    return TRY(overall_stability({labels}, each_way, halves(options_))).front();
}

Result<MethodTrials::CentresTrial> MethodTrials::try_centres(const PointBlocks* all,
                                                             int clusters) const {
    CentresTrial tried;
    tried.options = options_;
    tried.options.clusters = clusters;
    tried.found = TRY(by_kmeans(all ? *all : points_, {}, tried.options));
    tried.labels = all ? compared(tried.found.cluster_of) : tried.found.cluster_of;
    tried.options.algorithm = Algorithm::kKMeans;
    tried.options.clusters = static_cast<int>(tried.found.sizes.size());
    tried.stable = TRY(stability_of(tried.labels, tried.found, tried.options));
    return tried;
}

Result<std::string> MethodTrials::prefer_sound(const PointBlocks* all, CentresTrial& tried) const {
    const int chosen = tried.options.clusters;
    const auto silhouette = silhouette_of(tried.found.trials, chosen);
    if (!silhouette || *silhouette >= kClearSilhouette || is_sound(tried.stable))
        return std::string();
    std::vector<ClusterCountTrial> others;
    for (const ClusterCountTrial& each : tried.found.trials)
        if (each.clusters != chosen && is_convenient(each.clusters)) others.push_back(each);
    std::stable_sort(others.begin(), others.end(), [](const auto& a, const auto& b) {
        return a.silhouette > b.silhouette;
    });
    for (const ClusterCountTrial& each : others) {
        CentresTrial other = TRY(try_centres(all, each.clusters));
        if (!is_sound(other.stable) || smallest_share(other.labels) < kSmallestShareMin) continue;
        std::string why = fmt::format(
            "Of 2 to {} groups around centres {} have the best silhouette that the "
            "rule takes, {:.2f}, but {}{}; {} have {:.2f}, and {}.",
            tried.found.trials.back().clusters,
            chosen,
            *silhouette,
            found_again(tried.stable.mean),
            unsound_words(tried.stable),
            each.clusters,
            each.silhouette,
            found_again(other.stable.mean));
        other.found.criterion = why;
        other.found.trials = std::move(tried.found.trials);
        tried = std::move(other);
        return why;
    }
    return std::string();
}

Result<MethodTrial> MethodTrials::centres(const PointBlocks* all) const {
    CentresTrial tried = TRY(try_centres(all, 0));
    MethodTrial trial;
    MethodCandidate& candidate = trial.candidate;
    if (all) candidate.finding = TRY(prefer_sound(all, tried));
    candidate.algorithm = "kmeans";
    candidate.clusters = tried.options.clusters;
    candidate.silhouette = silhouette_of(tried.found.trials, candidate.clusters);
    candidate.stability = tried.stable.mean;
    if (candidate.finding.empty())
        candidate.finding =
            candidate.silhouette
                ? fmt::format(
                      "Of 2 to {} groups around centres {} have the best silhouette that the "
                      "rule takes, {:.2f}; {}.",
                      tried.found.trials.back().clusters,
                      candidate.clusters,
                      *candidate.silhouette,
                      found_again(*candidate.stability))
                : tried.found.criterion;
    trial.options = std::move(tried.options);
    trial.labels = std::move(tried.labels);
    trial.is_sound = all != nullptr;
    if (all) trial.of_all = std::move(tried.found);
    return trial;
}

Result<MethodTrial> MethodTrials::mixture() const {
    MethodTrial trial;
    trial.options = options_;
    trial.options.algorithm = Algorithm::kGaussianMixture;
    trial.options.starts = std::min(options_.starts, kMixtureStarts);
    const MixtureRange range = range_for(points_, options_.budget_ms);
    Clustering found = TRY(by_mixture_of(sample_, scaling_, points_, trial.options, range));
    const SegmentMixture& mixture = *found.mixture;
    trial.options.clusters = mixture.components;
    for (const auto& [name, covariance] : kCovariances)
        if (name == mixture.covariance) trial.options.covariance = covariance;
    MethodCandidate& candidate = trial.candidate;
    candidate.algorithm = "gmm";
    candidate.clusters = static_cast<int>(found.sizes.size());
    if (candidate.clusters >= 2 && mixture.components < range.components_max) {
        const OverallStability stable = TRY(stability_of(found.cluster_of, found, trial.options));
        candidate.stability = stable.mean;
        trial.least_stability = stable.least;
        trial.is_sound = is_sound(stable);
    }
    candidate.finding = finding_of(trial, found, range.components_max, where());
    trial.labels = found.cluster_of;
    trial.certainty = std::accumulate(found.strength_of.begin(), found.strength_of.end(), 0.0) /
                      static_cast<double>(found.strength_of.size());
    trial.criterion = are_all() ? found.criterion : candidate.finding;
    trial.count_trials = found.trials;
    if (are_all()) trial.of_all = std::move(found);
    return trial;
}

Result<std::vector<std::vector<int>>> MethodTrials::genie_cuts(const FeatureTable& some,
                                                               std::size_t most,
                                                               int threads) const {
    const auto edges =
        TRY(spanning_tree(exact_points(some, scaling_, threads), threads, options_.deadline));
    const Dendrogram tree = segmentation::genie(edges);
    std::vector<std::vector<int>> cuts(most - 1);
    for (std::size_t count = 2; count <= std::min(most, some.rows()); ++count)
        cuts[count - 2] = cut(tree, count);
    return cuts;
}

Result<MethodTrial> MethodTrials::genie() const {
    MethodTrial trial;
    MethodCandidate& candidate = trial.candidate;
    candidate.algorithm = "hierarchical";
    candidate.clusters = 1;
    candidate.finding = "There are too few customers for a hierarchy (Genie).";
    const std::size_t most =
        std::min(rows_.size(), static_cast<std::size_t>(options_.clusters_max));
    if (most < 2 || rows_.size() < 4) return trial;
    auto cuts = TRY(genie_cuts(sample_, most, options_.threads));
    const std::vector<OverallStability> stable = TRY(overall_stability(
        cuts,
        [&](std::span<const std::size_t> rows) {
            return genie_cuts(chosen_rows(sample_, rows), most, 1);
        },
        halves(options_)));
    std::size_t best = 0;
    bool is_found = false;
    for (std::size_t i = 0; i < cuts.size(); ++i) {
        const bool counts = is_sound(stable[i]) && smallest_share(cuts[i]) >= kSmallestShareMin;
        if (counts || (!is_found && stable[i].mean > stable[best].mean)) best = i;
        is_found = is_found || counts;
    }
    trial.options = options_;
    trial.options.algorithm = Algorithm::kHierarchical;
    trial.options.linkage = Linkage::kGenie;
    trial.options.clusters = static_cast<int>(best) + 2;
    trial.labels = std::move(cuts[best]);
    trial.is_sound = is_found && are_all();
    candidate.clusters = trial.options.clusters;
    candidate.stability = stable[best].mean;
    const std::string again = found_again(stable[best].mean);
    candidate.finding =
        is_found ? fmt::format(
                       "{} are the most segments of a hierarchy (Genie), of 2 to {}, that "
                       "are stable{}; {}.",
                       candidate.clusters,
                       most,
                       where(),
                       again)
                 : fmt::format(
                       "No cut of a hierarchy (Genie) into 2 to {} segments is stable in each of "
                       "them{}; of that into {} {}.",
                       most,
                       where(),
                       candidate.clusters,
                       again);
    if (is_found && !are_all())
        candidate.finding += " The tree is of these only, so it is not taken.";
    trial.criterion = candidate.finding;
    return trial;
}

Result<double> MethodTrials::stability_of_dense(const std::vector<int>& labels) const {
    Clustering found;
    found.algorithm = "hdbscan";
    SegmentationOptions options = options_;
    options.algorithm = Algorithm::kAuto;
    return TRY(stability_of(labels, found, options)).mean;
}

std::vector<int> MethodTrials::compared(const std::vector<int>& segment_of) const {
    std::vector<int> labels;
    labels.reserve(rows_.size());
    for (const std::size_t row : rows_) labels.push_back(segment_of[row]);
    return labels;
}

double smallest_share(std::span<const int> labels) {
    if (labels.empty()) return 1;
    std::vector<std::size_t> sizes(
        static_cast<std::size_t>(*std::max_element(labels.begin(), labels.end()) + 1));
    for (const int label : labels) ++sizes[static_cast<std::size_t>(label)];
    return static_cast<double>(*std::min_element(sizes.begin(), sizes.end())) /
           static_cast<double>(labels.size());
}

double share_inside(std::span<const int> fine, std::span<const int> coarse) {
    if (fine.empty()) return 1;
    const auto of_fine = static_cast<std::size_t>(*std::max_element(fine.begin(), fine.end()) + 1);
    const auto of_coarse =
        static_cast<std::size_t>(*std::max_element(coarse.begin(), coarse.end()) + 1);
    std::vector<std::size_t> both(of_fine * of_coarse);
    for (std::size_t i = 0; i < fine.size(); ++i)
        ++both[static_cast<std::size_t>(fine[i]) * of_coarse + static_cast<std::size_t>(coarse[i])];
    std::size_t inside = 0;
    for (auto row = both.begin(); row != both.end(); row += static_cast<std::ptrdiff_t>(of_coarse))
        inside += *std::max_element(row, row + static_cast<std::ptrdiff_t>(of_coarse));
    return static_cast<double>(inside) / static_cast<double>(fine.size());
}

double adjusted_rand_index(std::span<const int> a, std::span<const int> b) {
    const auto pairs = [](double count) { return count * (count - 1) / 2; };
    if (a.size() < 2) return 1;
    const auto in_a = static_cast<std::size_t>(*std::max_element(a.begin(), a.end()) + 1);
    const auto in_b = static_cast<std::size_t>(*std::max_element(b.begin(), b.end()) + 1);
    std::vector<double> both(in_a * in_b), of_a(in_a), of_b(in_b);
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto first = static_cast<std::size_t>(a[i]), second = static_cast<std::size_t>(b[i]);
        ++both[first * in_b + second];
        ++of_a[first];
        ++of_b[second];
    }
    double together = 0, pairs_a = 0, pairs_b = 0;
    for (const double count : both) together += pairs(count);
    for (const double count : of_a) pairs_a += pairs(count);
    for (const double count : of_b) pairs_b += pairs(count);
    const double expected = pairs_a * pairs_b / pairs(static_cast<double>(a.size()));
    const double most = (pairs_a + pairs_b) / 2;
    return most == expected ? 1 : (together - expected) / (most - expected);
}

}  // namespace cpo::segmentation
