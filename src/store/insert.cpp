#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <iterator>
#include <utility>

#include "store/database.h"

namespace cpo::store {
namespace {

/// SQLite takes 32,766 parameters a statement, PostgreSQL 65,535.
constexpr std::size_t kParametersMax = 32'766;
/// More rows a statement are not faster, only longer to plan.
constexpr std::size_t kChunkRowsMax = 512;

/// `widths`: of the shared values, which are the first parameters, and of what each row has itself.
std::string statement(std::string_view head,
                      std::size_t rows,
                      std::pair<std::size_t, std::size_t> widths,
                      std::string_view tail) {
    std::string sql(head);
    sql += " VALUES ";
    const auto [shared, own] = widths;
    std::size_t parameter = shared;
    for (std::size_t row = 0; row < rows; ++row) {
        sql += row == 0 ? "(" : ", (";
        for (std::size_t column = 0; column < shared + own; ++column)
            fmt::format_to(std::back_inserter(sql),
                           "{}${}",
                           column == 0 ? "" : ", ",
                           column < shared ? column + 1 : ++parameter);
        sql += ')';
    }
    if (!tail.empty()) {
        sql += ' ';
        sql += tail;
    }
    return sql;
}

}  // namespace

Result<std::int64_t> Session::insert(std::string_view head, NewRows rows, std::string_view tail) {
    const std::size_t shared = rows.shared.size();
    assert(rows.width > 0 && shared + rows.width <= kParametersMax);
    assert(rows.values.size() % rows.width == 0);
    const std::size_t rows_max = std::min(kChunkRowsMax, (kParametersMax - shared) / rows.width);
    std::int64_t affected = 0;
    std::size_t size = 0;
    std::string sql;
    std::vector<Value> values = std::move(rows.shared);
    auto next = rows.values.begin();
    for (std::size_t left = rows.values.size() / rows.width; left > 0; left -= size) {
        // Sizes are powers of two, so that few different statements are prepared and kept.
        const std::size_t chunk = std::bit_floor(std::min(left, rows_max));
        if (chunk != size) sql = statement(head, chunk, {shared, rows.width}, tail);
        size = chunk;
        values.resize(shared);
        const auto end = next + static_cast<std::ptrdiff_t>(size * rows.width);
        values.insert(values.end(), std::move_iterator(next), std::move_iterator(end));
        next = end;
        affected += TRY(execute(sql, std::span<const Value>(values))).affected;
    }
    return affected;
}

Result<std::int64_t> Session::insert(std::string_view head,
                                     const std::vector<std::vector<Value>>& rows,
                                     std::string_view tail) {
    if (rows.empty()) return std::int64_t{0};
    NewRows flat{{}, rows.front().size(), {}};
    flat.values.reserve(rows.size() * flat.width);
    for (const auto& row : rows) {
        assert(row.size() == flat.width);
        flat.values.insert(flat.values.end(), row.begin(), row.end());
    }
    return insert(head, std::move(flat), tail);
}

}  // namespace cpo::store
