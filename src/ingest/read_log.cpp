#include "ingest/read_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/format.h"
#include "ingest/encoding.h"

namespace cpo::ingest {
namespace {

constexpr std::size_t kShownValueBytes = 80;
constexpr std::size_t kShownLines = 10;

/// The first lines of `count`, each on a line of its own.
std::string listed(const std::vector<RejectedLine>& lines, std::size_t count) {
    std::string text;
    const std::size_t shown = std::min(lines.size(), kShownLines);
    for (std::size_t i = 0; i < shown; ++i) {
        const RejectedLine& line = lines[i];
        text += fmt::format("\n  line {}{}{}: {} (\"{}\")",
                            line.line,
                            line.column.empty() ? "" : ", column ",
                            line.column,
                            line.reason,
                            line.value);
    }
    if (count > shown) text += fmt::format("\n  and {} more", count - shown);
    return text;
}

}  // namespace

void ReadLog::notice(std::string_view sentence) { summary_.notices.emplace_back(sentence); }

void ReadLog::set_aside(std::string_view reason) {
    for (auto& [known, count] : summary_.set_aside) {
        if (known != reason) continue;
        ++count;
        return;
    }
    summary_.set_aside.emplace_back(reason, 1);
}

void ReadLog::reject(std::size_t line,
                     std::string_view column,
                     std::string_view value,
                     std::string reason) {
    ++summary_.rejected_count;
    if (summary_.rejected.size() >= kRejectedLinesMax) return;
    summary_.rejected.push_back(
        {line, std::string(column), readable_text(value, kShownValueBytes), std::move(reason)});
}

void ReadLog::reject_repeat(std::size_t line, std::string_view column, std::string_view id) {
    const std::string reason = "the id stands on an earlier line as well";
    reject(line, column, id, reason);
    ++repeat_count_;
    if (repeats_.size() < kShownLines)
        repeats_.push_back(
            {line, std::string(column), readable_text(id, kShownValueBytes), reason});
}

Result<void> ReadLog::check_no_repeats(const std::string& name) const {
    if (repeat_count_ == 0) return {};
    return invalid_argument(
        fmt::format("{}: {} of {} lines repeat the id of an earlier one; leave one line for each "
                    "customer{}",
                    name,
                    repeat_count_,
                    summary_.lines,
                    listed(repeats_, repeat_count_)));
}

Error ReadLog::too_many_rejected(const std::string& name, double rejected_share_max) const {
    return invalid_argument(
        fmt::format("{}: {} of {} lines cannot be read, more than the {}% that are accepted{}",
                    name,
                    summary_.rejected_count,
                    summary_.lines,
                    format_number(rejected_share_max * 100),
                    listed(summary_.rejected, summary_.rejected_count)));
}

Result<ReadSummary> ReadLog::finish(CsvReader& csv,
                                    const std::string& name,
                                    double rejected_share_max) {
    if (summary_.lines == 0)
        return invalid_argument(fmt::format("{}: there is no line after the header", name));
    const double share =
        static_cast<double>(summary_.rejected_count) / static_cast<double>(summary_.lines);
    if (share > rejected_share_max) return too_many_rejected(name, rejected_share_max);
    summary_.file = name;
    summary_.sha256 = csv.finish_sha256();
    summary_.delimiter = csv.delimiter();
    summary_.bytes = csv.bytes();
    summary_.encoding = csv.is_windows_1252() ? "Windows-1252" : "UTF-8";
    if (csv.is_windows_1252())
        notice(fmt::format(
            "{} is not UTF-8: from line {} on it was read as Windows-1252; the lines before are "
            "plain ASCII.",
            name,
            csv.windows_1252_line()));
    std::stable_sort(summary_.set_aside.begin(),
                     summary_.set_aside.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    return std::move(summary_);
}

}  // namespace cpo::ingest
