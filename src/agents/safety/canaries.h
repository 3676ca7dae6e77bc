#pragma once

#include "agents/safety/safety.h"

namespace cpo::safety {

/// Screens a few messages with known answers: bad ones of every category that must be found, and a
/// good one that must pass. Errors: kInternal naming the message that came out wrong; the agent
/// must not be used then.
Result<void> self_test(const SafetyAgent& agent);

}  // namespace cpo::safety
