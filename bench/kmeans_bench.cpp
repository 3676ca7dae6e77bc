// Clustering: k-means, the choice of k, the silhouette. Beside peers: bench/kmeans.py.
#include <benchmark/benchmark.h>

#include "agents/segmentation/cluster_count.h"
#include "agents/segmentation/kmeans.h"
#include "agents/segmentation/silhouette.h"
#include "base/random.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kRows = 100000, kColumns = 16, kGroups = 12;

/// A mixture of twelve overlapping normal groups of different sizes and spreads.
const std::vector<float>& rows() {
    static const std::vector<float> generated = [] {
        Random random(7);
        std::vector<double> centres(kGroups * kColumns);
        for (double& value : centres) value = 1.5 * random.normal();
        std::vector<float> values(kRows * kColumns);
        for (std::size_t i = 0; i < kRows; ++i) {
            // The smaller of two draws: low groups are larger.
            const std::size_t group = std::min(random.below(kGroups), random.below(kGroups));
            const double spread = 0.7 + 0.05 * static_cast<double>(group);
            for (std::size_t j = 0; j < kColumns; ++j)
                values[i * kColumns + j] =
                    static_cast<float>(centres[group * kColumns + j] + spread * random.normal());
        }
        return values;
    }();
    return generated;
}

/// From row-major floats to labels, as scikit-learn's fit(); another seed each time.
void kmeans_fit(benchmark::State& state) {
    KMeansOptions options;
    options.cluster_count = static_cast<int>(state.range(0));
    options.starts = static_cast<int>(state.range(1));
    options.threads = static_cast<int>(state.range(2));
    double inertia = 0;
    std::uint64_t seed = 0;
    rows();
    for (auto unused : state) {
        options.seed = seed++ % 9;
        const auto points = PointBlocks::from_rows(rows(), kColumns, options.threads);
        inertia += kmeans(points, options)->inertia;
    }
    state.counters["inertia"] = inertia / static_cast<double>(state.iterations());
}
BENCHMARK(kmeans_fit)
    ->ArgsProduct({{8, 16}, {1, 10}, {1, 2}})
    ->ArgNames({"k", "starts", "threads"})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void choose_k_2_to_12(benchmark::State& state) {
    KMeansOptions options;
    options.threads = static_cast<int>(state.range(0));
    rows();
    int clusters = 0;
    for (auto unused : state) {
        const auto points = PointBlocks::from_rows(rows(), kColumns, options.threads);
        const auto search = search_count(points, 12, options);
        clusters = static_cast<int>(search->clustering.sizes.size());
    }
    state.counters["clusters"] = clusters;
}
BENCHMARK(choose_k_2_to_12)
    ->Arg(1)
    ->Arg(2)
    ->ArgName("threads")
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

/// Exact over the first rows, or with all rows on a sample of them.
void silhouette_of(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    const auto points =
        PointBlocks::from_rows(std::span(rows()).first(count * kColumns), kColumns, 1);
    const auto clustering = kmeans(points, {.cluster_count = 8, .starts = 1});
    SilhouetteOptions options;
    options.threads = static_cast<int>(state.range(1));
    Silhouette result;
    for (auto unused : state) result = silhouette(points, clustering->cluster_of, 8, options);
    state.counters["silhouette"] = result.mean;
    state.counters["judged"] = static_cast<double>(result.rows);
}
BENCHMARK(silhouette_of)
    ->ArgsProduct({{10000, 20000, 100000}, {1, 2}})
    ->ArgNames({"rows", "threads"})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace cpo::segmentation

BENCHMARK_MAIN();
