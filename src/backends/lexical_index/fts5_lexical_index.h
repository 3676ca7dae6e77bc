#pragma once

#include <memory>

#include "backends/lexical_index/lexical_index.h"

namespace cpo {

/// BM25 by SQLite FTS5 (porter stemming, diacritics removed) in a private in-memory database.
Result<std::unique_ptr<LexicalIndex>> make_fts5_lexical_index();

}  // namespace cpo
