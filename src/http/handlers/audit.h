#pragma once

#include "http/message.h"

namespace cpo::http {

struct Services;

Result<Response> list_audit(const Request& request, Services& services);
Result<Response> verify_audit(const Request& request, Services& services);

}  // namespace cpo::http
