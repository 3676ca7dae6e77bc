// Any body against a schema that uses every keyword: no crash, and the same answer twice.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/schema.h"

namespace {

const cpo::json::value& tree_document() {
    static const cpo::json::value document = *cpo::parse_json(R"({"tree":{"type":"object",
        "required":["name"],"additionalProperties":{"type":["integer","null"],"minimum":-5},
        "minProperties":1,"maxProperties":9,"properties":{
        "name":{"type":"string","minLength":1,"maxLength":20,"pattern":"^[a-z]+( [a-z]+)*$"},
        "when":{"anyOf":[{"type":"string","format":"date"},{"type":"string","format":"date-time"}]},
        "to":{"oneOf":[{"type":"string","format":"email"},{"type":"string","format":"uri"},
                       {"type":"string","format":"uuid"}]},
        "kind":{"enum":["a",1,null,[1]]},"one":{"const":1},"never":false,
        "share":{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1},
        "count":{"type":"integer","maximum":9,"format":"int32"},
        "children":{"type":"array","minItems":1,"maxItems":5,"uniqueItems":true,
                    "items":{"allOf":[{"$ref":"#/tree"}]}}}}})");
    return document;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto schema =
        *cpo::http::SchemaCompiler(tree_document()).compile({{"$ref", "#/tree"}}, "");
    const auto value = cpo::parse_json(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!value) return 0;
    const auto first = schema->check(*value);
    const auto again = schema->check(*value);
    if (first.size() > cpo::http::kFindingsMax || first.size() != again.size()) std::abort();
    for (std::size_t i = 0; i < first.size(); ++i)
        if (first[i].pointer != again[i].pointer || first[i].detail != again[i].detail)
            std::abort();
    return 0;
}
