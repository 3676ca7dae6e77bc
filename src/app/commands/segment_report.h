#pragma once

#include <ostream>

#include "app/commands/segment_options.h"
#include "base/json.h"
#include "model/customer.h"
#include "model/segment.h"

namespace cpo::app {

/// How the input was read, and the output written.
struct Reading {
    const ReadSummary& summary;
    std::size_t rows = 0;  ///< Customers.
    double read_ms = 0, write_ms = 0;
};

/// What --report and --json give: docs/segmentation.md.
json::object report_of(const SegmentOptions& options,
                       const Reading& reading,
                       const Segmentation& result);

/// For people: segments, why they are these, and what to know.
void print_summary(std::ostream& out, const Reading& reading, const Segmentation& result);

}  // namespace cpo::app
