#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/commands/commands.h"
#include "app/server/database_option.h"
#include "app/server/sample_workspace.h"
#include "app/server/service.h"
#include "app/server/stop_signals.h"
#include "http/log.h"

namespace cpo::app {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes kMakingMax{10};

struct DemoOptions {
    std::string data = "cpo-demo";
    int port = 8080;
    bool is_serving = true;
    bool is_json = false;
};

fs::path database_of(const DemoOptions& options) { return fs::path(options.data) / "sample.db"; }
/// Written last: a sample without it was never finished.
fs::path sign_in_file(const DemoOptions& options) { return fs::path(options.data) / "sign-in.txt"; }

void tell(const std::string& line) {
    std::fputs((line + "\n").c_str(), stdout);
    std::fflush(stdout);
}

std::string sign_in_text(const std::vector<SamplePerson>& people) {
    std::string text;
    for (const SamplePerson& person : people)
        text += fmt::format("  {:<18} {}   {}\n", person.email, person.password, person.role);
    return text;
}

Result<void> write_sign_in(const fs::path& file, const std::string& text) {
    std::ofstream stream(file);
    std::error_code failure;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, failure);
    stream << text << std::flush;
    if (!stream || failure) return invalid_argument(file.string() + " cannot be written");
    return {};
}

/// What an interrupted call has left is made anew.
Result<void> clear_unfinished(const DemoOptions& options) {
    std::error_code failure;
    for (const char* ending : {"", "-wal", "-shm"})
        fs::remove(database_of(options).string() + ending, failure);
    fs::create_directories(options.data, failure);
    if (failure) return invalid_argument(options.data + ": " + failure.message());
    return {};
}

void tell(const SampleWorkspace& sample, bool is_json) {
    if (is_json)
        return tell(write_json(json::object{{"customers", sample.customers},
                                            {"documents", sample.documents},
                                            {"segments", sample.segments},
                                            {"variants", sample.variants},
                                            {"experiments", sample.experiments}}));
    tell(fmt::format(
        "{} customers in {} segments, {} approved documents, {} messages, {} experiments, of which "
        "the first is running.",
        sample.customers,
        sample.segments,
        sample.documents,
        sample.variants,
        sample.experiments));
}

Config config_of(const DemoOptions& options) {
    Config config;
    config.store.database = "sqlite:" + database_of(options).string();
    config.http.port = static_cast<std::uint16_t>(options.port);
    config.log.level = "warn";
    return config;
}

Result<void> make_sample(const DemoOptions& options) {
    const auto people = sample_people();
    const auto opened =
        TRY(open_store({.database = config_of(options).store.database, .config = {}}));
    const auto sample =
        TRY(make_sample_workspace(*opened.store, people, Deadline::after(kMakingMax)));
    TRY(write_sign_in(sign_in_file(options), sign_in_text(people)));
    tell(sample, options.is_json);
    return {};
}

Result<void> run_demo(const DemoOptions& options) {
    const bool is_made = fs::exists(sign_in_file(options));
    if (!is_made) TRY(clear_unfinished(options));
    const Config config = config_of(options);
    http::LogOptions log_options;
    log_options.level = config.log.level;
    const auto log = TRY(http::make_log(log_options, system_clock()));
    const sigset_t signals = hold_stop_signals();
    const auto service = TRY(Service::make(config, *log));
    if (options.is_serving) {
        TRY(service->listen());
        service->start();
    } else if (!is_made) {
        service->start_worker(1);
    }
    if (!is_made) {
        if (!options.is_json) tell("Making the sample shop: invented orders, real work ...");
        TRY(make_sample(options));
    }
    if (options.is_serving) {
        std::ostringstream people;
        people << std::ifstream(sign_in_file(options)).rdbuf();
        tell(fmt::format(
            "Open {}/ and sign in as one of\n{}Ctrl+C stops it; the sample stays in {}.",
            service->url(),
            people.str(),
            options.data));
        wait_for(signals);
    }
    service->stop();
    return {};
}

}  // namespace

void add_demo_command(CLI::App& root, ExitCode& exit) {
    const auto options = std::make_shared<DemoOptions>();
    CLI::App* verb = root.add_subcommand("demo", "Make a sample workspace and serve its dashboard");
    verb->add_option("--data", options->data, "Folder of the sample; made when it is not there")
        ->capture_default_str();
    verb->add_option("--port", options->port, "Port on 127.0.0.1; 0 = a free one")
        ->check(CLI::Range(0, 65'535))
        ->capture_default_str();
    verb->add_flag("!--no-serve", options->is_serving, "Make it, print a summary and end");
    verb->add_flag("--json", options->is_json, "The summary for programs");
    verb->footer("Example:\n  cpo demo --data my-demo --port 8090");
    verb->callback([&exit, options] { exit.value = finish(run_demo(*options)); });
}

}  // namespace cpo::app
