#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "ingest/csv.h"
#include "ingest/hash_set.h"
#include "ingest/read_log.h"
#include "ingest/text_set.h"
#include "model/customer.h"
#include "model/mixed_table.h"

namespace cpo::ingest {

/// A line kept until the columns are chosen.
struct SampleLine {
    std::size_t line = 0;
    std::vector<std::string> cells;
};

/// How an id that repeats is known. By hash takes a third of the memory; among ten million ids the
/// chance that one is rejected without cause is 3 in a million.
enum class KnownIds { kByText, kByHash };

/// Turns the lines of one customer file into rows; tells `log` of lines it cannot use. The id is
/// chosen first, then the columns, then lines are read. Borrows the reader and the log. Not
/// thread-safe.
class CustomerLines {
public:
    CustomerLines(const CsvReader& csv,
                  std::string name,
                  ReadLog& log,
                  KnownIds known = KnownIds::kByText)
        : header_(csv.header()),
          name_(std::move(name)),
          has_decimal_comma_(csv.delimiter() != ','),
          log_(log),
          known_ids_(known) {}

    /// Empty = "id" or "customer_id" if there is one, else the first column.
    Result<void> choose_id(const std::string& name);
    /// The columns called `names`, all when that is empty, of the kind that they have in `known`,
    /// else that most of their cells in `sample` are. Cells may be missing.
    Result<void> choose_mixed(const std::vector<std::string>& names,
                              const std::vector<MixedColumn>& known,
                              const std::vector<SampleLine>& sample);
    /// The columns called `names` as numbers, all columns of numbers when that is empty. A line
    /// that lacks one of them is rejected.
    Result<void> choose_numbers(const std::vector<std::string>& names,
                                const std::vector<SampleLine>& sample);
    /// Just these, as they are: a category that is not among them is another one. A line that lacks
    /// a number is rejected unless it `may_be_missing`.
    Result<void> choose_known(const std::vector<MixedColumn>& columns, bool may_be_missing);

    void read(std::size_t line, std::span<const std::string_view> cells);
    std::size_t rows() const { return table_.rows(); }
    /// The rows since the last call. Their columns stay.
    MixedTable take_rows();

private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    using Codes = std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>>;
    /// Where a column of the table comes from.
    struct Source {
        std::size_t cell = 0;  ///< Column of the file.
        Codes codes;           ///< Index of each category; only asked, never walked through.
    };

    Result<std::vector<std::size_t>> named_cells(const std::vector<std::string>& names) const;
    Result<std::vector<std::size_t>> numeric_cells(const std::vector<SampleLine>& sample);
    void add_column(std::size_t cell, ColumnKind kind, const std::vector<SampleLine>& sample);
    ColumnKind kind_of(std::size_t cell, const std::vector<SampleLine>& sample) const;
    bool is_of_kind(std::string_view cell, ColumnKind kind) const;
    Result<ColumnKind> mixed_kind(std::size_t cell,
                                  const std::vector<MixedColumn>& known,
                                  const std::vector<SampleLine>& sample) const;
    /// Appends the value of a cell to the row; what is wrong with it, or nothing.
    std::string add_value(std::size_t column, std::string_view cell);
    double category_of(std::size_t column, std::string_view text);

    const std::vector<std::string>& header_;
    std::string name_;
    bool has_decimal_comma_;
    ReadLog& log_;
    std::size_t id_ = 0;
    bool may_be_missing_ = true;
    bool are_categories_known_ = false;
    std::vector<Source> sources_;  ///< [columns of the table].
    MixedTable table_;
    KnownIds known_ids_;
    TextSet seen_ids_;
    HashSet seen_hashes_;  ///< Instead, by hash.
    std::vector<double> row_;
};

/// Reads what is left of the file; `after_line` follows each line. Errors: of the file, and of
/// `after_line`, which end the reading.
Result<void> read_lines(CsvReader& csv,
                        ReadLog& log,
                        CustomerLines& lines,
                        const std::function<Result<void>()>& after_line);

/// Rows whose columns are numbers, as a table of features. Moves the values.
FeatureTable numbers_of(MixedTable rows);

}  // namespace cpo::ingest
