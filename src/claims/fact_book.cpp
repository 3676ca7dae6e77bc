#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "claims/claim_values.h"
#include "claims/claims.h"

namespace cpo::claims {
namespace {

using Statement = FactBook::Statement;

constexpr std::size_t kCodeLengthMax = 32;  ///< Longer codes are compared for equality only.

std::string_view first_subtag(std::string_view language) {
    return language.substr(0, std::min(language.find('-'), language.size()));
}

bool is_in(const std::string& document, const std::vector<std::string>& documents) {
    return documents.empty() ||
           std::find(documents.begin(), documents.end(), document) != documents.end();
}

/// The number a value starts with, or the days of a date.
std::optional<double> magnitude(ClaimKind kind, const std::string& value) {
    if (kind == ClaimKind::kDate) {
        const auto date = parse_date(value);
        if (!date) return std::nullopt;
        return static_cast<double>(date->time_since_epoch().count());
    }
    double number = 0;
    const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (failure != std::errc() || end == value.data()) return std::nullopt;
    return number;
}

/// What follows the number: "GBP", "working days".
std::string_view unit_of(std::string_view value) {
    return value.substr(std::min(value.find(' '), value.size()));
}

/// Levenshtein distance of two short texts.
double edit_distance(std::string_view a, std::string_view b) {
    if (a.size() > kCodeLengthMax || b.size() > kCodeLengthMax) return a == b ? 0 : kCodeLengthMax;
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return static_cast<double>(row.back());
}

/// How far a statement is from a claim of its kind; infinite when they cannot be compared.
double distance(const FoundClaim& claim, const Statement& statement) {
    constexpr double kFar = std::numeric_limits<double>::infinity();
    switch (claim.kind) {
        case ClaimKind::kCode:
        case ClaimKind::kUrl:
        case ClaimKind::kGift:
            return edit_distance(claim.value, statement.value);
        case ClaimKind::kFreeShipping:
            return 0;
        case ClaimKind::kMoney:
        case ClaimKind::kDuration:
            if (unit_of(claim.value) != unit_of(statement.value)) return kFar;
            break;
        case ClaimKind::kPercent:
        case ClaimKind::kDate:
        case ClaimKind::kNumber:
            break;
    }
    const auto a = magnitude(claim.kind, claim.value);
    const auto b = magnitude(claim.kind, statement.value);
    return a && b ? std::abs(*a - *b) : kFar;
}

/// "20 December" may mean the one of last or next year: same day and month, a year apart at most.
bool is_same_day(const FoundClaim& claim, const std::string& stated) {
    if (claim.value == stated) return true;
    if (claim.value.size() == 7) return stated.starts_with(claim.value);  // "2011-12", a month.
    const bool is_worded = std::any_of(claim.text.begin(), claim.text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
    const bool has_day = std::any_of(
        claim.text.begin(), claim.text.end(), [](char c) { return c >= '0' && c <= '9'; });
    const bool has_year = claim.text.find(claim.value.substr(0, 4)) != std::string::npos;
    if (!is_worded || !has_day || has_year) return false;
    const auto days = std::abs(magnitude(ClaimKind::kDate, claim.value).value_or(0) -
                               magnitude(ClaimKind::kDate, stated).value_or(1e6));
    return stated.substr(4) == claim.value.substr(4) && days <= 366;
}

bool is_same_value(const FoundClaim& claim, const Statement& statement) {
    const std::string& stated = statement.value;
    switch (claim.kind) {
        case ClaimKind::kDate:
            return is_same_day(claim, stated);
        case ClaimKind::kUrl:  // The sender vouches for the host, so for every page on it.
            return claim.value.substr(0, claim.value.find('/')) ==
                   stated.substr(0, stated.find('/'));
        case ClaimKind::kGift: {
            if (claim.value == stated || claim.value == "gift") return true;
            const std::string& shorter = claim.value.size() < stated.size() ? claim.value : stated;
            const std::string& longer = claim.value.size() < stated.size() ? stated : claim.value;
            return longer.starts_with(shorter + " ") || longer.ends_with(" " + shorter);
        }
        case ClaimKind::kPercent:
        case ClaimKind::kMoney:
        case ClaimKind::kCode:
        case ClaimKind::kNumber:
        case ClaimKind::kDuration:
        case ClaimKind::kFreeShipping:
            return claim.value == stated;
    }
    return false;
}

/// A stated price does not vouch for a discount of the same amount, a start not for an end.
bool is_same_role(ClaimRole claim, ClaimRole stated) {
    if (claim == stated) return true;
    return claim == ClaimRole::kNone && stated != ClaimRole::kMinimum;
}

/// "15 %", "£30", "20 December 2011": a value as people read it.
std::string readable(ClaimKind kind, const std::string& value) {
    if (kind == ClaimKind::kPercent) return value + " %";
    if (kind == ClaimKind::kMoney) {
        const auto amount = magnitude(kind, value).value_or(0);
        return format_money({std::llround(amount * 100), std::string(unit_of(value).substr(1))});
    }
    return value;
}

std::string_view meaning_of(ClaimRole role) {
    switch (role) {
        case ClaimRole::kNone:
            return "";
        case ClaimRole::kDiscount:
            return " as a discount";
        case ClaimRole::kMinimum:
            return " as a smallest order";
        case ClaimRole::kStart:
            return " as a first day";
        case ClaimRole::kEnd:
            return " as a last day";
    }
    return "";
}

bool contradicts(const FoundClaim& claim, const std::vector<Statement>& fields) {
    bool has_field = false;
    for (const Statement& field : fields) {
        if (field.kind != claim.kind || !is_same_role(claim.role, field.role)) continue;
        if (is_same_value(claim, field)) return false;
        has_field = true;
    }
    return has_field && claim.kind != ClaimKind::kUrl && claim.kind != ClaimKind::kNumber &&
           claim.kind != ClaimKind::kDuration;
}

}  // namespace

FactBook::FactBook(const Library& library, std::string_view language, Date as_of) : as_of_(as_of) {
    std::map<std::string_view, std::vector<const Passage*>> passages;
    for (const Passage& passage : library.passages) passages[passage.document].push_back(&passage);
    for (const Document& document : library.documents) {
        const bool is_spoken =
            language.empty() || first_subtag(document.language) == first_subtag(language);
        if (!is_spoken) continue;
        add_passages(document, passages[document.id]);
        if (document.offer) add_offer(document);
        add_facts(document);
    }
}

void FactBook::add_offer(const Document& document) {
    const Offer& offer = *document.offer;
    const auto add = [&](ClaimKind kind, std::string value, ClaimRole role = ClaimRole::kNone) {
        statements_.push_back({kind, std::move(value), document.id, 0, role});
    };
    switch (offer.unit) {
        case OfferUnit::kPercent:
            add(ClaimKind::kPercent, number_value(offer.percent), ClaimRole::kDiscount);
            break;
        case OfferUnit::kMoney:
            add(ClaimKind::kMoney, money_value(offer.amount), ClaimRole::kDiscount);
            break;
        case OfferUnit::kFreeShipping:
            add(ClaimKind::kFreeShipping, "free shipping");
            break;
        case OfferUnit::kGift:
            add(ClaimKind::kGift, gift_value(offer.gift));
            break;
    }
    if (offer.minimum) add(ClaimKind::kMoney, money_value(*offer.minimum), ClaimRole::kMinimum);
    if (offer.starts) add(ClaimKind::kDate, format_date(*offer.starts), ClaimRole::kStart);
    if (offer.ends) add(ClaimKind::kDate, format_date(*offer.ends), ClaimRole::kEnd);
    if (!offer.code.empty()) {
        std::string code = offer.code;
        for (char& c : code)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        add(ClaimKind::kCode, std::move(code));
    }
}

void FactBook::add_facts(const Document& document) {
    for (const DocumentFact& fact : document.facts) {
        const bool is_minimum = fact.key.find("minimum") != std::string::npos ||
                                fact.key.find("threshold") != std::string::npos;
        for (FoundClaim& claim : find_claims(fact.value, document.language, as_of_)) {
            if (document.type == DocumentType::kStyle && claim.kind != ClaimKind::kUrl) continue;
            const ClaimRole role = is_minimum ? ClaimRole::kMinimum : claim.role;
            statements_.push_back({claim.kind, std::move(claim.value), document.id, 0, role});
        }
    }
}

void FactBook::add_passages(const Document& document, const std::vector<const Passage*>& passages) {
    FactBook fields({}, "", as_of_);  // What the document's structured offer says.
    if (document.offer) fields.add_offer(document);
    for (const Passage* passage : passages) {
        for (FoundClaim& claim : find_claims(passage->text, document.language, as_of_)) {
            if (document.type == DocumentType::kStyle && claim.kind != ClaimKind::kUrl) continue;
            if (contradicts(claim, fields.statements_)) continue;
            statements_.push_back(
                {claim.kind, std::move(claim.value), document.id, passage->number, claim.role});
        }
    }
}

Resolution FactBook::resolve(const FoundClaim& claim, const std::vector<std::string>& cited) const {
    const Statement* elsewhere = nullptr;  // The same, but in a document that is not cited.
    const Statement* nearest = nullptr;    // In a cited document, or else in any.
    double least = std::numeric_limits<double>::infinity();
    bool is_nearest_cited = false;
    for (const Statement& statement : statements_) {
        if (statement.kind != claim.kind) continue;
        const bool is_cited = is_in(statement.document, cited);
        const bool is_role = is_same_role(claim.role, statement.role);
        if (is_role && is_same_value(claim, statement)) {
            if (is_cited)
                return {true,
                        statement.document,
                        statement.passage,
                        {},
                        fmt::format("{} says so", statement.document)};
            if (elsewhere == nullptr) elsewhere = &statement;
        }
        // A value in another role is a poor hint, so it counts as farther away than any in this.
        const double far = distance(claim, statement) + (is_role ? 0 : 1e9);
        if (far < std::numeric_limits<double>::infinity() &&
            (nearest == nullptr || (is_cited && !is_nearest_cited) ||
             (is_cited == is_nearest_cited && far < least))) {
            nearest = &statement;
            least = far;
            is_nearest_cited = is_cited;
        }
    }
    if (elsewhere != nullptr)
        return {false,
                elsewhere->document,
                elsewhere->passage,
                elsewhere->value,
                fmt::format("{} says \"{}\", but the message does not cite it",
                            elsewhere->document,
                            claim.text)};
    const std::string said =
        readable(claim.kind, claim.value) + std::string(meaning_of(claim.role));
    if (nearest == nullptr)
        return {
            false,
            {},
            0,
            {},
            fmt::format(
                "the text says {}, no approved document states any {}", said, name_of(claim.kind))};
    return {false,
            nearest->document,
            nearest->passage,
            nearest->value,
            fmt::format("the text says {}, {} says {}{}",
                        said,
                        nearest->document,
                        readable(nearest->kind, nearest->value),
                        meaning_of(nearest->role))};
}

}  // namespace cpo::claims
