#include "agents/retrieval/library.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "agents/retrieval/contradictions.h"
#include "agents/retrieval/passages.h"

namespace cpo::retrieval {
namespace {

/// Why a document may not be used on that day, seen alone; empty when it may.
std::string reason_against(const Document& document, Date as_of, ApprovalDay approval_day) {
    if (document.approved_by.empty() && !document.is_approval_waived) return "not approved";
    if (approval_day == ApprovalDay::kCounts && document.approved_on &&
        *document.approved_on > as_of)
        return fmt::format("approved only from {}", format_date(*document.approved_on));
    if (document.valid_until && *document.valid_until < as_of)
        return fmt::format("expired on {}", format_date(*document.valid_until));
    if (document.valid_from && *document.valid_from > as_of)
        return fmt::format("not valid before {}", format_date(*document.valid_from));
    if (!document.offer) return "";
    if (document.offer->ends && *document.offer->ends < as_of)
        return fmt::format("offer ended on {}", format_date(*document.offer->ends));
    if (document.offer->starts && *document.offer->starts > as_of)
        return fmt::format("offer starts on {}", format_date(*document.offer->starts));
    return "";
}

Result<void> check_ids(const std::vector<Document>& documents) {
    std::map<std::string_view, const Document*> seen;
    for (const Document& document : documents) {
        const auto [place, is_new] = seen.emplace(document.id, &document);
        if (!is_new)
            return invalid_argument(fmt::format("two documents have the id {}: in {} and in {}",
                                                document.id,
                                                place->second->file,
                                                document.file));
    }
    return {};
}

/// Moves documents with a reason from `documents` to the list of those set aside.
void set_aside(std::vector<Document>& documents,
               const std::vector<std::string>& reasons,
               std::vector<SetAsideDocument>& list) {
    std::vector<Document> kept;
    kept.reserve(documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i) {
        if (reasons[i].empty())
            kept.push_back(std::move(documents[i]));
        else
            list.push_back({documents[i].id, documents[i].title, reasons[i]});
    }
    documents = std::move(kept);
}

}  // namespace

Result<Library> make_library(std::vector<Document> documents,
                             Date as_of,
                             ApprovalDay approval_day) {
    const auto unique = check_ids(documents);
    if (!unique) return unique.error();
    Library library;
    std::vector<std::string> reasons;
    reasons.reserve(documents.size());
    for (const Document& document : documents)
        reasons.push_back(reason_against(document, as_of, approval_day));
    set_aside(documents, reasons, library.set_aside);
    set_aside(documents, contradictions(documents), library.set_aside);
    std::sort(library.set_aside.begin(), library.set_aside.end(), [](const auto& a, const auto& b) {
        return a.document < b.document;
    });
    for (const Document& document : documents) {
        auto passages = split_passages(document);
        std::move(passages.begin(), passages.end(), std::back_inserter(library.passages));
    }
    library.documents = std::move(documents);
    if (library.documents.empty() && !library.set_aside.empty())
        library.notices.push_back(
            fmt::format("none of the {} documents can be used; the reasons are listed with them",
                        library.set_aside.size()));
    return library;
}

}  // namespace cpo::retrieval
