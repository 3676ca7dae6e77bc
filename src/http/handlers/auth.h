#pragma once

#include "http/message.h"

namespace cpo::http {

struct Services;

Result<Response> get_setup(const Request& request, Services& services);
Result<Response> set_up(const Request& request, Services& services);
Result<Response> sign_in(const Request& request, Services& services);
Result<Response> get_session(const Request& request, Services& services);
Result<Response> sign_out(const Request& request, Services& services);
Result<Response> change_password(const Request& request, Services& services);

}  // namespace cpo::http
