#include "agents/segmentation/principal_components.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

constexpr int kSweepsMax = 50;  // Converges in six to ten; a limit against the unexpected.

/// Square, symmetric, row-major.
class SymmetricMatrix {
public:
    explicit SymmetricMatrix(std::size_t size) : size_(size), values_(size * size) {}
    std::size_t size() const { return size_; }
    double& at(std::size_t i, std::size_t j) { return values_[i * size_ + j]; }
    double at(std::size_t i, std::size_t j) const { return values_[i * size_ + j]; }

private:
    std::size_t size_;
    std::vector<double> values_;
};

/// Each pair of columns is one task with its own slot, summed lane by lane in block order.
SymmetricMatrix covariance(const PointBlocks& points, int threads) {
    SymmetricMatrix result(points.columns());
    parallel_for(threads, points.columns(), [&](std::size_t i) {
        for (std::size_t j = 0; j <= i; ++j) {
            std::array<double, kLanes> lanes{};
            for (std::size_t b = 0; b < points.blocks(); ++b) {
                const auto& x = points.block(b)[i].values;
                const auto& y = points.block(b)[j].values;
                for (std::size_t lane = 0; lane < kLanes; ++lane)
                    lanes[lane] += static_cast<double>(x[lane]) * static_cast<double>(y[lane]);
            }
            const double sum = std::accumulate(lanes.begin(), lanes.end(), 0.0);
            result.at(i, j) = result.at(j, i) = sum / static_cast<double>(points.rows());
        }
    });
    return result;
}

/// Rotates rows and columns p, q of `matrix` so that (p, q) becomes 0, and `vectors` with it.
void rotate(SymmetricMatrix& matrix, SymmetricMatrix& vectors, std::size_t p, std::size_t q) {
    const double off = matrix.at(p, q);
    if (off == 0) return;
    const double theta = (matrix.at(q, q) - matrix.at(p, p)) / (2 * off);
    const double t = std::copysign(1.0, theta) / (std::abs(theta) + std::sqrt(theta * theta + 1));
    const double c = 1 / std::sqrt(t * t + 1);
    const double s = t * c;
    for (std::size_t k = 0; k < matrix.size(); ++k) {
        const double kp = matrix.at(k, p), kq = matrix.at(k, q);
        matrix.at(k, p) = c * kp - s * kq;
        matrix.at(k, q) = s * kp + c * kq;
    }
    for (std::size_t k = 0; k < matrix.size(); ++k) {
        const double pk = matrix.at(p, k), qk = matrix.at(q, k);
        matrix.at(p, k) = c * pk - s * qk;
        matrix.at(q, k) = s * pk + c * qk;
        const double vp = vectors.at(k, p), vq = vectors.at(k, q);
        vectors.at(k, p) = c * vp - s * vq;
        vectors.at(k, q) = s * vp + c * vq;
    }
}

/// Makes `matrix` diagonal; the columns of the answer are its eigenvectors.
SymmetricMatrix diagonalize(SymmetricMatrix& matrix) {
    SymmetricMatrix vectors(matrix.size());
    for (std::size_t i = 0; i < matrix.size(); ++i) vectors.at(i, i) = 1;
    for (int sweep = 0; sweep < kSweepsMax; ++sweep) {
        double off = 0, diagonal = 0;
        for (std::size_t i = 0; i < matrix.size(); ++i) {
            diagonal += matrix.at(i, i) * matrix.at(i, i);
            for (std::size_t j = 0; j < i; ++j) off += matrix.at(i, j) * matrix.at(i, j);
        }
        if (off <= 1e-24 * diagonal) break;
        for (std::size_t p = 0; p + 1 < matrix.size(); ++p)
            for (std::size_t q = p + 1; q < matrix.size(); ++q) rotate(matrix, vectors, p, q);
    }
    return vectors;
}

/// Column `number` of `vectors` with its largest entry positive.
std::vector<double> axis_of(const SymmetricMatrix& vectors, std::size_t number) {
    std::vector<double> axis(vectors.size());
    double largest = 0;
    for (std::size_t i = 0; i < axis.size(); ++i) {
        axis[i] = vectors.at(i, number);
        // A hair more than equal, so that rounding cannot choose between two equal loadings.
        if (std::abs(axis[i]) > std::abs(largest) * (1 + 1e-9)) largest = axis[i];
    }
    if (largest < 0)
        for (double& value : axis) value = -value;
    return axis;
}

std::vector<double> project(const PointBlocks& points, const std::vector<double>& axis) {
    std::vector<double> result(points.rows());
    for (std::size_t row = 0; row < result.size(); ++row)
        for (std::size_t j = 0; j < axis.size(); ++j)
            result[row] += static_cast<double>(points.at(row, j)) * axis[j];
    return result;
}

std::vector<float> rounded(const std::vector<double>& values) {
    std::vector<float> result(values.size());
    std::transform(values.begin(), values.end(), result.begin(), [](double value) {
        return static_cast<float>(value);
    });
    return result;
}

/// Principal axes by falling variance.
struct Axes {
    std::vector<std::vector<double>> directions;
    std::vector<double> variances;
};

Axes axes_of(const PointBlocks& points, int threads) {
    SymmetricMatrix matrix = covariance(points, threads);
    const SymmetricMatrix vectors = diagonalize(matrix);
    std::vector<std::size_t> order(matrix.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return matrix.at(a, a) > matrix.at(b, b);
    });
    Axes axes;
    for (const std::size_t number : order) {
        axes.directions.push_back(axis_of(vectors, number));
        axes.variances.push_back(matrix.at(number, number));
    }
    return axes;
}

}  // namespace

SegmentMap principal_map(const PointBlocks& points, int threads) {
    const Axes axes = axes_of(points, threads);
    const double total = std::accumulate(axes.variances.begin(), axes.variances.end(), 0.0);
    SegmentMap map;
    map.x = rounded(project(points, axes.directions[0]));
    double kept = axes.variances[0];
    if (axes.variances.size() > 1) {
        map.y = rounded(project(points, axes.directions[1]));
        kept += axes.variances[1];
    } else {
        map.y.assign(points.rows(), 0.0F);
    }
    map.explained = total > 0 ? std::clamp(kept / total, 0.0, 1.0) : 0;
    return map;
}

std::vector<std::vector<double>> principal_coordinates(const PointBlocks& points, int threads) {
    const Axes axes = axes_of(points, threads);
    std::vector<std::vector<double>> coordinates(axes.directions.size());
    parallel_for(threads, coordinates.size(), [&](std::size_t i) {
        coordinates[i] = project(points, axes.directions[i]);
    });
    return coordinates;
}

}  // namespace cpo::segmentation
