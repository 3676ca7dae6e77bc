#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "model/customer.h"
#include "model/mixed_table.h"

namespace cpo {

// Values of customers as JSON: a number; true for yes, false for no; "2024-12-31" or
// "2024-12-31T08:26:00Z"; the text of a category. A missing value is no field, or null.

/// A larger one is a slip, as in the cells of files.
inline constexpr double kCustomerNumberMax = 1e12;
inline constexpr double kMissingCell = std::numeric_limits<double>::quiet_NaN();

/// "number", "yes_no", "date", "category" or "text".
std::string_view name_of(ColumnKind kind);
std::optional<ColumnKind> parse_column_kind(std::string_view name);
/// What a column holds, for people: "numbers", "yes and no", "dates", "categories", "texts".
std::string_view words_of(ColumnKind kind);

/// As MixedTable counts dates: the same moment again from either.
double days_since_1970(Time time);
Time time_after_1970(double days);

/// The value of a cell; null where it is missing. REQUIRES: the column is no text.
json::value cell_json(const MixedColumn& column, double cell);

/// The rows of a table of features, whose columns are numbers. Moves the values.
MixedTable mixed_table_of(FeatureTable numbers);

/// Makes a table of customers whose values are JSON, one after the other. Not thread-safe.
class MixedTableBuilder {
public:
    /// Columns with their kinds. With `are_categories_known` a text that is none of a column's
    /// categories is categories.size(); else it becomes one, and the column text when there are
    /// more than kCategoriesMax or it is longer than kCategoryBytesMax.
    MixedTableBuilder(std::vector<MixedColumn> columns, bool are_categories_known);

    /// Fields of other names are passed over. Errors: kInvalidArgument with the JSON pointer of a
    /// value that is not of its column's kind; the customer is then not in the table.
    Result<void> add(std::string id, const JsonReader& values);
    /// The same of a JSON text. Faster for one that is written as CustomerTexts does: a tenth of a
    /// second for 100K customers of 12 numbers. Errors: also kInvalidArgument for what is no JSON.
    Result<void> add(std::string id, std::string_view values);

    MixedTable take() &&;

private:
    Result<double> cell_of(std::size_t column, const json::value& value) const;
    double category_of(std::size_t column, std::string_view text);
    /// Adds the cells of a text without escapes; false when it has others, or a fault.
    bool add_plain(std::string_view values);
    std::optional<double> plain_cell(std::size_t column, std::string_view value, bool is_text);
    /// columns.size() when there is none.
    std::size_t column_named(std::string_view name, std::size_t likely) const;

    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    template <typename Number>
    using ByText = std::unordered_map<std::string, Number, TextHash, std::equal_to<>>;

    MixedTable table_;
    ByText<std::size_t> column_of_;
    bool are_categories_known_;
    /// Index of each category, by column; only asked, never walked through.
    std::vector<ByText<std::uint32_t>> codes_;
};

}  // namespace cpo
