#pragma once

#include "http/message.h"

namespace cpo::http {

struct Services;

Result<Response> list_users(const Request& request, Services& services);
Result<Response> list_people(const Request& request, Services& services);
Result<Response> create_user(const Request& request, Services& services);
Result<Response> get_user(const Request& request, Services& services);
Result<Response> update_user(const Request& request, Services& services);

}  // namespace cpo::http
