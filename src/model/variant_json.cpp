#include "model/variant_json.h"

#include "model/json_fields.h"

namespace cpo {

json::object to_json(const Claim& claim) {
    return {{"field", name_of(claim.field)},
            {"start", claim.start},
            {"end", claim.end},
            {"kind", name_of(claim.kind)},
            {"value", claim.value},
            {"document", claim.document},
            {"passage", claim.passage}};
}

json::object to_json(const Variant& variant) {
    json::array claims;
    for (const Claim& claim : variant.claims) claims.push_back(to_json(claim));
    return {{"id", variant.id},
            {"segment", variant.segment},
            {"strategy", variant.strategy},
            {"tone", variant.tone},
            {"language", variant.message.language},
            {"channel", name_of(variant.message.channel)},
            {"subject", variant.message.subject},
            {"text", variant.message.text},
            {"claims", std::move(claims)},
            {"confidence", variant.confidence},
            {"confidence_parts",
             {{"retrieval_support", variant.confidence_parts.retrieval_support},
              {"completeness", variant.confidence_parts.completeness},
              {"segment_fit", variant.confidence_parts.segment_fit}}},
            {"writer", variant.writer},
            {"is_control", variant.is_control}};
}

Result<Claim> read_claim(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    Claim claim;
    claim.field = TRY(read_name(reader, "field", parse_message_field));
    claim.start = TRY(read_count<std::size_t>(reader, "start"));
    claim.end = TRY(read_count<std::size_t>(reader, "end"));
    claim.kind = TRY(read_name(reader, "kind", parse_claim_kind));
    claim.value = TRY(reader.string("value"));
    claim.document = TRY(reader.string("document"));
    claim.passage = TRY(read_count<int>(reader, "passage"));
    return claim;
}

Result<Variant> read_variant(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    Variant variant;
    variant.id = TRY(reader.string("id"));
    variant.segment = TRY(read_count<int>(reader, "segment"));
    variant.strategy = TRY(reader.string("strategy"));
    variant.tone = TRY(reader.string("tone"));
    variant.message.language = TRY(reader.string("language"));
    variant.message.channel = TRY(read_name(reader, "channel", parse_channel));
    variant.message.subject = TRY(reader.string("subject"));
    variant.message.text = TRY(reader.string("text"));
    variant.claims = TRY(read_array(reader, "claims", read_claim));
    variant.confidence = TRY(reader.number("confidence"));
    const auto parts = TRY(reader.object("confidence_parts"));
    variant.confidence_parts.retrieval_support = TRY(parts.number("retrieval_support"));
    variant.confidence_parts.completeness = TRY(parts.number("completeness"));
    variant.confidence_parts.segment_fit = TRY(parts.number("segment_fit"));
    variant.writer = TRY(reader.string("writer"));
    variant.is_control = TRY(reader.boolean("is_control"));
    return variant;
}

}  // namespace cpo
