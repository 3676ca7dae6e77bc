#pragma once

#include <string_view>

#include "base/json.h"

namespace cpo::http {

/// Reads one YAML document as JSON by the core schema of YAML 1.2: plain `true`, `12`, `1.5` and
/// `null` get their types, quoted scalars stay texts, and `yes` is a text. Keys are texts.
/// Errors: kInvalidArgument naming line and column; a key that stands twice is one.
Result<json::value> read_yaml(std::string_view text);

}  // namespace cpo::http
