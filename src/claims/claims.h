#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/claim.h"
#include "model/run.h"

namespace cpo::claims {

/// A checkable statement found in a text.
struct FoundClaim {
    std::size_t start = 0;  ///< Unicode code points.
    std::size_t end = 0;    ///< Exclusive.
    ClaimKind kind = ClaimKind::kNumber;
    std::string value;  ///< Normalised as in model/claim.h.
    std::string text;   ///< As written.
};

/// Finds every percentage, amount of money, date (also "ends tonight", "until Friday"), offer code,
/// duration, URL, free-shipping promise and other number in `text` (valid UTF-8), in order, without
/// overlaps. `as_of` resolves relative dates. Linear in the length of the text (RE2). Thread-safe.
std::vector<FoundClaim> find_claims(std::string_view text, std::string_view language, Date as_of);

/// Whether a claim is backed by approved content.
struct Resolution {
    bool is_supported = false;
    std::string document;  ///< Supporting document, or the one with the nearest value.
    int passage = 0;       ///< Passage that states it; 0 = the structured offer or facts.
    std::string
        nearest_value;  ///< When unsupported: the closest approved value of the kind; may be empty.
    std::string explanation;  ///< For people: "the text says 30 %, comeback-offer says 15 %".
};

/// Everything the approved, in-date content of a library states, ready to look claims up in.
/// Immutable after construction; thread-safe.
class FactBook {
public:
    FactBook(const Library& library, std::string_view language, Date as_of);

    /// Looks `claim` up in the documents named in `cited` (all usable documents when empty).
    Resolution resolve(const FoundClaim& claim, const std::vector<std::string>& cited) const;

    struct Statement {
        ClaimKind kind;
        std::string value;
        std::string document;
        int passage;
    };
    const std::vector<Statement>& statements() const { return statements_; }
    Date as_of() const { return as_of_; }

private:
    std::vector<Statement> statements_;
    Date as_of_;
};

}  // namespace cpo::claims
