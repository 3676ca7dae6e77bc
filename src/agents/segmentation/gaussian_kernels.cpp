#include "agents/segmentation/gaussian_kernels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#define CPO_INLINE __attribute__((always_inline))

namespace cpo::segmentation {
namespace {

/// 1 / 13!, 1 / 12!, ... 1 / 0!.
constexpr std::array<double, 14> kTaylor = [] {
    std::array<double, 14> coefficients{};
    double factorial = 1;
    for (int i = 0; i < 14; ++i) {
        coefficients[static_cast<std::size_t>(13 - i)] = 1 / factorial;
        factorial *= i + 1;
    }
    return coefficients;
}();

using Bits = std::int64_t __attribute__((vector_size(64)));

template <typename Loop>
__attribute__((target("avx512f"))) void run_avx512(const Loop& loop) {
    loop();
}

template <typename Loop>
__attribute__((target("avx2"))) void run_avx2(const Loop& loop) {
    loop();
}

/// Compiles `loop`, which must be CPO_INLINE with all that it calls, for each instruction set.
template <typename Loop>
void run(SimdLevel level, const Loop& loop) {
    if (level >= SimdLevel::kAvx512) return run_avx512(loop);
    if (level >= SimdLevel::kAvx2) return run_avx2(loop);
    loop();
}

// Panels are handed over by reference: by value their place differs between instruction sets.

CPO_INLINE inline double sum_of(const Panel& panel) {
    const auto quarters = __builtin_shufflevector(panel, panel, 0, 1, 2, 3) +
                          __builtin_shufflevector(panel, panel, 4, 5, 6, 7);
    const auto halves = __builtin_shufflevector(quarters, quarters, 0, 1) +
                        __builtin_shufflevector(quarters, quarters, 2, 3);
    return halves[0] + halves[1];
}

/// e^x within 2 units in the last place; 0 below e^-708. REQUIRES: x <= 0.
CPO_INLINE inline void exponentiate(Panel& x) {
    constexpr double kLeast = -708;
    constexpr double kRounder = 0x1.8p52;  // Added, it leaves a whole number in the lowest bits.
    constexpr double kLn2High = 0x1.62e42fefa3800p-1, kLn2Low = 0x1.ef35793c76730p-45;
    const Bits is_kept = x >= kLeast;
    x = is_kept ? x : Panel{} + kLeast;
    const Panel shifted = x * 0x1.71547652b82fep0 + kRounder;
    const Panel power = shifted - kRounder;
    const Panel rest = x - power * kLn2High - power * kLn2Low;
    Panel series{};
    for (const double coefficient : kTaylor) series = series * rest + coefficient;
    const Bits scaled = reinterpret_cast<Bits>(series) + (reinterpret_cast<Bits>(shifted) << 52);
    x = reinterpret_cast<Panel>(scaled & is_kept);
}

CPO_INLINE inline void full_log_densities_of(const PanelRange& rows,
                                             const GaussianView& gaussian,
                                             Panel* differences,
                                             Panel* values) {
    for (std::size_t p = 0; p < rows.count; ++p) {
        const Panel* row = rows.values + p * rows.columns;
        for (std::size_t j = 0; j < rows.columns; ++j) differences[j] = row[j] - gaussian.mean[j];
        const double* factor = gaussian.factor;
        Panel squared{};
        for (std::size_t i = 0; i < rows.columns; i += kFactorRows) {
            Panel products[kFactorRows]{};
            const std::size_t to = std::min(i + kFactorRows, rows.columns);
            for (std::size_t j = 0; j < to; ++j, factor += kFactorRows)
                for (std::size_t k = 0; k < kFactorRows; ++k)
                    products[k] += differences[j] * factor[k];
            for (const Panel& product : products) squared += product * product;
        }
        values[p] = gaussian.log_scale - 0.5 * squared;
    }
}

CPO_INLINE inline void diagonal_log_densities_of(const PanelRange& rows,
                                                 const GaussianView& gaussian,
                                                 Panel* values) {
    for (std::size_t p = 0; p < rows.count; ++p) {
        const Panel* row = rows.values + p * rows.columns;
        Panel squared{};
        for (std::size_t j = 0; j < rows.columns; ++j) {
            const Panel difference = row[j] - gaussian.mean[j];
            squared += difference * difference * gaussian.factor[j];
        }
        values[p] = gaussian.log_scale - 0.5 * squared;
    }
}

CPO_INLINE inline void to_responsibilities_of(std::size_t components,
                                              std::size_t count,
                                              Panel* values,
                                              Panel* log_likelihoods) {
    for (std::size_t p = 0; p < count; ++p) {
        Panel peak = values[p];
        for (std::size_t c = 1; c < components; ++c) {
            const Panel value = values[c * count + p];
            peak = value > peak ? value : peak;
        }
        Panel total{};
        for (std::size_t c = 0; c < components; ++c) {
            Panel share = values[c * count + p] - peak;
            exponentiate(share);
            values[c * count + p] = share;
            total += share;
        }
        for (std::size_t c = 0; c < components; ++c) values[c * count + p] /= total;
        for (std::size_t lane = 0; lane < kPanelRows; ++lane)
            log_likelihoods[p][lane] = peak[lane] + std::log(total[lane]);
    }
}

/// The products of two columns of `scaled` [count x stride] with two others.
CPO_INLINE inline void add_products(const Panel* scaled,
                                    std::size_t count,
                                    std::size_t stride,
                                    std::size_t distance,
                                    double* sums) {
    Panel products[4]{};
    for (std::size_t p = 0; p < count; ++p) {
        const Panel* left = scaled + p * stride;
        const Panel* right = left - distance;
        products[0] += left[0] * right[0];
        products[1] += left[0] * right[1];
        products[2] += left[1] * right[0];
        products[3] += left[1] * right[1];
    }
    sums[0] += sum_of(products[0]);
    sums[1] += sum_of(products[1]);
    sums[stride] += sum_of(products[2]);
    sums[stride + 1] += sum_of(products[3]);
}

CPO_INLINE inline void add_full_moments_of(const WeightedRows& weighted,
                                           Panel* scaled,
                                           double* sums) {
    const auto& [rows, mean, responsibilities] = weighted;
    const std::size_t stride = padded(rows.columns);
    Panel total{};
    for (std::size_t p = 0; p < rows.count; ++p) {
        total += responsibilities[p];
        Panel root{};
        for (std::size_t lane = 0; lane < kPanelRows; ++lane)
            root[lane] = std::sqrt(responsibilities[p][lane]);
        const Panel* row = rows.values + p * rows.columns;
        scaled[p * stride + stride - 1] = Panel{};
        for (std::size_t j = 0; j < rows.columns; ++j)
            scaled[p * stride + j] = root * (row[j] - mean[j]);
    }
    sums[0] += sum_of(total);
    for (std::size_t j = 0; j < rows.columns; ++j) {
        Panel shift{};
        for (std::size_t p = 0; p < rows.count; ++p)
            shift += responsibilities[p] * (rows.values[p * rows.columns + j] - mean[j]);
        sums[1 + j] += sum_of(shift);
    }
    double* squares = sums + 1 + stride;
    for (std::size_t i = 0; i < stride; i += 2)
        for (std::size_t j = 0; j <= i; j += 2)
            add_products(scaled + i, rows.count, stride, i - j, squares + i * stride + j);
}

CPO_INLINE inline void add_diagonal_moments_of(const WeightedRows& weighted, double* sums) {
    const auto& [rows, mean, responsibilities] = weighted;
    Panel total{};
    for (std::size_t p = 0; p < rows.count; ++p) total += responsibilities[p];
    sums[0] += sum_of(total);
    for (std::size_t j = 0; j < rows.columns; ++j) {
        Panel shift{}, square{};
        for (std::size_t p = 0; p < rows.count; ++p) {
            const Panel difference = rows.values[p * rows.columns + j] - mean[j];
            shift += responsibilities[p] * difference;
            square += responsibilities[p] * difference * difference;
        }
        sums[1 + j] += sum_of(shift);
        sums[1 + padded(rows.columns) + j] += sum_of(square);
    }
}

}  // namespace

std::size_t packed_factor_size(std::size_t columns) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < columns; i += kFactorRows)
        size += kFactorRows * std::min(i + kFactorRows, columns);
    return size;
}

void full_log_densities(SimdLevel level,
                        const PanelRange& rows,
                        const GaussianView& gaussian,
                        Panel* scratch,
                        Panel* values) {
    run(level, [&]() CPO_INLINE { full_log_densities_of(rows, gaussian, scratch, values); });
}

void diagonal_log_densities(SimdLevel level,
                            const PanelRange& rows,
                            const GaussianView& gaussian,
                            Panel* values) {
    run(level, [&]() CPO_INLINE { diagonal_log_densities_of(rows, gaussian, values); });
}

void to_responsibilities(SimdLevel level,
                         std::size_t components,
                         std::size_t count,
                         Panel* values,
                         Panel* log_likelihoods) {
    run(level,
        [&]() CPO_INLINE { to_responsibilities_of(components, count, values, log_likelihoods); });
}

void add_full_moments(SimdLevel level, const WeightedRows& weighted, Panel* scratch, double* sums) {
    run(level, [&]() CPO_INLINE { add_full_moments_of(weighted, scratch, sums); });
}

void add_diagonal_moments(SimdLevel level, const WeightedRows& weighted, double* sums) {
    run(level, [&]() CPO_INLINE { add_diagonal_moments_of(weighted, sums); });
}

}  // namespace cpo::segmentation
