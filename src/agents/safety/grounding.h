#pragma once

#include <string_view>
#include <vector>

#include "agents/safety/safety.h"
#include "agents/safety/sender.h"

namespace cpo::safety {

/// Finds every claim of subject and text and looks it up in the approved facts. Gives an issue
/// with the nearest approved value for each that nothing backs, and one where the subject promises
/// an amount that the text does not. `found` are the issues so far: claims inside personal data,
/// secrets and placeholders are theirs. REQUIRES: request.facts != nullptr, valid UTF-8.
std::vector<Issue> check_grounding(const ScreeningRequest& request,
                                   const Sender& sender,
                                   const std::vector<Issue>& found);

}  // namespace cpo::safety
