#include "http/handlers/overview.h"

#include "http/services.h"
#include "pipeline/content.h"
#include "store/customer_store.h"
#include "store/document_store.h"
#include "store/state_counts.h"
#include "store/variant_store.h"

namespace cpo::http {
namespace {

json::object counts_json(const store::StateCounts& counts) {
    json::object answer;
    for (const auto& [state, count] : counts) answer[state] = count;
    return answer;
}

}  // namespace

Result<Response> get_overview(const Request& request, Services& services) {
    const std::string& workspace = request.workspace();
    const auto read = [&](store::Session& session) -> Result<json::object> {
        return json::object{
            {"customers", TRY(store::count_customers(session, workspace))},
            {"documents",
             counts_json(
                 TRY(store::count_documents(session, workspace, services.content.today())))},
            {"variants", counts_json(TRY(store::count_variants(session, workspace)))},
            {"experiments", counts_json(TRY(store::count_experiments(session, workspace)))},
            {"jobs", counts_json(TRY(store::count_jobs(session, workspace)))}};
    };
    return Response::ok(TRY(services.store.read(read, request.deadline)));
}

}  // namespace cpo::http
