#include "http/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cmath>
#include <mutex>

#include "base/json.h"

namespace cpo::http {
namespace {

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
        json::object fields = start(level, "request");
        fields["request_id"] = line.request_id;
        if (!line.operation.empty()) fields["operation"] = line.operation;
        fields["status"] = line.status;
        fields["elapsed_ms"] = std::round(line.elapsed_ms * 1000) / 1000;
        fields["remote"] = line.remote;
        if (!line.actor_kind.empty()) {
            fields["actor_kind"] = line.actor_kind;
            fields["actor_id"] = line.actor_id;
        }
        if (!line.detail.empty()) fields["detail"] = line.detail;
        logger_->log(level, write_json(fields));
    }
    void info(std::string_view message) override { say(spdlog::level::info, message); }
    void warn(std::string_view message) override { say(spdlog::level::warn, message); }
    void error(std::string_view message) override { say(spdlog::level::err, message); }

private:
    json::object start(spdlog::level::level_enum level, std::string_view message) {
        const auto name = spdlog::level::to_string_view(level);
        json::object fields;
        fields["time"] = format_time(clock_->now());
        fields["level"] =
            level == spdlog::level::warn ? "warn" : std::string(name.data(), name.size());
        fields["message"] = message;
        return fields;
    }
    void say(spdlog::level::level_enum level, std::string_view message) {
        if (logger_->should_log(level)) logger_->log(level, write_json(start(level, message)));
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
