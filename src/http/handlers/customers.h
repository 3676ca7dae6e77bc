#pragma once

#include "http/message.h"

namespace cpo::http {

struct Services;

Result<Response> list_customers(const Request& request, Services& services);
Result<Response> get_customer(const Request& request, Services& services);
Result<Response> list_imports(const Request& request, Services& services);
Result<Response> import_customers(const Request& request, Services& services);
Result<Response> load_sample(const Request& request, Services& services);
Result<Response> preview_import(const Request& request, Services& services);
Result<Response> get_import(const Request& request, Services& services);
Result<Response> get_rejected_lines(const Request& request, Services& services);

}  // namespace cpo::http
