#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/document.h"

namespace cpo::ingest {

struct DocumentFile {
    std::vector<Document> documents;
    std::vector<std::string>
        notices;  ///< "faq.md: carries no approval or date fields, counted as approved".
};

/// Reads the documents of one file: Markdown with YAML front matter (.md), one JSON object a line
/// (.jsonl), or plain text (.txt, the first line is the title). `name` (a relative path) decides
/// the format and gives the default id. Dates may be relative to `as_of`: "+14d", "-3d", "today".
/// Fields: id, title, type, language, valid_from, valid_until, segments, channels, approved_by,
/// approved_on, offer{unit, percent, amount, gift, applies_to, code, starts, ends, minimum,
/// audience}, facts{key: value}. docs/content.md describes them. A file without any approval or
/// date field counts as approved (Document::is_approval_waived), with a notice. Errors:
/// kInvalidArgument with file, line and field; an unknown field is an error.
Result<DocumentFile> read_documents(std::string_view content, const std::string& name, Date as_of);

}  // namespace cpo::ingest
