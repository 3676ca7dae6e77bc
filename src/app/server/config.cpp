#include "app/server/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cstdlib>
#include <limits>
#include <set>

#include "app/server/service_options.h"

namespace cpo::app {
namespace {

/// Reads the keys of one table and remembers what is wrong with the others.
class TableReader {
public:
    /// `table` may be null: then every key keeps its default.
    TableReader(const toml::table* table, std::string name, std::vector<std::string>& faults)
        : table_(table), name_(std::move(name)), faults_(faults) {}

    void text(const char* key, std::string& value) {
        if (const auto* node = find(key)) {
            if (const auto* given = node->as_string())
                value = given->get();
            else
                fault(*node, key, "expected a text");
        }
    }
    void flag(const char* key, bool& value) {
        if (const auto* node = find(key)) {
            if (const auto* given = node->as_boolean())
                value = given->get();
            else
                fault(*node, key, "expected true or false");
        }
    }
    void integer(const char* key, std::int64_t least, std::int64_t most, std::int64_t& value) {
        const auto* node = find(key);
        if (node == nullptr) return;
        const auto* given = node->as_integer();
        if (given == nullptr || given->get() < least || given->get() > most)
            fault(*node, key, fmt::format("expected a whole number from {} to {}", least, most));
        else
            value = given->get();
    }
    void number(const char* key, double least, double most, double& value) {
        const auto* node = find(key);
        if (node == nullptr) return;
        const auto given = node->value<double>();
        if (!node->is_number() || !given || !(*given >= least && *given <= most))
            fault(*node, key, fmt::format("expected a number from {} to {}", least, most));
        else
            value = *given;
    }
    void texts(const char* key, std::vector<std::string>& values) {
        const auto* node = find(key);
        if (node == nullptr) return;
        const auto* given = node->as_array();
        if (given == nullptr || (!given->empty() && !given->is_homogeneous<std::string>())) {
            fault(*node, key, "expected a list of texts");
            return;
        }
        values.clear();
        for (const auto& item : *given) values.push_back(item.value_or<std::string>(""));
    }
    template <typename Duration>
    void duration(const char* key, std::int64_t least, std::int64_t most, Duration& value) {
        std::int64_t count = value.count();
        integer(key, least, most, count);
        value = Duration(count);
    }
    /// A sub-table, null when it is not there.
    const toml::table* table(const char* key) {
        const auto* node = find(key);
        if (node == nullptr) return nullptr;
        if (node->as_table() == nullptr) fault(*node, key, "expected a table");
        return node->as_table();
    }
    /// Call last: every key that nobody asked for is a fault.
    void finish() {
        if (table_ == nullptr) return;
        for (const auto& [key, node] : *table_)
            if (known_.count(std::string(key.str())) == 0)
                fault(node, key.str(), "there is no such setting");
    }

private:
    const toml::node* find(const char* key) {
        known_.insert(key);
        return table_ == nullptr ? nullptr : table_->get(key);
    }
    void fault(const toml::node& node, std::string_view key, std::string_view what) {
        faults_.push_back(
            fmt::format("line {}: {}{}: {}", node.source().begin.line, name_, key, what));
    }

