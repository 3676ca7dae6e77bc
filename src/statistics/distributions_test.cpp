// Expected values: SciPy 1.17.1 (stats.norm, stats.t, stats.chi2, special.betainc, gammainc).
#include "statistics/distributions.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cpo::statistics {
namespace {

void expect_close(double found, double expected) {
    EXPECT_NEAR(found, expected, 1e-12 * std::max(1.0, std::abs(expected)));
    ASSERT_NE(expected, 0);
    EXPECT_NEAR(found / expected, 1, 1e-11);
}

TEST(Distributions, NormalAgreesWithScipy) {
    expect_close(normal_cdf(-8.5), 9.47953482220325e-18);
    expect_close(normal_cdf(-1.3), 0.09680048458561036);
    expect_close(normal_cdf(0.25), 0.5987063256829237);
    expect_close(normal_cdf(3.75), 0.9999115827147992);
    expect_close(normal_quantile(1e-10), -6.361340902404056);
    expect_close(normal_quantile(0.2), -0.8416212335729142);
    expect_close(normal_quantile(0.975), 1.959963984540054);
    expect_close(normal_quantile(0.9999), 3.719016485455709);
}

TEST(Distributions, StudentTAgreesWithScipy) {
    expect_close(student_t_cdf(-3.2, 4.5), 0.013922339715871432);
    expect_close(student_t_cdf(0.7, 1), 0.6944001122142147);
    expect_close(student_t_cdf(2.1, 17.25), 0.9746335885285373);
    expect_close(student_t_cdf(-12, 3), 0.0006225079003946681);
    expect_close(student_t_quantile(0.975, 2.5), 3.5746548420036817);
    expect_close(student_t_quantile(0.995, 11), 3.1058065155392804);
    expect_close(student_t_quantile(0.1, 250.7), -1.284937549071511);
    expect_close(student_t_quantile(0.975, 9e6), 1.9599642481257809);
    expect_close(student_t_two_sided_p(-3.2, 4.5), 0.027844679431742864);
    expect_close(student_t_two_sided_p(40, 30), 1.3726045194406417e-27);
}

TEST(Distributions, ChiSquareAgreesWithScipy) {
    expect_close(chi_square_survival(0.5, 1), 0.47950012218695337);
    expect_close(chi_square_survival(10.83, 1), 0.0009986863791802592);
    expect_close(chi_square_survival(25, 7), 0.0007588002556582502);
    expect_close(chi_square_survival(150, 3), 2.6349139284880416e-32);
    expect_close(chi_square_quantile(0.999, 1), 10.827566170662733);
    expect_close(chi_square_quantile(0.5, 9), 8.342832692252955);
}

TEST(Distributions, IncompleteBetaAndGammaAgreeWithScipy) {
    expect_close(incomplete_beta(0.5, 3.5, 0.2), 0.7725471819402367);
    expect_close(incomplete_beta(30, 12, 0.75), 0.682334314180783);
    expect_close(incomplete_gamma(0.5, 0.3), 0.5614219739190003);
    expect_close(incomplete_gamma(20, 25), 0.8664251659143496);
}

TEST(Distributions, GiveNanOutsideTheirDomainInsteadOfThrowing) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(std::isnan(normal_quantile(-0.1)));
    EXPECT_TRUE(std::isnan(normal_quantile(none)));
    EXPECT_TRUE(std::isnan(student_t_cdf(1, 0)));
    EXPECT_TRUE(std::isnan(student_t_quantile(1.5, 3)));
    EXPECT_TRUE(std::isnan(chi_square_survival(none, 3)));
    EXPECT_TRUE(std::isnan(chi_square_quantile(0.5, -1)));
    EXPECT_TRUE(std::isnan(incomplete_beta(0, 1, 0.5)));
    EXPECT_TRUE(std::isnan(incomplete_gamma(1, -1)));
}

TEST(Distributions, ReachTheirLimits) {
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(normal_quantile(0), -infinity);
    EXPECT_EQ(student_t_quantile(1, 3), infinity);
    EXPECT_EQ(student_t_cdf(infinity, 3), 1);
    EXPECT_EQ(student_t_two_sided_p(-infinity, 3), 0);
    EXPECT_EQ(chi_square_survival(-1, 2), 1);
    EXPECT_EQ(chi_square_survival(infinity, 2), 0);
    EXPECT_EQ(student_t_quantile(0.975, infinity), normal_quantile(0.975));
}

RC_GTEST_PROP(Distributions, QuantilesInvertTheirDistributions, ()) {
    const double p = *rc::gen::inRange(1, 100000) / 100000.0;
    const double freedom = *rc::gen::inRange(1, 5000) / 7.0;
    RC_ASSERT(std::abs(student_t_cdf(student_t_quantile(p, freedom), freedom) - p) < 1e-11);
    RC_ASSERT(std::abs(normal_cdf(normal_quantile(p)) - p) < 1e-13);
    RC_ASSERT(std::abs(1 - chi_square_survival(chi_square_quantile(p, freedom), freedom) - p) <
              1e-11);
}

}  // namespace
}  // namespace cpo::statistics
