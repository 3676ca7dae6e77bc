#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/document.h"

namespace cpo::ingest {

/// Where the fields of one document stand, for messages, and how strict to be about them.
struct FieldSource {
    std::string file;
    int line = 1;                                         ///< Where the document starts, 1-based.
    const std::map<std::string, int>* line_of = nullptr;  ///< By "offer.percent", if known.
    std::string default_id;
    Date as_of{};

    /// "offers/spring.md, line 4, offer.percent".
    std::string at(const std::string& field) const;
};

/// Turns the fields of docs/content.md into a document, text and title included when they are
/// among them. Numbers may be JSON numbers or text. Names that are no field are collected in
/// `unknown` ("offer.percnt"). Sets neither is_approval_waived nor checks that there is a text.
/// Errors: kInvalidArgument with file, line, field and what was expected.
Result<Document> document_of(const json::object& fields,
                             const FieldSource& source,
                             std::vector<std::string>& unknown);

/// True when an approval or date field is among them, even an empty one: approved_by, approved_on,
/// valid_from, valid_until, offer.starts, offer.ends.
bool has_approval_or_date(const json::object& fields);

}  // namespace cpo::ingest
