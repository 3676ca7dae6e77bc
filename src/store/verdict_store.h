#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/verdict.h"
#include "store/page.h"
#include "store/variant_store.h"

namespace cpo::store {

/// A verdict to keep: `verdict.id` is the variant.
struct NewVerdict {
    Verdict verdict;
    std::string text_hash;  ///< Of the words that were screened.
};

/// Keeps the verdicts of a run on its variants and moves the run on. A variant that a person edited
/// meanwhile stays unscreened. Errors: kAborted when the run is past that stage.
Result<void> save_verdicts(Change& change,
                           const std::string& run,
                           const std::vector<NewVerdict>& verdicts);

/// Keeps one verdict and puts it in force; an approval that does not fit it any more falls by
/// itself. Errors: kNotFound, kFailedPrecondition when the words were changed meanwhile.
Result<StoredVariant> save_verdict(Change& change, const NewVerdict& verdict);

struct StoredVerdict {
    std::string id;
    std::string variant;
    std::string text_hash;
    Verdict verdict;
    MilliTime created_at{};
};
/// Of the newest verdict on exactly these words of a variant; nothing = they were never screened.
Result<std::optional<Decision>> newest_decision(Session& session,
                                                const std::string& workspace,
                                                const std::string& variant,
                                                const std::string& text_hash);
struct VerdictFilter {
    std::string decision;  ///< Empty = any.
    std::string variant;   ///< Empty = any.
};
Result<Page<StoredVerdict>> list_verdicts(Session& session,
                                          const std::string& workspace,
                                          const VerdictFilter& filter,
                                          const PageRequest& page);

}  // namespace cpo::store
