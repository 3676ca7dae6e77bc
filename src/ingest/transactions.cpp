#include "ingest/transactions.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <vector>

#include "ingest/cell_values.h"
#include "ingest/csv.h"
#include "ingest/duplicates.h"
#include "ingest/read_log.h"
#include "ingest/transaction_mapping.h"

namespace cpo::ingest {
namespace {

using Sink = std::function<void(const Transaction&)>;
using Cells = std::array<std::string_view, kTransactionRoles>;

/// A line kept until the date order of the file is known.
struct PendingLine {
    std::size_t line = 0;
    std::string text;  ///< The cells, one after the other.
    std::array<std::size_t, kTransactionRoles> sizes{};
};

/// "C123": how several shop systems number credit notes.
bool is_credit_note_number(std::string_view order) {
    return order.size() > 1 && (order[0] == 'C' || order[0] == 'c') &&
           order.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

bool is_plain_number(std::string_view order) {
    return !order.empty() && order.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Turns the cells of one line into a transaction, a set-aside line or a rejected one.
class LineReader {
public:
    LineReader(const CsvReader& csv, TransactionColumns columns, ReadLog& log, const Sink& sink)
        : header_(csv.header()),
          columns_(std::move(columns)),
          has_decimal_comma_(csv.delimiter() != ','),
          log_(log),
          sink_(sink) {}

    void take(const CsvRecord& record);
    /// Call once, after the last line.
    void finish();

private:
    void decide(DateOrder order, std::size_t line, std::string_view evidence);
    void keep(std::size_t line, const Cells& cells);
    void release_pending();
    void read(std::size_t line, const Cells& cells);
    void read_amounts(std::size_t line, const Cells& cells, Transaction& transaction);
    std::optional<Time> time_of(std::string_view cell);
    void set_aside(Transaction& transaction, std::string_view reason);
    std::string_view name_of(TransactionRole role) const { return header_[columns_.of_role[role]]; }

    const std::vector<std::string>& header_;
    TransactionColumns columns_;
    bool has_decimal_comma_;
    ReadLog& log_;
    const Sink& sink_;

    std::optional<DateOrder> date_order_;
    std::vector<PendingLine> pending_;
    std::size_t pending_bytes_ = 0;
    bool has_plain_orders_ = false;
    std::string last_time_text_;  ///< Lines of one order have the same time: parsed once.
    Time last_time_{};
    DuplicateCounter duplicates_;
    std::size_t turned_ = 0;  ///< Credit notes with a positive quantity.
};

void LineReader::take(const CsvRecord& record) {
    log_.count_line();
    if (!record.fault.empty()) return log_.reject(record);
    Cells cells;
    for (std::size_t i = 0; i < kTransactionRoles; ++i)
        if (columns_.of_role[i] != kNoColumn) cells[i] = record.fields[columns_.of_role[i]];
    duplicates_.add(cells[kOrder], record.raw);
    if (!date_order_) {
        switch (date_evidence(cells[kTime])) {
            case DateEvidence::kDayFirst:
                decide(DateOrder::kDayFirst, record.line, cells[kTime]);
                break;
            case DateEvidence::kMonthFirst:
                decide(DateOrder::kMonthFirst, record.line, cells[kTime]);
                break;
            case DateEvidence::kAmbiguous:
                return keep(record.line, cells);
            case DateEvidence::kNone:
                if (!pending_.empty()) return keep(record.line, cells);
        }
    }
    read(record.line, cells);
}

void LineReader::decide(DateOrder order, std::size_t line, std::string_view evidence) {
    date_order_ = order;
    const char* const read_as = order == DateOrder::kDayFirst ? "day first" : "month first";
    if (evidence.empty())
        log_.notice(
            "No date tells whether day or month comes first, so 3/4/2011 was read day first; "
            "write dates as YYYY-MM-DD to be sure.");
    else
        log_.notice(
            fmt::format("Dates were read {}: line {} has \"{}\".", read_as, line, evidence));
    release_pending();
}

void LineReader::keep(std::size_t line, const Cells& cells) {
    PendingLine pending{line, {}, {}};
    for (std::size_t i = 0; i < kTransactionRoles; ++i) {
        pending.text += cells[i];
        pending.sizes[i] = cells[i].size();
    }
    pending_bytes_ += sizeof(PendingLine) + pending.text.size();
    pending_.push_back(std::move(pending));
    if (pending_bytes_ >= kPendingBytesMax) decide(DateOrder::kDayFirst, 0, "");
}

void LineReader::release_pending() {
    const auto pending = std::exchange(pending_, {});
    for (const PendingLine& line : pending) {
        std::string_view rest = line.text;
        Cells cells;
        for (std::size_t i = 0; i < kTransactionRoles; ++i) {
            cells[i] = rest.substr(0, line.sizes[i]);
            rest.remove_prefix(line.sizes[i]);
        }
        read(line.line, cells);
    }
}

std::optional<Time> LineReader::time_of(std::string_view cell) {
    if (!last_time_text_.empty() && cell == last_time_text_) return last_time_;
    const auto time = parse_cell_time(cell, date_order_.value_or(DateOrder::kDayFirst));
    if (!time) return std::nullopt;
    last_time_text_ = cell;
    last_time_ = *time;
    return time;
}

void LineReader::set_aside(Transaction& transaction, std::string_view reason) {
    log_.set_aside(reason);
    transaction.is_set_aside = true;
    sink_(transaction);
}

void LineReader::read(std::size_t line, const Cells& cells) {
    const auto time = time_of(cells[kTime]);
    if (!time)
        return log_.reject(line,
                           name_of(kTime),
                           cells[kTime],
                           is_missing(cells[kTime])
                               ? "no time"
                               : "not a time that is read (2011-12-31 12:50, 31/12/2011 12:50)");
    Transaction transaction;
    transaction.time = *time;
    if (is_missing(cells[kCustomer])) return set_aside(transaction, "no customer id");
    transaction.customer = without_blanks(cells[kCustomer]);
    if (is_missing(cells[kOrder])) return set_aside(transaction, "no order id");
    transaction.order = without_blanks(cells[kOrder]);
    has_plain_orders_ = has_plain_orders_ || is_plain_number(transaction.order);
    transaction.product = without_blanks(cells[kProduct]);
    read_amounts(line, cells, transaction);
}

void LineReader::read_amounts(std::size_t line, const Cells& cells, Transaction& transaction) {
    const auto quantity = parse_number(cells[kQuantity], has_decimal_comma_);
    if (!quantity)
        return log_.reject(
            line, name_of(kQuantity), cells[kQuantity], number_fault(cells[kQuantity]));
    const auto price = parse_number(cells[kPrice], has_decimal_comma_);
    if (!price)
        return log_.reject(line, name_of(kPrice), cells[kPrice], number_fault(cells[kPrice]));
    if (*price == 0) return set_aside(transaction, "price of zero");
    if (*price < 0) return set_aside(transaction, "price below zero");
    if (*quantity == 0) return set_aside(transaction, "quantity of zero");
    transaction.quantity = *quantity;
    transaction.unit_price = *price;
    if (*quantity > 0 && has_plain_orders_ && is_credit_note_number(transaction.order)) {
        transaction.quantity = -*quantity;
        ++turned_;
    }
    transaction.is_return = transaction.quantity < 0;
    sink_(transaction);
}

void LineReader::finish() {
    if (!pending_.empty()) decide(DateOrder::kDayFirst, 0, "");
    if (turned_ > 0)
        log_.notice(
            fmt::format("{} lines of credit notes (order C...) have a positive quantity; they "
                        "count as returns.",
                        turned_));
    if (duplicates_.count() > 0)
        log_.notice(fmt::format(
            "{} lines repeat an earlier line of the same order exactly. They were kept: "
            "the same article can be scanned twice.",
            duplicates_.count()));
    if (!columns_.notice.empty()) log_.notice(columns_.notice);
    if (columns_.of_role[kProduct] == kNoColumn)
        log_.notice("No column names the product, so distinct products are 0 for everybody.");
}

}  // namespace

Result<ReadSummary> read_transactions(std::istream& input,
                                      const std::string& name,
                                      const TransactionMapping& mapping,
                                      const ReadOptions& options,
                                      const Sink& sink) {
    auto csv = TRY(CsvReader::open(input, name, {}));
    auto columns = TRY(find_transaction_columns(mapping, csv.header(), name));
    ReadLog log;
    LineReader lines(csv, std::move(columns), log, sink);
    CsvRecord record;
    while (TRY(csv.next(record))) lines.take(record);
    lines.finish();
    return log.finish(csv, name, options.rejected_share_max);
}

}  // namespace cpo::ingest
