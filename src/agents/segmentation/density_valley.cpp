#include "agents/segmentation/density_valley.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <tuple>
#include <vector>

#include "agents/segmentation/disjoint_sets.h"
#include "agents/segmentation/kernels.h"

namespace cpo::segmentation {
namespace {

constexpr float kInfinity32 = std::numeric_limits<float>::infinity();
/// Squared; nothing counts as nearer.
constexpr float kNearest = 1e-24F;

/// Shortens each reach to what the row is from `last`, whose core is `core`; the shortest. In plain
/// loops, for the compiler to vectorise. All of one length, a multiple of kLanes.
float shorten(const std::vector<float>& squared,
              const std::vector<float>& cores,
              float core,
              std::vector<float>& reaches) {
    std::array<float, kLanes> least;
    least.fill(kInfinity32);
    const float* from = squared.data();
    const float* own = cores.data();
    float* reach = reaches.data();
    const std::size_t count = reaches.size();
    for (std::size_t i = 0; i < count; ++i) {
        const float larger = own[i] > core ? own[i] : core;
        const float mutual = from[i] > larger ? from[i] : larger;
        reach[i] = mutual < reach[i] ? mutual : reach[i];
    }
    for (std::size_t i = 0; i < count; i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            least[lane] = reach[i + lane] < least[lane] ? reach[i + lane] : least[lane];
    return *std::min_element(least.begin(), least.end());
}

/// All distances are squared.
class ValleyRun {
public:
    ValleyRun(const PointBlocks& points, std::span<const std::size_t> neighbours)
        : points_(points),
          neighbours_(neighbours),
          kernels_(kernels_of(simd_level())),
          squared_(points.blocks() * kLanes) {}

    std::vector<double> run() {
        find_cores();
        std::vector<double> depths;
        for (std::size_t i = 0; i < neighbours_.size(); ++i)
            depths.push_back(depth_of(steps_of(cores_[i]), i));
        return depths;
    }

private:
    /// A row that joins the tree.
    struct Step {
        std::uint32_t row;
        float reach;
    };

    void search_from(std::size_t row) {
        const std::vector<float> query = points_.row(row);
        kernels_.squared_distances(
            {points_.block(0), points_.blocks(), points_.columns()}, query.data(), squared_.data());
    }

    void find_cores() {
        const std::size_t most = *std::max_element(neighbours_.begin(), neighbours_.end());
        cores_.assign(neighbours_.size(), std::vector<float>(squared_.size(), kInfinity32));
        std::vector<float> nearest;
        for (std::size_t row = 0; row < points_.rows(); ++row) {
            search_from(row);
            const float bound = bound_of(most + 1);  // The row itself too.
            nearest.clear();
            for (std::size_t other = 0; other < points_.rows(); ++other)
                if (squared_[other] <= bound) nearest.push_back(squared_[other]);
            std::sort(nearest.begin(), nearest.end());
            for (std::size_t i = 0; i < neighbours_.size(); ++i)
                cores_[i][row] = nearest[neighbours_[i]];
        }
    }

    /// At least `count` distances are not above it: as many of kGroups groups of rows hold one.
    float bound_of(std::size_t count) const {
        constexpr std::size_t kGroups = 64;
        if (count > kGroups || points_.rows() < kGroups) return kInfinity32;
        std::array<float, kGroups> least;
        least.fill(kInfinity32);
        for (std::size_t i = 0; i + kGroups <= points_.rows(); i += kGroups)
            for (std::size_t j = 0; j < kGroups; ++j)
                least[j] = squared_[i + j] < least[j] ? squared_[i + j] : least[j];
        std::nth_element(least.begin(), least.begin() + (count - 1), least.end());
        return least[count - 1];
    }

    /// Prim: the row that is nearest to the tree comes next. Rows next to each other in that order
    /// are as far apart as the longest edge between them is long, so the rest of it is not needed.
    std::vector<Step> steps_of(std::vector<float> cores) {
        std::vector<float> reaches(cores.size(), kInfinity32);
        std::vector<Step> steps{{0, kInfinity32}};
        while (steps.size() < points_.rows()) {
            const std::uint32_t last = steps.back().row;
            search_from(last);
            const float core = cores[last];
            cores[last] = reaches[last] = kInfinity32;  // It is in the tree.
            const float nearest = shorten(squared_, cores, core, reaches);
            const auto next = std::find(reaches.begin(), reaches.end(), nearest);
            steps.push_back({static_cast<std::uint32_t>(next - reaches.begin()), nearest});
        }
        return steps;
    }

    double depth_of(const std::vector<Step>& steps, std::size_t scale) const {
        std::vector<std::uint32_t> order(steps.size() - 1);
        std::iota(order.begin(), order.end(), 1U);
        std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
            return std::tie(steps[a].reach, a) < std::tie(steps[b].reach, b);
        });
        DisjointSets sets(steps.size());         // Of places in the order of the steps.
        std::vector<float> peaks(steps.size());  // Of the set with this first place.
        for (std::size_t i = 0; i < steps.size(); ++i) peaks[i] = cores_[scale][steps[i].row];
        std::vector<std::size_t> sizes(steps.size(), 1);
        float deepest = 1;
        for (const std::uint32_t place : order) {
            const std::uint32_t a = sets.find(place - 1), b = sets.find(place);  // a < b.
            if (std::min(sizes[a], sizes[b]) >= neighbours_[scale])
                deepest = std::max(deepest,
                                   steps[place].reach / std::max({peaks[a], peaks[b], kNearest}));
            sets.join(a, b);
            peaks[a] = std::min(peaks[a], peaks[b]);
            sizes[a] += sizes[b];
        }
        return std::log(static_cast<double>(deepest)) * static_cast<double>(points_.columns()) / 2;
    }

    const PointBlocks& points_;
    const std::span<const std::size_t> neighbours_;
    const Kernels& kernels_;
    std::vector<float> squared_;  ///< [rows, padded], from the row that was searched from last.
    /// By scale, [rows, padded]: to the neighbour that the scale counts to; padding is infinite.
    std::vector<std::vector<float>> cores_;
};

}  // namespace

std::vector<double> density_valleys(const PointBlocks& points,
                                    std::span<const std::size_t> neighbours) {
    assert(points.rows() > 0);
    return ValleyRun(points, neighbours).run();
}

}  // namespace cpo::segmentation
