#include "ingest/csv.h"

#include <fmt/format.h>

#include <cassert>
#include <cstring>
#include <utility>

#include "base/utf8.h"
#include "ingest/csv_dialect.h"
#include "ingest/csv_scan.h"
#include "ingest/encoding.h"

namespace cpo::ingest {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
constexpr std::size_t kSampleBytes = std::size_t{64} << 10;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view view_of(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}

std::string_view without_spaces(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

CsvReader::CsvReader(std::istream& input, std::string name, const CsvLimits& limits)
    : source_(input, name),
      name_(std::move(name)),
      limits_(limits),
      buffer_(kBlockBytes + kScanPadding),
      fields_(limits.columns_max) {}

Result<CsvReader> CsvReader::open(std::istream& input,
                                  const std::string& name,
                                  const CsvLimits& limits) {
    CsvReader reader(input, name, limits);
    const auto started = reader.start();
    if (!started) return started.error();
    const auto read = reader.read_header();
    if (!read) return read.error();
    return reader;
}

/// Adds bytes behind the unread ones, which move to the front; grows when they fill the buffer.
Result<void> CsvReader::refill() {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() - kScanPadding - end_ < kBlockBytes / 2)
        buffer_.resize(std::min(2 * buffer_.size(), limits_.record_bytes_max + kBlockBytes) +
                       kScanPadding);
    const std::size_t room = buffer_.size() - kScanPadding - end_;
    assert(room > 0);
    const std::size_t count = TRY(source_.read(buffer_.data() + end_, room));
    is_source_at_end_ = count == 0;
    end_ += count;
    bytes_ += count;
    return {};
}

/// Fills the buffer for the first time and decides what does not change any more.
Result<void> CsvReader::start() {
    while (end_ < kSampleBytes && !is_source_at_end_) {
        const auto filled = refill();
        if (!filled) return filled.error();
    }
    const std::string_view sample(buffer_.data(), std::min(end_, kSampleBytes));
    if (sample.empty()) return invalid_argument(name_ + ": the file is empty");
    const auto checked = check_is_text(sample, name_);
    if (!checked) return checked.error();
    if (sample.starts_with(kByteOrderMark)) {
        begin_ = kByteOrderMark.size();
        encoding_ = Encoding::kUtf8;
    }
    delimiter_ = detect_delimiter(sample.substr(begin_), is_source_at_end_ && end_ <= kSampleBytes);
    return {};
}

Result<void> CsvReader::read_header() {
    CsvRecord record;
    if (!TRY(next(record))) return invalid_argument(name_ + ": the file has no header line");
    if (!record.fault.empty())
        return invalid_argument(fmt::format("{}: header: {}", name_, record.fault));
    std::vector<std::string> header;
    for (const std::string_view field : record.fields) header.emplace_back(without_spaces(field));
    const auto checked = check_header(header, name_);
    if (!checked) return checked.error();
    header_ = std::move(header);
    return {};
}

void CsvReader::store(const char* begin, const char* end) {
    if (field_count_ < fields_.size()) fields_[field_count_] = view_of(begin, end);
    ++field_count_;
}

/// Moves `at` behind the line end it points to; false when its second byte is not read yet.
bool CsvReader::take_line_end(const char*& at, const char* end) {
    if (*at == '\r') {
        if (at + 1 == end && !is_source_at_end_) return false;
        if (at + 1 < end && at[1] == '\n') ++at;
    }
    ++at;
    ++line_ends_;
    return true;
}

/// Scans a quoted field whose opening quote `at` points to and stores it. Returns the byte behind
/// the closing quote, or where it stopped with `outcome` set to the reason.
const char* CsvReader::scan_quoted(const char* at, const char* end, Outcome& outcome) {
    const char* const begin = at + 1;
    const auto out_of_bytes = is_source_at_end_ ? Outcome::kUnclosedQuote : Outcome::kNeedMore;
    bool has_doubled = false;
    for (at = begin;;) {
        at = find_or_line_end(at, end, '"');
        if (at == end) {
            outcome = out_of_bytes;
            return at;
        }
        if (*at != '"') {
            if (take_line_end(at, end)) continue;
            outcome = Outcome::kNeedMore;
            return at;
        }
        if (at + 1 == end && !is_source_at_end_) {
            outcome = Outcome::kNeedMore;
            return at;
        }
        if (at + 1 == end || at[1] != '"') break;
        has_doubled = true;
        at += 2;
    }
    if (has_doubled) doubled_.push_back(field_count_);
    store(begin, at);
    return at + 1;
}

/// Finds the fields of the record at begin_. Changes nothing but the record's own members, so that
/// it can be called again once there are more bytes.
CsvReader::Outcome CsvReader::scan() {
    const char* const begin = buffer_.data() + begin_;
    const char* const end = buffer_.data() + end_;
    const char* at = begin;
    field_count_ = 0;
    line_ends_ = 0;
    doubled_.clear();
    auto outcome = Outcome::kRecord;
    const auto stop = [&](Outcome reason) {
        scanned_ = static_cast<std::size_t>(at - begin);
        if (reason != Outcome::kEnd && scanned_ > limits_.record_bytes_max)
            return Outcome::kTooLong;
        return reason;
    };
    if (at == end) return stop(is_source_at_end_ ? Outcome::kEnd : Outcome::kNeedMore);
    for (;;) {
        if (at < end && *at == '"') {
            at = scan_quoted(at, end, outcome);
            if (outcome != Outcome::kRecord) return stop(outcome);
        } else {
            const char* const field = at;
            at = find_or_line_end(at, end, delimiter_);
            store(field, at);
        }
        if (at == end) return stop(is_source_at_end_ ? Outcome::kRecord : Outcome::kNeedMore);
        if (*at == delimiter_) {
            ++at;
            continue;
        }
        if (*at != '\n' && *at != '\r') return stop(Outcome::kTextAfterQuote);
        return stop(take_line_end(at, end) ? Outcome::kRecord : Outcome::kNeedMore);
    }
}

/// Drops the physical line at begin_, however long it is.
Result<void> CsvReader::skip_physical_line() {
    for (;;) {
        const char* const end = buffer_.data() + end_;
        // No field is looked for: the line feed stands in for the delimiter.
        const char* at = find_or_line_end(buffer_.data() + begin_, end, '\n');
        const bool is_found = at != end && take_line_end(at, end);
        begin_ = static_cast<std::size_t>(at - buffer_.data());
        if (is_found) {
            ++line_;
            return {};
        }
        if (begin_ == end_ && is_source_at_end_) return {};
        const auto filled = refill();
        if (!filled) return filled.error();
    }
}

/// Describes a record whose end is not known and goes on with the next physical line.
Result<void> CsvReader::recover(Outcome outcome, CsvRecord& record) {
    rescanned_bytes_ += scanned_;
    if (rescanned_bytes_ > limits_.rescanned_bytes_max)
        return invalid_argument(
            fmt::format("{}, line {}: too many quotes that are not closed; is this a CSV?",
                        name_,
                        record.line));
    if (outcome == Outcome::kTextAfterQuote)
        record.fault = "text after a closing quote (a quote inside a field must be doubled)";
    else if (outcome == Outcome::kUnclosedQuote)
        record.fault = "a quote is opened and never closed";
    else
        record.fault = fmt::format("the record is longer than {} bytes (a quote never closed?)",
                                   limits_.record_bytes_max);
    constexpr std::size_t kShownBytes = 256;
    const char* const begin = buffer_.data() + begin_;
    const char* const end = buffer_.data() + end_;
    const char* const line_end = find_or_line_end(begin, end, '\n');
    converted_ = view_of(begin, std::min(line_end, begin + kShownBytes));
    record.raw = converted_;
    record.fields = {};
    return skip_physical_line();
}

/// Takes one of each pair of doubled quotes out, in place.
void CsvReader::unescape() {
    for (const std::size_t field : doubled_) {
        if (field >= fields_.size()) return;
        char* const begin = buffer_.data() + (fields_[field].data() - buffer_.data());
        char* out = begin;
        for (std::size_t i = 0; i < fields_[field].size(); ++i) {
            *out++ = begin[i];
            if (begin[i] == '"') ++i;
        }
        fields_[field] = view_of(begin, out);
    }
}

void CsvReader::convert_fields() {
    converted_.clear();
    const std::size_t count = std::min(field_count_, fields_.size());
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) bytes += fields_[i].size();
    converted_.reserve(3 * bytes);  // Views into it must stay: three bytes a character at most.
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t begin = converted_.size();
        append_windows_1252(fields_[i], converted_);
        fields_[i] = std::string_view(converted_).substr(begin);
    }
}

