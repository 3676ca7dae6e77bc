#pragma once

#include <memory>
#include <string>

#include "store/database.h"

namespace cpo::app {

/// Opens "postgres://user@host/name", "sqlite:PATH" or a plain path; the folder of a SQLite file is
/// made (mode 0700) when missing. Does not migrate. Errors: kInvalidArgument for an unknown scheme;
/// those of the engine. The password of a URL never reaches a message.
Result<std::unique_ptr<store::Database>> open_database(const std::string& place);

/// Errors: kInvalidArgument when open_database() cannot know what the place means.
Result<void> check_place(const std::string& place);

/// The place as it may be shown: without the password of a URL, of its query and of "key=value"
/// parts.
std::string without_password(const std::string& place);

/// Errors: kFailedPrecondition, naming `cpo migrate`, when the schema is not this program's.
Result<void> check_schema(store::Database& database);

}  // namespace cpo::app
