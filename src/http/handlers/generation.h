#pragma once

#include "http/message.h"

namespace cpo::http {

struct Services;

Result<Response> list_generation_runs(const Request& request, Services& services);
Result<Response> start_generation_run(const Request& request, Services& services);
Result<Response> get_generation_run(const Request& request, Services& services);
Result<Response> list_contexts(const Request& request, Services& services);
Result<Response> list_variants(const Request& request, Services& services);
Result<Response> get_variant(const Request& request, Services& services);
Result<Response> update_variant(const Request& request, Services& services);

}  // namespace cpo::http
