// A saved run applied: customers in memory to their segments, by scaling.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>

#include "agents/segmentation/assigner.h"
#include "agents/segmentation/scaling.h"
#include "agents/segmentation/segmentation.h"
#include "base/random.h"
#include "ingest/customers.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kRows = 400'000, kColumns = 10;
constexpr int kSegments = 8;

/// Log-normal columns, which take the log, in the batches that `cpo segment --apply` reads.
const std::vector<FeatureTable>& batches() {
    static const std::vector<FeatureTable> generated = [] {
        std::vector<FeatureTable> tables;
        Random random(7);
        for (std::size_t first = 0; first < kRows; first += ingest::kCustomerBatchRows) {
            FeatureTable& table = tables.emplace_back();
            for (std::size_t j = 0; j < kColumns; ++j)
                table.definitions.push_back({fmt::format("c{}", j), "", "", ""});
            const std::size_t rows = std::min(ingest::kCustomerBatchRows, kRows - first);
            for (std::size_t i = 0; i < rows; ++i) {
                table.ids.push_back(fmt::format("{}", first + i));
                const double group = static_cast<double>(random.below(kSegments)) / 4;
                for (std::size_t j = 0; j < kColumns; ++j)
                    table.values.push_back(std::exp(group + random.normal()));
            }
        }
        return tables;
    }();
    return generated;
}

void apply_saved(benchmark::State& state, Scaling scaling) {
    const FeatureTable& sample = batches().front();
    SegmentationOptions options;
    options.algorithm = Algorithm::kKMeans;
    options.clusters = kSegments;
    options.scaling = scaling;
    const auto result = SegmentationAgent().segment(sample, options);
    const auto rule = assignment_rule(sample, *result, 1);
    const Assigner assigner(*rule, result->scaling);
    for (auto unused : state)
        for (const FeatureTable& batch : batches())
            benchmark::DoNotOptimize(assigner.assign(batch));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kRows));
}
BENCHMARK_CAPTURE(apply_saved, standard, Scaling::kStandard)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(apply_saved, log, Scaling::kAuto)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(apply_saved, quantile, Scaling::kQuantile)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cpo::segmentation

BENCHMARK_MAIN();
