#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/screened_message.h"
#include "store/experiment_store.h"
#include "store/variant_store.h"

namespace cpo::pipeline {

/// Reads the variants of one workspace, those of one generation run at once: the arms of an
/// experiment, and the drafts of one campaign, come from the same run. For one transaction.
class VariantReader {
public:
    VariantReader(store::Session& session, const std::string& workspace)
        : session_(&session), workspace_(&workspace) {}
    /// Errors: kNotFound. The pointer holds as long as the reader.
    Result<const store::StoredVariant*> read(const std::string& id);
    /// For words that the variant had once, by the rule for its present ones: the newest review of
    /// exactly them approves, and the newest verdict on them is pass, or review overridden.
    Result<bool> are_still_approved(const std::string& id, const std::string& text_hash);

private:
    store::Session* session_;
    const std::string* workspace_;
    std::map<std::string, store::StoredVariant> variants_;
};

/// The words of a variant with the verdict that lets them leave (invariant 1), or the reviewer who
/// released them. Errors: kFailedPrecondition saying what is missing.
Result<ScreenedMessage> screened_message(const store::StoredVariant& variant);

/// The words of a variant that may be sent: screened, approved, and exactly those that
/// were. Errors: kFailedPrecondition saying what is missing.
Result<ScreenedMessage> approved_message(const store::StoredVariant& variant);

/// Freezes the words of every arm as they stand now. Errors: kFailedPrecondition naming every arm
/// that is not screened and approved.
Result<void> freeze_words(VariantReader& variants, store::StoredExperiment& experiment);

/// How the words of an arm stand.
struct ArmStatus {
    std::string text_hash;  ///< Frozen; before the start those of the variant now.
    bool is_approved = false;
};
/// For every arm. Words that were approved at the start stay so unless a later verdict or review
/// of exactly these words says otherwise. Errors: kNotFound.
Result<std::vector<ArmStatus>> arm_statuses(VariantReader& variants,
                                            const store::StoredExperiment& experiment);

/// Errors: kFailedPrecondition naming the arms whose frozen words were blocked or rejected since.
Result<void> check_words(VariantReader& variants, const store::StoredExperiment& experiment);

}  // namespace cpo::pipeline
