#pragma once

#include "http/message.h"

namespace cpo::http {

struct Services;

Result<Response> list_campaigns(const Request& request, Services& services);
Result<Response> create_campaign(const Request& request, Services& services);
Result<Response> get_campaign(const Request& request, Services& services);
Result<Response> update_campaign(const Request& request, Services& services);
Result<Response> list_campaign_runs(const Request& request, Services& services);
Result<Response> start_campaign_run(const Request& request, Services& services);
Result<Response> get_campaign_run(const Request& request, Services& services);

}  // namespace cpo::http
