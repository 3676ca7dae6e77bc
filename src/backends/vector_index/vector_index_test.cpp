#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "backends/vector_index/exact_vector_index.h"
#include "backends/vector_index/int8_scan.h"
#include "base/random.h"

namespace cpo {
namespace {

using Vectors = std::vector<std::vector<float>>;

std::vector<SimdLevel> levels_of_this_machine() {
    std::vector<SimdLevel> levels;
    for (const auto level :
         {SimdLevel::kScalar, SimdLevel::kAvx2, SimdLevel::kAvx512, SimdLevel::kAvx512Vnni})
        if (level <= simd_level()) levels.push_back(level);
    return levels;
}

std::vector<float> normalized(std::vector<float> vector) {
    double norm = 0;
    for (const float value : vector)
        norm += static_cast<double>(value) * static_cast<double>(value);
    for (float& value : vector)
        value = static_cast<float>(static_cast<double>(value) / std::max(1e-30, std::sqrt(norm)));
    return vector;
}

/// Unit vectors around a few centres, some of them doubled, so that near and exact ties happen.
Vectors random_vectors(std::size_t count, std::size_t dimension, Random& random) {
    Vectors centres(8, std::vector<float>(dimension));
    for (auto& centre : centres)
        for (float& value : centre) value = static_cast<float>(random.normal());
    Vectors vectors;
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0 && random.below(10) == 0) {
            vectors.push_back(vectors[random.below(i)]);
            continue;
        }
        auto vector = centres[random.below(centres.size())];
        const double spread = random.uniform() * 2;
        for (float& value : vector) value += static_cast<float>(spread * random.normal());
        vectors.push_back(normalized(std::move(vector)));
    }
    return vectors;
}

/// The definition: every similarity in double precision, sorted. Ids are 3 i + 1.
std::vector<VectorMatch> brute_force(const Vectors& vectors,
                                     const std::vector<float>& query,
                                     std::size_t count,
                                     const std::function<bool(std::uint32_t)>& is_allowed) {
    std::vector<VectorMatch> all;
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        const auto id = static_cast<std::uint32_t>(3 * i + 1);
        if (is_allowed && !is_allowed(id)) continue;
        double sum = 0;
        for (std::size_t j = 0; j < query.size(); ++j)
            sum += static_cast<double>(vectors[i][j]) * static_cast<double>(query[j]);
        all.push_back({id, static_cast<float>(sum)});
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return a.similarity != b.similarity ? a.similarity > b.similarity : a.id < b.id;
    });
    all.resize(std::min(all.size(), count));
    return all;
}

std::unique_ptr<VectorIndex> index_of(const Vectors& vectors,
                                      std::size_t dimension,
                                      SimdLevel level) {
    auto index = make_exact_vector_index(static_cast<int>(dimension), level);
    for (std::size_t i = 0; i < vectors.size(); ++i)
        EXPECT_TRUE(index->add(static_cast<std::uint32_t>(3 * i + 1), vectors[i]));
    return index;
}

void expect_same(const std::vector<VectorMatch>& found, const std::vector<VectorMatch>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_EQ(found[i].id, expected[i].id) << "at place " << i;
        ASSERT_EQ(found[i].similarity, expected[i].similarity) << "at place " << i;
    }
}

TEST(ExactVectorIndex, AgreesWithBruteForceOnEveryVariantOfThisMachine) {
    for (const std::size_t dimension : {384U, 7U, 100U}) {
        Random random(dimension);
        const auto vectors = random_vectors(3000, dimension, random);
        const auto queries = random_vectors(20, dimension, random);
        for (const auto level : levels_of_this_machine()) {
            const auto index = index_of(vectors, dimension, level);
            for (const auto& query : queries)
                for (const std::size_t count : {1U, 10U, 100U, 5000U}) {
                    SCOPED_TRACE(fmt::format("{} numbers, {}", dimension, name_of(level)));
                    const auto found = index->search(query, count, {});
                    ASSERT_TRUE(found);
                    expect_same(*found, brute_force(vectors, query, count, {}));
                }
        }
    }
}

