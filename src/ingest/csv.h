#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/byte_source.h"

namespace cpo::ingest {

struct CsvLimits {
    std::size_t field_bytes_max = std::size_t{64} << 10;
    std::size_t record_bytes_max = std::size_t{1} << 20;  ///< Line breaks in quotes included.
    std::size_t columns_max = 2048;
    /// Bytes that may be read a second time to recover from unclosed quotes, over the whole file.
    std::size_t rescanned_bytes_max = std::size_t{64} << 20;
};

/// One record of a CSV. The views live until the next call of CsvReader::next().
struct CsvRecord {
    std::size_t line = 0;  ///< Physical line on which it starts; 1 is the first of the file.
    std::span<const std::string_view> fields;  ///< [columns] UTF-8, unquoted; empty when faulty.
    std::string_view raw;  ///< Equal for equal records; for messages and fingerprints only.
    std::string fault;     ///< Why the record cannot be used; empty when it can.
};

/// Reads a CSV with a header as it streams: RFC 4180 quoting (doubled quotes, line breaks in
/// quotes); lines end in \r\n, \n or a lone \r; a quote inside an unquoted field is text. Blank
/// lines are skipped. Delimiter: the one of , ; tab | that splits the first ten records into the
/// same number of columns (at least 2), the most columns first. gzip is recognised by content.
///
/// Encoding: UTF-8 (a byte order mark is dropped) or else Windows-1252. It is decided without
/// reading twice: ASCII is both. The first record that is not UTF-8 makes the rest of the file
/// Windows-1252, unless a record before held well-formed UTF-8 beyond ASCII; then that record alone
/// is faulty. UTF-16 and other binary files are refused.
///
/// A faulty record (another number of fields than the header, text after a closing quote, an
/// unclosed quote, too long) is reported, and reading goes on: behind the record when its end is
/// known, else on the physical line after the one where it starts.
///
/// Memory: at most record_bytes_max + 256 KiB, whatever the file. Not thread-safe. Borrows the
/// stream.
class CsvReader {
public:
    /// Opens and reads the header. Errors: kInvalidArgument for an empty or binary file, and for a
    /// header with empty or doubled names (all are listed).
    static Result<CsvReader> open(std::istream& input,
                                  const std::string& name,
                                  const CsvLimits& limits);

    /// Reads the next record; false at the end. Errors: those of ByteSource; kInvalidArgument when
    /// too much would have to be read again because of unclosed quotes.
    Result<bool> next(CsvRecord& record);

    const std::vector<std::string>& header() const { return header_; }
    char delimiter() const { return delimiter_; }
    bool is_windows_1252() const { return encoding_ == Encoding::kWindows1252; }
    /// Physical line of the first record that was not UTF-8; REQUIRES: is_windows_1252().
    std::size_t windows_1252_line() const { return windows_1252_line_; }
    bool is_gzip() const { return source_.is_gzip(); }
    /// Uncompressed bytes read so far.
    std::size_t bytes() const { return bytes_; }
    /// SHA-256 of the file's own bytes. Call once, after next() said false.
    std::string finish_sha256() { return source_.finish_sha256(); }

private:
    enum class Encoding { kAscii, kUtf8, kWindows1252 };
    enum class Outcome { kRecord, kEnd, kNeedMore, kTextAfterQuote, kUnclosedQuote, kTooLong };

    CsvReader(std::istream& input, std::string name, const CsvLimits& limits);
    Result<void> refill();
    Result<void> start();
    Result<void> read_header();
    Outcome scan();
    const char* scan_quoted(const char* at, const char* end, Outcome& outcome);
    bool take_line_end(const char*& at, const char* end);
    void store(const char* begin, const char* end);
    void unescape();
    Result<void> skip_physical_line();
    Result<void> recover(Outcome outcome, CsvRecord& record);
    void finish_record(CsvRecord& record);
    void check_encoding(CsvRecord& record);
    void convert_fields();

    ByteSource source_;
    std::string name_;
    CsvLimits limits_;
    std::vector<std::string> header_;
    char delimiter_ = ',';
    Encoding encoding_ = Encoding::kAscii;
    std::size_t windows_1252_line_ = 0;

    std::vector<char> buffer_;         ///< Padded, so that 16-byte loads never leave it.
    std::size_t begin_ = 0, end_ = 0;  ///< Bytes not yet given out.
    bool is_source_at_end_ = false;
    std::size_t bytes_ = 0;
    std::size_t line_ = 1;  ///< Physical line at begin_.
    std::size_t rescanned_bytes_ = 0;

    // Of the record being scanned.
    std::vector<std::string_view> fields_;
    std::size_t field_count_ = 0;       ///< May exceed fields_.size(): the surplus is not stored.
    std::vector<std::size_t> doubled_;  ///< Fields that hold doubled quotes.
    std::size_t scanned_ = 0;           ///< Bytes of the record, line end included.
    std::size_t line_ends_ = 0;         ///< Physical lines it spans.
    std::string converted_;
};

}  // namespace cpo::ingest
