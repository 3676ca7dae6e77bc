#include "ingest/document_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "ingest/document_values.h"
#include "model/campaign.h"

namespace cpo::ingest {
namespace {

constexpr std::size_t kIdBytesMax = 200;
constexpr std::size_t kValueBytesMax = 2'000;  // Of every field but the text.
constexpr std::size_t kListMax = 50;           // Segments, channels, facts.

using Names = std::initializer_list<std::string_view>;

/// Reads the fields of one object; the first fault is kept and makes every later read empty, so
/// that callers read all fields in a row and ask once.
class FieldReader {
public:
    FieldReader(const json::object& fields, const FieldSource& source, std::string prefix)
        : fields_(fields), source_(source), prefix_(std::move(prefix)) {}

    bool has(std::string_view key) const {
        const auto* value = find(key);
        return value != nullptr && !value->is_null();
    }
    const json::value* find(std::string_view key) const {
        return fields_.if_contains(json::string_view(key.data(), key.size()));
    }

    /// The field as one trimmed line of text; empty when it is missing or null.
    std::string text(std::string_view key, std::size_t bytes_max = kValueBytesMax) {
        const auto* value = find(key);
        if (value == nullptr || value->is_null()) return {};
        const auto scalar = scalar_of(*value);
        if (!scalar) {
            fail(key, "expected one value, not a list or fields");
            return {};
        }
        std::string text(trimmed(*scalar));
        if (text.size() > bytes_max) fail(key, fmt::format("longer than {} bytes", bytes_max));
        return text;
    }
    /// A list of texts; one text alone counts as a list of one.
    std::vector<std::string> texts(std::string_view key) {
        const auto* value = find(key);
        if (value == nullptr || value->is_null()) return {};
        if (!value->is_array()) return non_empty(text(key));
        std::vector<std::string> result;
        for (const auto& entry : value->get_array()) {
            const auto scalar = scalar_of(entry);
            if (!scalar || trimmed(*scalar).empty() || result.size() >= kListMax) {
                fail(key, fmt::format("expected a list of up to {} texts", kListMax));
                return {};
            }
            result.emplace_back(trimmed(*scalar));
        }
        return result;
    }
    std::optional<Date> date(std::string_view key) {
        return parsed<Date>(
            key,
            [this](const std::string& value) { return parse_content_date(value, source_.as_of); },
            "expected a day as 2026-03-31, today, +14d or -3d");
    }
    std::optional<Money> money(std::string_view key) {
        return parsed<Money>(key, parse_money, "expected an amount as £10, £12.50 or 10 GBP");
    }
    template <typename T, typename Parse>
    std::optional<T> parsed(std::string_view key, const Parse& parse, const std::string& expected) {
        const std::string value = text(key);
        if (value.empty()) return std::nullopt;
        std::optional<T> result = parse(value);
        if (!result) fail(key, fmt::format("\"{}\": {}", value, expected));
        return result;
    }
    void collect_unknown(Names known, std::vector<std::string>& unknown) const {
        for (const auto& entry : fields_) {
            const std::string_view key(entry.key().data(), entry.key().size());
            if (std::find(known.begin(), known.end(), key) == known.end())
                unknown.push_back(prefix_ + std::string(key));
        }
    }
    void fail(std::string_view key, const std::string& reason) {
        if (!error_)
            error_ = invalid_argument(
                fmt::format("{}: {}", source_.at(prefix_ + std::string(key)), reason));
    }
    const std::optional<Error>& error() const { return error_; }

private:
    static std::vector<std::string> non_empty(std::string text) {
        if (text.empty()) return {};
        return {std::move(text)};
    }
    static std::optional<std::string> scalar_of(const json::value& value) {
        if (value.is_string()) return std::string(value.get_string());
        if (value.is_number() || value.is_bool()) return write_json(value);
        return std::nullopt;
    }

