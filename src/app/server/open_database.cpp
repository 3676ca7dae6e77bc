#include "app/server/open_database.h"

#include <fmt/format.h>

#include <filesystem>

#include "store/migrate.h"
#include "store/postgres_database.h"
#include "store/sqlite_database.h"

namespace cpo::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSqlitePrefix = "sqlite:";
constexpr std::chrono::seconds kCheckMax{30};

Result<void> make_folder_of(const fs::path& file) {
    const fs::path folder = file.parent_path();
    std::error_code failure;
    if (folder.empty() || fs::exists(folder, failure)) return {};
    if (!fs::create_directories(folder, failure))
        return invalid_argument(
            fmt::format("{}: cannot make the folder: {}", folder.string(), failure.message()));
    fs::permissions(folder, fs::perms::owner_all, failure);
    if (failure)
        return invalid_argument(
            fmt::format("{}: cannot keep others out: {}", folder.string(), failure.message()));
    return {};
}

bool is_postgres(const std::string& place) {
    return place.starts_with("postgres://") || place.starts_with("postgresql://");
}

}  // namespace

Result<std::unique_ptr<store::Database>> open_database(const std::string& place) {
    if (is_postgres(place)) return store::make_postgres_database({.url = place});
    const bool has_prefix = place.starts_with(kSqlitePrefix);
    const std::string path = has_prefix ? place.substr(kSqlitePrefix.size()) : place;
    if (!has_prefix && path.find("://") != std::string::npos)
        return invalid_argument(fmt::format("{}: expected postgres://..., sqlite:PATH or a path",
                                            without_password(place)));
    if (path.empty()) return invalid_argument("the database has no path: sqlite:PATH");
    const auto folder = make_folder_of(path);
    if (!folder) return folder.error();
    return store::make_sqlite_database({.path = path});
}

std::string without_password(const std::string& place) {
    const auto scheme = place.find("://");
    const auto at = place.rfind('@');
    if (scheme == std::string::npos || at == std::string::npos) return place;
    const auto colon = place.find(':', scheme + 3);
    if (colon == std::string::npos || colon > at) return place;
    return place.substr(0, colon) + place.substr(at);
}

Result<void> check_schema(store::Database& database) {
    const int missing = TRY(store::pending(database, Deadline::after(kCheckMax)));
    if (missing > 0)
        return Error{
            ErrorCode::kFailedPrecondition,
            fmt::format("the database lacks {} migrations: run cpo migrate first", missing),
            {}};
    return {};
}

}  // namespace cpo::app
