#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"

namespace cpo {

using Embedding = std::vector<float>;

/// Turns text into vectors. Safe to call from many threads at once.
class Embedder {
public:
    virtual ~Embedder() = default;
    /// Short name for reports: "minilm", "hashing".
    virtual std::string name() const = 0;
    /// Length of every vector returned; constant for the life of the object.
    virtual int dimension() const = 0;
    /// Returns one L2-normalised vector per text, in order. Blocks until `deadline` at most.
    /// The same text always gives the same vector, whatever else is in the call.
    /// Errors: kInvalidArgument (no texts), kUnavailable (retry), kDeadlineExceeded.
    virtual Result<std::vector<Embedding>> embed(std::span<const std::string> texts,
                                                 Deadline deadline) = 0;
};

}  // namespace cpo
