#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/campaign.h"
#include "model/experiment.h"
#include "model/segment.h"

namespace cpo::experiments {

/// A candidate arm: only screened messages can get here (invariant 1).
struct Candidate {
    std::string key;      ///< Strategy; "control" for the control message.
    std::string variant;  ///< Variant::id.
    ScreenedMessage message;
};

/// Approved variants -> experiment. Keeps no state; thread-safe.
class ExperimentsAgent {
public:
    /// One experiment for a segment, equal weights, control first, sample-size plan from the
    /// campaign's assumptions. Key "<goal slug>-s<segment>", seed the key plus the campaign's seed.
    /// Errors: kFailedPrecondition when no control or no other arm passed screening (says which is
    /// missing), kInternal when a message is not intact.
    Result<Experiment> design(const Campaign& campaign,
                              const Segment& segment,
                              std::vector<Candidate> candidates) const;
};

}  // namespace cpo::experiments
