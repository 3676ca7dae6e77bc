#include "model/document_content.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "model/campaign.h"

namespace cpo {
namespace {

constexpr std::size_t kNameBytesMax = 100;
constexpr std::size_t kMadeNameBytesMax = 80;  // Leaves room for "-123".

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter_or_digit(char c) { return is_digit(c) || is_lower(c) || is_upper(c); }

void put(json::object& object, std::string_view key, const std::string& text) {
    if (!text.empty()) object[key] = text;
}

void put(json::object& object, std::string_view key, const std::optional<Date>& day) {
    if (day) object[key] = format_date(*day);
}

void put(json::object& object, std::string_view key, const std::vector<std::string>& texts) {
    if (!texts.empty()) object[key] = json::array(texts.begin(), texts.end());
}

json::object money_json(const Money& money) {
    return {{"cents", money.cents}, {"currency", money.currency}};
}

json::object offer_json(const Offer& offer) {
    json::object object{{"unit", name_of(offer.unit)}};
    if (offer.unit == OfferUnit::kPercent) object["percent"] = offer.percent;
    if (offer.unit == OfferUnit::kMoney) object["amount"] = money_json(offer.amount);
    if (offer.unit == OfferUnit::kGift) object["gift"] = offer.gift;
    put(object, "applies_to", offer.applies_to);
    put(object, "code", offer.code);
    put(object, "starts", offer.starts);
    put(object, "ends", offer.ends);
    if (offer.minimum) object["minimum"] = money_json(*offer.minimum);
    put(object, "audience", offer.audience);
    return object;
}

Error fault(const std::string& field, const std::string& reason) {
    return invalid_argument(fmt::format("{}: {}", field, reason));
}

Result<std::optional<Date>> read_day(const JsonReader& reader, std::string_view key) {
    const std::string text = TRY(reader.string_or(key, ""));
    if (text.empty()) return std::optional<Date>();
    const auto day = parse_date(text);
    if (!day) return fault(reader.pointer_of(key), "expected a day as 2026-03-31");
    return day;
}

Result<Money> read_money(const JsonReader& reader, std::string_view key) {
    const JsonReader money = TRY(reader.object(key));
    return Money{TRY(money.integer("cents")), TRY(money.string("currency"))};
}

/// The values that do not belong to the unit are refused, so that none is lost silently.
Result<void> read_unit_value(const JsonReader& reader, Offer& offer) {
    const struct {
        OfferUnit unit;
        std::string_view field;
    } fields[] = {{OfferUnit::kPercent, "percent"},
                  {OfferUnit::kMoney, "amount"},
                  {OfferUnit::kGift, "gift"}};
    for (const auto& [unit, field] : fields) {
        if (unit == offer.unit && !reader.has(field))
            return fault(reader.pointer_of(field),
                         fmt::format("missing; unit {} needs it", name_of(unit)));
        if (unit != offer.unit && reader.has(field))
            return fault(reader.pointer_of(field),
                         fmt::format("does not belong to unit {}", name_of(offer.unit)));
    }
    if (offer.unit == OfferUnit::kPercent) offer.percent = TRY(reader.number("percent"));
    if (offer.unit == OfferUnit::kMoney) offer.amount = TRY(read_money(reader, "amount"));
    if (offer.unit == OfferUnit::kGift) offer.gift = TRY(reader.string("gift"));
    return {};
}

Result<Offer> read_offer(const JsonReader& reader) {
    Offer offer;
    const auto unit = parse_offer_unit(TRY(reader.string("unit")));
    if (!unit)
        return fault(reader.pointer_of("unit"), "expected percent, money, free_shipping or gift");
    offer.unit = *unit;
    TRY(read_unit_value(reader, offer));
    offer.applies_to = TRY(reader.string_or("applies_to", ""));
    offer.code = TRY(reader.string_or("code", ""));
    offer.starts = TRY(read_day(reader, "starts"));
    offer.ends = TRY(read_day(reader, "ends"));
    if (reader.has("minimum")) offer.minimum = TRY(read_money(reader, "minimum"));
    offer.audience = TRY(reader.string_or("audience", ""));
    return offer;
}

Result<std::vector<DocumentFact>> read_facts(const JsonReader& reader) {
    std::vector<DocumentFact> facts;
    if (!reader.has("facts")) return facts;
    const json::array& array = *TRY(reader.array("facts"));
    for (std::size_t i = 0; i < array.size(); ++i) {
        const JsonReader fact =
            TRY(JsonReader::of(array[i], fmt::format("{}/{}", reader.pointer_of("facts"), i)));
        facts.push_back({TRY(fact.string("key")), TRY(fact.string("value"))});
    }
    return facts;
}

/// Characters of a text in UTF-8, as JSON schemas count them.
std::size_t length_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

Result<void> check_length(const std::string& field,
                          std::string_view text,
                          std::size_t length_min,
                          std::size_t length_max) {
    const std::size_t length = length_of(text);
    if (length < length_min) return fault(field, "is empty");
    if (length > length_max)
        return fault(field,
                     fmt::format("has {} characters, at most {} are possible", length, length_max));
    return {};
}

Result<void> check_no_control(const std::string& field, std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f')
            return fault(field, "holds a control character");
    return {};
}

bool is_language(std::string_view text) {
    std::size_t part = 0;
    for (std::size_t start = 0; start <= text.size(); ++part) {
        const std::size_t end = std::min(text.find('-', start), text.size());
        const std::string_view piece = text.substr(start, end - start);
        if (piece.size() < 2 || piece.size() > (part == 0 ? 3U : 8U)) return false;
        for (const char c : piece)
            if (!is_lower(c) && (part == 0 || !is_digit(c))) return false;
        start = end + 1;
    }
    return text.size() <= 35;
}

bool is_fact_key(std::string_view key) {
    return !key.empty() && key.size() <= 64 && is_lower(key.front()) &&
           std::all_of(key.begin(), key.end(), [](char c) {
               return is_lower(c) || is_digit(c) || c == '_';
           });
}

Result<void> check_money(const std::string& field, const Money& money, std::int64_t cents_min) {
    if (money.cents < cents_min || money.cents > 1'000'000'000'000)
        return fault(field, cents_min > 0 ? "must be above 0" : "is out of range");
    if (money.currency.size() != 3 ||
        !std::all_of(money.currency.begin(), money.currency.end(), is_upper))
        return fault(field, "expected a currency of three letters such as GBP");
    return {};
}

Result<void> check_offer(const Offer& offer) {
    if (offer.unit == OfferUnit::kPercent && !(offer.percent > 0 && offer.percent <= 100))
        return fault("offer.percent", "must be above 0 and at most 100");
    if (offer.unit == OfferUnit::kMoney) TRY(check_money("offer.amount", offer.amount, 1));
    if (offer.minimum) TRY(check_money("offer.minimum", *offer.minimum, 0));
    TRY(check_length("offer.gift", offer.gift, offer.unit == OfferUnit::kGift ? 1 : 0, 200));
    TRY(check_length("offer.applies_to", offer.applies_to, 0, 200));
    TRY(check_length("offer.code", offer.code, 0, 40));
    TRY(check_length("offer.audience", offer.audience, 0, 40));
    if (!std::all_of(offer.code.begin(), offer.code.end(), [](char c) {
            return is_letter_or_digit(c) || c == '_' || c == '-';
        }))
        return fault("offer.code", "only letters, digits, - and _ are possible");
    if (offer.starts && offer.ends && *offer.ends < *offer.starts)
        return fault("offer.ends", "lies before offer.starts");
    return {};
}

Result<void> check_facts(const std::vector<DocumentFact>& facts) {
    if (facts.size() > 100) return fault("facts", "more than 100");
    std::set<std::string_view> keys;
    for (const DocumentFact& fact : facts) {
        if (!is_fact_key(fact.key))
            return fault("facts", fmt::format("\"{}\" is no name such as return_days", fact.key));
        if (!keys.insert(fact.key).second)
            return fault("facts", fmt::format("{} is given twice", fact.key));
        TRY(check_length("facts." + fact.key, fact.value, 1, 500));
    }
    return {};
}

Result<void> check_audience(const Document& document) {
    if (document.segments.size() > 50) return fault("segments", "more than 50");
    for (const std::string& segment : document.segments)
        TRY(check_length("segments", segment, 1, 40));
    std::set<std::string_view> seen;
    for (const std::string& channel : document.channels) {
        if (!parse_channel(channel))
            return fault("channels",
                         fmt::format("\"{}\": expected email, sms, push or web", channel));
        if (!seen.insert(channel).second)
            return fault("channels", fmt::format("{} is given twice", channel));
    }
    return {};
}

}  // namespace

json::object content_json(const Document& document) {
    json::object object;
    put(object, "name", document.id);
    object["title"] = document.title;
    object["type"] = name_of(document.type);
    object["language"] = document.language;
    object["text"] = document.text;
    put(object, "valid_from", document.valid_from);
    put(object, "valid_until", document.valid_until);
    put(object, "segments", document.segments);
    put(object, "channels", document.channels);
    if (document.offer) object["offer"] = offer_json(*document.offer);
    if (document.facts.empty()) return object;
    json::array facts;
    for (const DocumentFact& fact : document.facts)
        facts.push_back({{"key", fact.key}, {"value", fact.value}});
    object["facts"] = std::move(facts);
    return object;
}

Result<Document> read_content_json(const json::value& content) {
    const JsonReader reader = TRY(JsonReader::of(content));
    Document document;
    document.id = TRY(reader.string_or("name", ""));
    document.title = TRY(reader.string("title"));
    const auto type = parse_document_type(TRY(reader.string("type")));
    if (!type) return fault(reader.pointer_of("type"), "expected fact, offer, style or legal");
    document.type = *type;
    document.language = TRY(reader.string_or("language", "en"));
    document.text = TRY(reader.string("text"));
    document.valid_from = TRY(read_day(reader, "valid_from"));
    document.valid_until = TRY(read_day(reader, "valid_until"));
    document.segments = TRY(reader.strings_or_empty("segments"));
    document.channels = TRY(reader.strings_or_empty("channels"));
    if (reader.has("offer")) {
        const JsonReader offer = TRY(reader.object("offer"));
        document.offer = TRY(read_offer(offer));
    }
    document.facts = TRY(read_facts(reader));
    return document;
}

Result<void> check_content(const Document& document) {
    if (!document.id.empty() && !is_document_name(document.id))
        return fault("name",
                     fmt::format("\"{}\": up to {} letters, digits, '.', '_' and '-' are possible",
                                 document.id,
                                 kNameBytesMax));
    TRY(check_length("title", document.title, 1, 200));
    TRY(check_no_control("title", document.title));
    TRY(check_length("text", document.text, 1, 100'000));
    if (document.text.find('\0') != std::string::npos) return fault("text", "holds a NUL");
    if (!is_language(document.language))
        return fault("language",
                     fmt::format("\"{}\": expected a language as en or pt-br", document.language));
    if (document.valid_from && document.valid_until && *document.valid_until < *document.valid_from)
        return fault("valid_until", "lies before valid_from");
    TRY(check_audience(document));
    TRY(check_facts(document.facts));
    const bool is_offer = document.type == DocumentType::kOffer;
    if (is_offer && !document.offer)
        return fault("offer", "missing; a document of type offer needs it");
    if (!is_offer && document.offer) return fault("offer", "only a document of type offer has one");
    if (document.offer) TRY(check_offer(*document.offer));
    return {};
}

std::string name_from_title(std::string_view title) {
    std::string name;
    for (const char c : title) {
        if (is_letter_or_digit(c))
            name += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
        else if (!name.empty() && name.back() != '-')
            name += '-';
        if (name.size() == kMadeNameBytesMax) break;
    }
    if (name.ends_with('-')) name.pop_back();
    return name.empty() ? "document" : name;
}

bool is_document_name(std::string_view name) {
    return !name.empty() && name.size() <= kNameBytesMax && is_letter_or_digit(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
           });
}

}  // namespace cpo
