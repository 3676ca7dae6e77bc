#pragma once

#include <cstddef>
#include <cstdint>

#include "agents/segmentation/segmentation.h"
#include "base/memory.h"
#include "base/result.h"

namespace cpo::segmentation {

/// Customers to group.
struct RunSize {
    std::size_t rows = 0;
    std::size_t columns = 0;  ///< That are used.
};

/// Bytes that SegmentationAgent::segment() takes at its peak beside the table it is given: the
/// scaled copies, trees, distances of all pairs and what is kept of each row, from the sizes of the
/// structures (memory_need.cpp). Measured peaks are within a factor of two, docs/segmentation.md.
std::uint64_t memory_needed(const RunSize& size, const SegmentationOptions& options);

/// Bytes that reading such a table from a file takes, at its peak.
std::uint64_t table_memory(const RunSize& size);

/// Refuses a run that will not fit, before it starts. `held` bytes are to be added to what the run
/// needs. Errors, with what is needed, what there is and what to use instead: kResourceExhausted
/// when it would fit were nothing else in memory, kInvalidArgument when it never will.
Result<void> check_memory(const RunSize& size,
                          const SegmentationOptions& options,
                          std::uint64_t held,
                          const MemoryRoom& room);

}  // namespace cpo::segmentation
