#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "model/customer.h"

namespace cpo::segmentation {

/// Definitions of every feature FeatureBuilder makes, in column order: recency_days, frequency,
/// monetary first.
const std::vector<FeatureDefinition>& feature_definitions();

/// Turns transaction lines into one row of features per customer with at least one positive
/// purchase. Memory grows with customers and their orders, not with lines. Lines may come in any
/// order; adding the same lines in another order gives the same table up to rounding, and the same
/// order the same bytes. Not thread-safe.
class FeatureBuilder {
public:
    FeatureBuilder();
    ~FeatureBuilder();
    FeatureBuilder(const FeatureBuilder&) = delete;
    FeatureBuilder& operator=(const FeatureBuilder&) = delete;

    /// Copies what it needs from `line`.
    void add(const Transaction& line);
    /// Rows in order of first appearance. Recency counts from `as_of`, or from the newest time
    /// seen. Errors: kInvalidArgument when no customer has a positive purchase, or `as_of` lies
    /// before the newest time.
    Result<FeatureTable> build(std::optional<Time> as_of) const;
    /// Facts about the file; lines_without_customer is the reader's and stays 0.
    TransactionTotals totals() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace cpo::segmentation
