#include "ingest/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zlib.h>

#include <sstream>
#include <streambuf>

#include "base/csv_field.h"
#include "base/digest.h"

namespace cpo::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Row = std::vector<std::string>;

struct Table {
    Row header;
    std::vector<Row> rows;
    std::vector<std::size_t> lines;
    std::vector<std::pair<std::size_t, std::string>> faults;  ///< Line and reason.
    std::string error;
    std::size_t windows_1252_line = 0;
    std::string sha256;
    char delimiter = ',';
};

Table read(std::istream& input, const CsvLimits& limits = {}) {
    Table table;
    auto csv = CsvReader::open(input, "a.csv", limits);
    if (!csv) {
        table.error = csv.error().message;
        return table;
    }
    table.header = csv->header();
    table.delimiter = csv->delimiter();
    CsvRecord record;
    for (;;) {
        const auto more = csv->next(record);
        if (!more) table.error = more.error().message;
        if (!more || !*more) break;
        if (record.fault.empty()) {
            table.rows.emplace_back(record.fields.begin(), record.fields.end());
            table.lines.push_back(record.line);
        } else {
            table.faults.emplace_back(record.line, record.fault);
        }
    }
    if (csv->is_windows_1252()) table.windows_1252_line = csv->windows_1252_line();
    if (table.error.empty()) table.sha256 = csv->finish_sha256();
    return table;
}

Table read(const std::string& text, const CsvLimits& limits = {}) {
    std::istringstream input(text);
    return read(input, limits);
}

