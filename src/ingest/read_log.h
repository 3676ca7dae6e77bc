#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "ingest/csv.h"
#include "model/customer.h"

namespace cpo::ingest {

/// Keeps count of what was not used while a file is read, and sums it up. Memory is constant: the
/// reasons for setting aside are few and fixed. Not thread-safe.
class ReadLog {
public:
    /// Every record is counted once with this, used or not.
    void count_line() { ++summary_.lines; }
    /// The line was readable, but is of no use.
    void set_aside(std::string_view reason);
    /// The line could not be read; the first kRejectedLinesMax are kept.
    void reject(std::size_t line,
                std::string_view column,
                std::string_view value,
                std::string reason);
    void reject(const CsvRecord& record) { reject(record.line, "", record.raw, record.fault); }
    /// reject() of a line whose id stands on an earlier one.
    void reject_repeat(std::size_t line, std::string_view column, std::string_view id);
    /// Errors: kInvalidArgument when an id repeats (lists the first ten).
    Result<void> check_no_repeats(const std::string& name) const;
    void notice(std::string_view sentence);

    /// The summary of a file read to its end. Errors: kInvalidArgument when there was no line, or
    /// more than `rejected_share_max` of the lines were rejected (lists the first ten).
    Result<ReadSummary> finish(CsvReader& csv, const std::string& name, double rejected_share_max);

private:
    Error too_many_rejected(const std::string& name, double rejected_share_max) const;

    ReadSummary summary_;
    std::vector<RejectedLine> repeats_;  ///< The first ten.
    std::size_t repeat_count_ = 0;
};

}  // namespace cpo::ingest
