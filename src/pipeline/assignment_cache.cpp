#include "pipeline/assignment_cache.h"

namespace cpo::pipeline {

AssignmentCache::Kept AssignmentCache::find(const std::string& experiment,
                                            std::int64_t version) const {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(experiment);
    if (found == kept_.end() || found->second->version != version) return nullptr;
    return found->second;
}

void AssignmentCache::keep(const std::string& experiment, Kept assignment) {
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= kExperimentsMax && !kept_.contains(experiment)) kept_.clear();
    kept_[experiment] = std::move(assignment);
}

}  // namespace cpo::pipeline
