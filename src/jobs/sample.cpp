#include "jobs/sample.h"

#include <filesystem>

#include "embedded/sample_orders.h"
#include "jobs/sample_files.h"
#include "pipeline/content_import.h"
#include "store/document_store.h"

namespace cpo::jobs {

Result<std::vector<std::string>> import_sample_content(store::Store& store,
                                                       const std::string& workspace,
                                                       const store::Actor& actor,
                                                       Deadline deadline) {
    const auto today = std::chrono::floor<std::chrono::days>(store.clock().now());
    std::vector<Document> documents;
    for (const SampleFile& file : sample_files()) {
        const std::filesystem::path name(file.name);
        auto read = TRY(pipeline::read_document_file({.bytes = file.bytes,
                                                      .is_markdown = name.extension() == ".md",
                                                      .name = name.stem().string(),
                                                      .as_of = Date(today)}));
        std::move(read.documents.begin(), read.documents.end(), std::back_inserter(documents));
    }
    const auto bring = [&](store::Change& change) -> Result<store::DocumentImport> {
        if (TRY(store::has_written_documents(change.session(), workspace)))
            return Error{ErrorCode::kFailedPrecondition,
                         "this workspace has documents of its own: the sample would replace those "
                         "of the same name. Use a new workspace",
                         {}};
        return store::import_documents(change, documents);
    };
    // Who brings them in is in the audit log; who answers for their words is nobody.
    const store::Actor nobody{actor.kind, actor.id, "", actor.request_id};
    auto done = TRY(store.change(workspace, nobody, bring, deadline));
    return std::move(done.ids);
}

Result<StartedImport> start_sample_import(store::Change& change,
                                          const std::string& idempotency_key) {
    ImportRequest request;
    request.bytes = embedded::sample_orders();
    request.media_type = "text/csv";
    request.mode = "replace";
    request.file = "Sample orders (invented)";
    request.idempotency_key = idempotency_key;
    return start_import(change, request);
}

}  // namespace cpo::jobs
