#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace cpo::ingest {

/// YAML block between two lines of --- at the start of a Markdown file, and what follows it.
struct FrontMatter {
    json::object fields;                 ///< Every scalar is a string, as written; null stays null.
    std::map<std::string, int> line_of;  ///< 1-based line in the file, by "offer.percent".
    std::string_view body;               ///< Rest of `content`; borrowed.
    int body_line = 1;                   ///< 1-based line on which the body starts.
};

/// Largest front matter that is read; real ones have a few hundred bytes.
inline constexpr std::size_t kFrontMatterBytesMax = 64 << 10;
/// Deepest nesting of maps and lists; the format itself needs two.
inline constexpr std::size_t kFrontMatterDepthMax = 8;

/// Splits and parses. A file that does not start with --- is all body. Anchors, aliases, tags and
/// doubled keys are refused: none of them is needed and each has surprised somebody. Thread-safe.
/// Errors: kInvalidArgument with `name` and line.
Result<FrontMatter> read_front_matter(std::string_view content, const std::string& name);

}  // namespace cpo::ingest
