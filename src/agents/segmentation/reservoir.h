#pragma once

#include <cstddef>
#include <vector>

#include "base/random.h"
#include "model/customer.h"

namespace cpo::segmentation {

/// A random sample of customers that come in blocks, whose number nobody knows before: each subset
/// of `rows_max` is as likely. Source: Vitter, "Random Sampling with a Reservoir", ACM TOMS 11(1),
/// 1985 (algorithm R). Memory: the sample. Not thread-safe.
class CustomerReservoir {
public:
    CustomerReservoir(std::size_t rows_max, Random random) : rows_max_(rows_max), random_(random) {}

    void add(const FeatureTable& block);
    /// Customers that were added.
    std::size_t seen() const { return seen_; }
    /// The sample in the order in which its customers came.
    FeatureTable take() &&;

private:
    std::size_t rows_max_;
    Random random_;
    std::size_t seen_ = 0;
    std::vector<std::size_t> number_of_;  ///< Of each customer of the sample, among all.
    FeatureTable sample_;
};

}  // namespace cpo::segmentation
