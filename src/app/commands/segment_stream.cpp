#include "app/commands/segment_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "agents/segmentation/nearest_segment.h"
#include "agents/segmentation/reservoir.h"
#include "agents/segmentation/stopwatch.h"
#include "app/files.h"
#include "base/csv_field.h"
#include "ingest/customer_stream.h"

namespace cpo::app {
namespace {

constexpr std::size_t kSampleRowsMax = std::size_t{1} << 18;
constexpr std::size_t kSampleBytesMax = std::size_t{256} << 20;

/// Reads the file once, in blocks.
Result<ReadSummary> pass(const StreamInput& input,
                         const ingest::CustomerColumns& columns,
                         const std::function<Result<void>(const FeatureTable&)>& sink) {
    const auto stream = TRY(open_input(input.path));
    return ingest::stream_customers(
        *stream,
        input.path,
        columns,
        {.rejected_share_max = input.rejected_share_max, .are_repeats_refused = true},
        sink);
}

/// Everybody's segment to the output.
Result<void> write_segments(const StreamInput& input,
                            const ingest::CustomerColumns& columns,
                            segmentation::NearestSegment& nearest,
                            const ReadSummary& before) {
    auto output = TRY(OutputFile::open(input.output));
    output.write("id,segment\n");
    const auto write = [&](const FeatureTable& block) -> Result<void> {
        const auto segment_of = nearest.add(block);
        std::string lines;
        for (std::size_t row = 0; row < block.rows(); ++row)
            lines += fmt::format("{},{}\n", csv_field(block.ids[row]), segment_of[row]);
        output.write(lines);
        return {};
    };
    const ReadSummary after = TRY(pass(input, columns, write));
    if (after.sha256 != before.sha256)
        return Error{ErrorCode::kAborted,
                     fmt::format("{} changed while it was read; try again", input.path),
                     {}};
    return output.finish();
}

/// What is known of all customers replaces what is of the sample.
void set_totals(const segmentation::NearestSegment& nearest, StreamedSegments& result) {
    Segmentation& found = result.segmentation;
    found.algorithm = "minibatch";
    found.segment_of.clear();
    found.map = {};
    found.quality.inertia = nearest.inertia();
    for (std::size_t s = 0; s < found.segments.size(); ++s) {
        found.segments[s].size = nearest.sizes()[s];
        found.segments[s].share =
            static_cast<double>(nearest.sizes()[s]) / static_cast<double>(result.rows);
    }
    if (result.sample_rows < result.rows)
        found.reasons.push_back(fmt::format(
            "Sizes, shares and inertia are of all {} customers; centres, names, drivers, rules, "
            "representatives, scaling and the other figures of a random sample of {}.",
            result.rows,
            result.sample_rows));
}

}  // namespace

Result<StreamedSegments> segment_stream(const StreamInput& input,
                                        const segmentation::SegmentationOptions& options) {
    std::error_code ignored;
    if (std::filesystem::exists(input.path, ignored) &&
        !std::filesystem::is_regular_file(input.path, ignored))
        return invalid_argument(fmt::format(
            "--algorithm minibatch reads the customers twice: {} must be a file", input.path));
    segmentation::Stopwatch watch;
    StreamedSegments result;
    const auto head = TRY(open_input(input.path));
    auto chosen = TRY(ingest::choose_columns(*head, input.path, input.columns));
    const std::size_t columns = chosen.columns.features.size();
    segmentation::CustomerReservoir reservoir(
        std::min(kSampleRowsMax, kSampleBytesMax / (sizeof(double) * columns)),
        Random(options.seed));
    result.summary = TRY(pass(input, chosen.columns, [&](const FeatureTable& block) {
        reservoir.add(block);
        return Result<void>();
    }));
    for (std::string& notice : chosen.notices) result.summary.notices.push_back(std::move(notice));
    result.rows = reservoir.seen();
    const FeatureTable sample = std::move(reservoir).take();
    result.sample_rows = sample.rows();
    result.read_ms = watch.lap_ms();

    segmentation::SegmentationOptions how = options;
    how.algorithm = segmentation::Algorithm::kKMeans;
    how.features.clear();  // The columns are those that were asked for.
    result.segmentation = TRY(segmentation::SegmentationAgent().segment(sample, how));
    TRY(input.accept(sample, result.segmentation));
    watch.lap_ms();
    result.rule = segmentation::segment_means(sample, result.segmentation, options.threads);
    segmentation::NearestSegment nearest(result.rule, result.segmentation.scaling, options.threads);
    TRY(write_segments(input, chosen.columns, nearest, result.summary));
    result.write_ms = watch.lap_ms();
    set_totals(nearest, result);
    return result;
}

}  // namespace cpo::app
