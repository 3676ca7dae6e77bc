#include "backends/vector_index/exact_vector_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

#include "backends/vector_index/int8_scan.h"

namespace cpo {
namespace {

constexpr std::size_t kBlockRows = 512;  // Scanned at a time: 2 KB of results on the stack.
// Covers the rounding of the bounds themselves and of similarities to float.
constexpr float kSlack = 4e-6F;

struct Quantized {
    float scale = 0;     ///< Code 1 stands for this much.
    float norm = 0;      ///< Length of scale * codes.
    float residual = 0;  ///< Length of vector - scale * codes.
    std::int32_t sum = 0;
};

/// Writes the codes of `vector`; `codes` has at least as many places.
Quantized quantize(std::span<const float> vector, std::span<std::int8_t> codes) {
    float largest = 0;
    for (const float value : vector) largest = std::max(largest, std::fabs(value));
    Quantized result;
    if (largest == 0) return result;
    result.scale = largest / 127;
    double norm = 0;
    double residual = 0;
    for (std::size_t i = 0; i < vector.size(); ++i) {
        const float code = std::clamp(std::nearbyint(vector[i] / result.scale), -127.F, 127.F);
        codes[i] = static_cast<std::int8_t>(code);
        result.sum += codes[i];
        const double rounded = static_cast<double>(result.scale) * static_cast<double>(code);
        const double error = static_cast<double>(vector[i]) - rounded;
        norm += rounded * rounded;
        residual += error * error;
    }
    result.norm = static_cast<float>(std::sqrt(norm));
    result.residual = static_cast<float>(std::sqrt(residual));
    return result;
}

/// In double precision with a fixed order of additions: the same on every machine.
float dot(const float* left, const float* right, std::size_t size) {
    std::array<double, 8> sums{};
    std::size_t i = 0;
    for (; i + sums.size() <= size; i += sums.size())
        for (std::size_t lane = 0; lane < sums.size(); ++lane)
            sums[lane] +=
                static_cast<double>(left[i + lane]) * static_cast<double>(right[i + lane]);
    for (; i < size; ++i) sums[0] += static_cast<double>(left[i]) * static_cast<double>(right[i]);
    const double total =
        ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
    return static_cast<float>(total);
}

bool is_better(const VectorMatch& left, const VectorMatch& right) {
    return left.similarity != right.similarity ? left.similarity > right.similarity
                                               : left.id < right.id;
}

/// Keeps every vector that may be one of the best `count`: its upper bound reaches the `count`-th
/// best lower bound seen so far.
class Candidates {
public:
    explicit Candidates(std::size_t count) : count_(count) {}

    /// An upper bound below this cannot win any more.
    float threshold() const { return threshold_; }
    void add(std::size_t row, float lower, float upper) {
        rows_.push_back({row, upper});
        if (lowers_.size() < count_) {
            lowers_.push_back(lower);
            std::push_heap(lowers_.begin(), lowers_.end(), std::greater<>());
        } else if (lower > lowers_.front()) {
            std::pop_heap(lowers_.begin(), lowers_.end(), std::greater<>());
            lowers_.back() = lower;
            std::push_heap(lowers_.begin(), lowers_.end(), std::greater<>());
        }
        if (lowers_.size() == count_) threshold_ = lowers_.front();
    }
    template <typename Visit>
    void for_each(const Visit& visit) const {
        for (const auto& [row, upper] : rows_)
            if (upper >= threshold_) visit(row);
    }

private:
    std::size_t count_;
    float threshold_ = -std::numeric_limits<float>::infinity();
    std::vector<float> lowers_;  ///< Heap, smallest first.
    std::vector<std::pair<std::size_t, float>> rows_;
};

class ExactVectorIndex : public VectorIndex {
public:
    ExactVectorIndex(std::size_t dimension, SimdLevel level)
        : dimension_(dimension),
          width_((dimension + kScanPadding - 1) / kScanPadding * kScanPadding),
          scan_(int8_scan_kernel(level)) {}

    Result<void> add(std::uint32_t id, std::span<const float> vector) override {
        const auto checked = check(vector);
        if (!checked) return checked.error();
        const std::size_t start = codes_.size();
        codes_.resize(start + width_, 0);
        const auto rounded = quantize(vector, std::span(codes_).subspan(start, dimension_));
        vectors_.insert(vectors_.end(), vector.begin(), vector.end());
        ids_.push_back(id);
        sums_.push_back(rounded.sum);
        scales_.push_back(rounded.scale);
        norms_.push_back(rounded.norm);
        residuals_.push_back(rounded.residual);
        return {};
    }