std::string gzipped(const std::string& text) {
    z_stream packer{};
    EXPECT_EQ(deflateInit2(&packer, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string packed(deflateBound(&packer, static_cast<uLong>(text.size())) + 64, '\0');
    std::string copy = text;
    packer.next_in = reinterpret_cast<Bytef*>(copy.data());
    packer.avail_in = static_cast<uInt>(copy.size());
    packer.next_out = reinterpret_cast<Bytef*>(packed.data());
    packer.avail_out = static_cast<uInt>(packed.size());
    EXPECT_EQ(deflate(&packer, Z_FINISH), Z_STREAM_END);
    packed.resize(packer.total_out);
    deflateEnd(&packer);
    return packed;
}

// Expected: RFC 4180, section 2, whose examples these are.
TEST(Csv, FollowsRfc4180) {
    EXPECT_THAT(read("a,b,c\r\naaa,bbb,ccc\r\nzzz,yyy,xxx").rows,
                ElementsAre(Row{"aaa", "bbb", "ccc"}, Row{"zzz", "yyy", "xxx"}));
    EXPECT_THAT(read("a,b,c\r\n\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx\r\n").rows,
                ElementsAre(Row{"aaa", "b\r\nbb", "ccc"}, Row{"zzz", "yyy", "xxx"}));
    EXPECT_THAT(read("a,b,c\n\"aaa\",\"b\"\"bb\",\"ccc\"").rows,
                ElementsAre(Row{"aaa", "b\"bb", "ccc"}));
}

TEST(Csv, EndsLinesWithLineFeedCarriageReturnOrBoth) {
    EXPECT_THAT(read("a,b\r1,2\n3,4\r\n5,6\r").rows,
                ElementsAre(Row{"1", "2"}, Row{"3", "4"}, Row{"5", "6"}));
}

TEST(Csv, CountsPhysicalLinesAndSkipsBlankOnes) {
    const auto table = read("a,b\n\n\"1\n1\",\"2\r\n\r2\"\n\r\n3,4\n");
    EXPECT_THAT(table.rows, ElementsAre(Row{"1\n1", "2\r\n\r2"}, Row{"3", "4"}));
    EXPECT_THAT(table.lines, ElementsAre(3U, 8U));
}

TEST(Csv, TakesAQuoteInsideAnUnquotedFieldAsText) {
    EXPECT_THAT(read("a,b\n5\" pipe,x\n").rows, ElementsAre(Row{"5\" pipe", "x"}));
}

TEST(Csv, DropsAByteOrderMarkAndSpacesAroundColumnNames) {
    EXPECT_THAT(read("\xEF\xBB\xBF id , b\n1,2\n").header, ElementsAre("id", "b"));
}

TEST(Csv, DetectsTheDelimiter) {
    EXPECT_EQ(read("a,b\n1,2\n").delimiter, ',');
    EXPECT_EQ(read("a;b\n1,5;2,5\n").delimiter, ';');
    EXPECT_EQ(read("a\tb, c\n1\t2, 3\n4\t5\n").delimiter, '\t');
    EXPECT_EQ(read("a|b|c\n1|2|3\n").delimiter, '|');
    EXPECT_EQ(read("\"a;x;y\",b\n1,2\n").delimiter, ',');
    EXPECT_EQ(read("only\n1\n").delimiter, ',');
}

TEST(Csv, RefusesAHeaderWithEmptyOrDoubledNamesAndListsAll) {
    EXPECT_EQ(read("a,,b,a,\n").error,
              "a.csv: the first line must name every column once; column 2 has no name; \"a\" "
              "names both column 1 and column 4; column 5 has no name");
}

TEST(Csv, ReportsRaggedLinesAndGoesOn) {
    const auto table = read("a,b\n1\n1,2,3\n4,5\n");
    EXPECT_THAT(table.rows, ElementsAre(Row{"4", "5"}));
    EXPECT_THAT(table.faults,
                ElementsAre(std::pair(std::size_t{2}, "1 fields, the header has 2"),
                            std::pair(std::size_t{3}, "3 fields, the header has 2")));
}

TEST(Csv, LosesOnlyTheLineWhoseQuoteIsNotClosed) {
    const auto open_at_the_end = read("a,b\n1,\"2\n3,4\n5,6\n");
    EXPECT_THAT(open_at_the_end.rows, ElementsAre(Row{"3", "4"}, Row{"5", "6"}));
    ASSERT_EQ(open_at_the_end.faults.size(), 1U);
    EXPECT_EQ(open_at_the_end.faults[0].first, 2U);
    EXPECT_THAT(open_at_the_end.faults[0].second, HasSubstr("never closed"));
    const auto closed_later = read("a,b\n1,\"2\n3,\"4\"\n5,6\n");
    EXPECT_THAT(closed_later.rows, ElementsAre(Row{"3", "4"}, Row{"5", "6"}));
    EXPECT_THAT(closed_later.faults.at(0).second, HasSubstr("text after a closing quote"));
}

TEST(Csv, BoundsRecordsFieldsColumnsAndRescans) {
    const CsvLimits limits{
        .field_bytes_max = 8, .record_bytes_max = 20, .columns_max = 3, .rescanned_bytes_max = 100};
    const auto table = read("a,b\n123456789,x\n" + std::string(40, 'y') + ",z\n1,2,3,4\n\"open\n" +
                                "1,2\n3,4\n5,6\n7,8\n9,0\n",
                            limits);
    EXPECT_THAT(
        table.rows,
        ElementsAre(Row{"1", "2"}, Row{"3", "4"}, Row{"5", "6"}, Row{"7", "8"}, Row{"9", "0"}));
    ASSERT_EQ(table.faults.size(), 4U);
    EXPECT_EQ(table.faults[0].second, "field 1 is longer than 8 bytes");
    EXPECT_THAT(table.faults[1].second, HasSubstr("longer than 20 bytes"));
    EXPECT_EQ(table.faults[2].second, "more than 3 columns");
    EXPECT_THAT(table.faults[3].second, HasSubstr("longer than 20 bytes"));
    std::string hostile = "a,b\n";
    for (int i = 0; i < 50; ++i) hostile += "\"x\"y\n";
    EXPECT_THAT(read(hostile, limits).error, HasSubstr("too many quotes that are not closed"));
}

TEST(Csv, KeepsMemoryBoundedWhenAQuoteIsNeverClosed) {
    // Far more than record_bytes_max behind the quote, and nothing of it is lost.
    std::string text = "a,b\n\"open,1\n";
    std::size_t lines = 0;
    for (; text.size() < (3U << 20); ++lines) text += "some text,2\n";
    const auto table = read(text);
    EXPECT_EQ(table.rows.size(), lines);
    ASSERT_EQ(table.faults.size(), 1U);
    EXPECT_THAT(table.faults[0].second, HasSubstr("longer than 1048576 bytes"));
}

TEST(Csv, ReadsWindows1252FromTheFirstLineThatIsNotUtf8) {
    const auto table = read("a,b\nplain,1\ncaf\xE9,\x80\n\x81,3\n");
    EXPECT_THAT(table.rows, ElementsAre(Row{"plain", "1"}, Row{"café", "€"}, Row{"\xC2\x81", "3"}));
    EXPECT_EQ(table.windows_1252_line, 3U);
}

TEST(Csv, RejectsALineThatIsNotUtf8InAFileThatIs) {
    const auto table = read("a,b\ncafé,1\ncaf\xE9,2\nthé,3\n");
    EXPECT_THAT(table.rows, ElementsAre(Row{"café", "1"}, Row{"thé", "3"}));
    EXPECT_EQ(table.windows_1252_line, 0U);
    EXPECT_THAT(table.faults,
                ElementsAre(std::pair(std::size_t{3}, "not UTF-8, as the lines before")));
}

TEST(Csv, RefusesUtf16AndOtherBinaryFiles) {
    EXPECT_THAT(read(std::string("\xFF\xFE"
                                 "a\0,\0",
                                 6))
                    .error,
                HasSubstr("is UTF-16; save it as UTF-8"));
    EXPECT_THAT(read(std::string("a\0,\0b\0", 6)).error, HasSubstr("byte 2 is zero"));
    EXPECT_THAT(read("PK\x03\x04 rest").error, HasSubstr("save the sheet as CSV"));
}

TEST(Csv, UnpacksGzipOfSeveralMembersAndHashesThePackedBytes) {
    const std::string packed = gzipped("a,b\n1,") + gzipped("2\n") + gzipped("3,4\n");
    const auto table = read(packed);
    EXPECT_THAT(table.rows, ElementsAre(Row{"1", "2"}, Row{"3", "4"}));
    EXPECT_EQ(table.sha256, sha256_hex(packed));
    EXPECT_THAT(read(packed + std::string(512, '\0')).rows.size(), 2U);  // Padding.
}

TEST(Csv, ReportsTruncatedAndDamagedGzipWithTheOffset) {
    std::string rows = "a,b\n";
    for (int i = 0; i < 20000; ++i) rows += std::to_string(i * 7919) + ",x\n";
    const std::string packed = gzipped(rows);
    EXPECT_EQ(read(packed.substr(0, packed.size() / 2)).error,
              "a.csv: damaged gzip at byte " + std::to_string(packed.size() / 2) +
                  ": the file ends in the middle; copy it again");
    std::string flipped = packed;
    flipped[packed.size() - 6] ^= 1;  // Checksum.
    EXPECT_THAT(read(flipped).error, HasSubstr("damaged gzip at byte"));
    EXPECT_THAT(read(packed + "trailing").error, HasSubstr("bytes after the end"));
}

/// Hands out at most `piece` bytes at a time.
class PieceBuffer : public std::streambuf {
public:
    PieceBuffer(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}

protected:
    int_type underflow() override {
        if (at_ == text_.size()) return traits_type::eof();
        const std::size_t size = std::min(piece_, text_.size() - at_);
        setg(text_.data() + at_, text_.data() + at_, text_.data() + at_ + size);
        at_ += size;
        return traits_type::to_int_type(*gptr());
    }

private:
    std::string text_;
    std::size_t piece_;
    std::size_t at_ = 0;
};

rc::Gen<std::string> cell() {
    return rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab 1,;\t|\"\n\r'=")));
}

