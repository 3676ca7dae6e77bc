#include "model/variant_json.h"

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

}  // namespace cpo
