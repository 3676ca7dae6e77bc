#include <fmt/format.h>

#include <memory>

#include "app/commands/commands.h"
#include "app/server/config.h"
#include "app/server/open_database.h"
#include "app/server/service.h"
#include "app/server/stop_signals.h"
#include "base/clock.h"
#include "http/log.h"
#include "store/migrate.h"

namespace cpo::app {
namespace {

Result<std::unique_ptr<http::Log>> log_of(const Config& config) {
    http::LogOptions options;
    options.level = config.log.level;
    return http::make_log(options, system_clock());
}

Result<void> serve(const std::string& config_file) {
    const auto start = std::chrono::steady_clock::now();
    const Config config = TRY(read_config(config_file));
    const auto log = TRY(log_of(config));
    const sigset_t signals = hold_stop_signals();
    const auto service = TRY(Service::make(config, *log));
    auto listening = service->listen();
    if (!listening) return listening;
    service->start();
    tell(fmt::format("CPO {} listens on {}", CPO_VERSION, service->url()));
    if (const std::string token = TRY(service->setup_token()); !token.empty())
        tell(fmt::format("There is no user yet. Make the first one with this set-up token: {}",
                         token));
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    tell(fmt::format("Ready after {:.2f} s", elapsed.count()));
    wait_for(signals);
    log->info("stopping");
    service->stop();
    return {};
}

Result<void> work(const std::string& config_file, int threads) {
    const Config config = TRY(read_worker_config(config_file));
    const auto log = TRY(log_of(config));
    const sigset_t signals = hold_stop_signals();
    const auto service = TRY(Service::make(config, *log));
    service->start_worker(threads);
    tell(fmt::format(
        "Ready: {} threads work on jobs of {}", threads, without_password(config.store.database)));
    wait_for(signals);
    log->info("stopping");
    service->stop();
    return {};
}

Result<void> migrate(const std::string& config_file) {
    const StoreConfig config = TRY(read_store_config(config_file));
    const auto database = TRY(open_database(config.database));
    const int applied = TRY(store::migrate(*database));
    tell(applied == 0 ? std::string("The schema is up to date.")
                      : fmt::format("Applied {} migrations.", applied));
    return {};
}

Result<void> check_config(const std::string& config_file) {
    const auto config = read_config(config_file);
    if (!config) return config.error();
    tell("The settings are right.");
    return {};
}

/// Options live as long as the parser, which calls back later.
struct ServerOptions {
    std::string config;
    int threads = 2;
};

}  // namespace

void add_server_commands(Command root, ExitCode& exit) {
    const auto options = std::make_shared<ServerOptions>();
    const auto add = [&](const char* name, const char* description, const char* example) {
        Command command = root.add_verb(name, description);
        command.option("--config", options->config, "Settings (config/example.toml shows all)")
            .existing_file();
        command.footer(std::string("Example:\n  ") + example);
        return command;
    };
    add("serve", "Serve the API and work on jobs", "cpo serve --config cpo.toml")
        .on_run([&exit, options] { exit.value = finish(serve(options->config)); });
    Command worker =
        add("worker", "Work on jobs, without an API", "cpo worker --config cpo.toml --threads 4");
    worker.option("--threads", options->threads, "Jobs at once").in_range(1, 64).shows_default();
    worker.on_run(
        [&exit, options] { exit.value = finish(work(options->config, options->threads)); });
    add("migrate", "Bring the database's schema forward", "cpo migrate --config cpo.toml")
        .on_run([&exit, options] { exit.value = finish(migrate(options->config)); });
    add("check-config", "List every fault of the settings", "cpo check-config --config cpo.toml")
        .on_run([&exit, options] { exit.value = finish(check_config(options->config)); });
}

}  // namespace cpo::app
