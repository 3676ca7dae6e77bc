#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cpo::ingest {

/// The delimiter of , ; tab | that fits the first records of a CSV best; see CsvReader. `sample` is
/// the front of the file, `is_whole` when it is all of it. Thread-safe.
char detect_delimiter(std::string_view sample, bool is_whole);

/// Errors: kInvalidArgument listing every column without a name and every doubled name.
Result<void> check_header(const std::vector<std::string>& header, const std::string& file);

/// Refuses what is not text of one byte a character: UTF-16, workbooks, anything with zero bytes.
/// `sample` is the front of the file. Errors: kInvalidArgument saying what it is and what to do.
Result<void> check_is_text(std::string_view sample, const std::string& file);

}  // namespace cpo::ingest
