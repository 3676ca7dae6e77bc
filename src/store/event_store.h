#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "model/outcome.h"
#include "store/store.h"

namespace cpo::store {

/// Largest number of events one batch may hold.
inline constexpr std::size_t kEventBatchMax = 5'000;

/// An exposure or outcome as it was received. `event.id` identifies it within the experiment.
struct StoredEvent {
    ExperimentEvent event;
    std::string content_hash;  ///< hash_of(event).
    std::string not_counted;   ///< Why it cannot count, as known when it came; empty = it can.
    MilliTime received_at{};
};

/// SHA-256 over id and content: two events of one id are the same when their hashes are.
std::string hash_of(const ExperimentEvent& event);

struct InsertedEvents {
    std::int64_t inserted = 0;
    std::set<std::string> known;         ///< Ids that were there already with the same content.
    std::vector<std::string> conflicts;  ///< Ids that are there with another content, sorted.
};
/// Inserts those that are not known; with conflicts none is. REQUIRES: sorted by id, none twice, at
/// most kEventBatchMax. About 0.1 s for kEventBatchMax. Errors: kUnavailable when another batch
/// brought some of them meanwhile (the transaction is tried again).
Result<InsertedEvents> insert_events(Change& change,
                                     const std::string& experiment,
                                     std::span<const StoredEvent> events);

/// The next `count_max` events by id after `after` (empty = from the first).
Result<std::vector<StoredEvent>> read_events(Session& session,
                                             const std::string& workspace,
                                             const std::string& experiment,
                                             const std::string& after,
                                             std::size_t count_max);

/// The next `count_max` exposures by id after `after` (empty = from the first), those that cannot
/// count among them. Walks the primary key, outcomes included.
Result<std::vector<ExperimentEvent>> read_exposures(Session& session,
                                                    const std::string& workspace,
                                                    const std::string& experiment,
                                                    const std::string& after,
                                                    std::size_t count_max);

/// Which of `units` have an exposure that counts.
Result<std::set<std::string>> exposed_units(Session& session,
                                            const std::string& workspace,
                                            const std::string& experiment,
                                            std::span<const std::string> units);

}  // namespace cpo::store
