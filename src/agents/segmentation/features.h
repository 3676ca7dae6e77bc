#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "model/customer.h"

namespace cpo::segmentation {

/// Definitions of every feature FeatureBuilder makes, in column order (model/known_features.h);
/// docs/features.md has the formulas.
const std::vector<FeatureDefinition>& feature_definitions();

/// Turns transaction lines into one row of features per customer with at least one purchase of a
/// quantity and a price above zero. Memory grows with customers, their orders and the products each
/// of them bought, not with lines. Lines may come in any order; the same lines in another order
/// give the same rows up to rounding, and the same order the same bytes. Not thread-safe.
class FeatureBuilder {
public:
    FeatureBuilder();
    ~FeatureBuilder();
    FeatureBuilder(const FeatureBuilder&) = delete;
    FeatureBuilder& operator=(const FeatureBuilder&) = delete;

    /// Copies what it needs from `line`. A line that was set aside only makes its customer known
    /// and its time count as seen. Amounts of zero are no purchase.
    void add(const Transaction& line);
    /// Rows in order of first appearance. Recency counts from `as_of`, or from the newest time
    /// seen. Errors: kInvalidArgument when no customer has a positive purchase, or `as_of` lies
    /// before the newest time.
    Result<FeatureTable> build(std::optional<Time> as_of) const;
    /// Facts about the lines so far.
    TransactionTotals totals() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace cpo::segmentation
