#pragma once

#include "http/message.h"

namespace cpo::http {

struct Services;

Result<Response> list_keys(const Request& request, Services& services);
Result<Response> create_key(const Request& request, Services& services);
Result<Response> get_key(const Request& request, Services& services);
Result<Response> revoke_key(const Request& request, Services& services);

}  // namespace cpo::http
