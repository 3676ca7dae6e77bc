#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "jobs/worker.h"
#include "store/store.h"

namespace cpo::jobs {

inline constexpr const char* kSegmentationJob = "segmentation";

struct SegmentationWork {
    store::Store& store;
    int threads = 1;  ///< Of one run; the result is the same for any number.
};

/// Groups the customers of the job's workspace as the options of the run say, and saves segments,
/// members and map in one checkpoint. Returns at once when the run has its result already, so it
/// may be called again after a crash and from other jobs (a campaign's) for a run of theirs.
/// Errors: kFailedPrecondition without customers, without segments and with more than kClustersMax;
/// kNotFound (no such run); those of SegmentationAgent, of store::load_customers and of the store.
Result<void> segment_customers(JobContext& context,
                               const SegmentationWork& work,
                               const std::string& run_id);

inline constexpr int kClustersMax = 100;

struct StartedSegmentation {
    std::string run_id;
    std::string job_id;
};

/// What a schema cannot say of SegmentationOptions of the API. Errors: kInvalidArgument, with the
/// JSON pointer of the option.
Result<void> check_segmentation_options(const json::object& options);

/// Adds a run and queues its job, or gives the earlier run of the same key. `options` as the API
/// has SegmentationOptions, all optional. Errors: those of
/// enqueue; kInvalidArgument for an option with a wrong value.
Result<StartedSegmentation> start_segmentation(store::Change& change,
                                               const json::object& options,
                                               const std::string& idempotency_key);

/// Does jobs of kind kSegmentationJob; the subject is the run. The result: {run, segments,
/// customers}. `work.store` must outlive it.
JobWork make_segmentation_work(SegmentationWork work);

}  // namespace cpo::jobs
