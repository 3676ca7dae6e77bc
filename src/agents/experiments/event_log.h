#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/outcome.h"

namespace cpo::experiments {

/// Largest number of events one analysis takes.
inline constexpr std::size_t kEventsMax = 50'000'000;

/// Fields of one event as text, as a CSV has them; empty = not there.
struct EventFields {
    std::string_view id, kind, unit, arm, metric, value, time;
};

/// "exposure" needs an arm, "outcome" a metric; value is 1 when empty. A value of nan or inf is
/// passed on (summarize counts and refuses it). Errors: kInvalidArgument naming the field.
Result<ExperimentEvent> make_event(const EventFields& fields);

/// Events of a file and the lines that were not understood.
struct EventLog {
    struct Rejected {
        std::size_t line = 0;  ///< 1-based.
        std::string reason;
    };
    std::vector<ExperimentEvent> events;
    std::size_t lines = 0;           ///< Not blank.
    std::vector<Rejected> rejected;  ///< The first kRejectedEventsMax.
    std::size_t rejected_count = 0;  ///< All of them.
    void reject(std::size_t line, std::string reason);
};
inline constexpr std::size_t kRejectedEventsMax = 20;

/// One JSON object a line: {id, kind, unit, arm | metric, value, time}; blank lines are skipped,
/// unknown fields are allowed (other tools add theirs). Errors: kResourceExhausted over kEventsMax.
Result<EventLog> read_event_lines(std::string_view text);

/// Errors: kInvalidArgument listing the first rejected lines when they are more than 5 % of all.
Result<void> check_rejected(const EventLog& log);

}  // namespace cpo::experiments
