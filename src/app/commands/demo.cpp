#include <fmt/format.h>

#include <memory>

#include "app/commands/commands.h"
#include "app/server/database_option.h"
#include "app/server/sample_folder.h"
#include "app/server/sample_workspace.h"
#include "app/server/service.h"
#include "app/server/stop_signals.h"
#include "http/log.h"

namespace cpo::app {
namespace {

constexpr std::chrono::minutes kMakingMax{10};

struct DemoOptions {
    std::string data = "cpo-demo";
    int port = 8080;
    bool is_serving = true;
    bool is_json = false;
};

std::string sign_in_text(const std::vector<SamplePerson>& people) {
    std::string text;
    for (const SamplePerson& person : people)
        text += fmt::format("  {:<18} {}   {}\n", person.email, person.password, person.role);
    return text;
}

json::object summary_json(const SampleWorkspace& sample) {
    return {{"customers", sample.customers},
            {"documents", sample.documents},
            {"segments", sample.segments},
            {"variants", sample.variants},
            {"experiments", sample.experiments}};
}

Result<void> tell_summary(const std::string& summary, bool is_json) {
    if (is_json) {
        tell(summary);
        return {};
    }
    const json::value value = TRY(parse_json(summary));
    const JsonReader sample = TRY(JsonReader::of(value));
    tell(fmt::format(
        "{} customers in {} segments, {} approved documents, {} messages, {} experiments, of which "
        "the first is running.",
        TRY(sample.integer("customers")),
        TRY(sample.integer("segments")),
        TRY(sample.integer("documents")),
        TRY(sample.integer("variants")),
        TRY(sample.integer("experiments"))));
    return {};
}

Config config_of(const DemoOptions& options, const SampleFolder& folder) {
    Config config;
    config.store.database = "sqlite:" + folder.database().string();
    config.http.port = static_cast<std::uint16_t>(options.port);
    config.log.level = "warning";
    return config;
}

/// The service is at work already; a signal ends the process, and the next call makes it anew.
Result<void> make_sample(const Config& config, SampleFolder& folder, const sigset_t& signals) {
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    const auto people = sample_people();
    const auto opened = TRY(open_store({.database = config.store.database, .config = {}}));
    const auto sample =
        TRY(make_sample_workspace(*opened.store, people, Deadline::after(kMakingMax)));
    TRY(folder.finish(sign_in_text(people), write_json(summary_json(sample))));
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return {};
}

Result<void> run_demo(const DemoOptions& options) {
    SampleFolder folder(options.data);
    const bool is_made_now = TRY(folder.begin());
    const Config config = config_of(options, folder);
    http::LogOptions log_options;
    log_options.level = config.log.level;
    const auto log = TRY(http::make_log(log_options, system_clock()));
    const sigset_t signals = hold_stop_signals();
    const auto service = TRY(Service::make(config, *log));
    if (options.is_serving) {
        TRY(service->listen());
        service->start();
    } else if (is_made_now) {
        service->start_worker(1);
    }
    if (is_made_now) {
        if (!options.is_json) tell("Making the sample shop: invented orders, real work ...");
        TRY(make_sample(config, folder, signals));
    }
    TRY(tell_summary(folder.summary(), options.is_json));
    if (options.is_serving) {
        tell(fmt::format(
            "Open {}/ and sign in as one of\n{}Ctrl+C stops it; the sample stays in {}.",
            service->url(),
            folder.sign_ins(),
            options.data));
        wait_for(signals);
    }
    service->stop();
    return {};
}

}  // namespace

void add_demo_command(Command root, ExitCode& exit) {
    const auto options = std::make_shared<DemoOptions>();
    Command verb = root.add_verb("demo", "Make a sample workspace and serve its dashboard");
    verb.option("--data", options->data, "Folder of the sample; made when it is not there")
        .shows_default();
    verb.option("--port", options->port, "Port on 127.0.0.1; 0 = a free one")
        .in_range(0, 65'535)
        .shows_default();
    const CommandOption no_serve =
        verb.flag("!--no-serve", options->is_serving, "Make it, print a summary and end");
    verb.flag("--json", options->is_json, "The summary for programs").needs(no_serve);
    verb.footer("Example:\n  cpo demo --data my-demo --port 8090");
    verb.on_run([&exit, options] { exit.value = finish(run_demo(*options)); });
}

}  // namespace cpo::app
