#include "claims/claim_patterns.h"

#include <array>
#include <cassert>
#include <string_view>

namespace cpo::claims {
namespace {

/// Stands for a longer expression in the patterns below.
struct Part {
    std::string_view name;
    std::string_view pattern;
};
constexpr std::array kParts{
    Part{"<month>",
         "(?:January|February|March|April|May|June|July|August|September|October|November|December|"
         "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)"},
    Part{"<weekday>",
         "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Mon|Tues|Tue|Wed|Thurs|Thu|"
         "Fri|Sat|Sun)"},
    Part{"<day>", R"(\d{1,2}(?:st|nd|rd|th)?)"},
    Part{"<service>",
         "(?:delivery|shipping|postage|p&p|returns?|gift[ "
         "-]?wrap(?:ping)?|samples?|engraving|entry)"},
};

struct ShapePattern {
    Shape shape;
    bool is_english;  ///< Has English words: not for other languages.
    std::string_view pattern;
};

// Case does not matter unless (?-i:...) says so. No groups inside: each row is one group.
constexpr std::array kPatterns{
    ShapePattern{Shape::kEmail, false, R"([\w.+-]+@[\w-]+(?:\.[\w-]+)+)"},
    ShapePattern{Shape::kUrl, false, R"(https?://[^\s<>"'|]+)"},
    ShapePattern{
        Shape::kUrl,
        false,
        R"(\b(?:www\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|co\.uk|org\.uk|uk|org|net|shop|store|)"
        R"(example|io|eu|de|fr|es|it|nl|pt|ie|biz|info|app|dev|page|site|online|me|ly|gift|gifts)\b)"
        R"((?:/[^\s<>"'|]*)?)"},
    ShapePattern{Shape::kNumericDate, false, R"(\b\d{4}-\d{2}-\d{2}\b)"},
    ShapePattern{Shape::kNumericDate, false, R"(\b\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b)"},
    ShapePattern{Shape::kDayRange,
                 true,
                 R"(\b<day>\s?(?:-|–|to|and)\s?<day>\s(?:of\s)?<month>(?:,?\s\d{4})?\b)"},
    ShapePattern{Shape::kWordedDate,
                 true,
                 R"(\b(?:<weekday>,?\s(?:the\s)?)?<day>\s(?:of\s)?<month>(?:,?\s\d{4})?\b)"},
    ShapePattern{Shape::kWordedDate,
                 true,
                 R"(\b(?:<weekday>,?\s)?<month>\.?\s(?:the\s)?<day>(?:,?\s\d{4})?\b)"},
    ShapePattern{Shape::kMonth, true, R"(\b<month>\s\d{4}\b)"},
    ShapePattern{Shape::kPercent, false, R"(\b\d{1,3}(?:[.,]\d+)?\s?(?:%|per\s?cent\b|pct\b))"},
    ShapePattern{Shape::kHalf, true, R"(\bhalf[ -](?:price|off)\b)"},
    ShapePattern{
        Shape::kMultiBuy,
        true,
        R"(\b(?:\d|two|three|four)[ -]for[ -](?:\d|the[ -]price[ -]of[ -](?:one|two|three|\d)|one|two|three)\b)"},
    ShapePattern{Shape::kMultiBuy,
                 true,
                 R"(\bbuy (?:one|1),? get (?:one|1) (?:free|half[ -]price)\b|\bBOGOF\b)"},
    ShapePattern{Shape::kMoney,
                 false,
                 R"((?:£|€|US\$|\$|\b(?-i:GBP|EUR|USD|CHF)\s?)\s?\d[\d,]*(?:[.,]\d+)*(?:k\b)?)"},
    ShapePattern{
        Shape::kMoney,
        false,
        R"(\b\d[\d,]*(?:[.,]\d+)*\s?(?:£|€|\b(?-i:GBP|EUR|USD|CHF)\b|(?:pounds?|euros?|dollars?|pence|p)\b))"},
    // A phone number: at least nine digits with separators that no amount has.
    ShapePattern{Shape::kHarmless, false, R"((?:\+|\b)\d[\d()]*(?:[ ()-]{1,2}\d+){2,}\b)"},
    ShapePattern{Shape::kHarmless, false, R"(\+?\b\d{9,15}\b)"},
    ShapePattern{Shape::kHarmless, true, R"(\b\d+[ -]in[ -]\d+\b|\b24/7\b)"},
    ShapePattern{Shape::kHarmless, false, R"((?:©|\(c\)|copyright)\s?\d{4}(?:\s?[-–]\s?\d{4})?)"},
    ShapePattern{
        Shape::kHarmless,
        true,
        R"(\b(?:company|registered|registration|vat|charity)(?: (?:reg(?:istration)?|in england))?)"
        R"((?:\.|:)? ?(?:no\.?|number|under)?:? ?(?:GB ?)?\d[\d ]*\b)"},
    ShapePattern{
        Shape::kHarmless,
        true,
        R"(\b(?:Flat |Unit |Suite )?\d{1,4}[a-z]?,? (?-i:(?:[A-Z][A-Za-z'-]+ ){1,3}(?:Street|St|Road|Rd|)"
        R"(Lane|Ln|Avenue|Ave|Row|Way|Drive|Close|Court|Square|Place|Terrace|Quay|Hill|Park|Yard|)"
        R"(Mews|Boulevard|Blvd|Gate|Wharf|Green|Crescent|Gardens|Grove|Walk|Parade)\b))"},
    ShapePattern{Shape::kHarmless, false, R"((?-i:\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b))"},
    ShapePattern{
        Shape::kDuration,
        true,
        R"(\b(?:\d{1,4}(?:\s?(?:-|–|to)\s?\d{1,4})?|two|three|four|five|six|seven|eight|nine|)"
        R"(ten|twelve|fourteen|thirty|sixty|ninety)[ -](?:working |business |calendar )?)"
        R"((?:days?|weeks?|fortnights?|hours?|hrs?|minutes?|mins?|months?|years?)\b)"},
    ShapePattern{Shape::kTime, true, R"(\b\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm)\b)"},
    ShapePattern{Shape::kTime, false, R"(\b\d{1,2}:\d{2}\b)"},
    ShapePattern{Shape::kHarmless, true, R"(\b\d+(?:st|nd|rd|th)\b)"},
    ShapePattern{Shape::kHarmless, false, R"((?m:^[ \t]*\d{1,2}[.)][ \t]))"},
    ShapePattern{
        Shape::kFree,
        true,
        R"(\b(?:free|complimentary|bonus)[ -](?:uk |standard |express |next[ -]day |tracked |)"
        R"(first[ -]class )?[a-z&]+(?:[ -][a-z]+){0,3})"},
    ShapePattern{
        Shape::kFree,
        true,
        R"(\b<service> (?:is|are|comes) (?:always |now |completely |on us|free)[a-z]*(?: free)?\b|)"
        R"(\bno (?:delivery|shipping|postage) (?:charge|fee|cost)s?\b|)"
        R"(\bgift (?:with|on) (?:every|your|each|any) (?:order|purchase)\b)"},
    ShapePattern{Shape::kRelativeDay,
                 true,
                 R"(\b(?:today|tonight|tomorrow|midnight|this weekend|this week|)"
                 R"((?:end of the|this) month|month end|(?:this |next )?)"
                 R"((?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday))\b)"},
    ShapePattern{Shape::kCode, false, R"((?-i:\b[A-Z][A-Z0-9]{2,}(?:[_-][A-Z0-9]+)*\b))"},
    ShapePattern{Shape::kCode, false, R"(\b[a-z]{3,}\d{1,4}\b|\b\d{1,3}[a-z]{3,}\b)"},
    // Numbers that are part of a word (A4, H2O) do not start at a word boundary and are none.
    ShapePattern{Shape::kNumber, false, R"((?:#|\b)\d[\d,]*(?:[.,]\d+)*k?\b)"},
};

std::string expanded(std::string_view pattern) {
    std::string text(pattern);
    for (const Part& part : kParts)
        for (auto at = text.find(part.name); at != std::string::npos; at = text.find(part.name))
            text.replace(at, part.name.size(), part.pattern);
    return text;
}

}  // namespace

ClaimPatterns::ClaimPatterns(bool is_english) {
    std::string expression = "(?i)";
    for (const ShapePattern& row : kPatterns) {
        if (row.is_english && !is_english) continue;
        expression += shapes_.empty() ? "(" : "|(";
        expression += expanded(row.pattern) + ")";
        shapes_.push_back(row.shape);
    }
    RE2::Options options;
    options.set_log_errors(false);
    expression_ = std::make_unique<RE2>(expression, options);
    assert(expression_->ok());
    assert(expression_->NumberOfCapturingGroups() == static_cast<int>(shapes_.size()));
}

const ClaimPatterns& ClaimPatterns::of(bool is_english) {
    static const ClaimPatterns english(true);
    static const ClaimPatterns other(false);
    return is_english ? english : other;
}

bool ClaimPatterns::next(std::string_view text,
                         std::size_t position,
                         Shape& shape,
                         re2::StringPiece& found) const {
    std::vector<re2::StringPiece> groups(shapes_.size() + 1);
    if (!expression_->Match({text.data(), text.size()},
                            position,
                            text.size(),
                            RE2::UNANCHORED,
                            groups.data(),
                            static_cast<int>(groups.size())))
        return false;
    for (std::size_t i = 0; i < shapes_.size(); ++i)
        if (groups[i + 1].data() != nullptr) {
            shape = shapes_[i];
            found = groups[i + 1];
            return true;
        }
    return false;
}

}  // namespace cpo::claims
