#pragma once

#include <span>
#include <string>

#include "store/database.h"

namespace cpo::store {

/// One file of migrations/: 0001_core.sql has number 1 and name "core".
struct Migration {
    int number = 0;
    std::string name;
    std::string sql;  ///< Statements that end with ';'.
};

/// Every migration that this program was built with, in order of number.
std::span<const Migration> migrations();

/// Brings the database forward to the newest migration, each in a transaction of its own, and
/// gives how many were applied. When two processes do it at once, one waits for the other. Errors:
/// kFailedPrecondition when an applied migration differs from ours or has a number that we do not
/// know (the database is newer than this program).
Result<int> migrate(Database& database, std::span<const Migration> known = migrations());

/// How many migrations are missing. Errors: as migrate.
Result<int> pending(Database& database,
                    Deadline deadline,
                    std::span<const Migration> known = migrations());

}  // namespace cpo::store