RC_GTEST_PROP(Csv, ReadsBackWhatWasWritten, ()) {
    const auto columns = *rc::gen::inRange<std::size_t>(2, 6);
    const auto rows =
        *rc::gen::container<std::vector<Row>>(rc::gen::container<Row>(columns, cell()));
    // Only commas in the header: cells with other delimiters cannot mislead the reader.
    std::string text = "c0";
    for (std::size_t i = 1; i < columns; ++i) text.append(",c").append(std::to_string(i));
    text += "\n";
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < columns; ++i)
            text.append(i == 0 ? "" : ",").append(csv_field(row[i]));
        text += *rc::gen::element<std::string>("\n", "\r\n");
    }
    const auto table = read(text);
    RC_ASSERT(table.delimiter == ',');
    RC_ASSERT(table.error.empty());
    RC_ASSERT(table.faults.empty());
    RC_ASSERT(table.rows == rows);
}

// Blocks of the reader's buffer end at other places for every length of the first line.
RC_GTEST_PROP(Csv, DoesNotDependOnWhereBlocksEnd, ()) {
    const auto noise =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("a1,\"\n\r\xC3\xA9")));
    std::string text = "a,b\n";
    while (text.size() < 300000) text += "1,\"two\r\n2\"\"\"\r\n3,4\r";
    const auto split = *rc::gen::inRange<std::size_t>(262144 - 70, 262144 + 40);
    text.insert(split, noise);
    const auto whole = read(text);
    std::string shifted = "a,b\n\n";  // A blank line moves every block by one byte.
    shifted += text.substr(4);
    PieceBuffer pieces(shifted, *rc::gen::inRange<std::size_t>(1, 5000));
    std::istream input(&pieces);
    const auto other = read(input);
    RC_ASSERT(whole.rows == other.rows);
    RC_ASSERT(whole.faults.size() == other.faults.size());
    for (std::size_t i = 0; i < whole.faults.size(); ++i) {
        RC_ASSERT(whole.faults[i].first + 1 == other.faults[i].first);
        RC_ASSERT(whole.faults[i].second == other.faults[i].second);
    }
}

}  // namespace
}  // namespace cpo::ingest
