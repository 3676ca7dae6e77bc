#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "backends/lexical_index/fts5_lexical_index.h"
#include "backends/vector_index/exact_vector_index.h"
#include "base/random.h"

namespace {

using cpo::SimdLevel;
using Vectors = std::vector<std::vector<float>>;

constexpr std::size_t kPassages = 10'000;
constexpr std::size_t kDimension = 384;
constexpr std::size_t kQueries = 64;
constexpr std::size_t kTop = 10;

/// Unit vectors around 200 themes: passages of one shop are closer to each other than noise is.
Vectors themed_vectors(std::size_t count, std::uint64_t seed) {
    cpo::Random themes(1);
    Vectors centres(200, std::vector<float>(kDimension));
    for (auto& centre : centres)
        for (float& value : centre) value = static_cast<float>(themes.normal());
    cpo::Random random(seed);
    Vectors vectors;
    for (std::size_t i = 0; i < count; ++i) {
        auto vector = centres[random.below(centres.size())];
        double norm = 0;
        for (float& value : vector) {
            value += static_cast<float>(random.normal());
            norm += static_cast<double>(value) * static_cast<double>(value);
        }
        for (float& value : vector) value /= static_cast<float>(std::sqrt(norm));
        vectors.push_back(std::move(vector));
    }
    return vectors;
}

std::vector<std::uint32_t> brute_force(const Vectors& vectors, const std::vector<float>& query) {
    std::vector<std::pair<float, std::uint32_t>> all;
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        double sum = 0;
        for (std::size_t j = 0; j < kDimension; ++j)
            sum += static_cast<double>(vectors[i][j]) * static_cast<double>(query[j]);
        all.emplace_back(-static_cast<float>(sum), static_cast<std::uint32_t>(i));
    }
    std::sort(all.begin(), all.end());
    std::vector<std::uint32_t> ids;
    for (std::size_t i = 0; i < kTop; ++i) ids.push_back(all[i].second);
    return ids;
}

/// Exact top 10 of 10,000 vectors of 384 numbers; answers are checked against brute force first.
void exact_search(benchmark::State& state, SimdLevel level) {
    if (level > cpo::simd_level()) {
        state.SkipWithError("not on this machine");
        return;
    }
    const auto vectors = themed_vectors(kPassages, 2);
    const auto queries = themed_vectors(kQueries, 3);
    const auto index = cpo::make_exact_vector_index(kDimension, level);
    for (std::size_t i = 0; i < vectors.size(); ++i)
        if (!index->add(static_cast<std::uint32_t>(i), vectors[i])) std::abort();
    for (const auto& query : queries) {
        const auto found = index->search(query, kTop, {});
        const auto expected = brute_force(vectors, query);
        for (std::size_t i = 0; i < kTop; ++i)
            if ((*found)[i].id != expected[i]) {
                state.SkipWithError("the answer is not exact");
                return;
            }
    }
    std::size_t next = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(index->search(queries[next++ % kQueries], kTop, {}));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK_CAPTURE(exact_search, scalar, SimdLevel::kScalar);
BENCHMARK_CAPTURE(exact_search, avx2, SimdLevel::kAvx2);
BENCHMARK_CAPTURE(exact_search, vnni, SimdLevel::kAvx512Vnni);

/// What the same top 10 costs without codes: every vector in full.
void brute_force_search(benchmark::State& state) {
    const auto vectors = themed_vectors(kPassages, 2);
    const auto queries = themed_vectors(kQueries, 3);
    std::size_t next = 0;
    for (auto _ : state) benchmark::DoNotOptimize(brute_force(vectors, queries[next++ % kQueries]));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(brute_force_search);

/// Top 100 of 10,000 texts of 40 words by FTS5, queries of six words.
void lexical_search(benchmark::State& state) {
    cpo::Random random(4);
    const auto words = [&](int count) {
        std::string text;
        for (int i = 0; i < count; ++i) {
            // Few common words and many rare ones, as in language.
            const double rank = std::exp(random.uniform() * std::log(5000.0));
            text += fmt::format("w{} ", static_cast<int>(rank));
        }
        return text;
    };
    auto index = *cpo::make_fts5_lexical_index();
    for (std::uint32_t id = 0; id < kPassages; ++id)
        if (!index->add(id, words(4), words(40))) std::abort();
    for (auto _ : state) benchmark::DoNotOptimize(index->search(words(6), 100, {}));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(lexical_search);

}  // namespace

BENCHMARK_MAIN();
