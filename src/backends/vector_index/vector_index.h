#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"

namespace cpo {

struct VectorMatch {
    std::uint32_t id = 0;  ///< As given to add().
    float similarity = 0;  ///< Cosine, -1 ... 1.
};

/// Finds the vectors nearest to a query. search() is safe from many threads while nobody adds.
class VectorIndex {
public:
    virtual ~VectorIndex() = default;
    /// Adds one L2-normalised vector of the index's dimension. Errors: kInvalidArgument (wrong
    /// length).
    virtual Result<void> add(std::uint32_t id, std::span<const float> vector) = 0;
    /// The `count_max` most similar vectors whose id passes `is_allowed` (empty = all), best first,
    /// ties by id.
    virtual Result<std::vector<VectorMatch>> search(
        std::span<const float> query,
        std::size_t count_max,
        const std::function<bool(std::uint32_t)>& is_allowed) const = 0;
};

}  // namespace cpo
