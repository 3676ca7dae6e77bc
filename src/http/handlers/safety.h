#pragma once

#include "http/message.h"

namespace cpo::http {

struct Services;

Result<Response> screen_text(const Request& request, Services& services);
Result<Response> screen_variant(const Request& request, Services& services);
Result<Response> list_reviews(const Request& request, Services& services);
Result<Response> review_variant(const Request& request, Services& services);
Result<Response> list_verdicts(const Request& request, Services& services);

}  // namespace cpo::http
