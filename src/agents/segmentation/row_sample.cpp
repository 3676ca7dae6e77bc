#include "agents/segmentation/row_sample.h"

#include <cassert>

namespace cpo::segmentation {

std::vector<std::size_t> spread_sample(std::size_t rows, std::size_t count, Random random) {
    assert(count <= rows);
    std::vector<std::size_t> chosen(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t from = rows * i / count;
        chosen[i] = from + random.below(rows * (i + 1) / count - from);
    }
    return chosen;
}

FeatureTable chosen_rows(const FeatureTable& customers, std::span<const std::size_t> rows) {
    FeatureTable chosen{{}, customers.definitions, {}};
    for (const std::size_t row : rows) {
        chosen.ids.push_back(customers.ids[row]);
        const auto values = customers.row(row);
        chosen.values.insert(chosen.values.end(), values.begin(), values.end());
        if (!customers.weights.empty()) chosen.weights.push_back(customers.weights[row]);
    }
    return chosen;
}

}  // namespace cpo::segmentation
