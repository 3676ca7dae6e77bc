#include "agents/experiments/event_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/json.h"

namespace cpo::experiments {
namespace {

constexpr double kRejectedShareMax = 0.05;

Error field_error(std::string_view field, const std::string& reason) {
    return invalid_argument(fmt::format("{}: {}", field, reason));
}

Result<double> read_value(std::string_view text) {
    if (text.empty()) return 1.0;
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure == std::errc::result_out_of_range) return std::numeric_limits<double>::infinity();
    if (failure != std::errc() || end != text.data() + text.size())
        return field_error("value", "not a number");
    return value;
}

Result<ExperimentEvent> parse_line(std::string_view line) {
    const auto value = TRY(parse_json(line));
    const auto reader = TRY(JsonReader::of(value));
    ExperimentEvent event;
    const auto id = TRY(reader.string("id"));
    const auto kind = TRY(reader.string("kind"));
    const auto unit = TRY(reader.string("unit"));
    const auto arm = TRY(reader.string_or("arm", ""));
    const auto metric = TRY(reader.string_or("metric", ""));
    const auto time = TRY(reader.string("time"));
    const double amount = TRY(reader.number_or("value", 1.0));
    event = TRY(make_event({id, kind, unit, arm, metric, "", time}));
    event.value = event.kind == EventKind::kOutcome ? amount : 1.0;
    return event;
}

}  // namespace

Result<ExperimentEvent> make_event(const EventFields& fields) {
    ExperimentEvent event;
    event.id = fields.id;
    event.unit = fields.unit;
    if (fields.id.empty()) return field_error("id", "it is empty");
    if (fields.unit.empty()) return field_error("unit", "it is empty");
    if (fields.kind == "exposure") {
        event.kind = EventKind::kExposure;
        event.arm = fields.arm;
        if (fields.arm.empty()) return field_error("arm", "an exposure names its arm");
    } else if (fields.kind == "outcome") {
        event.kind = EventKind::kOutcome;
        event.metric = fields.metric;
        if (fields.metric.empty()) return field_error("metric", "an outcome names its metric");
        event.value = TRY(read_value(fields.value));
    } else {
        return field_error("kind", "expected exposure or outcome");
    }
    const auto time = parse_time(fields.time);
    if (!time) return field_error("time", "expected a time like 2011-12-09T12:50:00Z");
    event.time = *time;
    return event;
}

void EventLog::reject(std::size_t line, std::string reason) {
    ++rejected_count;
    if (rejected.size() < kRejectedEventsMax) rejected.push_back({line, std::move(reason)});
}

Result<EventLog> read_event_lines(std::string_view text) {
    EventLog log;
    std::size_t number = 0;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        if (++log.lines > kEventsMax)
            return Error{ErrorCode::kResourceExhausted,
                         fmt::format("events: more than {} lines", kEventsMax),
                         {}};
        auto event = parse_line(line);
        if (event)
            log.events.push_back(*std::move(event));
        else
            log.reject(number, event.error().message);
    }
    return log;
}

Result<void> check_rejected(const EventLog& log) {
    const auto lines = static_cast<double>(log.lines);
    if (static_cast<double>(log.rejected_count) <= kRejectedShareMax * lines) return {};
    std::string list;
    for (const auto& [line, reason] : log.rejected)
        list += fmt::format("\n  line {}: {}", line, reason);
    return invalid_argument(fmt::format("events: {} of {} lines cannot be read:{}{}",
                                        log.rejected_count,
                                        log.lines,
                                        list,
                                        log.rejected_count > log.rejected.size() ? "\n  ..." : ""));
}

}  // namespace cpo::experiments
