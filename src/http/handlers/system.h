#pragma once

#include "http/message.h"
#include "http/services.h"

namespace cpo::http {

Result<Response> get_health(const Request& request, Services& services);
Result<Response> get_readiness(const Request& request, Services& services);
Result<Response> get_metrics(const Request& request, Services& services);
Result<Response> get_open_api(const Request& request, Services& services);
Result<Response> get_docs(const Request& request, Services& services);
Result<Response> open_stream(const Request& request, Services& services);

}  // namespace cpo::http
