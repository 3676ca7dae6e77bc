#pragma once

#include <chrono>
#include <string>

#include "base/time.h"

namespace cpo {

/// A moment in UTC with milliseconds: what the server stores and answers.
using MilliTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// "2026-11-26T23:31:20.123Z", RFC 3339.
std::string format_time(MilliTime time);

/// Where "now" comes from, so that tests can set it. Safe to call from many threads at once.
class Clock {
public:
    virtual ~Clock() = default;
    virtual MilliTime now() = 0;
};

/// The machine's clock; one for the whole program.
Clock& system_clock();

}  // namespace cpo
