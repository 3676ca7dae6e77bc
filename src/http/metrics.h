#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cpo::http {

/// The numbers of one process in the Prometheus text format. Thread-safe.
class Metrics {
public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// cpo_http_requests_total and cpo_http_request_seconds; `operation` is empty when none
    /// matched.
    void count_request(std::string_view operation, int status, double seconds);
    void add_in_flight(int change);               ///< cpo_http_requests_in_flight.
    void add_connections(int change);             ///< cpo_http_connections.
    void add_streams(int change);                 ///< cpo_http_streams.
    void set_queue_length(std::size_t length);    ///< cpo_http_queue_length.
    void count_refused(std::string_view reason);  ///< cpo_http_refused_total: "queue", "rate", ...

    /// cpo_jobs{state}: what the store holds now.
    void set_jobs(std::string_view state, std::int64_t count);
    /// cpo_job_attempts_total{kind, state}: ended by this process since its start.
    void count_job(std::string_view kind, std::string_view state);

    std::string text() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace cpo::http
