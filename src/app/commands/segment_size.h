#pragma once

#include <optional>
#include <string>

#include "agents/segmentation/memory_need.h"
#include "base/result.h"

namespace cpo::app {

/// How many customers a CSV has, judged by its size and its first 64 KiB, and how many columns
/// beside the id. Nothing for standard input, gzip and what cannot be read or holds no whole line:
/// reading it tells.
std::optional<segmentation::RunSize> estimated_size(const std::string& path);

/// Refuses a file that will not fit into memory together with what `options` need, before it is
/// read. Errors: those of segmentation::check_memory.
Result<void> check_file_fits(const std::string& path,
                             const segmentation::SegmentationOptions& options);

}  // namespace cpo::app