TEST(ExactVectorIndex, AgreesWithBruteForceUnderAFilter) {
    Random random(5);
    const auto vectors = random_vectors(2000, 64, random);
    const auto queries = random_vectors(10, 64, random);
    for (const auto level : levels_of_this_machine()) {
        const auto index = index_of(vectors, 64, level);
        for (const std::uint32_t divisor : {2U, 7U, 500U, 100'000U}) {
            const auto is_allowed = [divisor](std::uint32_t id) { return id % divisor == 1; };
            for (const auto& query : queries) {
                const auto found = index->search(query, 20, is_allowed);
                ASSERT_TRUE(found);
                expect_same(*found, brute_force(vectors, query, 20, is_allowed));
            }
        }
    }
}

TEST(ExactVectorIndex, BreaksTiesById) {
    const auto index = make_exact_vector_index(2);
    const std::vector<float> same{0.6F, 0.8F};
    for (const std::uint32_t id : {9U, 4U, 7U, 1U}) ASSERT_TRUE(index->add(id, same));
    const auto found = index->search(same, 3, {});
    ASSERT_TRUE(found);
    std::vector<std::uint32_t> ids;
    for (const auto& match : *found) ids.push_back(match.id);
    EXPECT_THAT(ids, testing::ElementsAre(1, 4, 7));
}

TEST(ExactVectorIndex, TakesZeroAndLopsidedVectors) {
    const auto index = make_exact_vector_index(3);
    ASSERT_TRUE(index->add(1, std::vector<float>{0, 0, 0}));
    ASSERT_TRUE(index->add(2, std::vector<float>{1, 1e-30F, 0}));
    ASSERT_TRUE(index->add(3, std::vector<float>{-1, 0, 0}));
    const auto found = index->search(std::vector<float>{1, 0, 0}, 3, {});
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 3U);
    EXPECT_EQ((*found)[0].id, 2U);
    EXPECT_EQ((*found)[1].id, 1U);
    EXPECT_EQ((*found)[2].id, 3U);
}

TEST(ExactVectorIndex, RefusesWrongLengthAndNumbersThatAreNotFinite) {
    const auto index = make_exact_vector_index(2);
    EXPECT_EQ(index->add(1, std::vector<float>{1}).error().code, ErrorCode::kInvalidArgument);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(index->add(1, std::vector<float>{nan, 0}).error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(index->search(std::vector<float>{1, 2, 3}, 1, {}).error().code,
              ErrorCode::kInvalidArgument);
}

TEST(ExactVectorIndex, FindsNothingInAnEmptyIndex) {
    const auto found = make_exact_vector_index(4)->search(std::vector<float>{1, 0, 0, 0}, 5, {});
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->empty());
}

/// The definition of the kernel in 64 bits; extreme codes must neither saturate nor overflow.
RC_GTEST_PROP(Int8Scan, EveryVariantIsTheIntegerDotProduct, ()) {
    const auto rows = *rc::gen::inRange<std::size_t>(1, 9);
    const auto width = kScanPadding * *rc::gen::inRange<std::size_t>(1, 8);
    const bool is_extreme = *rc::gen::arbitrary<bool>();
    Random random(*rc::gen::arbitrary<std::uint64_t>());
    const auto code = [&] {
        if (is_extreme) return static_cast<std::int8_t>(random.below(2) == 0 ? -127 : 127);
        return static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127);
    };
    std::vector<std::int8_t> codes(rows * width), query(width);
    std::generate(codes.begin(), codes.end(), code);
    std::generate(query.begin(), query.end(), code);
    std::vector<std::uint8_t> shifted(width);
    for (std::size_t i = 0; i < width; ++i) shifted[i] = static_cast<std::uint8_t>(query[i] + 128);
    std::vector<std::int32_t> sums(rows, 0);
    std::vector<std::int64_t> expected(rows, 0);
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t i = 0; i < width; ++i) {
            sums[row] += codes[row * width + i];
            expected[row] += std::int64_t{codes[row * width + i]} * query[i];
        }
    for (const auto level : levels_of_this_machine()) {
        std::vector<std::int32_t> dots(rows, -1);
        int8_scan_kernel(level)({.codes = codes.data(),
                                 .code_sums = sums.data(),
                                 .rows = rows,
                                 .width = width,
                                 .query = query.data(),
                                 .query_plus_128 = shifted.data(),
                                 .dots = dots.data()});
        for (std::size_t row = 0; row < rows; ++row) RC_ASSERT(dots[row] == expected[row]);
    }
}

}  // namespace
}  // namespace cpo
