// Assignment: what one call costs, by number of arms and with stored ranges.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "agents/experiments/assignment.h"

namespace cpo::experiments {
namespace {

std::vector<std::string> units() {
    std::vector<std::string> units;
    for (int i = 0; i < 4096; ++i) units.push_back(fmt::format("customer-{}", 10000 + i));
    return units;
}

AssignmentConfig config_of(int arms) {
    AssignmentConfig config;
    config.key = config.seed = "win-back-lapsed-customers-s0-1";
    config.weights.assign(static_cast<std::size_t>(arms), 1.0 / arms);
    for (int i = 0; i < arms; ++i) config.arms.push_back(fmt::format("arm{}", i));
    return config;
}

void assign_unit(benchmark::State& state) {
    AssignmentConfig config = config_of(static_cast<int>(state.range(0)));
    if (state.range(1) != 0) config.ranges = ranges_of(config.coverage, config.weights);
    const auto all = units();
    std::size_t i = 0;
    for (auto unused : state) {
        benchmark::DoNotOptimize(assign(config, all[i & 4095]));
        ++i;
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(assign_unit)->ArgsProduct({{2, 4, 9}, {0, 1}})->ArgNames({"arms", "ranges"});

void bucket_unit(benchmark::State& state) {
    const auto all = units();
    std::size_t i = 0;
    for (auto unused : state) {
        benchmark::DoNotOptimize(bucket_of("win-back-lapsed-customers-s0-1", all[i & 4095]));
        ++i;
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(bucket_unit);

}  // namespace
}  // namespace cpo::experiments

BENCHMARK_MAIN();
