#include "http/handlers/documents.h"

#include <algorithm>

#include "http/page.h"
#include "http/services.h"
#include "model/document_content.h"
#include "pipeline/content.h"
#include "pipeline/content_import.h"
#include "store/document_store.h"

namespace cpo::http {
namespace {

json::object document_json(const store::StoredDocument& document) {
    const bool is_approved = document.approved_at.has_value();
    return {
        {"id", document.id},
        {"version", document.version},
        {"state", store::name_of(document.state)},
        {"content", content_json(document.content)},
        {"created_at", format_time(document.created_at)},
        {"updated_at", format_time(document.updated_at)},
        {"edited_by", document.edited_by.empty() ? nullptr : json::value(document.edited_by)},
        {"approved_by", is_approved ? json::value(document.approved_by) : nullptr},
        {"approved_at", is_approved ? json::value(format_time(*document.approved_at)) : nullptr}};
}

/// The same with set_aside, where `library` (may be null) knows a reason.
json::object document_json(const store::StoredDocument& document,
                           const pipeline::ContentLibrary* library) {
    json::object answer = document_json(document);
    if (library == nullptr || document.state != store::DocumentState::kApproved) return answer;
    const auto& list = library->library.set_aside;
    const auto found = std::lower_bound(
        list.begin(), list.end(), document.content.id, [](const auto& entry, const auto& name) {
            return entry.document < name;
        });
    if (found != list.end() && found->document == document.content.id)
        answer["set_aside"] = found->reason;
    return answer;
}

Response answer_of(const store::StoredDocument& document) {
    return Response::ok(document_json(document)).with_version(document.version);
}

json::array documents_json(const std::vector<store::StoredDocument>& documents) {
    json::array array;
    for (const auto& document : documents) array.push_back(document_json(document));
    return array;
}

Result<Document> read_document(const Request& request) {
    auto document = TRY(read_content_json(request.body));
    TRY(check_content(document));
    return document;
}

Result<std::vector<store::DocumentVersion>> read_versions(const json::value& body) {
    const JsonReader reader = TRY(JsonReader::of(body));
    std::vector<store::DocumentVersion> versions;
    for (const json::value& entry : *TRY(reader.array("documents"))) {
        const JsonReader document = TRY(JsonReader::of(entry, "/documents"));
        versions.push_back({TRY(document.string("id")), TRY(document.integer("version"))});
    }
    return versions;
}

/// Runs `work` as one audited change by who sent the request.
template <typename Work>
auto change(const Request& request, Services& services, const Work& work) {
    return services.store.change(request.workspace(), request.actor(), work, request.deadline);
}

}  // namespace

Result<Response> list_documents(const Request& request, Services& services) {
    const auto page = TRY(page_request(request));
    const store::DocumentFilter filter{
        .type = parse_document_type(request.query_or("type", "")),
        .state = store::parse_document_state(request.query_or("state", "")),
        .today = services.content.today()};
    const auto found = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_documents(session, request.workspace(), filter, page);
        },
        request.deadline));
    const auto library = services.content.current_or_null(request.workspace(), request.deadline);
    return Response::ok(page_json(
        found,
        [&](const auto& document) { return document_json(document, library.get()); },
        [](const auto& document) { return document.id; }));
}

Result<Response> create_document(const Request& request, Services& services) {
    const auto content = TRY(read_document(request));
    const auto document = TRY(change(request, services, [&](store::Change& change) {
        return store::create_document(change, content);
    }));
    return Response::created(document_json(document), "/api/v1/retrieval/documents/" + document.id)
        .with_version(document.version);
}

Result<Response> import_documents(const Request& request, Services& services) {
    const std::string as_of = request.query_or("as_of", "");
    const auto read = TRY(pipeline::read_document_file(
        {.bytes = request.raw_body,
         .is_markdown = request.content_type.starts_with("text/markdown"),
         .name = request.query_or("name", ""),
         .as_of = parse_date(as_of).value_or(services.content.today())}));
    const auto done = TRY(change(request, services, [&](store::Change& change) {
        return store::import_documents(change, read.documents);
    }));
    return Response::ok(
        json::object{{"created", done.created},
                     {"replaced", done.replaced},
                     {"unchanged", done.unchanged},
                     {"documents", json::array(done.ids.begin(), done.ids.end())},
                     {"notices", json::array(read.notices.begin(), read.notices.end())}});
}

Result<Response> approve_documents(const Request& request, Services& services) {
    const auto versions = TRY(read_versions(request.body));
    const auto approved = TRY(change(request, services, [&](store::Change& change) {
        return store::approve_documents(change, versions);
    }));
    return Response::ok(json::object{{"items", documents_json(approved)}});
}

Result<Response> get_document(const Request& request, Services& services) {
    const auto document = TRY(services.store.read(
        [&](store::Session& session) {
            return store::find_document(
                session, request.workspace(), request.param("document"), services.content.today());
        },
        request.deadline));
    const auto library = services.content.current_or_null(request.workspace(), request.deadline);
    return Response::ok(document_json(document, library.get())).with_version(document.version);
}

Result<Response> update_document(const Request& request, Services& services) {
    const auto version = TRY(request.expected_version());
    const auto content = TRY(read_document(request));
    return answer_of(TRY(change(request, services, [&](store::Change& change) {
        return store::update_document(change, {request.param("document"), version}, content);
    })));
}

Result<Response> approve_document(const Request& request, Services& services) {
    const auto version = TRY(request.expected_version());
    const auto approved = TRY(change(request, services, [&](store::Change& change) {
        return store::approve_documents(change, {{request.param("document"), version}});
    }));
    return answer_of(approved.front());
}

Result<Response> revoke_document_approval(const Request& request, Services& services) {
    return answer_of(TRY(change(request, services, [&](store::Change& change) {
        return store::revoke_document(change, request.param("document"));
    })));
}

Result<Response> expire_document(const Request& request, Services& services) {
    return answer_of(TRY(change(request, services, [&](store::Change& change) {
        return store::expire_document(change, request.param("document"));
    })));
}

}  // namespace cpo::http
