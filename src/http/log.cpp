#include "http/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cmath>
#include <mutex>

#include "base/json.h"
#include "base/json_string.h"

namespace cpo::http {
namespace {

constexpr std::size_t kLineBytes = 400;  ///< Most lines are shorter.

class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit FunctionSink(std::function<void(std::string_view)> write) : write_(std::move(write)) {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        write_(std::string_view(message.payload.data(), message.payload.size()));
    }
    void flush_() override {}
    std::function<void(std::string_view)> write_;
};

class SpdLog final : public Log {
public:
    SpdLog(std::shared_ptr<spdlog::logger> logger, Clock& clock)
        : logger_(std::move(logger)), clock_(&clock) {}

    void access(const AccessLine& line) override {
        const auto level = line.status >= 500 ? spdlog::level::warn : spdlog::level::info;
        if (!logger_->should_log(level)) return;
        std::string text = start(level, "request");
        append(text, "request_id", line.request_id);
        if (!line.operation.empty()) append(text, "operation", line.operation);
        fmt::format_to(std::back_inserter(text), ",\"status\":{}", line.status);
        text += ",\"elapsed_ms\":";
        text += write_json(std::round(line.elapsed_ms * 1000) / 1000);
        append(text, "remote", line.remote);
        if (!line.actor_kind.empty()) {
            append(text, "actor_kind", line.actor_kind);
            append(text, "actor_id", line.actor_id);
        }
        if (!line.detail.empty()) append(text, "detail", line.detail);
        logger_->log(level, text + "}");
    }
    void info(std::string_view message) override { say(spdlog::level::info, message); }
    void warn(std::string_view message) override { say(spdlog::level::warn, message); }
    void error(std::string_view message) override { say(spdlog::level::err, message); }

private:
    /// The line's begin, without its closing brace. Built as text: it is written for every request.
    std::string start(spdlog::level::level_enum level, std::string_view message) {
        const auto name = spdlog::level::to_string_view(level);
        std::string text;
        text.reserve(kLineBytes);
        text += "{\"time\":\"";
        text += format_time(clock_->now());
        text += '"';
        append(text,
               "level",
               level == spdlog::level::warn ? "warn" : std::string_view(name.data(), name.size()));
        append(text, "message", message);
        return text;
    }
    static void append(std::string& text, std::string_view name, std::string_view value) {
        text += ",\"";
        text += name;
        text += "\":";
        append_json_string(text, value);
    }
    void say(spdlog::level::level_enum level, std::string_view message) {
        if (logger_->should_log(level)) logger_->log(level, start(level, message) + "}");
    }

    std::shared_ptr<spdlog::logger> logger_;
    Clock* clock_;
};

}  // namespace

Result<std::unique_ptr<Log>> make_log(const LogOptions& options, Clock& clock) {
    const auto level = spdlog::level::from_str(options.level);
    if (level != spdlog::level::info && level != spdlog::level::warn && level != spdlog::level::err)
        return invalid_argument(
            fmt::format("log level \"{}\": expected info, warning or error", options.level));
    spdlog::sink_ptr sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    if (options.sink) sink = std::make_shared<FunctionSink>(options.sink);
    auto logger = std::make_shared<spdlog::logger>("cpo", std::move(sink));
    logger->set_pattern("%v");
    logger->set_level(level);
    return std::unique_ptr<Log>(std::make_unique<SpdLog>(std::move(logger), clock));
}

}  // namespace cpo::http
