#pragma once

#include "base/result.h"
#include "http/message.h"

namespace cpo::http {

struct Services;

Result<Response> list_documents(const Request& request, Services& services);
Result<Response> create_document(const Request& request, Services& services);
Result<Response> import_documents(const Request& request, Services& services);
Result<Response> approve_documents(const Request& request, Services& services);
Result<Response> get_document(const Request& request, Services& services);
Result<Response> update_document(const Request& request, Services& services);
Result<Response> approve_document(const Request& request, Services& services);
Result<Response> revoke_document_approval(const Request& request, Services& services);
Result<Response> expire_document(const Request& request, Services& services);

}  // namespace cpo::http
