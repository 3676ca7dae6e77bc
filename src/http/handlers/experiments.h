#pragma once

#include "http/message.h"
#include "http/services.h"

namespace cpo::http {

Result<Response> list_experiments(const Request& request, Services& services);
Result<Response> create_experiment(const Request& request, Services& services);
Result<Response> get_experiment(const Request& request, Services& services);
Result<Response> update_experiment(const Request& request, Services& services);
// A move that the state refuses answers 409 with the allowed ones.
Result<Response> start_experiment(const Request& request, Services& services);
Result<Response> pause_experiment(const Request& request, Services& services);
Result<Response> resume_experiment(const Request& request, Services& services);
Result<Response> stop_experiment(const Request& request, Services& services);
Result<Response> ship_experiment(const Request& request, Services& services);
Result<Response> roll_back_experiment(const Request& request, Services& services);
Result<Response> assign_units(const Request& request, Services& services);
Result<Response> record_events(const Request& request, Services& services);
Result<Response> get_results(const Request& request, Services& services);
Result<Response> get_experiment_traffic(const Request& request, Services& services);

}  // namespace cpo::http
