#pragma once

#include <memory>
#include <string>

#include "app/command_line.h"
#include "base/clock.h"
#include "store/store.h"
#include "store/workspace_store.h"

namespace cpo::app {

/// Which database a verb works on: --database, else that of --config, else CPO_DATABASE_URL or the
/// default of the server.
struct DatabaseOption {
    std::string database;
    std::string config;
};
void add_database_options(Command verb, DatabaseOption& option);

/// A database with the schema of this program, and a store on it.
struct OpenedStore {
    std::unique_ptr<store::Database> database;
    std::unique_ptr<store::Store> store;
};
/// Errors: those of read_store_config() and open_database(); kFailedPrecondition when the schema is
/// not this program's; kNotFound for a SQLite file that is not there (a typing error must not make
/// an empty database).
Result<OpenedStore> open_store(const DatabaseOption& option);

/// The workspace of this id or name; an empty text means the only one. Errors: kNotFound, or
/// kInvalidArgument naming the choices.
Result<store::Workspace> choose_workspace(store::Store& store, const std::string& wanted);

/// Long enough for every verb, short enough to end when the database hangs.
Deadline verb_deadline();

/// What the operator does by a verb.
store::Actor operator_actor();

}  // namespace cpo::app
