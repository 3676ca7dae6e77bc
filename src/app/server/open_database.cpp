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
constexpr std::string_view kBlanks = " \t\r\n";
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

/// Where the value that begins at `start` ends: of a URL's query at "&", of a pair at a blank or
/// behind its quotes, in which "\\" takes the next character as it is.
std::size_t end_of_value(std::string_view text, std::size_t start, bool is_url) {
    if (is_url) return std::min(text.find('&', start), text.size());
    const bool is_quoted = start < text.size() && text[start] == '\'';
    std::size_t i = is_quoted ? start + 1 : start;
    for (; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (is_quoted ? text[i] == '\'' : kBlanks.find(text[i]) != std::string_view::npos)
            break;
    }
    return std::min(is_quoted ? i + 1 : i, text.size());
}

/// Every "password=..." (and "sslpassword=...") with "***" for its value.
std::string without_named_passwords(const std::string& place) {
    constexpr std::string_view kName = "password";
    const bool is_url = place.find("://") != std::string::npos;
    std::string shown;
    std::size_t done = 0;
    for (auto at = place.find(kName); at != std::string::npos; at = place.find(kName, at)) {
        at += kName.size();
        const auto equals = place.find_first_not_of(kBlanks, at);
        if (equals == std::string::npos || place[equals] != '=') continue;
        const auto start = std::min(place.find_first_not_of(kBlanks, equals + 1), place.size());
        shown.append(place, done, start - done).append("***");
        done = at = end_of_value(place, start, is_url);
    }
    return shown.append(place, done);
}

}  // namespace

Result<std::unique_ptr<store::Database>> open_database(const std::string& place) {
    TRY(check_place(place));
    if (is_postgres(place)) return store::make_postgres_database({.url = place});
    const bool has_prefix = place.starts_with(kSqlitePrefix);
    const std::string path = has_prefix ? place.substr(kSqlitePrefix.size()) : place;
    const auto folder = make_folder_of(path);
    if (!folder) return folder.error();
    return store::make_sqlite_database({.path = path});
}

Result<void> check_place(const std::string& place) {
    if (is_postgres(place)) return {};
    const bool has_prefix = place.starts_with(kSqlitePrefix);
    if (!has_prefix && place.find("://") != std::string::npos)
        return invalid_argument(fmt::format("{}: expected postgres://..., sqlite:PATH or a path",
                                            without_password(place)));
    if (place.size() == (has_prefix ? kSqlitePrefix.size() : 0))
        return invalid_argument("the database has no path: sqlite:PATH");
    return {};
}

std::string without_password(const std::string& place) {
    std::string shown = without_named_passwords(place);
    const auto scheme = shown.find("://");
    const auto at = shown.rfind('@');
    if (scheme == std::string::npos || at == std::string::npos) return shown;
    const auto colon = shown.find(':', scheme + 3);
    if (colon == std::string::npos || colon > at) return shown;
    return shown.substr(0, colon) + shown.substr(at);
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
