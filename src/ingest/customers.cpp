#include "ingest/customers.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "ingest/cell_values.h"
#include "ingest/columns.h"
#include "ingest/csv.h"
#include "ingest/read_log.h"
#include "model/known_features.h"

namespace cpo::ingest {
namespace {

/// A line kept until the columns are chosen.
struct SampleLine {
    std::size_t line = 0;
    std::vector<std::string> cells;
};

/// Which columns are read, and how the lines become rows.
class TableReader {
public:
    TableReader(const CsvReader& csv, std::string name, ReadLog& log)
        : header_(csv.header()),
          name_(std::move(name)),
          has_decimal_comma_(csv.delimiter() != ','),
          log_(log) {}

    Result<void> choose_columns(const CustomerColumns& columns,
                                const std::vector<SampleLine>& sample);
    void read(std::size_t line, std::span<const std::string_view> cells);
    FeatureTable take_table() { return std::move(table_); }

private:
    Result<void> choose_id(const std::string& name);
    Result<void> choose_named(const std::vector<std::string>& names);
    Result<void> choose_numeric(const std::vector<SampleLine>& sample);
    bool is_numeric(std::size_t column, const std::vector<SampleLine>& sample) const;

    const std::vector<std::string>& header_;
    std::string name_;
    bool has_decimal_comma_;
    ReadLog& log_;
    std::size_t id_ = 0;
    std::vector<std::size_t> features_;
    FeatureTable table_;
    std::unordered_set<std::string> seen_ids_;  ///< Only asked for membership.
    std::vector<double> row_;
};

Result<void> TableReader::choose_id(const std::string& name) {
    static constexpr std::string_view kIdNames[] = {"id", "customer_id"};
    const auto column =
        name.empty() ? find_any_column(header_, kIdNames) : find_column(header_, name);
    if (!column && !name.empty()) return missing_column(name_, header_, name);
    id_ = column.value_or(0);
    if (!column)
        log_.notice(fmt::format(
            "{} has no column id or customer_id; its first column, \"{}\", was taken for the id.",
            name_,
            header_[id_]));
    return {};
}

Result<void> TableReader::choose_named(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        const auto column = find_column(header_, name);
        if (!column) return missing_column(name_, header_, name);
        if (*column == id_)
            return invalid_argument(fmt::format("\"{}\" is the id and cannot be a feature", name));
        if (std::find(features_.begin(), features_.end(), *column) != features_.end())
            return invalid_argument(fmt::format("the feature \"{}\" is named twice", name));
        features_.push_back(*column);
    }
    return {};
}

bool TableReader::is_numeric(std::size_t column, const std::vector<SampleLine>& sample) const {
    std::size_t present = 0;
    std::size_t numbers = 0;
    for (const SampleLine& line : sample) {
        const std::string& cell = line.cells[column];
        if (is_missing(cell)) continue;
        ++present;
        numbers += parse_number(cell, has_decimal_comma_) ? 1 : 0;
    }
    return 2 * numbers > present;
}

Result<void> TableReader::choose_numeric(const std::vector<SampleLine>& sample) {
    std::vector<std::string> left_out;
    for (std::size_t i = 0; i < header_.size(); ++i) {
        if (i == id_) continue;
        if (is_numeric(i, sample))
            features_.push_back(i);
        else
            left_out.push_back(header_[i]);
    }
    if (features_.empty())
        return invalid_argument(
            fmt::format("{}: no column beside the id holds numbers; its columns are {}",
                        name_,
                        listed(header_)));
    if (!left_out.empty())
        log_.notice(fmt::format(
            "Columns of {} left out because they hold no numbers: {}.", name_, listed(left_out)));
    return {};
}

Result<void> TableReader::choose_columns(const CustomerColumns& columns,
                                         const std::vector<SampleLine>& sample) {
    const auto has_id = choose_id(columns.id);
    if (!has_id) return has_id.error();
    const auto chosen =
        columns.features.empty() ? choose_numeric(sample) : choose_named(columns.features);
    if (!chosen) return chosen.error();
    for (const std::size_t feature : features_)
        table_.definitions.push_back(feature_named(header_[feature]));
    for (const SampleLine& line : sample) {
        const std::vector<std::string_view> cells(line.cells.begin(), line.cells.end());
        read(line.line, cells);
    }
    return {};
}

void TableReader::read(std::size_t line, std::span<const std::string_view> cells) {
    const std::string id(without_blanks(cells[id_]));
    if (is_missing(id)) return log_.reject(line, header_[id_], cells[id_], "no id");
    row_.clear();
    for (const std::size_t feature : features_) {
        const auto value = parse_number(cells[feature], has_decimal_comma_);
        if (!value)
            return log_.reject(
                line, header_[feature], cells[feature], number_fault(cells[feature]));
        row_.push_back(*value);
    }
    if (!seen_ids_.insert(id).second)
        return log_.reject(line, header_[id_], id, "the id stands on an earlier line as well");
    table_.ids.push_back(id);
    table_.values.insert(table_.values.end(), row_.begin(), row_.end());
}

}  // namespace

Result<CustomerFile> read_customers(std::istream& input,
                                    const std::string& name,
                                    const CustomerColumns& columns,
                                    const ReadOptions& options) {
    auto csv = TRY(CsvReader::open(input, name, {}));
    ReadLog log;
    TableReader table(csv, name, log);
    CsvRecord record;
    std::vector<SampleLine> sample;
    bool has_more = false;
    while ((has_more = TRY(csv.next(record)))) {
        log.count_line();
        if (!record.fault.empty()) {
            log.reject(record);
            continue;
        }
        sample.push_back({record.line, {record.fields.begin(), record.fields.end()}});
        if (sample.size() == kColumnSampleLines) break;
    }
    if (sample.empty()) {
        // The summary knows best what is wrong: no line at all, or none that can be read.
        auto summary = TRY(log.finish(csv, name, options.rejected_share_max));
        return invalid_argument(
            fmt::format("{}: none of {} lines can be read", name, summary.lines));
    }
    const auto chosen = table.choose_columns(columns, sample);
    if (!chosen) return chosen.error();
    while (has_more && TRY(csv.next(record))) {
        log.count_line();
        if (record.fault.empty())
            table.read(record.line, record.fields);
        else
            log.reject(record);
    }
    CustomerFile file;
    file.summary = TRY(log.finish(csv, name, options.rejected_share_max));
    file.table = table.take_table();
    if (file.table.rows() == 0)
        return invalid_argument(
            fmt::format("{}: none of {} lines can be read", name, file.summary.lines));
    return file;
}

}  // namespace cpo::ingest
