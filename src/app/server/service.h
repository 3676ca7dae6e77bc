#pragma once

#include <memory>
#include <string>

#include "app/server/config.h"
#include "base/result.h"
#include "http/log.h"

namespace cpo::app {

/// The product as a running process, built from its settings: store, content, rules, workers and
/// API. Models and rules load in the background, so making one takes a fraction of a second.
/// Destroyed in reverse order of construction.
class Service {
public:
    /// Opens the database and brings it forward (or checks it, by the settings), loads in the
    /// background. Errors: those of the parts, with what to do.
    static Result<std::unique_ptr<Service>> make(const Config& config, http::Log& log);
    ~Service();

    /// What people must know at the start: the set-up token while there is no user, empty later.
    Result<std::string> setup_token();

    /// Binds the port. Errors: as http::make_server.
    Result<void> listen();
    /// "http://127.0.0.1:8080/cpo".
    std::string url() const;
    /// Accepts requests and, with jobs.workers > 0, works on jobs.
    void start();
    /// Works on jobs without an API, with `threads` of them.
    void start_worker(int threads);
    /// Answers what is in flight, lets jobs finish or puts them back. Blocks. Idempotent.
    void stop();

private:
    struct Parts;
    explicit Service(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace cpo::app
