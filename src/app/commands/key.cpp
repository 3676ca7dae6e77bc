#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "app/commands/commands.h"
#include "app/server/database_option.h"
#include "store/key_store.h"
#include "store/user_store.h"

namespace cpo::app {
namespace {

struct KeyOptions {
    DatabaseOption database;
    std::string name;
    std::string person;
    std::string role = "viewer";
    std::vector<std::string> scopes;
    int days = 0;
    std::string workspace;
    std::string id;
    bool is_json = false;
};

constexpr std::size_t kPageSize = 200;
constexpr int kDaysMax = 3'650;

Result<void> run_create(const KeyOptions& options) {
    const auto opened = TRY(open_store(options.database));
    store::Store& store = *opened.store;
    const auto person = TRY(
        store.read([&](store::Session& s) { return store::find_user_by_email(s, options.person); },
                   verb_deadline()));
    if (!person)
        return Error{ErrorCode::kNotFound, fmt::format("{}: no such person", options.person), {}};
    store::NewApiKey wanted;
    wanted.name = options.name;
    wanted.role = store::parse_role(options.role).value_or(store::Role::kViewer);
    wanted.scopes = options.scopes;
    wanted.created_by = person->id;
    if (options.days > 0)
        wanted.expires_at = store.clock().now() + std::chrono::hours(24) * options.days;
    wanted.secret = store::make_key_secret();
    const auto key = TRY(store.change(
        person->workspace,
        operator_actor(),
        [&](store::Change& change) { return store::create_key(change, wanted); },
        verb_deadline()));
    if (options.is_json) {
        const json::object line{{"key", to_json(key)}, {"secret", wanted.secret.text}};
        std::cout << write_json(line) << '\n';
        return {};
    }
    std::cerr << "This is the only time that the key is shown:\n";
    std::cout << wanted.secret.text << '\n';
    return {};
}

const char* state_of(const store::ApiKey& key, MilliTime now) {
    if (key.revoked_at) return "revoked";
    return key.expires_at && *key.expires_at <= now ? "expired" : "active";
}

Result<void> run_list(const KeyOptions& options) {
    const auto opened = TRY(open_store(options.database));
    const auto workspace = TRY(choose_workspace(*opened.store, options.workspace));
    const MilliTime now = opened.store->clock().now();
    store::PageRequest page;
    page.count_max = kPageSize;
    for (bool is_more = true; is_more;) {
        const auto keys = TRY(opened.store->read(
            [&](store::Session& s) { return store::list_keys(s, workspace.id, page); },
            verb_deadline()));
        for (const store::ApiKey& key : keys.items) {
            if (options.is_json)
                std::cout << write_json(to_json(key)) << '\n';
            else
                std::cout << fmt::format("{}  {:<12}  {:<8}  {:<8}  {}\n",
                                         key.id,
                                         key.prefix,
                                         store::name_of(key.role),
                                         state_of(key, now),
                                         key.name);
        }
        is_more = keys.has_older && !keys.items.empty();
        if (is_more) page.before = keys.items.back().id;
    }
    return {};
}

Result<void> run_revoke(const KeyOptions& options) {
    const auto opened = TRY(open_store(options.database));
    const auto workspace = TRY(choose_workspace(*opened.store, options.workspace));
    TRY(opened.store->change(
        workspace.id,
        operator_actor(),
        [&](store::Change& change) { return store::revoke_key(change, options.id); },
        verb_deadline()));
    std::cout << fmt::format("{} is revoked.\n", options.id);
    return {};
}

}  // namespace

void add_key_command(Command root, ExitCode& exit) {
    Command verb = root.add_verb("key", "API keys for programs: create, list, revoke");
    verb.require_verb();
    auto options = std::make_shared<KeyOptions>();
    const auto sub = [&](const char* name, const char* text, auto run) {
        Command one = verb.add_verb(name, text);
        add_database_options(one, options->database);
        one.on_run([options, run, &exit] { exit.value = finish(run(*options)); });
        return one;
    };
    Command create = sub("create", "Make a key and print it this once", run_create);
    create.option("--name", options->name, "what it is for").required();
    create.option("--for", options->person, "e-mail of the person who answers for it").required();
    create.option("--role", options->role, "at most the person's")
        .one_of({"viewer", "editor", "reviewer", "admin"})
        .shows_default();
    create
        .option("--scope",
                options->scopes,
                "part of the API it may use, several times; without one all")
        .one_of({"customers",
                 "segmentation",
                 "retrieval",
                 "generation",
                 "safety",
                 "experiments",
                 "campaigns",
                 "jobs",
                 "audit",
                 "stream",
                 "users",
                 "keys",
                 "system",
                 "auth"});
    create.option("--days", options->days, "valid for so long; without it for ever")
        .in_range(1, kDaysMax);
    create.flag("--json", options->is_json, "the key as JSON");
    Command list = sub("list", "Keys of a workspace, newest first", run_list);
    list.option("--workspace", options->workspace, "its id or name");
    list.flag("--json", options->is_json, "one JSON object a line");
    Command revoke = sub("revoke", "Refuse a key from now on", run_revoke);
    revoke.option("id", options->id, "id of the key, as cpo key list shows it").required();
    revoke.option("--workspace", options->workspace, "its id or name");
    verb.footer(
        "Example:\n  cpo key create --name nightly --for ada@example.com --role editor --days 90 "
        "\\\n    --database sqlite:data/cpo.db");
}

}  // namespace cpo::app
