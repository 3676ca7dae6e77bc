#include "model/context_json.h"

#include <utility>

#include "model/json_fields.h"

namespace cpo {

json::object to_json(const Hit& hit) {
    return {{"document", hit.document},
            {"title", hit.title},
            {"type", name_of(hit.type)},
            {"passage", hit.passage},
            {"score", hit.score},
            {"vector_rank", hit.vector_rank},
            {"lexical_rank", hit.lexical_rank},
            {"cosine", hit.cosine},
            {"text", hit.text},
            {"reason", hit.reason}};
}

json::object to_json(const Context& context) {
    json::array hits;
    for (const Hit& hit : context.hits) hits.push_back(to_json(hit));
    return {{"segment", context.segment},
            {"query", context.query},
            {"hits", std::move(hits)},
            {"audience", json::array(context.audience.begin(), context.audience.end())}};
}

Result<Hit> read_hit(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    Hit hit;
    hit.document = TRY(reader.string("document"));
    hit.title = TRY(reader.string("title"));
    hit.type = TRY(read_name(reader, "type", parse_document_type));
    hit.passage = TRY(read_count<int>(reader, "passage"));
    hit.score = TRY(reader.number("score"));
    hit.vector_rank = TRY(read_count<int>(reader, "vector_rank"));
    hit.lexical_rank = TRY(read_count<int>(reader, "lexical_rank"));
    hit.cosine = TRY(reader.number("cosine"));
    hit.text = TRY(reader.string("text"));
    hit.reason = TRY(reader.string("reason"));
    return hit;
}

Result<Context> read_context(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    Context context;
    context.segment = TRY(read_count<int>(reader, "segment"));
    context.query = TRY(reader.string("query"));
    context.hits = TRY(read_array(reader, "hits", read_hit));
    context.audience = TRY(reader.strings_or_empty("audience"));
    return context;
}

}  // namespace cpo
