#pragma once

#include <optional>
#include <string>

#include "base/deadline.h"
#include "base/result.h"
#include "pipeline/screener.h"
#include "store/store.h"
#include "store/variant_store.h"

namespace cpo::pipeline {

/// New words by a person; what is missing stays.
struct VariantEdit {
    std::string variant;
    std::int64_t version = 0;  ///< That the editor saw.
    std::optional<std::string> subject;
    std::optional<std::string> text;
};

/// Changes and screens the words of stored variants. Claims are looked up in the content of the day
/// the variant was written for, in documents for its segment and channel only. Thread-safe.
class VariantWords {
public:
    /// References must outlive it.
    VariantWords(store::Store& store, Screener& screener) : store_(&store), screener_(&screener) {}

    /// Finds the claims of the new words and stores both; the variant is unscreened and unapproved
    /// then. Errors: kNotFound, kAborted (another version), kInvalidArgument (no words left, or no
    /// UTF-8), those of the content.
    Result<store::StoredVariant> edit(const store::ChangeOwner& owner,
                                      const VariantEdit& edit,
                                      Deadline deadline);
    /// Screens the present words and keeps the verdict. Errors: kNotFound, kAborted when they were
    /// edited meanwhile, those of Screener.
    Result<store::StoredVariant> screen(const store::ChangeOwner& owner,
                                        const std::string& variant,
                                        Deadline deadline);

private:
    store::Store* store_;
    Screener* screener_;
};

}  // namespace cpo::pipeline
