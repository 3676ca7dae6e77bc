#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/variant.h"
#include "model/verdict.h"
#include "store/page.h"
#include "store/state_counts.h"
#include "store/store.h"

namespace cpo::store {

/// What holds for the present words of a variant:
///
///   unscreened ──screen──▶ pass | review | block        edit: back to unscreened
///   pass ──approve──▶ approved     review ──approve with a reason──▶ approved
///   any ──reject──▶ rejected
///
/// A later verdict wins over an older approval: block always, review unless it was overridden.
enum class VariantState { kUnscreened, kPass, kReview, kBlock, kApproved, kRejected };
const char* name_of(VariantState state);

/// The verdict in force.
struct ScreenedBy {
    std::string id;
    std::string text_hash;
    Verdict verdict;
};

/// The review in force.
struct ReviewedBy {
    std::string id;
    bool is_approval = false;
    bool is_override = false;
    std::string reason;
    std::string reviewer;  ///< Person.
};

/// A variant as it is kept: `variant.id` is a UUID.
struct StoredVariant {
    Variant variant;
    std::string run;
    std::string text_hash;  ///< hash_of(variant.message).
    std::int64_t version = 1;
    VariantState state = VariantState::kUnscreened;
    std::optional<ScreenedBy> screened;
    std::optional<ReviewedBy> reviewed;
    std::string author;     ///< Person who started the run.
    std::string edited_by;  ///< Person; empty = nobody.
    MilliTime created_at{};
    MilliTime updated_at{};
};

/// Inserts what a run wrote, with new ids in the given order, and moves the run on. Errors:
/// kAborted when the run is past that stage.
Result<void> save_variants(Change& change,
                           const std::string& run,
                           const std::string& writer,
                           const std::vector<Variant>& variants);

/// Errors: kNotFound; kInternal when the words are not those that were stored.
Result<StoredVariant> get_variant(Session& session,
                                  const std::string& workspace,
                                  const std::string& id);

struct VariantFilter {
    std::string run;             ///< Empty = any.
    std::optional<int> segment;  ///< None = any.
    std::string state;           ///< Name of a VariantState; empty = any.
};
Result<Page<StoredVariant>> list_variants(Session& session,
                                          const std::string& workspace,
                                          const VariantFilter& filter,
                                          const PageRequest& page);
/// Variants of a workspace by state; every state is there. Cost: reads all of them.
Result<StateCounts> count_variants(Session& session, const std::string& workspace);
/// All of one run in the order they were written: by segment, control last.
Result<std::vector<StoredVariant>> list_variants_of_run(Session& session,
                                                        const std::string& workspace,
                                                        const std::string& run);

/// New words for a variant, with the claims that were found in them.
struct NewWords {
    std::string variant;
    std::int64_t version = 0;  ///< That the editor saw.
    Message message;
    std::vector<Claim> claims;
};
/// The variant becomes unscreened and unapproved; edited_by is the actor's person. An edit to the
/// present words changes nothing: whoever wrote them stays their author, and the verdict, the
/// review and the claims stay. Errors: kNotFound, kAborted when it was changed meanwhile.
Result<StoredVariant> edit_variant(Change& change, const NewWords& words);

}  // namespace cpo::store
