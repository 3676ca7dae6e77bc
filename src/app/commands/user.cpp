#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "app/commands/commands.h"
#include "app/server/database_option.h"
#include "app/server/read_password.h"
#include "base/id.h"
#include "base/secret.h"
#include "store/user_store.h"

namespace cpo::app {
namespace {

struct UserOptions {
    DatabaseOption database;
    std::string email;
    std::string name;
    std::string role = "viewer";
    std::string workspace;
    std::string new_workspace;
    std::string password_file;
    bool is_json = false;
};

constexpr std::size_t kPageSize = 200;

std::string local_part(const std::string& email) { return email.substr(0, email.find('@')); }

/// Errors: kNotFound.
Result<store::User> find_by_email(store::Store& store, const std::string& email) {
    const auto user = TRY(store.read(
        [&](store::Session& s) { return store::find_user_by_email(s, email); }, verb_deadline()));
    if (!user) return Error{ErrorCode::kNotFound, fmt::format("{}: no such person", email), {}};
    return *user;
}

Result<void> run_add(const UserOptions& options) {
    const auto opened = TRY(open_store(options.database));
    store::Store& store = *opened.store;
    const bool is_new = !options.new_workspace.empty();
    const std::string workspace =
        is_new ? new_id(store.clock().now()) : TRY(choose_workspace(store, options.workspace)).id;
    store::NewUser user{options.email, options.name, store::Role::kViewer, {}};
    TRY(store::check_email(user.email));
    if (user.name.empty()) user.name = local_part(user.email);
    user.role = store::parse_role(options.role).value_or(store::Role::kViewer);
    const std::string password = TRY(read_new_password(options.password_file));
    user.password_hash = TRY(hash_password(password));
    const auto work = [&](store::Change& change) -> Result<store::User> {
        if (is_new) {
            TRY(store::create_workspace(
                change.session(), workspace, options.new_workspace, change.now()));
            TRY(change.record({"workspace.create", "workspace", workspace, {}}));
        }
        return store::create_user(change, user);
    };
    const auto added = TRY(store.change(workspace, operator_actor(), work, verb_deadline()));
    std::cout << fmt::format("{} is {} now.\n", added.email, store::name_of(added.role));
    return {};
}

Result<void> update(const UserOptions& options, const store::UserChange& wanted) {
    const auto opened = TRY(open_store(options.database));
    const store::User user = TRY(find_by_email(*opened.store, options.email));
    TRY(opened.store->change(
        user.workspace,
        operator_actor(),
        [&](store::Change& change) { return store::update_user(change, user.id, wanted); },
        verb_deadline()));
    return {};
}

Result<void> run_deactivate(const UserOptions& options) {
    store::UserChange wanted;
    wanted.is_active = false;
    TRY(update(options, wanted));
    std::cout << fmt::format("{} can no longer sign in.\n", options.email);
    return {};
}

Result<void> run_password(const UserOptions& options) {
    store::UserChange wanted;
    const std::string password = TRY(read_new_password(options.password_file));
    wanted.password_hash = TRY(hash_password(password));
    TRY(update(options, wanted));
    std::cout << fmt::format("{} has a new password; every session ended.\n", options.email);
    return {};
}

json::object user_json(const store::User& user) {
    json::object line{{"id", user.id},
                      {"email", user.email},
                      {"name", user.name},
                      {"role", store::name_of(user.role)},
                      {"is_active", user.is_active},
                      {"last_sign_in_at", nullptr}};
    if (user.last_sign_in_at) line["last_sign_in_at"] = format_time(*user.last_sign_in_at);
    return line;
}

void print(const store::User& user, bool is_json) {
    if (is_json) {
        std::cout << write_json(user_json(user)) << '\n';
        return;
    }
    std::cout << fmt::format("{:<40} {:<10} {:<12} {}\n",
                             user.email,
                             store::name_of(user.role),
                             user.is_active ? "active" : "deactivated",
                             user.name);
}

Result<void> run_list(const UserOptions& options) {
    const auto opened = TRY(open_store(options.database));
    const auto workspace = TRY(choose_workspace(*opened.store, options.workspace));
    store::PageRequest page;
    page.count_max = kPageSize;
    for (bool is_more = true; is_more;) {
        const auto users = TRY(opened.store->read(
            [&](store::Session& s) { return store::list_users(s, workspace.id, page); },
            verb_deadline()));
        for (const store::User& user : users.items) print(user, options.is_json);
        is_more = users.has_older && !users.items.empty();
        if (is_more) page.before = users.items.back().id;
    }
    return {};
}

void add_password_option(Command verb, UserOptions& options) {
    verb.option("--password-file",
                options.password_file,
                "file whose first line is the password; without it standard input");
}

}  // namespace

void add_user_command(Command root, ExitCode& exit) {
    Command verb = root.add_verb("user", "People who may sign in: add, list, deactivate");
    verb.require_verb();
    auto options = std::make_shared<UserOptions>();
    const auto sub = [&](const char* name, const char* text, auto run) {
        Command one = verb.add_verb(name, text);
        add_database_options(one, options->database);
        one.on_run([options, run, &exit] { exit.value = finish(run(*options)); });
        return one;
    };
    const auto with_email = [&](Command one) {
        one.option("email", options->email, "e-mail address").required();
        return one;
    };
    Command add = with_email(sub("add", "Add a person; also the first one of a server", run_add));
    add.option("--name", options->name, "name to show; else the start of the address");
    add.option("--role", options->role, "what the person may do")
        .one_of({"viewer", "editor", "reviewer", "admin"})
        .shows_default();
    const CommandOption workspace = add.option("--workspace", options->workspace, "its id or name");
    add.option("--new-workspace", options->new_workspace, "make a workspace of this name")
        .excludes(workspace);
    add_password_option(add, *options);
    Command list = sub("list", "People of a workspace, newest first", run_list);
    list.option("--workspace", options->workspace, "its id or name");
    list.flag("--json", options->is_json, "one JSON object a line");
    with_email(sub("deactivate", "Refuse a person and its keys from now on", run_deactivate));
    Command password =
        with_email(sub("password", "Set a new password and end every session", run_password));
    add_password_option(password, *options);
    verb.footer(
        "Example:\n  cpo user add ada@example.com --role admin --new-workspace Acme "
        "--database sqlite:data/cpo.db\nThe password is asked for, or read from standard input.");
}

}  // namespace cpo::app
