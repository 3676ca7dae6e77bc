#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/deadline.h"
#include "base/time.h"
#include "store/experiment_store.h"

namespace cpo::pipeline {

/// Largest number of buckets of one arm, what a chart can show.
inline constexpr std::int64_t kTrafficBucketsMax = 300;

struct TrafficBucket {
    Time start;                         ///< Ends where the next one starts.
    std::int64_t units = 0;             ///< Whose first exposure lies in it.
    std::int64_t cumulative_units = 0;  ///< Up to its end.
};
struct ArmTraffic {
    std::string arm;
    double planned_share = 0;            ///< Of all units, at any time: weights are frozen.
    std::int64_t units = 0;              ///< Of all buckets; what the results count.
    std::vector<TrafficBucket> buckets;  ///< The same starts for every arm, without gaps.
};
struct ExperimentTraffic {
    std::string experiment;
    store::ExperimentState state = store::ExperimentState::kDraft;
    std::optional<std::chrono::seconds> bucket_width;  ///< Nothing for a draft.
    std::vector<ArmTraffic> arms;                      ///< In their order; no buckets for a draft.
};

/// A minute, an hour, a day or a number of days, in UTC: the smallest of which kTrafficBucketsMax
/// cover [start, end). REQUIRES: start < end.
std::chrono::seconds traffic_bucket_width(Time start, Time end);

/// When the units of each arm came: a unit counts once, at its first exposure that counts. Judges
/// and leaves out as experiment_results does, so that the sums are its units. From the start to the
/// stop, else to `now` or to the last exposure where a sender's clock is ahead. Reads all exposures
/// in pages, as the results read all events, and holds about 100 bytes for each unit: 200K
/// exposures take about 0.4 s on SQLite. Errors: kNotFound, kDeadlineExceeded, kResourceExhausted
/// over kResultEventsMax exposures.
Result<ExperimentTraffic> experiment_traffic(store::Session& session,
                                             const std::string& workspace,
                                             const std::string& id,
                                             MilliTime now,
                                             Deadline deadline);

}  // namespace cpo::pipeline
