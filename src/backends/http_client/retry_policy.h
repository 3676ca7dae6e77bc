#pragma once

#include <chrono>
#include <optional>

#include "backends/http_client/http_client.h"
#include "base/random.h"
#include "base/time.h"

namespace cpo {

/// How one attempt ended, as far as trying again is concerned.
enum class AttemptOutcome {
    kAnswered,  ///< A complete response, whatever its status.
    kNotSent,   ///< Nothing reached the server.
    kUnclear,   ///< The server may have acted on it.
    kFinal,     ///< Will fail again: certificate, limits.
};

/// True when the same request may be sent again. `status` counts with kAnswered only.
bool may_retry(AttemptOutcome outcome, int status, bool is_idempotent);

/// The wait that the server asks for: retry-after-ms, x-ms-retry-after-ms, or Retry-After in
/// seconds or as an HTTP date (RFC 9110, 10.2.3; measured from the response's own Date where it has
/// one). Nothing when it asks for none, or what it says cannot be read.
std::optional<std::chrono::milliseconds> retry_after_of(const HttpResponse& response, Time now);

/// Full jitter: uniform between 0 and base * 2^attempt, at most `limit`. `attempt` is 0-based.
std::chrono::milliseconds backoff(int attempt,
                                  std::chrono::milliseconds base,
                                  std::chrono::milliseconds limit,
                                  Random& random);

}  // namespace cpo
