#pragma once

#include "http/routes.h"

namespace cpo::http {

Result<Response> get_overview(const Request& request, Services& services);

}  // namespace cpo::http
