#pragma once

#include <functional>
#include <string>

#include "agents/segmentation/assignment.h"
#include "agents/segmentation/segmentation.h"
#include "base/result.h"
#include "ingest/customers.h"
#include "model/segment.h"

namespace cpo::app {

/// Customers that are read from a file twice instead of being kept.
struct StreamInput {
    std::string path;
    ingest::CustomerColumns columns;
    double rejected_share_max = 0.05;
    std::string output;  ///< CSV id,segment; "-" is standard output.
    /// Looks at the sample and what was found on it, before the second pass; its error ends the
    /// run.
    std::function<Result<void>(const FeatureTable&, const Segmentation&)> accept;
};

/// What came of it. Sizes, shares and inertia are those of all customers; everything else in
/// `segmentation` is the sample's, and its segment_of is empty.
struct StreamedSegments {
    Segmentation segmentation;
    segmentation::NearestCentre rule;  ///< That put everybody into a segment.
    ReadSummary summary;
    std::size_t rows = 0;
    std::size_t sample_rows = 0;
    double read_ms = 0, write_ms = 0;  ///< Of the two passes.
};

/// k-means for files larger than memory. First pass: a random sample of up to 262,144 customers
/// (256 MiB), which SegmentationAgent groups by k-means. Second pass: everybody to the nearest
/// centre, written as it goes. A sample of all places of the file instead of one small batch after
/// another (Sculley, "Web-Scale K-Means Clustering", WWW 2010), because a file is seldom in random
/// order; the inertia is above the best by about segments / sample rows. Deterministic for a seed,
/// at any number of threads. Memory: the sample and what k-means takes for it, a block, and 8 to 16
/// bytes a customer for ids that repeat. Errors: those of reading, SegmentationAgent and writing;
/// kInvalidArgument for what cannot be read twice; kAborted when the file changed between the
/// passes.
Result<StreamedSegments> segment_stream(const StreamInput& input,
                                        const segmentation::SegmentationOptions& options);

}  // namespace cpo::app
