#include "store/review_store.h"

#include <fmt/format.h>

#include "base/id.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO reviews (id, workspace_id, variant_id, verdict_id, text_hash, decision, reason, "
    "is_override, reviewer, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
constexpr std::string_view kPutInForce =
    "UPDATE variants SET review_id = $4, updated_at = $5, version = version + 1 "
    "WHERE workspace_id = $1 AND id = $2 AND version = $3";
constexpr std::string_view kSelect =
    "SELECT id, decision, reason, is_override, reviewer, text_hash, created_at FROM reviews "
    "WHERE workspace_id = $1 AND variant_id = $2 ORDER BY id DESC";
constexpr std::string_view kExists = "SELECT id FROM variants WHERE workspace_id = $1 AND id = $2";

Error wrong_state(std::string message) {
    return {ErrorCode::kFailedPrecondition, std::move(message), {}};
}

/// Why this person may not decide at all, or not now; nothing when she may.
Result<void> check_reviewer(const StoredVariant& variant, const Change& change) {
    const std::string& person = change.actor().person;
    const auto own_work = [](const char* why) {
        return Error{ErrorCode::kPermissionDenied,
                     fmt::format("you {}, so somebody else has to review it", why),
                     {}};
    };
    if (person.empty())
        return Error{ErrorCode::kPermissionDenied, "only a person can review a variant", {}};
    if (person == variant.author) return own_work("started the run that wrote this variant");
    if (person == variant.edited_by) return own_work("edited this variant last");
    return {};
}

/// Whether the decision fits the verdict in force; true for an override.
Result<bool> check_decision(const StoredVariant& variant, const NewReview& review) {
    const bool has_reason = review.reason.find_first_not_of(" \t\r\n") != std::string::npos;
    if (!review.is_approval) {
        if (!has_reason) return invalid_argument("rejecting needs a reason: say what is wrong");
        return false;
    }
    if (!variant.screened)
        return wrong_state("these words are not screened: screen the variant first");
    switch (variant.screened->verdict.decision) {
        case Decision::kPass:
            return false;
        case Decision::kReview:
            if (!has_reason)
                return invalid_argument(
                    "the verdict is review: approving over it needs a reason that says why the "
                    "message may go out all the same");
            return true;
        case Decision::kBlock:
            return wrong_state("the verdict is block, which nobody can override: edit the words");
    }
    std::abort();
}

Result<Review> review_of(const Row& row) {
    return Review{row.text("id"),
                  row.text("decision") == "approve",
                  row.boolean("is_override"),
                  row.text("reason"),
                  row.text("reviewer"),
                  row.text("text_hash"),
                  time_in(row, "created_at")};
}

}  // namespace

Result<StoredVariant> review_variant(Change& change, const NewReview& review) {
    const auto variant = TRY(get_variant(change.session(), change.workspace(), review.variant));
    if (variant.version != review.version)
        return changed_meanwhile(variant.version, review.version);
    TRY(check_reviewer(variant, change));
    const bool is_override = TRY(check_decision(variant, review));
    const std::string id = new_id(change.now());
    const std::string decision = review.is_approval ? "approve" : "reject";
    TRY(change.session().execute(kInsert,
                                 {id,
                                  change.workspace(),
                                  review.variant,
                                  text_or_null(variant.screened ? variant.screened->id : ""),
                                  variant.text_hash,
                                  decision,
                                  review.reason,
                                  std::int64_t{is_override},
                                  change.actor().person,
                                  milliseconds_of(change.now())}));
    // The version also moves with a new verdict, so what was checked above still holds.
    const Rows updated = TRY(change.session().execute(
        kPutInForce,
        {change.workspace(), review.variant, review.version, id, milliseconds_of(change.now())}));
    const auto present = TRY(get_variant(change.session(), change.workspace(), review.variant));
    if (updated.affected == 0) return changed_meanwhile(present.version, review.version);
    const auto recorded = change.record({"variant." + decision,
                                         "variant",
                                         review.variant,
                                         {{"review", id},
                                          {"is_override", is_override},
                                          {"reason", review.reason},
                                          {"text_hash", variant.text_hash}}});
    if (!recorded) return recorded.error();
    return present;
}

Result<std::vector<Review>> list_reviews(Session& session,
                                         const std::string& workspace,
                                         const std::string& variant) {
    if (TRY(session.execute(kExists, {workspace, variant})).empty()) return not_found("variant");
    const Rows rows = TRY(session.execute(kSelect, {workspace, variant}));
    std::vector<Review> reviews;
    for (const Row& row : rows) reviews.push_back(TRY(review_of(row)));
    return reviews;
}

}  // namespace cpo::store
