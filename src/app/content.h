#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/document.h"

namespace cpo::app {

struct Content {
    std::vector<Document> documents;  ///< In order of file name.
    std::vector<std::string> notices;
    std::string sha256;  ///< Over names and bytes of all files, in order.
};

/// Reads a content folder (every .md, .jsonl and .txt below it, README.md left out) or one such
/// file. Errors: kNotFound, kInvalidArgument (nothing to read; every faulty file is listed, not
/// only the first).
Result<Content> read_content(const std::string& path, Date as_of);

}  // namespace cpo::app
