#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/claim.h"
#include "model/run.h"

namespace cpo::claims {

/// What a value does in its sentence, when that can be told. "£30 off" and "orders over £30" are
/// both money, "ends 20 December" and "from 20 December" both dates: one must not vouch for the
/// other.
enum class ClaimRole {
    kNone,      ///< Could not be told, or does not matter for the kind.
    kDiscount,  ///< Percentage or money taken off.
    kMinimum,   ///< Smallest order.
    kStart,     ///< First day.
    kEnd,       ///< Last day.
};

/// A checkable statement found in a text.
struct FoundClaim {
    std::size_t start = 0;  ///< Unicode code points.
    std::size_t end = 0;    ///< Exclusive.
    ClaimKind kind = ClaimKind::kNumber;
    std::string value;  ///< Normalised as in model/claim.h.
    std::string text;   ///< As written.
    ClaimRole role = ClaimRole::kNone;
};

/// Finds every percentage, amount of money, date (also "ends tonight", "until Friday"), offer code,
/// duration, URL, free-shipping promise, gift and other number in `text` (valid UTF-8), in order,
/// without overlaps. `as_of` resolves relative dates and dates without a year. Words are read in
/// English; in any other language only numbers, money, percentages, codes, URLs and numeric dates
/// are found, with its decimal comma. Left out on purpose, because nobody has to prove them: e-mail
/// addresses, phone numbers, street addresses and postcodes, list marks, ordinals ("21st"),
/// "2-in-1", "24/7", copyright years. docs/claims.md has the whole table. Linear in the length of
/// the text (RE2). Thread-safe.
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

/// Everything the approved, in-date content of a library states, ready to look claims up in: the
/// fields of structured offers, named facts, and the claims in the passages' own text. Where the
/// text of an offer says something else than its fields, the fields hold and the text does not
/// count. Style documents state nothing but URLs. Immutable after construction; thread-safe.
class FactBook {
public:
    /// Documents of `language` (their first subtag decides; empty = all languages).
    FactBook(const Library& library, std::string_view language, Date as_of);

    /// Looks `claim` up in the documents named in `cited` (all usable documents when empty).
    /// Supported when one of them states the same value of the same kind in the same role; a date
    /// without a year may lie up to a year away. O(statements).
    Resolution resolve(const FoundClaim& claim, const std::vector<std::string>& cited) const;

    struct Statement {
        ClaimKind kind;
        std::string value;
        std::string document;
        int passage;
        ClaimRole role = ClaimRole::kNone;
    };
    /// In order of document, passages before structured fields.
    const std::vector<Statement>& statements() const { return statements_; }
    Date as_of() const { return as_of_; }

private:
    void add_offer(const Document& document);
    void add_facts(const Document& document);
    void add_passages(const Document& document, const std::vector<const Passage*>& passages);

    std::vector<Statement> statements_;
    Date as_of_;
};

}  // namespace cpo::claims