void CsvReader::check_encoding(CsvRecord& record) {
    if (is_ascii(record.raw)) return;
    if (encoding_ != Encoding::kWindows1252) {
        if (is_utf8(record.raw)) {
            encoding_ = Encoding::kUtf8;
            return;
        }
        if (encoding_ == Encoding::kUtf8) {
            record.fault = "not UTF-8, as the lines before";
            return;
        }
        encoding_ = Encoding::kWindows1252;
        windows_1252_line_ = record.line;
    }
    convert_fields();
}

/// Hands out the complete record that scan() found.
void CsvReader::finish_record(CsvRecord& record) {
    record.raw = {buffer_.data() + begin_, scanned_};
    while (!record.raw.empty() && (record.raw.back() == '\n' || record.raw.back() == '\r'))
        record.raw.remove_suffix(1);
    const std::size_t expected = header_.empty() ? field_count_ : header_.size();
    if (field_count_ > limits_.columns_max) {
        record.fault = fmt::format("more than {} columns", limits_.columns_max);
    } else if (field_count_ != expected) {
        record.fault = fmt::format("{} fields, the header has {}", field_count_, expected);
    } else {
        unescape();
        check_encoding(record);
        for (std::size_t i = 0; i < field_count_ && record.fault.empty(); ++i)
            if (fields_[i].size() > limits_.field_bytes_max)
                record.fault =
                    fmt::format("field {} is longer than {} bytes", i + 1, limits_.field_bytes_max);
    }
    record.fields = {};
    if (record.fault.empty()) record.fields = std::span(fields_).first(field_count_);
    begin_ += scanned_;
    line_ += line_ends_;
}

Result<bool> CsvReader::next(CsvRecord& record) {
    record.fault.clear();
    for (;;) {
        const Outcome outcome = scan();
        if (outcome == Outcome::kNeedMore) {
            const auto filled = refill();
            if (!filled) return filled.error();
            continue;
        }
        if (outcome == Outcome::kEnd) return false;
        record.line = line_;
        if (outcome != Outcome::kRecord) {
            const auto recovered = recover(outcome, record);
            if (!recovered) return recovered.error();
            return true;
        }
        const bool is_blank =
            field_count_ == 1 && fields_[0].empty() && scanned_ <= 2 && buffer_[begin_] != '"';
        if (!is_blank) break;
        begin_ += scanned_;
        line_ += line_ends_;
    }
    finish_record(record);
    return true;
}

}  // namespace cpo::ingest
