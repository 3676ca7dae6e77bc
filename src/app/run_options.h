#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cpo::app {

/// What the command line of `cpo run` says, as typed.
struct RunOptions {
    std::string transactions, customers, map, content, goal, output;
    std::string channel = "email", language = "en", as_of, clusters = "auto", id;
    std::vector<std::string> features;
    int variants = 3;
    std::uint64_t seed = 1;
    int threads = 0;  ///< 0 = all cores.
    double rejected_share_max = 0.05;
    double coverage = 1.0, baseline = 0.05, minimum_lift = 0.20, power = 0.80, alpha = 0.05;
    std::int64_t units_per_day = 500;
    int attribution_days = 7;
    bool is_json = false;
    std::string command;  ///< The command line, for the report.
};

}  // namespace cpo::app
