#include "http/handlers/variant_answer.h"

#include "model/variant_json.h"
#include "model/verdict_json.h"

namespace cpo::http {

json::object variant_json(const store::StoredVariant& variant) {
    json::object answer = to_json(variant.variant);
    answer["version"] = variant.version;
    answer["run"] = variant.run;
    answer["state"] = store::name_of(variant.state);
    answer["text_hash"] = variant.text_hash;
    answer["verdict"] = nullptr;
    if (variant.screened) answer["verdict"] = to_full_json(variant.screened->verdict);
    answer["author"] = variant.author;
    answer["edited_by"] = nullptr;
    if (!variant.edited_by.empty()) answer["edited_by"] = variant.edited_by;
    answer["created_at"] = format_time(variant.created_at);
    answer["updated_at"] = format_time(variant.updated_at);
    return answer;
}

Response variant_response(int status, const store::StoredVariant& variant) {
    return Response::of(status, variant_json(variant)).with_version(variant.version);
}

}  // namespace cpo::http
