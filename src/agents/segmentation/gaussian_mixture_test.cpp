#include "agents/segmentation/gaussian_mixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "agents/segmentation/gaussian_kernels.h"
#include "agents/segmentation/points_fixture.h"
#include "base/random.h"

namespace cpo::segmentation {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pointwise;

/// Values of a formula that Python computes to the same float64: [90 x 3], three groups that
/// overlap.
ExactPoints mixture_points() {
    ExactPoints points{3, {}};
    for (std::size_t i = 0; i < 90; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            points.values.push_back(static_cast<double>((i * 7 + j * 13 + i * i * (j + 3)) % 101) /
                                        50.0 -
                                    1.0 + static_cast<double>((i % 3) * (j + 1) % 3));
    return points;
}

/// Three components that begin at the first three rows.
GaussianMixtureOptions from_first_rows(const ExactPoints& points, Covariance covariance) {
    GaussianMixtureOptions options{.components = 3, .covariance = covariance};
    const auto first = std::span(points.values).first(3 * points.columns);
    options.start_means = {first.begin(), first.end()};
    return options;
}

GaussianMixtureResult mixture_of(const ExactPoints& points, const GaussianMixtureOptions& options) {
    auto result = gaussian_mixture(points, options);
    EXPECT_TRUE(result) << result.error().message;
    return *result;
}

/// `distance` times a corner of a triangle, and normal noise through [2 x 2] `noise`.
ExactPoints triangle_points(std::size_t rows, double distance, std::array<double, 4> noise) {
    Random random(3);
    ExactPoints points{2, {}};
    for (std::size_t i = 0; i < rows; ++i) {
        const double x = random.normal(), y = random.normal();
        points.values.push_back(distance * (i % 3 == 1) + noise[0] * x + noise[1] * y);
        points.values.push_back(distance * (i % 3 == 2) + noise[2] * x + noise[3] * y);
    }
    return points;
}

bool is_finite(const std::vector<double>& values) {
    return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}

void expect_no_nan(const GaussianMixtureResult& result) {
    EXPECT_TRUE(is_finite(result.weights) && is_finite(result.means));
    EXPECT_TRUE(is_finite(result.covariances));
    EXPECT_TRUE(is_finite({result.log_likelihood, result.bic, result.aic}));
    for (const float probability : result.probability)
        EXPECT_TRUE(probability > 0 && probability <= 1) << probability;
}

// The expected values of both: scikit-learn 1.9.1, GaussianMixture(3) with its defaults, which
// began with the rows nearest to each of the first three.

TEST(GaussianMixture, WithFullCovarianceEqualsScikitLearn) {
    const ExactPoints points = mixture_points();
    const auto result = mixture_of(points, from_first_rows(points, Covariance::kFull));
    EXPECT_EQ(result.iterations, 13);
    EXPECT_TRUE(result.is_converged);
    EXPECT_NEAR(result.log_likelihood, -3.356581073356, 1e-9);
    EXPECT_NEAR(result.bic, 734.679073644, 1e-7);
    EXPECT_NEAR(result.aic, 662.184593204, 1e-7);
    EXPECT_THAT(result.sizes, ElementsAre(19, 16, 55));
    EXPECT_THAT(
        result.weights,
        Pointwise(DoubleNear(1e-9), {0.20596664586276495, 0.1683726580866517, 0.6256606960505834}));
    EXPECT_THAT(result.means,
                Pointwise(DoubleNear(1e-9),
                          {0.02335588377893739,
                           -0.09275302123459143,
                           0.19499428676559175,
                           -0.005982647848502964,
                           1.2720667247333144,
                           -0.3727623237840568,
                           1.69949606727843,
                           1.3426348968124941,
                           0.22046134316346652}));
    EXPECT_THAT(std::vector(result.covariances.begin(), result.covariances.begin() + 9),
                Pointwise(DoubleNear(1e-9),
                          {0.3310747308772825,
                           -0.12599723908997446,
                           -0.13698911613722725,
                           -0.12599723908997446,
                           0.30402102098362455,
                           0.07643647052813027,
                           -0.13698911613722725,
                           0.07643647052813027,
                           0.15413331051385487}));
    EXPECT_THAT(std::vector(result.probability.begin(), result.probability.begin() + 2),
                Pointwise(testing::FloatNear(1e-6F), {0.9977016021812213F, 0.9715499689521512F}));
}

TEST(GaussianMixture, WithDiagonalCovarianceEqualsScikitLearn) {
    const ExactPoints points = mixture_points();
    const auto result = mixture_of(points, from_first_rows(points, Covariance::kDiagonal));
    EXPECT_EQ(result.iterations, 13);
    EXPECT_NEAR(result.log_likelihood, -3.473587415409, 1e-9);
    EXPECT_NEAR(result.bic, 715.241928180, 1e-7);
    EXPECT_NEAR(result.aic, 665.245734774, 1e-7);
    EXPECT_THAT(result.sizes, ElementsAre(26, 9, 55));
    EXPECT_THAT(
        result.weights,
        Pointwise(DoubleNear(1e-9), {0.2597588727148232, 0.13362750186277483, 0.606613625422402}));
    EXPECT_THAT(result.covariances,
                Pointwise(DoubleNear(1e-9),
                          {0.3779314163323476,
                           0.35091590543210305,
                           0.2710270994240053,
                           0.07077973167832524,
                           1.252757660668384,
                           0.20295426171308145,
                           0.3820349004798616,
                           0.5923474841454327,
                           0.3609830928154106}));
}

TEST(GaussianMixture, OfOneComponentHasTheMomentsOfTheRows) {
    for (const std::size_t rows : {1u, 2u, 7u, 8u, 9u, 127u, 129u, 1100u})
        for (const std::size_t columns : {1u, 2u, 3u, 5u, 8u, 17u}) {
            const ExactPoints points = random_points(rows, columns, rows + columns);
            const auto result = mixture_of(points, {.components = 1});
            const auto count = static_cast<double>(rows);
            std::vector<double> means(columns), covariances(columns * columns);
            for (std::size_t i = 0; i < rows; ++i)
                for (std::size_t j = 0; j < columns; ++j) means[j] += points.row(i)[j] / count;
            for (std::size_t j = 0; j < columns; ++j)
                for (std::size_t k = 0; k < columns; ++k) {
                    for (std::size_t i = 0; i < rows; ++i)
                        covariances[j * columns + k] +=
                            (points.row(i)[j] - means[j]) * (points.row(i)[k] - means[k]) / count;
                    if (j == k) covariances[j * columns + k] += 1e-6;
                }
            EXPECT_THAT(result.means, Pointwise(DoubleNear(1e-11), means)) << rows << columns;
            EXPECT_THAT(result.covariances, Pointwise(DoubleNear(1e-11), covariances));
            EXPECT_THAT(result.probability, Each(1.0F));
            expect_no_nan(result);
        }
}

TEST(GaussianMixture, ResponsibilitiesAreTheSharesOfTheDensities) {
    constexpr std::size_t kComponents = 5, kCount = 3;
    for (const double spread : {0.1, 10.0, 300.0, 5000.0}) {
        Random random(7);
        std::vector<Panel> values(kComponents * kCount), likelihoods(kCount);
        for (Panel& panel : values)
            for (std::size_t lane = 0; lane < kPanelRows; ++lane)
                panel[lane] = random.normal() * spread;
        const auto densities = values;
        to_responsibilities(simd_level(), kComponents, kCount, values.data(), likelihoods.data());
        for (std::size_t p = 0; p < kCount; ++p)
            for (std::size_t lane = 0; lane < kPanelRows; ++lane) {
                double peak = densities[p][lane], sum = 0;
                for (std::size_t c = 1; c < kComponents; ++c)
                    peak = std::max(peak, densities[c * kCount + p][lane]);
                for (std::size_t c = 0; c < kComponents; ++c)
                    sum += std::exp(densities[c * kCount + p][lane] - peak);
                EXPECT_NEAR(likelihoods[p][lane], peak + std::log(sum), 1e-15 * spread + 1e-14);
                for (std::size_t c = 0; c < kComponents; ++c) {
                    const double share = std::exp(densities[c * kCount + p][lane] - peak) / sum;
                    EXPECT_NEAR(values[c * kCount + p][lane], share, 1e-15 * share + 1e-300);
                }
            }
    }
}

TEST(GaussianMixture, GivesThatOfTheMostProbableComponent) {
    const ExactPoints points = random_points(1003, 4, 5);
    for (const auto& [name, covariance] : kCovariances)
        for (const float share :
             mixture_of(points, {.components = 6, .covariance = covariance}).probability) {
            EXPECT_GE(share, 1.0F / 6);
            EXPECT_LE(share, 1.0F);
        }
}

TEST(GaussianMixture, LikelihoodNeverFalls) {
    const ExactPoints points = mixture_points();
    for (const auto& [name, covariance] : kCovariances) {
        GaussianMixtureOptions options = from_first_rows(points, covariance);
        options.tolerance = 0;
        // What is added to the variances costs a little likelihood.
        options.regularization = 1e-12;
        double last = -std::numeric_limits<double>::infinity();
        for (options.iteration_count_max = 1; options.iteration_count_max <= 60;
             ++options.iteration_count_max) {
            const auto result = mixture_of(points, options);
            EXPECT_GE(result.log_likelihood, last - 1e-10) << options.iteration_count_max;
            EXPECT_EQ(result.iterations, options.iteration_count_max);
            EXPECT_FALSE(result.is_converged);
            last = result.log_likelihood;
        }
    }
}

TEST(GaussianMixture, IsTheSameWithAnyThreadsAndInstructionSet) {
    const ExactPoints points = random_points(6007, 5, 9);
    for (const auto& [name, covariance] : kCovariances) {
        GaussianMixtureOptions options{.components = 5, .covariance = covariance};
        options.simd = SimdLevel::kScalar;
        const auto expected = mixture_of(points, options);
        for (const SimdLevel level : {SimdLevel::kScalar, SimdLevel::kAvx2, SimdLevel::kAvx512}) {
            if (level > simd_level()) continue;
            options.simd = level;
            options.threads = level == SimdLevel::kAvx2 ? 3 : 4;
            const auto result = mixture_of(points, options);
            EXPECT_EQ(result.cluster_of, expected.cluster_of);
            EXPECT_EQ(result.probability, expected.probability);
            EXPECT_EQ(result.weights, expected.weights);
            EXPECT_EQ(result.means, expected.means);
            EXPECT_EQ(result.covariances, expected.covariances);
            EXPECT_EQ(result.log_likelihood, expected.log_likelihood);
            EXPECT_EQ(result.iterations, expected.iterations);
        }
    }
}

TEST(GaussianMixture, DoesNotDependOnTheOrderOfTheColumns) {
    const ExactPoints points = random_points(500, 3, 11);
    ExactPoints turned{3, {}};
    for (std::size_t row = 0; row < points.rows(); ++row)
        for (const std::size_t j : {2u, 0u, 1u}) turned.values.push_back(points.row(row)[j]);
    for (const auto& [name, covariance] : kCovariances) {
        GaussianMixtureOptions options{.components = 4, .covariance = covariance};
        options.start_means = {points.values.begin(), points.values.begin() + 12};
        const auto result = mixture_of(points, options);
        options.start_means = {turned.values.begin(), turned.values.begin() + 12};
        EXPECT_EQ(mixture_of(turned, options).cluster_of, result.cluster_of);
        EXPECT_THAT(result.sizes, Each(125));  // The four clouds of random_points().
    }
}

TEST(GaussianMixture, OfFlatComponentsIsFinite) {
    ExactPoints repeated{2, {}};  // Two different rows, again and again.
    for (int i = 0; i < 40; ++i) repeated.values.insert(repeated.values.end(), {i % 2 * 1.0, 3.0});
    ExactPoints constant = triangle_points(300, 50, {1, 0, 0, 1});
    for (std::size_t row = 0; row < 300; row += 3) constant.values[row * 2] = 0;
    ExactPoints collinear{3, {}};  // On a line, far from 0.
    for (int i = 0; i < 90; ++i)
        collinear.values.insert(collinear.values.end(), {1e3 + i, 1e3 - 2.0 * i, 1e3 + 3.0 * i});
    for (const auto& [name, covariance] : kCovariances) {
        const auto equal = mixture_of({2, std::vector<double>(20, 7.5)},
                                      {.components = 1, .covariance = covariance});
        EXPECT_THAT(equal.means, Each(7.5));
        expect_no_nan(equal);
        const auto two = mixture_of(repeated, {.components = 2, .covariance = covariance});
        EXPECT_THAT(two.sizes, ElementsAre(20, 20));
        expect_no_nan(two);
        const auto three = mixture_of(constant, {.components = 3, .covariance = covariance});
        EXPECT_THAT(three.sizes, Each(100));
        expect_no_nan(three);
        expect_no_nan(mixture_of(collinear, {.components = 4, .covariance = covariance}));
        // As many components as rows.
        expect_no_nan(mixture_of({1, {1, 2, 3, 4}}, {.components = 4, .covariance = covariance}));
    }
}

TEST(GaussianMixture, OfFewRowsOnAGridIsFinite) {
    Random random(19);
    for (int i = 0; i < 300; ++i) {
        const std::size_t rows = 1 + random.below(20), columns = 1 + random.below(4);
        ExactPoints points{columns, {}};
        for (std::size_t j = 0; j < rows * columns; ++j)
            points.values.push_back(static_cast<double>(random.below(3)));
        GaussianMixtureOptions options;
        options.components = static_cast<int>(rows - equal_rows(points).size());
        options.covariance = kCovariances[random.below(2)].second;
        const auto result = mixture_of(points, options);
        expect_no_nan(result);
        EXPECT_EQ(std::accumulate(result.sizes.begin(), result.sizes.end(), std::size_t{0}), rows);
    }
}

TEST(GaussianMixture, KeepsAComponentWithoutRows) {
    const ExactPoints points = random_points(100, 2, 13);
    for (const auto& [name, covariance] : kCovariances) {
        GaussianMixtureOptions options{.components = 2, .covariance = covariance};
        options.start_means = {1, 1, 1000, 1000};
        const auto result = mixture_of(points, options);
        EXPECT_THAT(result.sizes, ElementsAre(100, 0));
        EXPECT_NEAR(result.weights[1], 0, 1e-12);
        expect_no_nan(result);
    }
}

TEST(GaussianMixture, NeedsSensibleOptions) {
    const ExactPoints points{1, {1, 2, 2, 1, 1}};
    EXPECT_THAT(gaussian_mixture(points, {.components = 3}).error().message,
                HasSubstr("3 components need at least as many different rows, there are 2"));
    EXPECT_THAT(gaussian_mixture(points, {.components = 0}).error().message, HasSubstr("1 to 255"));
    for (const GaussianMixtureOptions& options :
         {GaussianMixtureOptions{.components = 256},
          GaussianMixtureOptions{.components = 2, .starts = 0},
          GaussianMixtureOptions{.components = 2, .iteration_count_max = 0},
          GaussianMixtureOptions{.components = 2, .tolerance = -1},
          GaussianMixtureOptions{.components = 2, .regularization = 0},
          GaussianMixtureOptions{.components = 2, .start_means = {1}}})
        EXPECT_EQ(gaussian_mixture(points, options).error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(search_mixture(points, {.components_max = 0}, {}).error().code,
              ErrorCode::kInvalidArgument);
}

TEST(GaussianMixture, EndsSoonAfterTheDeadline) {
    const ExactPoints points = random_points(100, 2, 17);
    GaussianMixtureOptions options{.components = 2};
    options.deadline = Deadline::after(std::chrono::milliseconds(0));
    EXPECT_EQ(gaussian_mixture(points, options).error().code, ErrorCode::kDeadlineExceeded);
    EXPECT_EQ(search_mixture(points, {.components_max = 3}, options).error().code,
              ErrorCode::kDeadlineExceeded);
    options.start_means = {0, 0, 1, 1};
    EXPECT_EQ(gaussian_mixture(points, options).error().code, ErrorCode::kDeadlineExceeded);
}

TEST(GaussianMixtureSearch, FindsThreeBlobs) {
    const auto search =
        search_mixture(triangle_points(600, 12, {1, 0, 0, 1}), {.components_max = 6}, {});
    ASSERT_TRUE(search) << search.error().message;
    EXPECT_EQ(search->covariance, Covariance::kDiagonal);
    EXPECT_THAT(search->mixture.sizes, ElementsAre(200, 200, 200));
    ASSERT_EQ(search->trials.size(), 12u);
    EXPECT_EQ(search->trials[5].components, 3);
    EXPECT_EQ(search->trials[5].covariance, Covariance::kFull);
    for (const GaussianMixtureTrial& trial : search->trials)
        EXPECT_GE(trial.bic, search->mixture.bic);
    EXPECT_EQ(search->trials[4].bic, search->mixture.bic);
}

TEST(GaussianMixtureSearch, PrefersFullCovarianceForTiltedBlobs) {
    const auto search =
        search_mixture(triangle_points(600, 12, {1, 0, 0.95, 0.3}), {.components_max = 4}, {});
    ASSERT_TRUE(search);
    EXPECT_EQ(search->covariance, Covariance::kFull);
    EXPECT_THAT(search->mixture.sizes, ElementsAre(200, 200, 200));
    EXPECT_LT(search->trials[5].bic, search->trials[4].bic);
}

TEST(GaussianMixtureSearch, TriesOnASampleOfManyRows) {
    const ExactPoints points = triangle_points(kMixtureTrialRowsMax + 1000, 12, {1, 0, 0, 1});
    GaussianMixtureOptions options;
    options.starts = 1;
    const auto search = search_mixture(points, {.components_max = 4}, options);
    ASSERT_TRUE(search);
    EXPECT_THAT(search->mixture.sizes, ElementsAre(7000, 7000, 7000));
    EXPECT_EQ(search->mixture.cluster_of.size(), points.rows());
    // The sum of fewer rows, of the same mean.
    EXPECT_LT(search->trials[4].bic, search->mixture.bic);
    EXPECT_NEAR(search->trials[4].log_likelihood, search->mixture.log_likelihood, 0.01);
}

TEST(GaussianMixtureSearch, TriesWhatIsAsked) {
    const ExactPoints points = triangle_points(600, 12, {1, 0, 0, 1});
    const auto search = search_mixture(points, {2, 4, Covariance::kFull}, {});
    ASSERT_TRUE(search);
    ASSERT_EQ(search->trials.size(), 3u);
    EXPECT_EQ(search->trials[0].components, 2);
    EXPECT_EQ(search->covariance, Covariance::kFull);
    EXPECT_THAT(search->mixture.sizes, ElementsAre(200, 200, 200));
    EXPECT_EQ(search_mixture(points, {3, 3}, {})->trials.size(), 2u);
    EXPECT_EQ(search_mixture(points, {3, 2}, {}).error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(search_mixture({1, {1, 2, 2}}, {3, 5}, {}).error().message,
                HasSubstr("there are 2"));
}

TEST(GaussianMixtureSearch, EndsWhenFurtherComponentsBringNothing) {
    const auto points = triangle_points(600, 12, {1, 0, 0, 1});
    const auto all = search_mixture(points, {.components_max = 9}, {});
    const auto fewer = search_mixture(points, {.components_max = 9, .patience = 2}, {});
    ASSERT_TRUE(fewer);
    EXPECT_EQ(fewer->mixture.means, all->mixture.means);
    EXPECT_EQ(all->trials.size(), 18u);
    // 3 components are the best, so 5 are the last.
    EXPECT_EQ(fewer->trials.back().components, 5);
}

TEST(GaussianMixtureSearch, TriesNoMoreComponentsThanDifferentRows) {
    const auto search = search_mixture({1, {1, 2, 2, 5, 5}}, {.components_max = 9}, {});
    ASSERT_TRUE(search);
    EXPECT_EQ(search->trials.size(), 6u);
}

}  // namespace
}  // namespace cpo::segmentation
