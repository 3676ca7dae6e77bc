#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "store/experiment_store.h"

namespace cpo::pipeline {

/// What assignment reads of experiments, kept by their version: a request then asks the database
/// for one number. A version never comes back with another content, so nothing is ever stale.
/// Thread-safe.
class AssignmentCache {
public:
    using Kept = std::shared_ptr<const store::StoredAssignment>;

    /// Null when `version` of the experiment is not kept.
    Kept find(const std::string& experiment, std::int64_t version) const;
    /// Takes the place of another version. Above kExperimentsMax all others are dropped.
    void keep(const std::string& experiment, Kept assignment);

private:
    static constexpr std::size_t kExperimentsMax = 1'000;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Kept> kept_;
};

}  // namespace cpo::pipeline
