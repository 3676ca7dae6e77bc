#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace cpo::http {

/// What is told about one answered request: never bodies, query strings, cookies or tokens.
struct AccessLine {
    std::string request_id;
    std::string operation;  ///< operationId; empty when none matched.
    int status = 0;
    double elapsed_ms = 0;
    std::string remote;
    std::string actor_kind;
    std::string actor_id;
    std::string detail;  ///< Of an error, for the operator.
};

struct LogOptions {
    std::string level = "info";  ///< "info", "warning" or "warn", "error".
    /// Receives each line, without its end, instead of stderr. Called by one thread at a time.
    std::function<void(std::string_view)> sink;
};

/// JSON lines: time, level, message, then what is known. Thread-safe.
class Log {
public:
    virtual ~Log() = default;
    /// Warn from 500 on, else info.
    virtual void access(const AccessLine& line) = 0;
    virtual void info(std::string_view message) = 0;
    virtual void warn(std::string_view message) = 0;
    virtual void error(std::string_view message) = 0;
};
/// Errors: kInvalidArgument for an unknown level.
Result<std::unique_ptr<Log>> make_log(const LogOptions& options, Clock& clock);

}  // namespace cpo::http
