#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace cpo {

enum class DocumentType { kFact, kOffer, kStyle, kLegal };
const char* name_of(DocumentType type);
std::optional<DocumentType> parse_document_type(std::string_view name);

/// An amount of money. Never a double.
struct Money {
    std::int64_t cents = 0;
    std::string currency;  ///< ISO 4217, "GBP".
    bool operator==(const Money&) const = default;
};
/// "£30", "£12.50", "$5", "€20", "CHF 15": symbol or code, cents only when there are some.
std::string format_money(const Money& money);

/// What an offer gives.
enum class OfferUnit { kPercent, kMoney, kFreeShipping, kGift };
const char* name_of(OfferUnit unit);
std::optional<OfferUnit> parse_offer_unit(std::string_view name);

/// A structured promise. A message may only state an offer by reference to one of these.
struct Offer {
    OfferUnit unit = OfferUnit::kPercent;
    double percent = 0;            ///< With kPercent: 0 < percent <= 100.
    Money amount;                  ///< With kMoney.
    std::string gift;              ///< With kGift: what is given.
    std::string applies_to;        ///< "everything", "all candles"; may be empty.
    std::string code;              ///< May be empty.
    std::optional<Date> starts;    ///< First day it can be used.
    std::optional<Date> ends;      ///< Last day it can be used, inclusive.
    std::optional<Money> minimum;  ///< Smallest order.
    std::string audience;          ///< Segment keyword such as "lapsed"; empty = everybody.
};

/// A named value that a document vouches for: delivery_days = "3", founded = "1987".
struct DocumentFact {
    std::string key;    ///< snake_case, the same key in two documents means the same thing.
    std::string value;  ///< As it should be read by people: "3 working days".
};

/// One piece of approved (or not yet approved) content.
struct Document {
    std::string id;  ///< Unique in a library.
    std::string title;
    DocumentType type = DocumentType::kFact;
    std::string language = "en";        ///< BCP 47, lower case.
    std::string text;                   ///< Plain text or Markdown body.
    std::optional<Date> valid_from;     ///< First day, inclusive.
    std::optional<Date> valid_until;    ///< Last day, inclusive.
    std::vector<std::string> segments;  ///< Keywords of audiences it is for; empty = everybody.
    std::vector<std::string> channels;  ///< Channels it is for; empty = all.
    std::string approved_by;            ///< Empty = not approved, unless is_approval_waived.
    std::optional<Date> approved_on;
    bool is_approval_waived = false;  ///< The whole file carries no approval or date fields at all.
    std::optional<Offer> offer;       ///< With type kOffer.
    std::vector<DocumentFact> facts;
    std::string file;  ///< Where it was read from, for messages.
};

/// A stretch of a document small enough to cite and to embed.
struct Passage {
    std::string document;  ///< Document::id.
    int number = 1;        ///< 1-based within the document.
    std::string text;
    std::size_t start = 0;  ///< Byte offset in Document::text.
    std::size_t end = 0;    ///< Exclusive.
};

/// A document that must not be used, and why.
struct SetAsideDocument {
    std::string document;
    std::string title;
    std::string reason;  ///< "expired on 2011-11-30", "not approved", "contradicts returns-2011:
                         ///< return_days is 14 there, 30 here".
};

}  // namespace cpo
