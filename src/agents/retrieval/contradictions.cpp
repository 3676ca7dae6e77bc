#include "agents/retrieval/contradictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace cpo::retrieval {
namespace {

/// One document's word on one subject.
struct Statement {
    std::size_t document = 0;
    std::string value;  ///< For people.
    std::string key;    ///< Equal keys mean the same.
};

std::string folded(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == ' ' && (result.empty() || result.back() == ' ')) continue;
        result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    while (result.ends_with(' ')) result.pop_back();
    return result;
}

std::string upper(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return result;
}

/// "15% off, orders from £30, until 2011-12-21".
std::string terms_of(const Offer& offer) {
    std::string terms;
    switch (offer.unit) {
        case OfferUnit::kPercent:
            terms = fmt::format("{}% off", offer.percent);
            break;
        case OfferUnit::kMoney:
            terms = fmt::format("{} off", format_money(offer.amount));
            break;
        case OfferUnit::kFreeShipping:
            terms = "free shipping";
            break;
        case OfferUnit::kGift:
            terms = fmt::format("a gift ({})", offer.gift);
            break;
    }
    if (offer.minimum) terms += fmt::format(", orders from {}", format_money(*offer.minimum));
    if (offer.ends) terms += fmt::format(", until {}", format_date(*offer.ends));
    return terms;
}

using Subjects = std::map<std::pair<std::string, std::string>, std::vector<Statement>>;

/// Statements by (language, subject), in order of the subjects.
Subjects subjects_of(const std::vector<Document>& documents) {
    Subjects subjects;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        const Document& document = documents[i];
        for (const DocumentFact& fact : document.facts)
            subjects[{document.language, fact.key}].push_back({i, fact.value, folded(fact.value)});
        if (document.offer && !document.offer->code.empty()) {
            const std::string terms = terms_of(*document.offer);
            subjects[{document.language, "code " + upper(document.offer->code)}].push_back(
                {i, terms, folded(terms)});
        }
    }
    return subjects;
}

/// The value that stays: every document that says something else was approved before all that say
/// this. Nothing when that holds for no value.
std::optional<std::string> winner_of(const std::vector<Statement>& statements,
                                     const std::vector<Document>& documents) {
    const Statement* latest = nullptr;
    for (const Statement& statement : statements) {
        const auto approved = documents[statement.document].approved_on;
        if (!approved) return std::nullopt;
        if (latest == nullptr || *approved > *documents[latest->document].approved_on)
            latest = &statement;
    }
    const auto newest = *documents[latest->document].approved_on;
    for (const Statement& statement : statements)
        if (statement.key != latest->key && *documents[statement.document].approved_on == newest)
            return std::nullopt;
    return latest->key;
}

}  // namespace

std::vector<std::string> contradictions(const std::vector<Document>& documents) {
    std::vector<std::string> reasons(documents.size());
    for (const auto& [subject, statements] : subjects_of(documents)) {
        const auto differs = [&](const Statement& other) {
            return other.key != statements.front().key;
        };
        if (std::none_of(statements.begin(), statements.end(), differs)) continue;
        const auto winner = winner_of(statements, documents);
        for (const Statement& statement : statements) {
            if (statement.key == winner || !reasons[statement.document].empty()) continue;
            // Prefer naming the document that stays.
            const Statement* against = nullptr;
            for (const Statement& other : statements)
                if (other.key != statement.key &&
                    (against == nullptr || (other.key == winner && against->key != winner)))
                    against = &other;
            reasons[statement.document] =
                fmt::format("contradicts {}: {} is \"{}\" there, \"{}\" here{}",
                            documents[against->document].id,
                            subject.second,
                            against->value,
                            statement.value,
                            winner ? ", and that one was approved later"
                                   : ", and their approval dates do not say which holds");
        }
    }
    return reasons;
}

}  // namespace cpo::retrieval
