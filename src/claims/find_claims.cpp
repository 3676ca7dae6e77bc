#include <algorithm>
#include <cmath>

#include "claims/claim_dates.h"
#include "claims/claim_patterns.h"
#include "claims/claim_values.h"
#include "claims/claims.h"
#include "text/utf8.h"

namespace cpo::claims {
namespace {

constexpr std::size_t kContextBytes = 48;  ///< How far a cue word may stand from its value.

/// Reads the stretches of one text closely and keeps those that are claims.
class Reader {
public:
    Reader(std::string_view text, bool is_english, Date as_of)
        : text_(text), is_english_(is_english), as_of_(as_of), index_(text) {}

    std::vector<FoundClaim> read() {
        const ClaimPatterns& patterns = ClaimPatterns::of(is_english_);
        std::size_t position = 0;
        Shape shape = Shape::kNumber;
        re2::StringPiece found;
        while (patterns.next(text_, position, shape, found)) {
            start_ = static_cast<std::size_t>(found.data() - text_.data());
            end_ = start_ + found.size();
            position = std::max(read_as(shape), position + 1);
        }
        return std::move(claims_);
    }

private:
    std::string_view found() const { return text_.substr(start_, end_ - start_); }

    /// The same sentence before and after the stretch, at most kContextBytes of it.
    std::string_view before() const {
        const std::size_t from = start_ > kContextBytes ? start_ - kContextBytes : 0;
        std::string_view context = text_.substr(from, start_ - from);
        for (std::size_t i = context.size(); i-- > 0;) {
            const bool is_end = context[i] == '\n' || context[i] == '!' || context[i] == '?' ||
                                (context[i] == '.' && i + 1 < context.size() &&
                                 (context[i + 1] == ' ' || context[i + 1] == '\n'));
            if (is_end) return context.substr(i + 1);
        }
        return context;
    }
    std::string_view after() const {
        const std::string_view context = text_.substr(end_, kContextBytes);
        return context.substr(0, std::min(context.find_first_of(".!?\n"), context.size()));
    }
    static bool has(std::string_view context, const RE2& cue) {
        return RE2::PartialMatch({context.data(), context.size()}, cue);
    }

    void add(ClaimKind kind, std::string value, ClaimRole role = ClaimRole::kNone) {
        if (value.empty()) return;
        claims_.push_back({index_.code_point_of(start_),
                           index_.code_point_of(end_),
                           kind,
                           std::move(value),
                           std::string(found()),
                           role});
    }

    /// Reads the stretch; returns the byte from which to go on.
    std::size_t read_as(Shape shape);
    void read_date(std::optional<Date> date);
    void read_day_range();
    void read_money();
    void read_duration();
    void read_time();
    void read_free();
    void read_relative_day();
    void read_code();
    void read_number();
    ClaimRole date_role() const;
    ClaimRole amount_role() const;

