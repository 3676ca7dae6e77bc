#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "model/document.h"

namespace cpo {

/// What people write of a document, as the API and the database keep it: name (the id), title,
/// type, language, text, days, audience, offer, facts. Fields without a value are left out; no
/// approval. Equal content gives equal JSON.
json::object content_json(const Document& document);

/// The same read back; a missing language is "en", a missing name stays empty.
/// Errors: kInvalidArgument with the JSON pointer of the field.
Result<Document> read_content_json(const json::value& content);

/// What a schema cannot say about content, and the schema's limits for content that did not come
/// as JSON (api/openapi.yaml, DocumentContent): an offer belongs to type offer and has just the
/// value of its unit, no end lies before its start, every fact is named once. An empty name is
/// allowed. Errors: kInvalidArgument naming the field.
Result<void> check_content(const Document& document);

/// A name for a document from its title: "15% off, today!" -> "15-off-today". Lower-case ASCII
/// letters, digits and single hyphens, at most 80; "document" when nothing is left.
std::string name_from_title(std::string_view title);

/// True for what may name a document: 1 to 100 letters, digits, '.', '_', '-', the first a letter
/// or digit.
bool is_document_name(std::string_view name);

}  // namespace cpo
