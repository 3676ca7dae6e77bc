#include "app/server/database_option.h"

#include <fmt/format.h>

#include <filesystem>

#include "app/server/config.h"
#include "app/server/open_database.h"

namespace cpo::app {
namespace {

constexpr std::chrono::minutes kTimeMax{5};
constexpr std::string_view kSqlitePrefix = "sqlite:";

/// Errors: kNotFound for the path of a SQLite file that is not there.
Result<void> check_there(const std::string& place) {
    const bool has_prefix = place.starts_with(kSqlitePrefix);
    if (!has_prefix && place.find("://") != std::string::npos) return {};
    const std::string path = has_prefix ? place.substr(kSqlitePrefix.size()) : place;
    std::error_code failure;
    if (std::filesystem::exists(path, failure)) return {};
    return Error{ErrorCode::kNotFound,
                 fmt::format("{}: there is no such database; cpo migrate or cpo serve makes it",
                             without_password(path)),
                 {}};
}

}  // namespace

void add_database_options(Command verb, DatabaseOption& option) {
    const CommandOption database = verb.option(
        "--database", option.database, "postgres://USER@HOST/NAME, sqlite:PATH or a path");
    verb.option("--config", option.config, "configuration of the server that names it")
        .existing_file()
        .excludes(database);
}

Result<OpenedStore> open_store(const DatabaseOption& option) {
    const std::string place =
        option.database.empty() ? TRY(read_store_config(option.config)).database : option.database;
    TRY(check_there(place));
    OpenedStore opened;
    opened.database = TRY(open_database(place));
    TRY(check_schema(*opened.database));
    opened.store = std::make_unique<store::Store>(*opened.database, system_clock());
    return opened;
}

Result<store::Workspace> choose_workspace(store::Store& store, const std::string& wanted) {
    const auto workspaces = TRY(store.read(
        [](store::Session& session) { return store::list_workspaces(session); }, verb_deadline()));
    std::vector<store::Workspace> fitting;
    std::string choices;
    for (const store::Workspace& workspace : workspaces) {
        choices += fmt::format("\n  {}  {}", workspace.id, workspace.name);
        if (wanted.empty() || workspace.id == wanted || workspace.name == wanted)
            fitting.push_back(workspace);
    }
    if (workspaces.empty())
        return Error{ErrorCode::kNotFound,
                     "there is no workspace yet: set the server up in the browser, or make one "
                     "with cpo user add --new-workspace NAME",
                     {}};
    if (fitting.size() == 1) return fitting.front();
    return invalid_argument(
        fmt::format("say with --workspace which one you mean, by its id or name:{}", choices));
}

Deadline verb_deadline() { return Deadline::after(kTimeMax); }

store::Actor operator_actor() { return {"system", "cpo", "", ""}; }

}  // namespace cpo::app
