#include "agents/segmentation/features.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <span>

#include "agents/segmentation/numbering.h"
#include "model/known_features.h"

namespace cpo::segmentation {
namespace {

constexpr double kSecondsADay = 86400;
constexpr std::chrono::days kRecentWindow(90);

/// A sum whose rounding error does not grow with the number of terms. Source: Neumaier,
/// "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54, 1974.
class Sum {
public:
    void add(double term) {
        const double total = total_ + term;
        lost_ +=
            std::abs(total_) >= std::abs(term) ? (total_ - total) + term : (term - total) + total_;
        total_ = total;
    }
    double value() const { return total_ + lost_; }

private:
    double total_ = 0;
    double lost_ = 0;
};

/// What is known about one customer.
struct Customer {
    Sum bought;    ///< Revenue of purchases.
    Sum returned;  ///< Value of returns, <= 0.
    Sum pieces;    ///< Of purchases.
    Time first_purchase = Time::max();
    Time last_purchase = Time::min();
    std::size_t products = 0;
    std::size_t orders = 0;

    bool has_purchase() const { return orders > 0; }
};

/// A purchase order: one with at least one purchase.
struct Order {
    std::uint32_t customer = 0;
    Time time;  ///< Of its earliest purchase.
    Sum bought;
};

double days_between(Time from, Time to) {
    return static_cast<double>((to - from).count()) / kSecondsADay;
}

/// Normalised Herfindahl-Hirschman index of counts: 0 = all equal, 1 = all in one. Source:
/// Hirschman, "The Paternity of an Index", American Economic Review 54, 1964.
template <std::size_t kBins>
double concentration(const std::array<std::size_t, kBins>& counts, std::size_t total) {
    double index = 0;
    for (const std::size_t count : counts) {
        const double share = static_cast<double>(count) / static_cast<double>(total);
        index += share * share;
    }
    constexpr double kEven = 1.0 / kBins;
    return std::clamp((index - kEven) / (1 - kEven), 0.0, 1.0);
}

/// 1 / (1 + coefficient of variation) of the times between orders sorted by time.
double regularity(std::span<const Order> orders, double mean_days) {
    if (orders.size() < 3 || mean_days <= 0) return 0;
    double squares = 0;
    for (std::size_t i = 1; i < orders.size(); ++i) {
        const double deviation = days_between(orders[i - 1].time, orders[i].time) - mean_days;
        squares += deviation * deviation;
    }
    const double deviation = std::sqrt(squares / static_cast<double>(orders.size() - 1));
    return 1 / (1 + deviation / mean_days);
}

/// What the times of a customer's orders say.
struct Rhythm {
    double interpurchase_mean_days = 0;
    double regularity = 0;
    double recent_share = 0;
    std::size_t active_months = 0;
    double weekday_concentration = 0;
    double hour_concentration = 0;
};

/// `orders` are sorted by time; not empty.
Rhythm rhythm_of(std::span<const Order> orders, Time reference) {
    std::array<std::size_t, 7> weekdays{};
    std::array<std::size_t, 24> hours{};
    Sum recent;
    Sum all;
    Rhythm rhythm;
    std::chrono::year_month last_month{};
    for (const Order& order : orders) {
        const auto day = std::chrono::floor<std::chrono::days>(order.time);
        ++weekdays[std::chrono::weekday(day).c_encoding()];
        const auto hour = std::chrono::floor<std::chrono::hours>(order.time - day).count();
        ++hours[static_cast<std::size_t>(hour)];
        const std::chrono::year_month_day date(day);
        const auto month = date.year() / date.month();
        if (rhythm.active_months == 0 || month != last_month) ++rhythm.active_months;
        last_month = month;
        all.add(order.bought.value());
        if (order.time > reference - kRecentWindow) recent.add(order.bought.value());
    }
    const Time first = orders.front().time;
    rhythm.interpurchase_mean_days =
        orders.size() == 1
            ? days_between(first, reference)
            : days_between(first, orders.back().time) / static_cast<double>(orders.size() - 1);
    rhythm.regularity = regularity(orders, rhythm.interpurchase_mean_days);
    rhythm.recent_share = std::clamp(recent.value() / all.value(), 0.0, 1.0);
    rhythm.weekday_concentration = concentration(weekdays, orders.size());
    rhythm.hour_concentration = concentration(hours, orders.size());
    return rhythm;
}

/// Appends the row of one customer, in the order of known_features().
void append_row(const Customer& customer,
                std::span<const Order> orders,
                Time reference,
                std::vector<double>& values) {
    const Rhythm rhythm = rhythm_of(orders, reference);
    const double order_count = static_cast<double>(orders.size());
    const double bought = customer.bought.value();
    const double returned = customer.returned.value();
    const std::array row = {
        days_between(customer.last_purchase, reference),
        order_count,
        bought + returned,
        bought / order_count,
        customer.pieces.value() / order_count,
        days_between(customer.first_purchase, reference),
        rhythm.interpurchase_mean_days,
        rhythm.regularity,
        std::min(1.0, std::abs(returned) / bought),
        static_cast<double>(customer.products),
        rhythm.recent_share,
        static_cast<double>(rhythm.active_months),
        rhythm.weekday_concentration,
        rhythm.hour_concentration,
    };
    assert(row.size() == known_features().size());
    values.insert(values.end(), row.begin(), row.end());
}

}  // namespace

const std::vector<FeatureDefinition>& feature_definitions() { return known_features(); }

struct FeatureBuilder::State {
    std::uint32_t customer_of(std::string_view id);
    void add_purchase(const Transaction& line, std::uint32_t customer, double amount);
    std::vector<std::size_t> order_ends(std::vector<Order>& sorted) const;

