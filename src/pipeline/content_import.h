#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/document.h"

namespace cpo::pipeline {

/// A file of documents as it was sent to the server.
struct DocumentUpload {
    std::string_view bytes;
    bool is_markdown = false;  ///< One Markdown document with front matter; else JSON lines.
    std::string name;          ///< Of a Markdown document without an id of its own; may be empty.
    Date as_of{};              ///< Relative days such as "+14d" count from here.
};

struct UploadedDocuments {
    std::vector<Document> documents;  ///< In the file's order, all as check_content wants them.
    std::vector<std::string> notices;
};

/// Reads documents as ingest::read_documents does, for the server: approval in the file does not
/// count (a notice says so), ids become names ("offers/spring" -> "offers-spring", with a notice),
/// a document without an id has no name yet, one without a title is titled with the start of its
/// text. Errors: kInvalidArgument naming line or document and field.
Result<UploadedDocuments> read_document_file(const DocumentUpload& upload);

}  // namespace cpo::pipeline
