#pragma once

#include "http/message.h"

namespace cpo::http {

struct Services;

Result<Response> list_jobs(const Request& request, Services& services);
Result<Response> get_job(const Request& request, Services& services);
Result<Response> cancel_job(const Request& request, Services& services);
Result<Response> retry_job(const Request& request, Services& services);

}  // namespace cpo::http
