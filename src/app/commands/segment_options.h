#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cpo::app {

/// What `cpo segment` was called with.
struct SegmentOptions {
    std::string input, id, output, report;
    std::string weights;                     ///< Column; empty = none.
    std::string tree, strengths, map, save;  ///< Files; empty = none.
    std::string apply;                       ///< File of a saved run; empty = a new run.
    std::string linkage;                     ///< Empty = ward.
    double cut_height = 0;                   ///< 0 = by clusters.
    std::string covariance;                  ///< Empty = auto.
    std::string contrast;                    ///< Two segments, "0,1"; empty = none.
    std::string algorithm = "auto", clusters = "auto", scale = "auto";
    std::vector<std::string> features;
    int starts = 10;
    int budget_ms = 2000;
    double radius = 0;   ///< 0 = chosen.
    int points_min = 0;  ///< 0 = chosen.
    int size_min = 0;    ///< 0 = chosen.
    std::uint64_t seed = 1;
    int threads = 0;  ///< 0 = all cores.
    double rejected_share_max = 0.05;
    bool is_json = false;
    bool is_silhouette_exact = false;
    bool is_explained = false;  ///< Only the plan of the features is wanted.
};

}  // namespace cpo::app
