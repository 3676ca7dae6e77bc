#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cpo::ingest {

/// Column of `name` in `header`: exactly, else ignoring case, spaces, _ and - ("Customer ID" is
/// "customer_id") when only one column matches so. Thread-safe.
std::optional<std::size_t> find_column(const std::vector<std::string>& header,
                                       std::string_view name);

/// The first of `names` that `header` has, for guessing.
std::optional<std::size_t> find_any_column(const std::vector<std::string>& header,
                                           std::span<const std::string_view> names);

/// "orders.csv has no column \"Custmer\"; did you mean \"Customer\"? Its columns: ...".
Error missing_column(const std::string& file,
                     const std::vector<std::string>& header,
                     std::string_view name);

/// The header for a message: quoted names, at most 50 of them.
std::string listed(const std::vector<std::string>& header);

}  // namespace cpo::ingest
