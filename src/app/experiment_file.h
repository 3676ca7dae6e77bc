#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"

namespace cpo::app {

/// The object that a verb works on: the document itself when it is an object, or the element with
/// "key" == `key` when it is an array such as experiments.json. An empty key takes the only
/// element. Errors: kNotFound, kInvalidArgument (not JSON; which keys there are).
Result<json::value> read_experiment_file(const std::string& path, const std::string& key);

}  // namespace cpo::app
