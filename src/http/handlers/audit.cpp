#include "http/handlers/audit.h"

#include "http/services.h"
#include "store/audit.h"

namespace cpo::http {
namespace {

json::object line_json(const store::AuditLine& line) {
    return {{"number", line.number},
            {"at", format_time(line.at)},
            {"actor",
             {{"kind", line.actor.kind},
              {"id", line.actor.id},
              {"person", line.actor.person},
              {"request_id", line.actor.request_id}}},
            {"action", line.entry.action},
            {"object_type", line.entry.object_type},
            {"object", line.entry.object_id},
            {"data", line.entry.data},
            {"previous_hash", line.previous_hash},
            {"hash", line.hash}};
}

}  // namespace

Result<Response> list_audit(const Request& request, Services& services) {
    store::AuditFilter filter;
    filter.object_type = request.query_or("object_type", "");
    filter.object_id = request.query_or("object", "");
    filter.actor_id = request.query_or("actor", "");
    filter.before = request.query_integer_or("before", 0);
    const auto count_max = static_cast<std::size_t>(request.query_integer_or("limit", 50));
    filter.count_max = count_max + 1;  // One more tells whether there is another page.
    auto lines = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_audit(session, request.workspace(), filter);
        },
        request.deadline));
    const bool is_more = lines.size() > count_max;
    if (is_more) lines.pop_back();
    json::array items;
    for (const store::AuditLine& line : lines) items.push_back(line_json(line));
    json::object answer{{"items", std::move(items)}, {"next", nullptr}};
    if (is_more) answer["next"] = lines.back().number;
    return Response::ok(answer);
}

Result<Response> verify_audit(const Request& request, Services& services) {
    const auto check = TRY(services.store.read(
        [&](store::Session& session) { return store::verify_audit(session, request.workspace()); },
        request.deadline));
    json::object answer{{"entries", check.lines},
                        {"is_intact", check.is_intact},
                        {"broken_at", nullptr},
                        {"reason", check.reason},
                        {"head", check.head}};
    if (!check.is_intact) answer["broken_at"] = check.broken_at;
    return Response::ok(answer);
}

}  // namespace cpo::http
