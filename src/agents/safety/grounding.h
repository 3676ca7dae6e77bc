#pragma once

#include <vector>

#include "agents/safety/safety.h"
#include "agents/safety/sender.h"
#include "text/canonical.h"

namespace cpo::safety {

/// The two fields of a message as a person reads them (the plain views).
struct GroundingInput {
    const ScreeningRequest& request;
    const text::CanonicalText& subject;
    const text::CanonicalText& text;
};

/// Finds every claim of subject and text and looks it up in the approved facts; disguised digits
/// are read like plain ones. Gives an issue with the nearest approved value for each that nothing
/// backs, and one where the subject promises an amount that the text does not. `found` are the
/// issues so far: claims inside personal data, secrets and placeholders are theirs. REQUIRES:
/// request.facts != nullptr.
std::vector<Issue> check_grounding(const GroundingInput& input,
                                   const Sender& sender,
                                   const std::vector<Issue>& found);

}  // namespace cpo::safety
