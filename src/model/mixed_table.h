#pragma once

#include <string>
#include <vector>

namespace cpo {

/// Different texts of a category; a column with more is text.
inline constexpr std::size_t kCategoriesMax = 10'000;
/// Bytes of a category; a column with a longer one is text.
inline constexpr std::size_t kCategoryBytesMax = 200;

/// What the cells of a column are.
enum class ColumnKind {
    kNumber,
    kYesNo,     ///< "yes" and "no", "y" and "n", "true" and "false".
    kDate,      ///< A day, or a moment.
    kCategory,  ///< One of a limited number of texts.
    kText       ///< Texts that are too many or too long to compare.
};

/// One column of a customer file.
struct MixedColumn {
    std::string name;
    ColumnKind kind = ColumnKind::kNumber;
    bool is_day_first = true;             ///< Of a date such as 3/4/2024.
    std::vector<std::string> categories;  ///< Different texts of a category, by first appearance.
};

/// Customers as their file has them: one row a customer, one column of any kind a feature may be
/// made of.
struct MixedTable {
    std::vector<std::string> ids;      ///< [rows], unique, in input order.
    std::vector<MixedColumn> columns;  ///< [columns].
    /// [rows x columns], row-major: the number; 1 for yes, 0 for no; days since 1970-01-01; the
    /// index of the category, categories.size() for one that is not among them; 0 for text. NaN
    /// where the cell says nothing; everything else is finite.
    std::vector<double> values;

    std::size_t rows() const { return ids.size(); }
    double at(std::size_t row, std::size_t column) const {
        return values[row * columns.size() + column];
    }
};

}  // namespace cpo
