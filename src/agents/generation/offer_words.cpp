#include "agents/generation/offer_words.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/month_names.h"

namespace cpo::generation {
namespace {

std::string free_gift(const std::string& gift) {
    for (const std::string_view article : {"a ", "an ", "one "})
        if (gift.starts_with(article)) return fmt::format("a free {}", gift.substr(article.size()));
    return "free " + gift;
}

std::string brief_of(const Offer& offer) {
    switch (offer.unit) {
        case OfferUnit::kPercent:
            return fmt::format("{}% off", offer.percent);
        case OfferUnit::kMoney:
            return format_money(offer.amount) + " off";
        case OfferUnit::kFreeShipping:
            return "free delivery";
        case OfferUnit::kGift:
            return free_gift(offer.gift);
    }
    std::abort();
}

/// Joins what is given and what it is given on.
std::string what_of(const Offer& offer, const std::string& brief) {
    const bool is_reduction = offer.unit == OfferUnit::kPercent || offer.unit == OfferUnit::kMoney;
    if (offer.applies_to.empty()) return is_reduction ? brief + " your order" : brief;
    return fmt::format("{} {}{}", brief, is_reduction ? "" : "on ", offer.applies_to);
}

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

}  // namespace

std::string sentence_start(std::string text) {
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

std::string day_in_words(Date day, Date as_of) {
    const std::chrono::year_month_day date(day);
    const auto month = english_month(static_cast<unsigned>(date.month()));
    std::string words = fmt::format("{} {}", static_cast<unsigned>(date.day()), month);
    if (day - as_of > std::chrono::days(300))
        words += fmt::format(" {}", static_cast<int>(date.year()));
    return words;
}

OfferWords words_of(const Offer& offer, Date as_of) {
    OfferWords words;
    words.brief = brief_of(offer);
    words.what = what_of(offer, words.brief);
    words.code = offer.code;
    if (offer.minimum) words.minimum = format_money(*offer.minimum);
    if (offer.ends) words.ends = day_in_words(*offer.ends, as_of);
    words.full = words.what;
    if (!words.code.empty()) words.full += " with code " + words.code;
    if (!words.minimum.empty())
        words.full += fmt::format(" when you spend {} or more", words.minimum);
    const bool is_reduction = offer.unit == OfferUnit::kPercent || offer.unit == OfferUnit::kMoney;
    words.take = is_reduction ? "take" : "enjoy";
    return words;
}

json::object variables_of(const OfferWords& words) {
    return {{"brief", words.brief},
            {"brief_start", sentence_start(words.brief)},
            {"what", words.what},
            {"what_start", sentence_start(words.what)},
            {"full", words.full},
            {"take", words.take},
            {"take_start", sentence_start(words.take)},
            {"code", text_or_null(words.code)},
            {"minimum", text_or_null(words.minimum)},
            {"ends", text_or_null(words.ends)}};
}

}  // namespace cpo::generation
