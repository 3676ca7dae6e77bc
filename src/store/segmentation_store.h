#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/segment.h"
#include "store/page.h"
#include "store/store.h"

namespace cpo::store {

struct NewSegmentationRun {
    json::object options;  ///< As the API has SegmentationOptions; missing fields mean defaults.
    std::string job_id;    ///< Job that does it: its own, or the campaign's that it is a part of.
    std::string id;        ///< Empty = a new one (when nothing had to name the run before).
};

/// A run without its segments.
struct SegmentationRun {
    std::string id;
    std::string job_id;
    std::string state;  ///< "succeeded" once its result is saved, else the state of the job.
    std::string error;  ///< Of the job, while there is no result; else empty.
    json::object options;
    std::int64_t customers = 0;  ///< Clustered ones, 0 before it is done.
    MilliTime created_at{};
    std::optional<MilliTime> completed_at;
    json::value result;  ///< algorithm, quality, scaling, columns, model, notices; null before it
                         ///< is done.
};

/// Everything one run found. `segmentation.map` is empty here: load_segmentation_map has it.
struct StoredSegmentation {
    Segmentation segmentation;
    std::vector<std::string> ids;  ///< [segmentation.segment_of], the customers of the rows.
    std::vector<std::string> notices;
    json::array columns{};  ///< What became of each column of the customers, for people.
    std::string model{};  ///< Saved run as JSON; empty when it cannot be saved, and from the store,
                          ///< where load_segmentation_model has it.
    std::string no_model{};  ///< Why there is none.
};

/// Adds a run and records segmentation_run.create; gives its id. The job must be there.
Result<std::string> insert_run(Change& change, const NewSegmentationRun& run);

/// Errors: kNotFound.
Result<SegmentationRun> get_run(Session& session,
                                const std::string& workspace,
                                const std::string& id);
Result<Page<SegmentationRun>> list_runs(Session& session,
                                        const std::string& workspace,
                                        const PageRequest& page);

/// Saves all of a result and records segmentation_run.complete with its counts. REQUIRES: as many
/// ids as rows in segment_of. Errors: kNotFound; kFailedPrecondition when the run has a result.
Result<void> complete_run(Change& change, const std::string& id, const StoredSegmentation& result);

/// By number, that is largest first; empty while the run has no result. Errors: kNotFound (no such
/// run).
Result<std::vector<Segment>> list_segments(Session& session,
                                           const std::string& workspace,
                                           const std::string& run_id);
/// Errors: kNotFound.
Result<Segment> get_segment(Session& session,
                            const std::string& workspace,
                            const std::string& run_id,
                            int number);
/// Both as JSON, in the shape of model/segment_json.h.
Result<json::array> list_segments_json(Session& session,
                                       const std::string& workspace,
                                       const std::string& run_id);

struct SegmentKey {
    std::string run_id;
    int number = 0;
};
/// Errors: kNotFound.
Result<json::object> get_segment_json(Session& session,
                                      const std::string& workspace,
                                      const SegmentKey& segment);

struct SegmentMember {
    std::string id;                  ///< Of the customer.
    std::optional<double> strength;  ///< Segmentation::strength_of; none of other methods, and of
                                     ///< runs from before it was kept.
};
/// Customers of one segment, largest id first (in the order of bytes on SQLite and of the
/// database's collation on PostgreSQL). Errors: kNotFound.
Result<Page<SegmentMember>> list_members(Session& session,
                                         const std::string& workspace,
                                         const SegmentKey& segment,
                                         const PageRequest& page);

struct MapCustomer {
    std::size_t point = 0;
    std::string id;            ///< Of the customer.
    int segment = kNoSegment;  ///< Number.
};
/// Who the points of a map are, in the order asked. O(points). Errors: as load_segmentation_map,
/// but for maps of any form; kInvalidArgument for a point that the map does not have.
Result<std::vector<MapCustomer>> list_map_customers(Session& session,
                                                    const std::string& workspace,
                                                    const std::string& run_id,
                                                    const std::vector<std::size_t>& points);

/// What the agent found, for the next steps: O(customers). Errors: kNotFound; kFailedPrecondition
/// while the run has no result.
Result<StoredSegmentation> load_segmentation(Session& session,
                                             const std::string& workspace,
                                             const std::string& run_id);

/// As map_bytes made it. Errors: as load_segmentation; kFailedPrecondition also for a run from
/// before maps were bytes.
Result<std::string> load_segmentation_map(Session& session,
                                          const std::string& workspace,
                                          const std::string& run_id);

/// The saved run as JSON. Errors: as load_segmentation; kFailedPrecondition also for a run that
/// could not be saved and one from before they were.
Result<std::string> load_segmentation_model(Session& session,
                                            const std::string& workspace,
                                            const std::string& run_id);

}  // namespace cpo::store
