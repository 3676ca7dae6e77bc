#include "app/commands/segment_apply.h"

#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <iterator>
#include <utility>
#include <vector>

#include "agents/segmentation/assigner.h"
#include "agents/segmentation/saved_run.h"
#include "app/files.h"
#include "base/csv_field.h"
#include "base/json.h"
#include "ingest/customers.h"
#include "model/customer_json.h"

namespace cpo::app {
namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// What was found so far.
struct Assignments {
    std::string csv = "id,segment\n";
    std::vector<std::size_t> sizes;  ///< [segments].
    std::size_t in_none = 0;
    double assign_ms = 0;  ///< From values in memory to labels.

    void add(const std::vector<std::string>& ids, const std::vector<int>& segments) {
        for (std::size_t row = 0; row < ids.size(); ++row) {
            fmt::format_to(std::back_inserter(csv), "{},{}\n", csv_field(ids[row]), segments[row]);
            if (segments[row] == kNoSegment)
                ++in_none;
            else
                ++sizes[static_cast<std::size_t>(segments[row])];
        }
    }
};

json::object report_of(const segmentation::SavedRun& run,
                       const ReadSummary& summary,
                       const Assignments& found,
                       double total_ms) {
    json::array segments;
    for (std::size_t s = 0; s < found.sizes.size(); ++s)
        segments.push_back(
            {{"segment", s}, {"name", run.segments[s].name}, {"size", found.sizes[s]}});
    return {{"rows", summary.lines - summary.rejected_count},
            {"segments", std::move(segments)},
            {"in_no_segment", found.in_none},
            {"rejected_count", summary.rejected_count},
            {"rejected", to_json(summary.rejected, kRejectedLinesMax)},
            {"timings_ms", json::object{{"assign", found.assign_ms}, {"total", total_ms}}}};
}

void print_summary(std::ostream& out,
                   const segmentation::SavedRun& run,
                   const ReadSummary& summary,
                   const Assignments& found) {
    const std::size_t rows = summary.lines - summary.rejected_count;
    out << fmt::format("{} customers.\n", rows);
    for (std::size_t s = 0; s < found.sizes.size(); ++s)
        out << fmt::format("  {}  {:>8}  {}\n", s, found.sizes[s], run.segments[s].name);
    if (found.in_none > 0) out << fmt::format("{} are in no segment.\n", found.in_none);
    if (summary.rejected_count > 0)
        out << fmt::format("{} lines could not be used; --json lists them.\n",
                           summary.rejected_count);
    for (const std::string& notice : summary.notices) out << "Note: " << notice << '\n';
}

}  // namespace

Result<void> apply_run(const ApplyOptions& options) {
    const auto start = Clock::now();
    const std::string text = TRY(read_file(options.run));
    auto value = parse_json(text);
    if (!value) return invalid_argument(options.run + ": " + value.error().message);
    const auto read = segmentation::read_run(*value);
    if (!read) return invalid_argument(options.run + ": " + read.error().message);
    const segmentation::SavedRun& run = *read;
    const segmentation::Assigner assigner(run.rule, run.plan.scaling);
    Assignments found;
    found.sizes.resize(run.segments.size());
    const auto stream = TRY(open_input(options.input));
    const auto summary = TRY(ingest::read_known_customers(
        *stream,
        options.input,
        {.id = options.id.empty() ? run.id : options.id,
         .columns = segmentation::columns_to_read(run.plan.columns),
         .may_be_missing = run.scale != "none"},
        {.rejected_share_max = options.rejected_share_max},
        [&](MixedTable batch) {
            const auto assign_start = Clock::now();
            const FeatureTable features =
                segmentation::encode_customers(std::move(batch), run.plan.columns);
            const auto segments = assigner.assign(features);
            found.assign_ms += ms_since(assign_start);
            found.add(features.ids, segments);
        }));
    TRY(write_file(options.output, found.csv));
    std::ostream& out = options.output == "-" ? std::cerr : std::cout;
    if (options.is_json)
        out << write_json(report_of(run, summary, found, ms_since(start))) << '\n';
    else
        print_summary(out, run, summary, found);
    return {};
}

}  // namespace cpo::app
