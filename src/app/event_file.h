#pragma once

#include <string>

#include "agents/experiments/event_log.h"
#include "base/result.h"

namespace cpo::app {

/// Reads experiment events: a CSV with the columns id, kind, unit, time and arm, metric, value (any
/// order, gzip allowed) when the name ends in .csv or .csv.gz, else one JSON object a line. Lines
/// that cannot be read are listed in the log. Errors: kNotFound, kInvalidArgument (missing column),
/// kResourceExhausted.
Result<experiments::EventLog> read_event_file(const std::string& path);

}  // namespace cpo::app