    const toml::table* table_;
    std::string name_;
    std::vector<std::string>& faults_;
    std::set<std::string> known_;
};

void read_http(const toml::table* table, HttpConfig& http, std::vector<std::string>& faults) {
    TableReader reader(table, "http.", faults);
    std::int64_t port = http.port;
    reader.text("address", http.address);
    reader.integer("port", 0, std::numeric_limits<std::uint16_t>::max(), port);
    http.port = static_cast<std::uint16_t>(port);
    reader.text("prefix", http.prefix);
    reader.text("public_url", http.public_url);
    reader.text("certificate_file", http.certificate_file);
    reader.text("key_file", http.key_file);
    reader.text("web_folder", http.web_folder);
    reader.integer("io_threads", 0, 16, http.io_threads);
    reader.integer("handler_threads", 0, 256, http.handler_threads);
    reader.integer("queue_max", 1, 1'000'000, http.queue_max);
    reader.integer("connections_max", 1, 1'000'000, http.connections_max);
    reader.number("requests_per_second", 0.1, 1e6, http.requests_per_second);
    reader.number("request_burst", 1, 1e6, http.request_burst);
    reader.texts("cors_origins", http.cors_origins);
    reader.texts("trusted_proxies", http.trusted_proxies);
    reader.finish();
}

/// What no single key can show.
void check(const Config& config, std::vector<std::string>& faults) {
    const HttpConfig& http = config.http;
    if (!http.public_url.empty() && !http.public_url.starts_with("http://") &&
        !http.public_url.starts_with("https://"))
        faults.push_back(
            fmt::format("http.public_url {}: expected http:// or https://", http.public_url));
    static const std::set<std::string> levels{"info", "warning", "error"};
    if (levels.count(config.log.level) == 0)
        faults.push_back(
            fmt::format("log.level {}: expected info, warning or error", config.log.level));
    if (config.accounts.idle > config.accounts.session)
        faults.emplace_back("accounts.idle_minutes is longer than accounts.session_minutes");
    for (const std::string& fault : refusals(config)) faults.push_back(fault);
}

void read_tables(const toml::table& root, Config& config, std::vector<std::string>& faults) {
    TableReader reader(&root, "", faults);
    reader.integer("threads", 0, 1024, config.threads);
    read_http(reader.table("http"), config.http, faults);

    TableReader store(reader.table("store"), "store.", faults);
    store.text("database", config.store.database);
    store.flag("migrate_at_start", config.store.is_migrated_at_start);
    store.finish();

    TableReader jobs(reader.table("jobs"), "jobs.", faults);
    jobs.integer("workers", 0, 64, config.jobs.workers);
    jobs.duration("lease_seconds", 1, 3600, config.jobs.lease);
    jobs.finish();

    TableReader accounts(reader.table("accounts"), "accounts.", faults);
    accounts.duration("session_minutes", 1, std::int64_t{60} * 24 * 30, config.accounts.session);
    accounts.duration("idle_minutes", 1, std::int64_t{60} * 24 * 30, config.accounts.idle);
    accounts.finish();

    TableReader log(reader.table("log"), "log.", faults);
    log.text("level", config.log.level);
    log.finish();
    reader.finish();
}

/// The file, then the environment. Errors: kInvalidArgument when it is no TOML.
Result<Config> read(const std::string& path, std::vector<std::string>& faults) {
    Config config;
    if (!path.empty()) {
        try {
            read_tables(toml::parse_file(path), config, faults);
        } catch (const toml::parse_error& error) {
            return invalid_argument(fmt::format(
                "{}: line {}: {}", path, error.source().begin.line, error.description()));
        }
    }
    // Read once, before any thread is started.
    if (const char* url = std::getenv("CPO_DATABASE_URL");  // NOLINT(concurrency-mt-unsafe)
        url != nullptr && *url != '\0')
        config.store.database = url;
    return config;
}

Error wrong(const std::string& path, const std::vector<std::string>& faults) {
    return invalid_argument(
        fmt::format("{}\n  {}",
                    path.empty() ? "the settings are wrong:" : path + " is wrong:",
                    fmt::join(faults, "\n  ")));
}

}  // namespace

Result<Config> read_config(const std::string& path) {
    std::vector<std::string> faults;
    Config config = TRY(read(path, faults));
    check(config, faults);
    if (!faults.empty()) return wrong(path, faults);
    return config;
}

Result<Config> read_worker_config(const std::string& path) {
    std::vector<std::string> faults;
    Config config = TRY(read(path, faults));
    config.http = HttpConfig();
    check(config, faults);
    if (!faults.empty()) return wrong(path, faults);
    return config;
}

Result<StoreConfig> read_store_config(const std::string& path) {
    std::vector<std::string> faults;
    Config config = TRY(read(path, faults));
    if (!faults.empty()) return wrong(path, faults);
    return config.store;
}

}  // namespace cpo::app
