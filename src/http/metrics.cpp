#include "http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>

namespace cpo::http {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

const Histogram::BucketBoundaries& second_bounds() {
    static const Histogram::BucketBoundaries bounds{
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
    return bounds;
}

void change_by(Gauge& gauge, int change) {
    if (change >= 0)
        gauge.Increment(change);
    else
        gauge.Decrement(-change);
}

}  // namespace

struct Metrics::State {
    prometheus::Registry registry;
    Family<Counter>& requests = prometheus::BuildCounter()
                                    .Name("cpo_http_requests_total")
                                    .Help("Requests answered, by operation and status.")
                                    .Register(registry);
    Family<Histogram>& seconds = prometheus::BuildHistogram()
                                     .Name("cpo_http_request_seconds")
                                     .Help("From the end of the head to the answer.")
                                     .Register(registry);
    Family<Counter>& refused = prometheus::BuildCounter()
                                   .Name("cpo_http_refused_total")
                                   .Help("Requests and connections refused by a limit.")
                                   .Register(registry);
    Family<Gauge>& jobs = prometheus::BuildGauge()
                              .Name("cpo_jobs")
                              .Help("Jobs in the store, by state.")
                              .Register(registry);
    Family<Counter>& job_attempts =
        prometheus::BuildCounter()
            .Name("cpo_job_attempts_total")
            .Help("Attempts at jobs that this process ended, by how they did.")
            .Register(registry);
    Gauge& in_flight = gauge("cpo_http_requests_in_flight", "Requests whose answer is being made.");
    Gauge& connections = gauge("cpo_http_connections", "Open connections.");
    Gauge& streams = gauge("cpo_http_streams", "Open event streams.");
    Gauge& queue = gauge("cpo_http_queue_length", "Requests that wait for a thread.");

    /// prometheus-cpp looks a labelled metric up by hashing its labels; these maps keep the hot
    /// path at one short lock.
    std::mutex mutex;
    struct OfOperation {
        Histogram* seconds = nullptr;
        std::map<int, Counter*> by_status;
    };
    std::map<std::string, OfOperation, std::less<>> operations;

    Gauge& gauge(const char* name, const char* help) {
        return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
    }
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::count_request(std::string_view operation, int status, double seconds) {
    Histogram* histogram = nullptr;
    Counter* counter = nullptr;
    {
        const std::lock_guard lock(state_->mutex);
        auto found = state_->operations.find(operation);
        if (found == state_->operations.end()) {
            found = state_->operations.emplace(operation, State::OfOperation()).first;
            found->second.seconds =
                &state_->seconds.Add({{"operation", found->first}}, second_bounds());
        }
        Counter*& slot = found->second.by_status[status];
        if (slot == nullptr)
            slot = &state_->requests.Add(
                {{"operation", found->first}, {"status", std::to_string(status)}});
        counter = slot;
        histogram = found->second.seconds;
    }
    counter->Increment();
    histogram->Observe(seconds);
}

void Metrics::add_in_flight(int change) { change_by(state_->in_flight, change); }
void Metrics::add_connections(int change) { change_by(state_->connections, change); }
void Metrics::add_streams(int change) { change_by(state_->streams, change); }
void Metrics::set_queue_length(std::size_t length) {
    state_->queue.Set(static_cast<double>(length));
}
void Metrics::count_refused(std::string_view reason) {
    state_->refused.Add({{"reason", std::string(reason)}}).Increment();
}
void Metrics::set_jobs(std::string_view state, std::int64_t count) {
    state_->jobs.Add({{"state", std::string(state)}}).Set(static_cast<double>(count));
}
void Metrics::count_job(std::string_view kind, std::string_view state) {
    state_->job_attempts.Add({{"kind", std::string(kind)}, {"state", std::string(state)}})
        .Increment();
}

std::string Metrics::text() const {
    return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace cpo::http
