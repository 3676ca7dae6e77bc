#include "model/document.h"

#include <fmt/format.h>

#include <cstdlib>

namespace cpo {

const char* name_of(DocumentType type) {
    switch (type) {
        case DocumentType::kFact:
            return "fact";
        case DocumentType::kOffer:
            return "offer";
        case DocumentType::kStyle:
            return "style";
        case DocumentType::kLegal:
            return "legal";
    }
    std::abort();
}

std::optional<DocumentType> parse_document_type(std::string_view name) {
    for (const auto type :
         {DocumentType::kFact, DocumentType::kOffer, DocumentType::kStyle, DocumentType::kLegal})
        if (name == name_of(type)) return type;
    return std::nullopt;
}

const char* name_of(OfferUnit unit) {
    switch (unit) {
        case OfferUnit::kPercent:
            return "percent";
        case OfferUnit::kMoney:
            return "money";
        case OfferUnit::kFreeShipping:
            return "free_shipping";
        case OfferUnit::kGift:
            return "gift";
    }
    std::abort();
}

std::optional<OfferUnit> parse_offer_unit(std::string_view name) {
    for (const auto unit :
         {OfferUnit::kPercent, OfferUnit::kMoney, OfferUnit::kFreeShipping, OfferUnit::kGift})
        if (name == name_of(unit)) return unit;
    return std::nullopt;
}

std::string format_money(const Money& money) {
    const std::string_view symbol = money.currency == "GBP"   ? "£"
                                    : money.currency == "EUR" ? "€"
                                    : money.currency == "USD" ? "$"
                                                              : "";
    const std::string prefix = symbol.empty() ? money.currency + " " : std::string(symbol);
    if (money.cents % 100 == 0) return fmt::format("{}{}", prefix, money.cents / 100);
    return fmt::format("{}{}.{:02}", prefix, money.cents / 100, std::abs(money.cents % 100));
}

}  // namespace cpo
