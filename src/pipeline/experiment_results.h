#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "model/outcome.h"
#include "pipeline/experiment_history.h"
#include "store/experiment_store.h"

namespace cpo::pipeline {

/// Largest number of events that are analysed while somebody waits; `cpo analyze` takes more.
inline constexpr std::size_t kResultEventsMax = 2'000'000;

struct ExperimentResults {
    std::string experiment;
    store::ExperimentState state = store::ExperimentState::kDraft;
    std::int64_t events = 0;              ///< Received so far, those that do not count included.
    std::optional<Time> newest_event_at;  ///< By the time of the events.
    /// SHA-256 over everything the numbers depend on: configuration, history, plan and events. The
    /// same snapshot gives the same numbers.
    std::string snapshot;
    Analysis analysis;
};

/// Replays all events of an experiment (behaviours 14-16, 23): the order in which they came does
/// not matter. Every event is judged anew from the history of the experiment. A unit that was shown
/// another arm than its own is left out with all its events; above 1 % of the units the results
/// are not trusted. Reads in pages; O(n log n). Errors: kNotFound, kDeadlineExceeded,
/// kResourceExhausted over kResultEventsMax.
Result<ExperimentResults> experiment_results(store::Session& session,
                                             const std::string& workspace,
                                             const std::string& id,
                                             Deadline deadline);

}  // namespace cpo::pipeline
