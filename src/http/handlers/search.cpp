#include "http/handlers/search.h"

#include "http/services.h"
#include "model/context_json.h"
#include "pipeline/content.h"

namespace cpo::http {
namespace {

Result<pipeline::ContentQuery> read_query(const json::value& body) {
    const JsonReader reader = TRY(JsonReader::of(body));
    pipeline::ContentQuery query;
    query.text = TRY(reader.string("query"));
    const std::string mode = TRY(reader.string_or("mode", "hybrid"));
    query.mode = pipeline::parse_search_mode(mode).value_or(query.mode);
    query.count_max = static_cast<std::size_t>(TRY(reader.integer_or("top", 10)));
    query.language = TRY(reader.string_or("language", ""));
    query.type = parse_document_type(TRY(reader.string_or("type", "")));
    if (reader.has("audience")) query.audience = TRY(reader.string("audience"));
    query.channel = parse_channel(TRY(reader.string_or("channel", "")));
    return query;
}

}  // namespace

Result<Response> search(const Request& request, Services& services) {
    const auto query = TRY(read_query(request.body));
    const auto found = TRY(services.content.search(request.workspace(), query, request.deadline));
    json::array hits;
    for (const Hit& hit : found.hits) hits.push_back(to_json(hit));
    return Response::ok(
        json::object{{"hits", std::move(hits)},
                     {"embedder", found.embedder},
                     {"notices", json::array(found.notices.begin(), found.notices.end())}});
}

}  // namespace cpo::http
