#pragma once

#include "base/result.h"
#include "http/message.h"

namespace cpo::http {

struct Services;

Result<Response> search(const Request& request, Services& services);

}  // namespace cpo::http
