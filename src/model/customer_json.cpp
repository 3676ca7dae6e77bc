#include "model/customer_json.h"

#include "base/utf8.h"

namespace cpo {

json::array to_json(const std::vector<RejectedLine>& lines, std::size_t count_max) {
    json::array array;
    for (const RejectedLine& line : lines) {
        if (array.size() == count_max) break;
        array.push_back({{"line", line.line},
                         {"column", repair_utf8(line.column)},
                         {"value", repair_utf8(line.value)},
                         {"reason", line.reason}});
    }
    return array;
}

json::object to_json(const ReadSummary& summary, std::size_t rejected_max) {
    json::array set_aside;
    for (const auto& [reason, count] : summary.set_aside)
        set_aside.push_back({{"reason", reason}, {"count", count}});
    return {{"file", repair_utf8(summary.file)},
            {"sha256", summary.sha256},
            {"encoding", summary.encoding},
            {"delimiter", std::string(1, summary.delimiter)},
            {"lines", summary.lines},
            {"bytes", summary.bytes},
            {"set_aside", std::move(set_aside)},
            {"rejected_count", summary.rejected_count},
            {"rejected", to_json(summary.rejected, rejected_max)},
            {"notices", json::array(summary.notices.begin(), summary.notices.end())}};
}

json::object to_json(const TransactionTotals& totals) {
    return {{"customers_known", totals.customers_known},
            {"customers_with_purchase", totals.customers_with_purchase},
            {"lines_without_customer", totals.lines_without_customer},
            {"purchase_orders", totals.purchase_orders},
            {"return_lines", totals.return_lines},
            {"purchase_revenue", totals.purchase_revenue},
            {"return_revenue", totals.return_revenue},
            {"first_time", format_time(totals.first_time)},
            {"last_time", format_time(totals.last_time)}};
}

}  // namespace cpo
