#include "agents/segmentation/centre_search.h"

#include "agents/segmentation/kernels.h"

namespace cpo::segmentation {

CentreSearch::CentreSearch(const NearestCentre& rule)
    : rule_(rule), half_norms_(rule.centres.size() / rule.means.size()) {
    const std::size_t columns = rule.means.size();
    for (std::size_t c = 0; c < half_norms_.size(); ++c) {
        double norm = 0;
        for (std::size_t j = 0; j < columns; ++j) {
            const double value = rule.centres[c * columns + j];
            norm += value * value;
        }
        half_norms_[c] = static_cast<float>(norm / 2);
    }
}

void CentreSearch::find(const PointBlocks& points,
                        std::size_t first,
                        std::size_t blocks,
                        std::uint8_t* numbers) const {
    kernels_of(simd_level())
        .assign({points.block(first), blocks, points.columns()},
                {rule_.centres.data(), half_norms_.data(), static_cast<int>(centres())},
                numbers);
}

}  // namespace cpo::segmentation
