#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"

namespace cpo::store {

/// Runs `sql` for all of `ids`, as many a statement as are prepared and kept at once, and calls
/// `take` (Result<void>(const Row&)) per row; a row may come twice. `first` stands at $1 and after;
/// a {} in `sql` becomes the ids as the rows of VALUES, to be joined. Not IN (...): without
/// statistics PostgreSQL compares every id of the list with every row of the table.
template <typename Take>
Result<void> select_by_ids(Session& session,
                           std::string_view sql,
                           const std::vector<Value>& first,
                           std::span<const std::string> ids,
                           const Take& take) {
    constexpr std::size_t kIdsMax = 256;
    std::string rows;
    for (std::size_t i = 1; i <= kIdsMax; ++i)
        rows += fmt::format("{}(${})", i == 1 ? "" : ", ", first.size() + i);
    const std::string statement = fmt::format(fmt::runtime(sql), rows);
    while (!ids.empty()) {
        const auto chunk = ids.first(std::min(ids.size(), kIdsMax));
        ids = ids.subspan(chunk.size());
        std::vector<Value> values = first;
        values.insert(values.end(), chunk.begin(), chunk.end());
        values.resize(first.size() + kIdsMax, Value(chunk.front()));  // So there is one statement.
        const Rows found = TRY(session.execute(statement, std::span<const Value>(values)));
        for (const Row& row : found) TRY(take(row));
    }
    return {};
}

}  // namespace cpo::store
