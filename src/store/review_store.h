#pragma once

#include <string>
#include <vector>

#include "store/variant_store.h"

namespace cpo::store {

/// What a person decides about exactly one version of a variant; the actor is the reviewer.
struct NewReview {
    std::string variant;
    std::int64_t version = 0;  ///< That the reviewer saw.
    bool is_approval = false;
    std::string reason;
};

struct Review {
    std::string id;
    bool is_approval = false;
    bool is_override = false;  ///< Approved over a verdict of review.
    std::string reason;
    std::string reviewer;  ///< Person.
    std::string text_hash;
    MilliTime created_at{};
};

/// Two-person rule: neither the author nor the last editor decides. Approving needs the verdict
/// pass, or review and a reason; rejecting needs a reason. Errors: kNotFound, kAborted (another
/// version), kPermissionDenied (own work), kFailedPrecondition (unscreened or blocked),
/// kInvalidArgument (no reason).
Result<StoredVariant> review_variant(Change& change, const NewReview& review);

/// All of one variant, newest first, also of earlier words. Errors: kNotFound.
Result<std::vector<Review>> list_reviews(Session& session,
                                         const std::string& workspace,
                                         const std::string& variant);

}  // namespace cpo::store