    TextNumbering customer_ids, order_ids, product_ids;
    PairNumbering order_numbers;    ///< (customer, order id): two customers never share an order.
    PairNumbering product_numbers;  ///< (customer, product).
    std::vector<Customer> customers;
    std::vector<Order> orders;
    Sum bought, returned;
    std::size_t lines_without_customer = 0, return_lines = 0;
    Time first_time = Time::max(), last_time = Time::min();
};

std::uint32_t FeatureBuilder::State::customer_of(std::string_view id) {
    const std::uint32_t number = customer_ids.number_of(id);
    if (number == customers.size()) customers.emplace_back();
    return number;
}

void FeatureBuilder::State::add_purchase(const Transaction& line,
                                         std::uint32_t number,
                                         double amount) {
    Customer& customer = customers[number];
    customer.bought.add(amount);
    customer.pieces.add(line.quantity);
    customer.first_purchase = std::min(customer.first_purchase, line.time);
    customer.last_purchase = std::max(customer.last_purchase, line.time);
    bool is_new = false;
    const auto order = order_numbers.number_of(number, order_ids.number_of(line.order), is_new);
    if (is_new) {
        orders.push_back({number, line.time, {}});
        ++customer.orders;
    }
    orders[order].time = std::min(orders[order].time, line.time);
    orders[order].bought.add(amount);
    bought.add(amount);
    if (line.product.empty()) return;
    product_numbers.number_of(number, product_ids.number_of(line.product), is_new);
    if (is_new) ++customer.products;
}

FeatureBuilder::FeatureBuilder() : state_(std::make_unique<State>()) {}
FeatureBuilder::~FeatureBuilder() = default;

void FeatureBuilder::add(const Transaction& line) {
    State& state = *state_;
    state.first_time = std::min(state.first_time, line.time);
    state.last_time = std::max(state.last_time, line.time);
    if (line.customer.empty()) {
        assert(line.is_set_aside);
        ++state.lines_without_customer;
        return;
    }
    const std::uint32_t customer = state.customer_of(line.customer);
    if (line.is_set_aside) return;
    const double amount = line.quantity * line.unit_price;
    if (!line.is_return && amount > 0) return state.add_purchase(line, customer, amount);
    if (!line.is_return) return;
    ++state.return_lines;
    state.customers[customer].returned.add(amount);
    state.returned.add(amount);
}

/// Orders by customer, then time; gives where each customer's end.
std::vector<std::size_t> FeatureBuilder::State::order_ends(std::vector<Order>& sorted) const {
    sorted = orders;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Order& a, const Order& b) {
        return a.customer != b.customer ? a.customer < b.customer : a.time < b.time;
    });
    std::vector<std::size_t> ends(customers.size());
    std::size_t end = 0;
    for (std::size_t i = 0; i < customers.size(); ++i) ends[i] = end += customers[i].orders;
    return ends;
}

Result<FeatureTable> FeatureBuilder::build(std::optional<Time> as_of) const {
    const State& state = *state_;
    if (state.orders.empty())
        return invalid_argument(
            state.customers.empty()
                ? "no line has a customer id, so there are no customers to describe"
                : "no customer has a purchase with a quantity and a price above zero");
    const Time reference = as_of.value_or(state.last_time);
    if (reference < state.last_time)
        return invalid_argument(
            fmt::format("the reference time {} lies before the newest line, {}; leave the newer "
                        "lines out or choose a later day",
                        format_time(reference),
                        format_time(state.last_time)));
    std::vector<Order> orders;
    const auto ends = state.order_ends(orders);
    FeatureTable table;
    table.definitions = feature_definitions();
    table.values.reserve(state.customers.size() * table.columns());
    for (std::uint32_t i = 0; i < state.customers.size(); ++i) {
        const Customer& customer = state.customers[i];
        if (!customer.has_purchase()) continue;
        table.ids.push_back(state.customer_ids.text_of(i));
        const auto own = std::span(orders).subspan(ends[i] - customer.orders, customer.orders);
        append_row(customer, own, reference, table.values);
    }
    return table;
}

TransactionTotals FeatureBuilder::totals() const {
    const State& state = *state_;
    TransactionTotals totals;
    totals.customers_known = state.customers.size();
    for (const Customer& customer : state.customers)
        totals.customers_with_purchase += customer.has_purchase() ? 1 : 0;
    totals.lines_without_customer = state.lines_without_customer;
    totals.purchase_orders = state.orders.size();
    totals.return_lines = state.return_lines;
    totals.purchase_revenue = state.bought.value();
    totals.return_revenue = state.returned.value();
    if (state.last_time < state.first_time) return totals;
    totals.first_time = state.first_time;
    totals.last_time = state.last_time;
    return totals;
}

}  // namespace cpo::segmentation
