#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <iterator>

#include "store/database.h"

namespace cpo::store {
namespace {

/// SQLite takes 32,766 parameters a statement, PostgreSQL 65,535.
constexpr std::size_t kParametersMax = 32'766;
/// More rows a statement are not faster, only longer to plan.
constexpr std::size_t kChunkRowsMax = 512;

std::string statement(std::string_view head,
                      std::size_t rows,
                      std::size_t width,
                      std::string_view tail) {
    std::string sql(head);
    sql += " VALUES ";
    std::size_t parameter = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        sql += row == 0 ? "(" : ", (";
        for (std::size_t column = 0; column < width; ++column)
            fmt::format_to(std::back_inserter(sql), "{}${}", column == 0 ? "" : ", ", ++parameter);
        sql += ')';
    }
    if (!tail.empty()) {
        sql += ' ';
        sql += tail;
    }
    return sql;
}

}  // namespace

Result<std::int64_t> Session::insert(std::string_view head,
                                     const std::vector<std::vector<Value>>& rows,
                                     std::string_view tail) {
    if (rows.empty()) return std::int64_t{0};
    const std::size_t width = rows.front().size();
    assert(width > 0 && width <= kParametersMax);
    std::int64_t affected = 0;
    std::size_t size = 0;
    std::string sql;
    std::vector<Value> values;
    for (std::size_t done = 0; done < rows.size(); done += size) {
        // Sizes are powers of two, so that few different statements are prepared and kept.
        const std::size_t chunk =
            std::bit_floor(std::min({rows.size() - done, kChunkRowsMax, kParametersMax / width}));
        if (chunk != size) sql = statement(head, chunk, width, tail);
        size = chunk;
        values.clear();
        for (std::size_t row = done; row < done + size; ++row) {
            assert(rows[row].size() == width);
            values.insert(values.end(), rows[row].begin(), rows[row].end());
        }
        affected += TRY(execute(sql, std::span<const Value>(values))).affected;
    }
    return affected;
}

}  // namespace cpo::store
