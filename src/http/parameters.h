#pragma once

#include <vector>

#include "http/exchange.h"

namespace cpo::http {

/// Reads and checks the query, header and path parameters of the exchange's operation and fills
/// request.query. A parameter that is not declared or comes twice is a finding.
std::vector<FieldError> read_parameters(Exchange& exchange);

}  // namespace cpo::http