    Result<std::vector<VectorMatch>> search(
        std::span<const float> query,
        std::size_t count_max,
        const std::function<bool(std::uint32_t)>& is_allowed) const override {
        const auto checked = check(query);
        if (!checked) return checked.error();
        std::vector<VectorMatch> matches;
        if (count_max == 0 || ids_.empty()) return matches;
        const Candidates candidates =
            find_candidates(query, std::min(count_max, ids_.size()), is_allowed);
        candidates.for_each([&](std::size_t row) {
            matches.push_back(
                {ids_[row], dot(query.data(), vectors_.data() + row * dimension_, dimension_)});
        });
        const auto kept = std::min(count_max, matches.size());
        std::partial_sort(matches.begin(),
                          matches.begin() + static_cast<std::ptrdiff_t>(kept),
                          matches.end(),
                          is_better);
        matches.resize(kept);
        return matches;
    }

private:
    Result<void> check(std::span<const float> vector) const {
        if (vector.size() != dimension_)
            return invalid_argument(fmt::format(
                "a vector of {} numbers for an index of {}", vector.size(), dimension_));
        if (!std::all_of(vector.begin(), vector.end(), [](float x) { return std::isfinite(x); }))
            return invalid_argument("a vector holds a number that is not finite");
        return {};
    }

    Candidates find_candidates(std::span<const float> query,
                               std::size_t count,
                               const std::function<bool(std::uint32_t)>& is_allowed) const {
        std::vector<std::int8_t> codes(width_, 0);
        const Quantized rounded = quantize(query, codes);
        std::vector<std::uint8_t> shifted(width_);
        std::transform(codes.begin(), codes.end(), shifted.begin(), [](std::int8_t code) {
            return static_cast<std::uint8_t>(code + 128);
        });
        // |q.v - q'.v'| = |(q - q').v' + q.(v - v')| <= |q - q'| |v'| + |q| |v - v'|, |q| <= |q'| +
        // |q - q'|.
        const float query_norm = rounded.norm + rounded.residual;
        Candidates candidates(count);
        std::array<std::int32_t, kBlockRows> dots{};
        for (std::size_t start = 0; start < ids_.size(); start += kBlockRows) {
            const std::size_t rows = std::min(kBlockRows, ids_.size() - start);
            scan_({.codes = codes_.data() + start * width_,
                   .code_sums = sums_.data() + start,
                   .rows = rows,
                   .width = width_,
                   .query = codes.data(),
                   .query_plus_128 = shifted.data(),
                   .dots = dots.data()});
            for (std::size_t i = 0; i < rows; ++i) {
                const std::size_t row = start + i;
                const float middle = static_cast<float>(dots[i]) * (rounded.scale * scales_[row]);
                const float error =
                    (rounded.residual * norms_[row] + query_norm * residuals_[row]) * 1.0001F +
                    kSlack * (query_norm * (norms_[row] + residuals_[row]));
                if (middle + error < candidates.threshold()) continue;
                if (is_allowed && !is_allowed(ids_[row])) continue;
                candidates.add(row, middle - error, middle + error);
            }
        }
        return candidates;
    }

    std::size_t dimension_;
    std::size_t width_;  ///< dimension_ padded for the scan.
    Int8ScanKernel scan_;
    std::vector<std::uint32_t> ids_;
    std::vector<std::int8_t> codes_;  ///< [vectors x width_]
    std::vector<std::int32_t> sums_;  ///< [vectors], of the codes.
    std::vector<float> scales_;       ///< [vectors]
    std::vector<float> norms_;        ///< [vectors], of scale * codes.
    std::vector<float> residuals_;    ///< [vectors]
    std::vector<float> vectors_;      ///< [vectors x dimension_]
};

}  // namespace

std::unique_ptr<VectorIndex> make_exact_vector_index(int dimension, SimdLevel level) {
    assert(dimension >= 1 && dimension <= 16'384 && level <= simd_level());
    return std::make_unique<ExactVectorIndex>(static_cast<std::size_t>(dimension), level);
}

}  // namespace cpo
