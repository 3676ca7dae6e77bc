#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "store/database.h"

namespace cpo::store {

/// Which part of a list is asked for; lists are sorted by id, newest first. At most one of `before`
/// and `after` is given.
struct PageRequest {
    std::string before;  ///< Only older items than this one.
    std::string after;   ///< Only newer items than this one (those nearest to it).
    std::size_t count_max = 50;

    bool is_backwards() const { return !after.empty(); }
    /// Read one row more than wanted, to know whether there is a neighbouring page.
    std::int64_t row_count() const { return static_cast<std::int64_t>(count_max) + 1; }
    /// Empty when there is no bound.
    const std::string& bound() const { return is_backwards() ? after : before; }
    /// Continues "... WHERE x = $1"; `column` is the sort key, its values stand at $first (bound())
    /// and $first + 1 (row_count()).
    std::string clause(std::string_view column, int first) const {
        const std::string key(column);
        const std::string value = std::string("$").append(std::to_string(first));
        const std::string limit = std::string("$").append(std::to_string(first + 1));
        const std::string compare = is_backwards() ? " > " : " < ";
        const std::string order = is_backwards() ? " ASC" : " DESC";
        // Not "$n = '' OR key < $n": SQLite would walk the whole index.
        const std::string bounded = bound().empty() ? value + " = ''" : key + compare + value;
        return " AND " + bounded + " ORDER BY " + key + order + " LIMIT " + limit;
    }
};

template <typename T>
struct Page {
    std::vector<T> items;  ///< Newest first.
    bool has_older = false;
    bool has_newer = false;
};

/// Makes a page of what was read with `request.row_count()` rows: drops the extra one and puts the
/// newest first.
template <typename T>
Page<T> page_of(const PageRequest& request, std::vector<T> items) {
    const bool has_more = items.size() > request.count_max;
    if (has_more) items.pop_back();
    if (!request.is_backwards()) return {std::move(items), has_more, !request.before.empty()};
    std::reverse(items.begin(), items.end());
    return {std::move(items), true, has_more};
}

}  // namespace cpo::store
