#pragma once

#include <memory>
#include <string>

#include "store/database.h"

namespace cpo::store {

struct PostgresConfig {
    /// postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full; every parameter of libpq.
    /// Never logged.
    std::string url;
    int connections_max = 10;  ///< Opened as they are needed, kept open.
};

/// A PostgreSQL database in UTF-8, tested with version 15. Connects at the first transaction and
/// again after a connection broke; a server that cannot be reached is kUnavailable within the
/// deadline. Errors: kInvalidArgument when the URL cannot be read.
Result<std::unique_ptr<Database>> make_postgres_database(const PostgresConfig& config);

}  // namespace cpo::store
