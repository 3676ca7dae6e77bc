#include "ingest/csv_dialect.h"

#include <fmt/format.h>

#include <map>

namespace cpo::ingest {
namespace {

constexpr std::size_t kSampleRecords = 10;

/// Number of fields of the first complete, non-blank records.
std::vector<std::size_t> columns_of(std::string_view sample, bool is_whole, char delimiter) {
    std::vector<std::size_t> columns;
    std::size_t fields = 1;
    bool is_quoted = false;
    bool is_field_start = true;
    bool is_blank = true;
    for (const char c : sample) {
        if (is_quoted) {
            is_quoted = c != '"';
            continue;
        }
        if (c == '\n' || c == '\r') {
            if (!is_blank) columns.push_back(fields);
            if (columns.size() == kSampleRecords) return columns;
            fields = 1;
            is_field_start = is_blank = true;
            continue;
        }
        is_blank = false;
        // A quote after a closing quote is a doubled one: still inside.
        is_quoted = c == '"' && is_field_start;
        if (c == delimiter) ++fields;
        is_field_start = c == delimiter || c == '"';
    }
    if (is_whole && !is_blank) columns.push_back(fields);
    return columns;
}

}  // namespace

char detect_delimiter(std::string_view sample, bool is_whole) {
    char best = ',';
    std::size_t best_agreeing = 0;
    std::size_t best_columns = 1;
    for (const char candidate : {',', ';', '\t', '|'}) {
        const auto columns = columns_of(sample, is_whole, candidate);
        if (columns.empty() || columns.front() < 2) continue;
        std::size_t agreeing = 0;
        for (const std::size_t count : columns) agreeing += count == columns.front() ? 1 : 0;
        if (agreeing < best_agreeing) continue;
        if (agreeing == best_agreeing && columns.front() <= best_columns) continue;
        best = candidate;
        best_agreeing = agreeing;
        best_columns = columns.front();
    }
    return best;
}

Result<void> check_header(const std::vector<std::string>& header, const std::string& file) {
    std::map<std::string_view, std::size_t> first_column_of;
    std::string faults;
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (header[i].empty()) {
            faults += fmt::format("; column {} has no name", i + 1);
            continue;
        }
        const auto [found, is_new] = first_column_of.emplace(header[i], i + 1);
        if (!is_new)
            faults += fmt::format(
                "; \"{}\" names both column {} and column {}", header[i], found->second, i + 1);
    }
    if (faults.empty()) return {};
    return invalid_argument(
        fmt::format("{}: the first line must name every column once{}", file, faults));
}

Result<void> check_is_text(std::string_view sample, const std::string& file) {
    if (sample.starts_with("\xFF\xFE") || sample.starts_with("\xFE\xFF"))
        return invalid_argument(fmt::format("{}: is UTF-16; save it as UTF-8", file));
    if (sample.starts_with("PK\x03\x04"))
        return invalid_argument(
            fmt::format("{}: is a ZIP archive or a workbook; save the sheet as CSV", file));
    const auto zero = sample.find('\0');
    if (zero != std::string_view::npos)
        return invalid_argument(
            fmt::format("{}: byte {} is zero, so this is no CSV in UTF-8 or Windows-1252 (UTF-16 "
                        "without a mark?); save it as UTF-8",
                        file,
                        zero + 1));
    return {};
}

}  // namespace cpo::ingest
