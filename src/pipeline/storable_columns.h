#pragma once

#include <string>
#include <vector>

#include "model/mixed_table.h"

namespace cpo::pipeline {

/// Drops the columns that are not to be stored of customers, with a notice each: texts, categories
/// that differ for more than half of those who have one, since names, addresses and ids do, and
/// columns without a value. Those of `known` are stored already and stay unless they are texts.
/// O(rows x columns).
void drop_unstorable(const std::vector<MixedColumn>& known,
                     MixedTable& customers,
                     std::vector<std::string>& notices);

}  // namespace cpo::pipeline
