#include "agents/segmentation/reservoir.h"

#include <algorithm>
#include <numeric>

namespace cpo::segmentation {

void CustomerReservoir::add(const FeatureTable& block) {
    sample_.definitions = block.definitions;
    for (std::size_t row = 0; row < block.rows(); ++row) {
        const auto values = block.row(row);
        const std::size_t number = seen_++;
        if (sample_.rows() < rows_max_) {
            number_of_.push_back(number);
            sample_.ids.push_back(block.ids[row]);
            sample_.values.insert(sample_.values.end(), values.begin(), values.end());
            continue;
        }
        const std::size_t place = random_.below(seen_);
        if (place >= rows_max_) continue;
        number_of_[place] = number;
        sample_.ids[place] = block.ids[row];
        std::copy(values.begin(),
                  values.end(),
                  sample_.values.begin() + static_cast<std::ptrdiff_t>(place * values.size()));
    }
}

FeatureTable CustomerReservoir::take() && {
    std::vector<std::size_t> order(number_of_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return number_of_[a] < number_of_[b];
    });
    FeatureTable sample{{}, sample_.definitions, {}};
    sample.ids.reserve(order.size());
    sample.values.reserve(sample_.values.size());
    for (const std::size_t place : order) {
        sample.ids.push_back(std::move(sample_.ids[place]));
        const auto values = sample_.row(place);
        sample.values.insert(sample.values.end(), values.begin(), values.end());
    }
    return sample;
}

}  // namespace cpo::segmentation