    const json::object& fields_;
    const FieldSource& source_;
    std::string prefix_;
    std::optional<Error> error_;
};

/// The field that a unit needs, and only that one of percent, amount and gift.
void check_unit_fields(FieldReader& reader, OfferUnit unit) {
    constexpr std::array<std::pair<OfferUnit, std::string_view>, 3> kFieldOf{
        {{OfferUnit::kPercent, "percent"},
         {OfferUnit::kMoney, "amount"},
         {OfferUnit::kGift, "gift"}}};
    for (const auto& [owner, field] : kFieldOf) {
        if (owner == unit && !reader.has(field))
            reader.fail(field, fmt::format("missing; unit {} needs it", name_of(unit)));
        if (owner != unit && reader.has(field))
            reader.fail(field, fmt::format("does not belong to unit {}", name_of(unit)));
    }
}

Result<Offer> offer_of(const json::object& fields,
                       const FieldSource& source,
                       std::vector<std::string>& unknown) {
    FieldReader reader(fields, source, "offer.");
    Offer offer;
    const auto unit = reader.parsed<OfferUnit>(
        "unit", parse_offer_unit, "expected percent, money, free_shipping or gift");
    if (!reader.has("unit"))
        reader.fail("unit", "missing; expected percent, money, free_shipping or gift");
    offer.unit = unit.value_or(OfferUnit::kPercent);
    if (unit) check_unit_fields(reader, *unit);
    offer.percent =
        reader.parsed<double>("percent", parse_percent, "expected a percentage above 0 up to 100")
            .value_or(0);
    offer.amount = reader.money("amount").value_or(Money{});
    offer.gift = reader.text("gift");
    offer.applies_to = reader.text("applies_to");
    offer.code = reader.text("code", 40);
    if (offer.code.find_first_of(" \t") != std::string::npos)
        reader.fail("code", "a code has no spaces");
    offer.starts = reader.date("starts");
    offer.ends = reader.date("ends");
    offer.minimum = reader.money("minimum");
    offer.audience = reader.text("audience");
    if (offer.starts && offer.ends && *offer.ends < *offer.starts)
        reader.fail("ends", "lies before starts");
    if (offer.unit == OfferUnit::kMoney && reader.has("amount") && offer.amount.cents == 0)
        reader.fail("amount", "must be above 0");
    reader.collect_unknown({"unit",
                            "percent",
                            "amount",
                            "gift",
                            "applies_to",
                            "code",
                            "starts",
                            "ends",
                            "minimum",
                            "audience"},
                           unknown);
    if (reader.error()) return *reader.error();
    return offer;
}

Result<std::vector<DocumentFact>> facts_of(const json::object& fields, const FieldSource& source) {
    FieldReader reader(fields, source, "facts.");
    std::vector<DocumentFact> facts;
    for (const auto& entry : fields) {
        const std::string key(entry.key());
        if (!is_snake_case(key)) reader.fail(key, "expected a name such as return_days");
        if (facts.size() >= kListMax) reader.fail(key, fmt::format("more than {} facts", kListMax));
        const std::string value = reader.text(key, 500);
        if (value.empty()) reader.fail(key, "has no value");
        if (reader.error()) return *reader.error();
        facts.push_back({key, value});
    }
    return facts;
}

/// The object in a field; null when it is missing. Anything else is an error.
Result<const json::object*> object_of(FieldReader& reader, std::string_view key) {
    if (!reader.has(key)) return static_cast<const json::object*>(nullptr);
    const auto* value = reader.find(key);
    if (!value->is_object()) {
        reader.fail(key, "expected fields below it");
        return *reader.error();
    }
    return &value->get_object();
}

std::string id_of(FieldReader& reader, const FieldSource& source) {
    std::string id = reader.text("id", kIdBytesMax);
    if (id.empty()) return source.default_id;
    const bool has_space = std::any_of(id.begin(), id.end(), [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    });
    if (has_space) reader.fail("id", "an id has no spaces or control characters");
    return id;
}

void read_dates(FieldReader& reader, Document& document) {
    document.valid_from = reader.date("valid_from");
    document.valid_until = reader.date("valid_until");
    document.approved_by = reader.text("approved_by");
    document.approved_on = reader.date("approved_on");
    if (document.valid_from && document.valid_until && *document.valid_until < *document.valid_from)
        reader.fail("valid_until", "lies before valid_from");
}

void read_audience(FieldReader& reader, Document& document) {
    document.segments = reader.texts("segments");
    document.channels = reader.texts("channels");
    for (const std::string& channel : document.channels)
        if (!parse_channel(channel))
            reader.fail("channels",
                        fmt::format("\"{}\": expected email, sms, push or web", channel));
}

}  // namespace

std::string FieldSource::at(const std::string& field) const {
    int field_line = line;
    if (line_of != nullptr)
        if (const auto found = line_of->find(field); found != line_of->end())
            field_line = found->second;
    return fmt::format("{}, line {}, {}", file, field_line, field);
}

Result<Document> document_of(const json::object& fields,
                             const FieldSource& source,
                             std::vector<std::string>& unknown) {
    FieldReader reader(fields, source, "");
    Document document;
    document.file = source.file;
    document.id = id_of(reader, source);
    document.title = reader.text("title");
    document.text = reader.text("text", std::string::npos);
    document.type = reader
                        .parsed<DocumentType>(
                            "type", parse_document_type, "expected fact, offer, style or legal")
                        .value_or(DocumentType::kFact);
    document.language =
        reader.parsed<std::string>("language", parse_language, "expected a language as en or pt-BR")
            .value_or("en");
    read_dates(reader, document);
    read_audience(reader, document);
    const auto* offer = TRY(object_of(reader, "offer"));
    const auto* facts = TRY(object_of(reader, "facts"));
    const bool is_offer = document.type == DocumentType::kOffer;
    if (is_offer && offer == nullptr)
        reader.fail("offer", "missing; a document of type offer needs it");
    if (!is_offer && offer != nullptr)
        reader.fail("offer", "only a document of type offer has one");
    reader.collect_unknown({"id",
                            "title",
                            "text",
                            "type",
                            "language",
                            "valid_from",
                            "valid_until",
                            "segments",
                            "channels",
                            "approved_by",
                            "approved_on",
                            "offer",
                            "facts"},
                           unknown);
    if (reader.error()) return *reader.error();
    if (offer != nullptr) document.offer = TRY(offer_of(*offer, source, unknown));
    if (facts != nullptr) document.facts = TRY(facts_of(*facts, source));
    return document;
}

bool has_approval_or_date(const json::object& fields) {
    for (const auto* key : {"approved_by", "approved_on", "valid_from", "valid_until"})
        if (fields.contains(key)) return true;
    const auto* offer = fields.if_contains("offer");
    return offer != nullptr && offer->is_object() &&
           (offer->get_object().contains("starts") || offer->get_object().contains("ends"));
}

}  // namespace cpo::ingest
