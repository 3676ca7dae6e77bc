#include "model/known_features.h"

namespace cpo {

const std::vector<FeatureDefinition>& known_features() {
    static const std::vector<FeatureDefinition> features = {
        {"recency_days",
         "Days since last purchase",
         "days",
         "Time from the customer's last purchase to the reference time."},
        {"frequency", "Purchase orders", "orders", "Number of different orders with a purchase."},
        {"monetary",
         "Net revenue",
         "currency",
         "Revenue of all purchases less the value of all returns."},
        {"average_order_value",
         "Average order value",
         "currency",
         "Revenue of all purchases, before returns, per purchase order."},
        {"items_per_order", "Pieces per order", "pieces", "Pieces bought per purchase order."},
        {"tenure_days",
         "Days since first purchase",
         "days",
         "Time from the customer's first purchase to the reference time."},
        {"interpurchase_mean_days",
         "Days between orders",
         "days",
         "Mean time between one purchase order and the next; with one order, the time since then."},
        {"interpurchase_regularity",
         "Regularity of orders",
         "share 0-1",
         "How even the times between orders are: 1 is a clock; 0 with fewer than three orders."},
        {"returns_share",
         "Share returned",
         "share 0-1",
         "Value of all returns over the revenue of all purchases, at most 1."},
        {"distinct_products",
         "Different products bought",
         "products",
         "Number of different products among the purchases."},
        {"recent_90d_share",
         "Share of revenue in the last 90 days",
         "share 0-1",
         "Revenue of the orders of the 90 days before the reference time over that of all orders."},
        {"active_months",
         "Months with an order",
         "months",
         "Number of different calendar months with a purchase order."},
        {"weekday_concentration",
         "Concentration on one weekday",
         "share 0-1",
         "How strongly orders keep to the same weekdays: 0 is even over all seven, 1 is one day."},
        {"hour_concentration",
         "Concentration on one hour",
         "share 0-1",
         "How strongly orders keep to the same hours: 0 is even over all 24, 1 is one hour."},
    };
    return features;
}

FeatureDefinition feature_named(std::string_view name) {
    for (const FeatureDefinition& known : known_features())
        if (known.name == name) return known;
    const std::string text(name);
    return {text, text, "", "Column " + text + " of the customer file."};
}

}  // namespace cpo