    std::string_view text_;
    bool is_english_;
    Date as_of_;
    text::CodePointIndex index_;
    std::size_t start_ = 0;  ///< Bytes of the stretch being read.
    std::size_t end_ = 0;
    std::vector<FoundClaim> claims_;
};

std::size_t Reader::read_as(Shape shape) {
    bool has_year = false;
    switch (shape) {
        case Shape::kEmail:
        case Shape::kHarmless:
            break;
        case Shape::kUrl:
            while (end_ > start_ + 1 &&
                   std::string_view(".,;:!?)]}").find(text_[end_ - 1]) != std::string_view::npos)
                --end_;
            add(ClaimKind::kUrl, url_value(found()));
            break;
        case Shape::kNumericDate:
            read_date(found().size() == 10 && found()[4] == '-' ? parse_date(found())
                                                                : numeric_date(found()));
            break;
        case Shape::kDayRange:
            read_day_range();
            break;
        case Shape::kWordedDate:
            read_date(worded_date(found(), as_of_, has_year));
            break;
        case Shape::kMonth: {
            const auto day = worded_date("1 " + std::string(found()), as_of_, has_year);
            if (day) add(ClaimKind::kDate, format_date(*day).substr(0, 7), date_role());
            break;
        }
        case Shape::kPercent: {
            const auto digits = found().substr(0, found().find_first_not_of("0123456789.,"));
            const auto number = parse_number(digits, digits.find(',') != std::string_view::npos);
            if (number) add(ClaimKind::kPercent, number_value(*number), amount_role());
            break;
        }
        case Shape::kHalf:
            add(ClaimKind::kPercent, "50", ClaimRole::kDiscount);
            break;
        case Shape::kMultiBuy:
            add(ClaimKind::kGift, gift_value(found()));
            break;
        case Shape::kMoney:
            read_money();
            break;
        case Shape::kDuration:
            read_duration();
            break;
        case Shape::kTime:
            read_time();
            break;
        case Shape::kFree:
            read_free();
            break;
        case Shape::kRelativeDay:
            read_relative_day();
            break;
        case Shape::kCode:
            read_code();
            break;
        case Shape::kNumber:
            read_number();
            break;
    }
    return end_;
}

ClaimRole Reader::date_role() const {
    static const RE2 end_cue(
        R"((?i)\b(?:until|till|til|by|before|ends?|ending|expires?|expiring|closes?|closing|finish(?:es)?|)"
        R"(last (?:day|chance|orders?)|up to|through|to|over by|gone)\b[^.!?]{0,24}$)");
    static const RE2 start_cue(
        R"((?i)\b(?:from|starts?|starting|begins?|beginning|since|opens?|launch(?:es)?)\W+(?:on |the )*$)");
    static const RE2 end_after(R"((?i)^\W*(?:only\b|is the (?:last|final)|at midnight))");
    if (has(before(), start_cue)) return ClaimRole::kStart;
    if (has(before(), end_cue) || has(after(), end_after)) return ClaimRole::kEnd;
    return ClaimRole::kNone;
}

ClaimRole Reader::amount_role() const {
    static const RE2 minimum_before(
        R"((?i)\b(?:over|above|minimum|min\.?|at least|more than|exceed(?:s|ing)?|spend(?:ing|s)?|)"
        R"(orders? (?:of|from))\b[^.!?]{0,16}$)");
    static const RE2 minimum_after(
        R"((?i)^(?:\+|\W*(?:or more|or over|and over|minimum|and above)))");
    static const RE2 discount_after(
        R"((?i)^\W*(?:off\b|discount|voucher|credit|reduction|saving|cheaper|less\b))");
    static const RE2 discount_before(
        R"((?i)\b(?:sav(?:e|ing)|discount of|reduced by|extra)\W+(?:up to )?$)");
    if (has(after(), discount_after) || has(before(), discount_before)) return ClaimRole::kDiscount;
    if (has(after(), minimum_after) || has(before(), minimum_before)) return ClaimRole::kMinimum;
    return ClaimRole::kNone;
}

void Reader::read_date(std::optional<Date> date) {
    if (date) add(ClaimKind::kDate, format_date(*date), date_role());
}

void Reader::read_day_range() {
    const std::size_t first = start_;
    const std::size_t last = end_;
    static const RE2 parts(R"((?i)^(\d{1,2})(?:st|nd|rd|th)?(\s?(?:-|–|to|and)\s?)(.*)$)");
    re2::StringPiece day;
    re2::StringPiece rest;
    re2::StringPiece between;
    if (!RE2::FullMatch({text_.data() + first, last - first}, parts, &day, &between, &rest)) return;
    bool has_year = false;
    const auto end = worded_date({rest.data(), rest.size()}, as_of_, has_year);
    if (!end) return;
    const std::chrono::year_month_day ending(*end);
    unsigned number = 0;
    for (const char c : day) number = number * 10 + static_cast<unsigned>(c - '0');
    const auto begin =
        date_of(static_cast<int>(ending.year()), static_cast<unsigned>(ending.month()), number);
    end_ = static_cast<std::size_t>(between.data() - text_.data());
    if (begin) add(ClaimKind::kDate, format_date(*begin), ClaimRole::kStart);
    start_ = static_cast<std::size_t>(rest.data() - text_.data());
    end_ = last;
    add(ClaimKind::kDate, format_date(*end), ClaimRole::kEnd);
}

void Reader::read_money() {
    static const RE2 parts(R"((?i)^(\D*?)\s?(\d[\d.,]*)(k?)\s?(\D*)$)");
    std::string sign;
    std::string amount;
    std::string thousand;
    std::string word;
    if (!RE2::FullMatch({found().data(), found().size()}, parts, &sign, &amount, &thousand, &word))
        return;
    while (!amount.empty() && (amount.back() == '.' || amount.back() == ',')) amount.pop_back();
    const std::string currency = currency_of(sign.empty() ? word : sign);
    // "12,50" has a decimal comma in any language; "1,250" has one only where commas are decimal.
    const bool has_short_comma = amount.size() > 3 && amount[amount.size() - 3] == ',';
    const auto number = parse_number(amount, !is_english_ || has_short_comma);
    if (!number || currency.empty() || *number > 1e12) return;
    const std::string unit = lower_ascii(word);
    const double cents =
        *number * (unit == "p" || unit == "pence" ? 1 : 100) * (thousand.empty() ? 1 : 1000);
    add(ClaimKind::kMoney, money_value(std::llround(cents), currency), amount_role());
}

void Reader::read_duration() {
    static const RE2 parts(
        R"((?i)^([a-z]+|\d+(?:\s?(?:-|–|to)\s?\d+)?)[ -](working |business |calendar )?([a-z]+)$)");
    std::string amount;
    std::string working;
    std::string unit;
    if (!RE2::FullMatch({found().data(), found().size()}, parts, &amount, &working, &unit)) return;
    const std::string kind = lower_ascii(working);
    add(ClaimKind::kDuration,
        duration_value(amount, kind == "working " || kind == "business ", unit));
}

void Reader::read_time() {
    static const RE2 parts(R"((?i)^(\d{1,2})(?:[:.](\d{2}))?\s?(am|pm)?$)");
    int hour = 0;
    std::string minute;
    std::string half;
    if (!RE2::FullMatch({found().data(), found().size()}, parts, &hour, &minute, &half)) return;
    const std::string lower = lower_ascii(half);
    if (lower == "pm" && hour < 12) hour += 12;
    if (lower == "am" && hour == 12) hour = 0;
    std::string value = hour < 10 ? "0" : "";
    add(ClaimKind::kNumber, value + std::to_string(hour) + ":" + (minute.empty() ? "00" : minute));
}

void Reader::read_free() {
    static const RE2 delivery(R"((?i)\b(?:delivery|shipping|postage|p&p)\b)");
    static const RE2 no_promise(
        R"((?i)^free[ -](?:to|of|from|range|time|and|or|for|as|in|on|at|if|with|when|until|will|standing|hand)\b)");
    static const RE2 not_promised(R"((?i)(?:feel|feeling|[a-z]-|for|set|are|be|is)\s?$)");
    static const RE2 stop(
        R"((?i)[ -](?:with|on|over|when|for|from|until|to|and|or|in|at|of (?:charge)|is|are|if|to|by|per)\b.*$)");
    if (has(found(), delivery)) return add(ClaimKind::kFreeShipping, "free shipping");
    if (has(found(), no_promise)) return;
    const bool starts_free = lower_ascii(found().substr(0, 4)) == "free";
    if (starts_free && has(before(), not_promised)) return;
    std::string thing(found());
    if (starts_free || lower_ascii(thing).starts_with("complimentary"))
        thing = thing.substr(thing.find_first_of(" -") + 1);
    else if (const auto verb = lower_ascii(thing).find_first_of(' '); verb != std::string::npos)
        thing = lower_ascii(thing).starts_with("bonus") ? thing.substr(verb + 1)
                                                        : thing.substr(0, verb);
    RE2::Replace(&thing, stop, "");
    add(ClaimKind::kGift, gift_value(thing));
}

void Reader::read_relative_day() {
    static const RE2 day_range(
        R"((?i)^(?:s\b|\s?(?:-|–|to|and)\s?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)))");
    static const RE2 repeated(R"((?i)\b(?:every|each)\W*$|day (?:to|and) $)");
    static const RE2 promised(R"((?i)\b(?:on|arrives?|delivered|deliver|here)\W+$)");
    const std::string lower = lower_ascii(found());
    const ClaimRole role = date_role();
    const bool is_weekday = lower.ends_with("day") && lower != "today";
    const bool is_dated = role != ClaimRole::kNone || lower.starts_with("next ") ||
                          (is_weekday && has(before(), promised));
    if (!is_dated || has(after(), day_range) || has(before(), repeated)) return;
    const auto date = relative_date(found(), as_of_);
    if (date) add(ClaimKind::kDate, format_date(*date), role);
}

void Reader::read_code() {
    static const RE2 named(
        R"((?i)\b(?:codes?|vouchers?|coupons?|promo)(?: is|:| called)?\W{0,3}$)");
    static const RE2 asked(R"((?:\b|^)(?:[Uu]se|[Ee]nter|[Qq]uote|[Tt]ype|[Aa]pply)\W{1,3}$)");
    static const RE2 code_after(R"((?i)^\W{1,3}(?:at (?:the )?checkout|code\b))");
    const std::string_view token = found();
    const auto count = [&](char low, char high) {
        return std::count_if(
            token.begin(), token.end(), [&](char c) { return c >= low && c <= high; });
    };
    const auto upper = count('A', 'Z');
    const auto lower = count('a', 'z');
    const auto digits = count('0', '9');
    const bool is_shaped = lower == 0 && upper >= 3 && digits >= 1 && upper + digits >= 5;
    const bool is_cued = has(before(), named) || has(after(), code_after) ||
                         (lower == 0 && upper >= 4 && has(before(), asked));
    if (is_shaped || is_cued) {
        std::string value(token);
        for (char& c : value)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        return add(ClaimKind::kCode, std::move(value));
    }
    if (token.front() >= '0' && token.front() <= '9') {  // "500ml": the number counts.
        end_ = start_ + std::min(token.find_first_not_of("0123456789"), token.size());
        add(ClaimKind::kNumber, std::string(found()));
        end_ = start_ + token.size();
    }
}

void Reader::read_number() {
    std::string_view digits = found();
    if (digits.front() == '#') digits.remove_prefix(1);
    const bool is_thousands = !digits.empty() && (digits.back() == 'k' || digits.back() == 'K');
    if (is_thousands) digits.remove_suffix(1);
    while (!digits.empty() && (digits.back() == '.' || digits.back() == ',')) {
        digits.remove_suffix(1);
        --end_;
    }
    const auto number = parse_number(digits, !is_english_);
    if (!number) return;
    const int year = static_cast<int>(std::chrono::year_month_day(as_of_).year());
    const bool is_this_year = digits.size() == 4 && (*number == year || *number == year + 1);
    if (!is_this_year) add(ClaimKind::kNumber, number_value(*number * (is_thousands ? 1000 : 1)));
}

}  // namespace

std::vector<FoundClaim> find_claims(std::string_view text, std::string_view language, Date as_of) {
    const bool is_english = language.empty() || language == "en" || language.starts_with("en-");
    return Reader(text, is_english, as_of).read();
}

}  // namespace cpo::claims
