#include "statistics/distributions.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>

namespace cpo::statistics {
namespace {

namespace policies = boost::math::policies;
/// Faults give NaN or infinity instead of an exception.
using Quiet = policies::policy<policies::domain_error<policies::ignore_error>,
                               policies::pole_error<policies::ignore_error>,
                               policies::overflow_error<policies::ignore_error>,
                               policies::evaluation_error<policies::ignore_error>>;
using Normal = boost::math::normal_distribution<double, Quiet>;
using StudentT = boost::math::students_t_distribution<double, Quiet>;
using ChiSquare = boost::math::chi_squared_distribution<double, Quiet>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

bool is_probability(double value) { return value >= 0 && value <= 1; }

}  // namespace

double normal_cdf(double z) { return std::isnan(z) ? kNone : 0.5 * std::erfc(-z / std::sqrt(2.0)); }

double normal_quantile(double probability) {
    if (!is_probability(probability)) return kNone;
    if (probability == 0) return -kInfinity;
    if (probability == 1) return kInfinity;
    return boost::math::quantile(Normal(), probability);
}

double student_t_cdf(double t, double degrees_of_freedom) {
    if (std::isnan(t) || !(degrees_of_freedom > 0)) return kNone;
    if (std::isinf(t)) return t > 0 ? 1 : 0;
    if (std::isinf(degrees_of_freedom)) return normal_cdf(t);
    return boost::math::cdf(StudentT(degrees_of_freedom), t);
}

double student_t_quantile(double probability, double degrees_of_freedom) {
    if (!is_probability(probability) || !(degrees_of_freedom > 0)) return kNone;
    if (std::isinf(degrees_of_freedom)) return normal_quantile(probability);
    if (probability == 0) return -kInfinity;
    if (probability == 1) return kInfinity;
    return boost::math::quantile(StudentT(degrees_of_freedom), probability);
}

double student_t_two_sided_p(double t, double degrees_of_freedom) {
    return 2 * student_t_cdf(-std::abs(t), degrees_of_freedom);
}

double chi_square_survival(double statistic, double degrees_of_freedom) {
    if (std::isnan(statistic) || !(degrees_of_freedom > 0)) return kNone;
    if (statistic <= 0) return 1;
    if (std::isinf(statistic)) return 0;
    return boost::math::cdf(boost::math::complement(ChiSquare(degrees_of_freedom), statistic));
}

double chi_square_quantile(double probability, double degrees_of_freedom) {
    if (!is_probability(probability) || !(degrees_of_freedom > 0)) return kNone;
    if (probability == 1) return kInfinity;
    return boost::math::quantile(ChiSquare(degrees_of_freedom), probability);
}

double incomplete_beta(double a, double b, double x) {
    if (!(a > 0) || !(b > 0) || !is_probability(x)) return kNone;
    return boost::math::ibeta(a, b, x, Quiet());
}

double incomplete_gamma(double a, double x) {
    if (!(a > 0) || !(x >= 0)) return kNone;
    if (std::isinf(x)) return 1;
    return boost::math::gamma_p(a, x, Quiet());
}

}  // namespace cpo::statistics
