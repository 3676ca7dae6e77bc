#include "agents/segmentation/redundancy.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "agents/segmentation/exact_points.h"
#include "agents/segmentation/feature_words.h"
#include "agents/segmentation/scaling.h"
#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kCorrelationRows = 4096;

/// What is looked at of one column.
struct ColumnSketch {
    std::uint64_t hash = 0;  ///< Equal for columns of equal values.
    std::size_t others = 0;  ///< Rows with another value than the most frequent, if that has half.
};

ColumnSketch sketch_of(const FeatureTable& customers, std::size_t column) {
    ColumnSketch sketch;
    // Boyer & Moore's vote: what is left can be the only value with more than half of the rows.
    double leader = 0;
    std::size_t votes = 0;
    for (std::size_t row = 0; row < customers.rows(); ++row) {
        const double value = customers.at(row, column) + 0.0;  // -0 is 0.
        sketch.hash = (sketch.hash ^ std::bit_cast<std::uint64_t>(value)) * 0x9E3779B97F4A7C15ULL;
        sketch.hash ^= sketch.hash >> 29;
        if (votes == 0) leader = value;
        if (value == leader)
            ++votes;
        else
            --votes;
    }
    for (std::size_t row = 0; row < customers.rows(); ++row)
        sketch.others += customers.at(row, column) != leader;
    return sketch;
}

bool are_equal(const FeatureTable& customers, std::size_t a, std::size_t b) {
    for (std::size_t row = 0; row < customers.rows(); ++row)
        if (customers.at(row, a) != customers.at(row, b)) return false;
    return true;
}

void leave_out(FeatureScaling& scaling, std::string reason) {
    FeatureScaling unused;
    unused.feature = scaling.feature;
    unused.is_used = false;
    unused.reason = std::move(reason);
    scaling = std::move(unused);
}

std::vector<std::size_t> used_of(const std::vector<FeatureScaling>& scaling) {
    std::vector<std::size_t> used;
    for (std::size_t column = 0; column < scaling.size(); ++column)
        if (scaling[column].is_used) used.push_back(column);
    return used;
}

/// The scaled columns of some customers, each of length 1 around its mean: [used][rows].
std::vector<std::vector<double>> directions_of(const FeatureTable& customers,
                                               const std::vector<FeatureScaling>& scaling,
                                               int threads) {
    FeatureTable some;
    some.definitions = customers.definitions;
    const std::size_t count = std::min(customers.rows(), kCorrelationRows);
    some.ids.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto row = customers.row(i * customers.rows() / count);
        some.values.insert(some.values.end(), row.begin(), row.end());
    }
    const ExactPoints points = exact_points(some, scaling, threads);
    std::vector<std::vector<double>> directions(points.columns, std::vector<double>(count));
    parallel_for(threads, points.columns, [&](std::size_t j) {
        double sum = 0, squares = 0;
        for (std::size_t row = 0; row < count; ++row) sum += points.row(row)[j];
        for (std::size_t row = 0; row < count; ++row) {
            const double value = points.row(row)[j] - sum / static_cast<double>(count);
            directions[j][row] = value;
            squares += value * value;
        }
        if (squares > 0)
            for (double& value : directions[j]) value /= std::sqrt(squares);
    });
    return directions;
}

}  // namespace

void leave_out_redundant(const FeatureTable& customers,
                         int threads,
                         std::vector<FeatureScaling>& scaling) {
    const auto used = used_of(scaling);
    std::vector<ColumnSketch> sketches(used.size());
    parallel_for(
        threads, used.size(), [&](std::size_t j) { sketches[j] = sketch_of(customers, used[j]); });
    const double others_min = kOtherValueShareMin * static_cast<double>(customers.rows());
    const auto is_constant = [&](const ColumnSketch& sketch) {
        return static_cast<double>(sketch.others) < others_min;
    };
    const bool are_all_constant = std::all_of(sketches.begin(), sketches.end(), is_constant);
    for (std::size_t j = 0; j < used.size(); ++j) {
        if (!are_all_constant && is_constant(sketches[j])) {
            leave_out(scaling[used[j]],
                      fmt::format("nearly all customers have the same value, all but {}",
                                  sketches[j].others));
            continue;
        }
        for (std::size_t i = 0; i < j; ++i) {
            if (sketches[i].hash != sketches[j].hash || !scaling[used[i]].is_used) continue;
            if (!are_equal(customers, used[i], used[j])) continue;
            leave_out(
                scaling[used[j]],
                fmt::format("the same values as \"{}\"", label_of(customers.definitions[used[i]])));
            break;
        }
    }
}

void note_correlated(const FeatureTable& customers,
                     int threads,
                     std::vector<FeatureScaling>& scaling) {
    const auto used = used_of(scaling);
    if (customers.rows() < 3) return;
    const auto directions = directions_of(customers, scaling, threads);
    parallel_for(threads, used.size(), [&](std::size_t j) {
        const FeatureDefinition& own = customers.definitions[used[j]];
        double most = 0;
        std::size_t closest = 0;
        for (std::size_t i = 0; i < j; ++i) {
            const FeatureDefinition& other = customers.definitions[used[i]];
            if (!own.column.empty() && own.column == other.column) continue;
            double correlation = 0;
            for (std::size_t row = 0; row < directions[j].size(); ++row)
                correlation += directions[i][row] * directions[j][row];
            if (std::abs(correlation) <= std::abs(most)) continue;
            most = correlation;
            closest = i;
        }
        if (std::abs(most) > kCorrelationHigh)
            scaling[used[j]].note = fmt::format(
                "\"{}\" says nearly the same as \"{}\" (correlation {:.2f}): together they count "
                "twice.",
                label_of(own),
                label_of(customers.definitions[used[closest]]),
                most);
    });
}

}  // namespace cpo::segmentation
