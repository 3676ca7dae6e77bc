#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace cpo::app {

// What an operator may set: config/example.toml shows every key with its default and unit. Secrets
// never stand in the file: the database URL with its password comes from CPO_DATABASE_URL, the
// language model from CPO_LLM_*.

struct HttpConfig {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;     ///< 0 = a free one, printed at the start.
    std::string prefix;            ///< "/cpo" behind a reverse proxy; empty = none.
    std::string public_url;        ///< As browsers see it; https makes cookies Secure.
    std::string certificate_file;  ///< PEM; TLS when both are set.
    std::string key_file;
    std::string web_folder;       ///< The dashboard's build; empty = ../web beside the program.
    std::int64_t io_threads = 0;  ///< 0 = one a core, at most 16.
    std::int64_t handler_threads = 0;  ///< 0 = twice the cores, at least 4.
    std::int64_t queue_max = 1024;     ///< Requests that wait for a handler; more answer 503.
    std::int64_t connections_max = 10'000;
    double requests_per_second = 200;  ///< Per caller.
    double request_burst = 400;
    std::vector<std::string> cors_origins;     ///< Empty = none.
    std::vector<std::string> trusted_proxies;  ///< Addresses whose X-Forwarded-For counts.
};

struct StoreConfig {
    std::string database = "sqlite:data/cpo.db";  ///< CPO_DATABASE_URL goes first.
    bool is_migrated_at_start = true;
};

struct JobsConfig {
    std::int64_t workers = 1;  ///< Threads inside `cpo serve`; 0 = only `cpo worker` elsewhere.
    std::chrono::seconds lease{30};
};

struct AccountsConfig {
    std::chrono::minutes session{12 * 60};  ///< Absolute.
    std::chrono::minutes idle{2 * 60};
};

struct LogConfig {
    std::string level = "info";  ///< info, warning, error.
};

struct Config {
    HttpConfig http;
    StoreConfig store;
    JobsConfig jobs;
    AccountsConfig accounts;
    LogConfig log;
    std::int64_t threads = 0;  ///< For clustering and embedding; 0 = all cores.
};

/// Reads a TOML file, then the environment; an empty path gives the defaults with the environment.
/// Errors: kInvalidArgument listing every fault with its line: unknown keys, wrong types, values
/// out of range, and all that keeps the server from starting (service_options.h).
Result<Config> read_config(const std::string& path);

/// The same for a process that serves nothing: what is wrong with the table http is no fault.
Result<Config> read_worker_config(const std::string& path);

/// The same for a verb that needs the database only: what is wrong with the server beside it, such
/// as a key of TLS that this user may not read, is no fault.
Result<StoreConfig> read_store_config(const std::string& path);

}  // namespace cpo::app
