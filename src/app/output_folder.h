#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "report/report.h"

namespace cpo::app {

/// Checks that a run may write to `path`: it does not exist, is empty, or holds an earlier run
/// (run.json). Errors: kInvalidArgument saying what is in the way. Call before the work starts.
Result<void> check_output_folder(const std::string& path);

/// Writes all files into a folder beside `path` and then puts it in place of `path`, so that a
/// reader sees the earlier run or the new one, never a part. REQUIRES: check_output_folder(path).
/// Errors: kInternal (disk full, not writable); `path` is then as before.
Result<void> write_output_folder(const std::string& path,
                                 const std::vector<report::RunFile>& files);

}  // namespace cpo::app
