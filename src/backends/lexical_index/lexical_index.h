#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cpo {

struct LexicalMatch {
    std::uint32_t id = 0;
    double score = 0;  ///< BM25, higher is better.
};

/// Finds texts that share words with a query. search() is safe from many threads at once.
class LexicalIndex {
public:
    virtual ~LexicalIndex() = default;
    /// Errors: kAlreadyExists when `id` was added before.
    virtual Result<void> add(std::uint32_t id, std::string_view title, std::string_view text) = 0;
    /// Best `count_max` texts that contain any word of `query` and pass `is_allowed`, best first,
    /// ties by id. Free text: no character of the query has a special meaning.
    virtual Result<std::vector<LexicalMatch>> search(
        std::string_view query,
        std::size_t count_max,
        const std::function<bool(std::uint32_t)>& is_allowed) const = 0;
};

}  // namespace cpo
