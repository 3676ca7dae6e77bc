#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "model/document.h"

namespace cpo::generation {

/// An offer in words that a phrase can use; each value is exactly one of its fields.
struct OfferWords {
    std::string brief;    ///< "15% off", "free delivery", "a free tin of tea lights".
    std::string what;     ///< "15% off everything".
    std::string full;     ///< "15% off everything with code X when you spend £30 or more".
    std::string take;     ///< "take" or "enjoy".
    std::string code;     ///< Empty when none is needed.
    std::string minimum;  ///< "£30"; empty when there is none.
    std::string ends;     ///< "21 December"; empty when it has no end.
};
OfferWords words_of(const Offer& offer, Date as_of);

/// The same for a template, with `brief_start`, `what_start` and `take_start` for the beginning of
/// a sentence; null where there is nothing.
json::object variables_of(const OfferWords& words);

/// "21 December", with the year when it is over 300 days away.
std::string day_in_words(Date day, Date as_of);

/// First letter as a capital (ASCII).
std::string sentence_start(std::string text);

}  // namespace cpo::generation
