#include "store/audit.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "app/commands/commands.h"
#include "app/server/database_option.h"

namespace cpo::app {
namespace {

struct AuditOptions {
    DatabaseOption database;
    std::string workspace;
    bool is_json = false;
};

json::object check_json(const store::Workspace& workspace, const store::AuditCheck& check) {
    json::object line{{"workspace", workspace.id},
                      {"workspace_name", workspace.name},
                      {"entries", check.lines},
                      {"is_intact", check.is_intact},
                      {"broken_at", nullptr},
                      {"reason", check.reason},
                      {"head", check.head}};
    if (!check.is_intact) line["broken_at"] = check.broken_at;
    return line;
}

void print(const store::Workspace& workspace, const store::AuditCheck& check, bool is_json) {
    if (is_json) {
        std::cout << write_json(check_json(workspace, check)) << '\n';
    } else if (check.is_intact) {
        std::cout << fmt::format(
            "{}: {} entries, intact, head {}\n", workspace.name, check.lines, check.head);
    } else {
        std::cout << fmt::format("{}: BROKEN: {}\n", workspace.name, check.reason);
    }
}

/// Every workspace unless one is named. Errors: kFailedPrecondition when a chain is broken.
Result<void> run_verify(const AuditOptions& options) {
    const auto opened = TRY(open_store(options.database));
    store::Store& store = *opened.store;
    std::vector<store::Workspace> workspaces;
    if (options.workspace.empty())
        workspaces =
            TRY(store.read([](store::Session& session) { return store::list_workspaces(session); },
                           verb_deadline()));
    else
        workspaces = {TRY(choose_workspace(store, options.workspace))};
    int broken = 0;
    for (const store::Workspace& workspace : workspaces) {
        const auto check = TRY(store.read(
            [&](store::Session& session) { return store::verify_audit(session, workspace.id); },
            verb_deadline()));
        print(workspace, check, options.is_json);
        if (!check.is_intact) ++broken;
    }
    if (broken == 0) return {};
    return Error{
        ErrorCode::kFailedPrecondition,
        fmt::format(
            "the audit log of {} workspace(s) is damaged or was changed outside the program",
            broken),
        {}};
}

}  // namespace

void add_audit_command(Command root, ExitCode& exit) {
    Command verb = root.add_verb("audit", "The audit log: verify its chain");
    verb.require_verb();
    auto options = std::make_shared<AuditOptions>();
    Command verify = verb.add_verb("verify", "Walk the whole chain; exit code 1 when broken");
    add_database_options(verify, options->database);
    verify.option("--workspace", options->workspace, "its id or name; without it all");
    verify.flag("--json", options->is_json, "one JSON object a workspace");
    verify.on_run([options, &exit] { exit.value = finish(run_verify(*options)); });
    verb.footer("Example:\n  cpo audit verify --database sqlite:data/cpo.db");
}

}  // namespace cpo::app
