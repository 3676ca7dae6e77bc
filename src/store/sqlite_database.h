#pragma once

#include <filesystem>
#include <memory>

#include "store/database.h"

namespace cpo::store {

struct SqliteConfig {
    std::filesystem::path path;  ///< Created with mode 0600 when missing; its folder must exist.
    int readers = 4;             ///< Reads that may run at once, beside one write.
};

/// One SQLite file in WAL mode. What was committed survives kill -9 and power loss
/// (synchronous=FULL). Several processes may open the same file on one machine. Errors:
/// kInvalidArgument when the file cannot be created or is no database.
Result<std::unique_ptr<Database>> make_sqlite_database(const SqliteConfig& config);

}  // namespace cpo::store
