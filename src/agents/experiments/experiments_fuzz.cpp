// Whatever the bytes: reading an experiment, an analysis input or an event file ends with a value
// or an error, and what was accepted can be assigned, summarised and analysed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agents/experiments/analysis_input.h"
#include "agents/experiments/assignment.h"
#include "agents/experiments/event_log.h"
#include "base/json.h"
#include "model/experiment_json.h"

namespace {

using namespace cpo;               // NOLINT(google-build-using-namespace)
using namespace cpo::experiments;  // NOLINT(google-build-using-namespace)

void fuzz_assignment(const json::value& value) {
    const auto config = read_assignment_config(value);
    if (!config || !validate(*config)) return;
    for (const char* unit : {"", "1", "customer-17", "\xFF"}) {
        const Assignment assignment = assign(*config, unit);
        if (assignment.arm >= static_cast<int>(config->arms.size())) std::abort();
    }
}

void fuzz_analysis(const json::value& value, std::string_view events) {
    const auto input = read_analysis_input(value);
    if (!input) return;
    AnalysisPlan plan = input->plan;
    auto metrics = input->metrics;
    if (metrics.empty()) {
        auto log = read_event_lines(events);
        if (!log) return;
        EventSummary summary = summarize(input->scope, std::move(log->events));
        metrics = std::move(summary.metrics);
        plan.exposed = std::move(summary.exposed);
    }
    const auto analysis = analyze(plan, metrics);
    if (analysis && analysis->sentence.empty()) std::abort();
    if (analysis) write_json(to_json(*analysis));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // First line: a JSON document; the rest: events.
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto end = std::min(text.find('\n'), text.size());
    const auto rest = text.substr(std::min(end + 1, text.size()));
    const auto log = read_event_lines(rest);
    if (log && log->rejected_count + log->events.size() != log->lines) std::abort();
    const auto value = parse_json(text.substr(0, end));
    if (!value) return 0;
    fuzz_assignment(*value);
    fuzz_analysis(*value, rest);
    return 0;
}
