#pragma once

#include "http/message.h"

namespace cpo::http {

struct Services;

Result<Response> list_segmentation_runs(const Request& request, Services& services);
Result<Response> start_segmentation_run(const Request& request, Services& services);
Result<Response> get_segmentation_run(const Request& request, Services& services);
Result<Response> list_segments(const Request& request, Services& services);
Result<Response> get_segment(const Request& request, Services& services);
Result<Response> list_segment_members(const Request& request, Services& services);
Result<Response> get_segment_contrast(const Request& request, Services& services);
Result<Response> list_map_customers(const Request& request, Services& services);
Result<Response> get_segmentation_map(const Request& request, Services& services);
Result<Response> get_segmentation_model(const Request& request, Services& services);
Result<Response> assign_customers(const Request& request, Services& services);

}  // namespace cpo::http
