#pragma once

#include "http/message.h"
#include "store/variant_store.h"

namespace cpo::http {

/// Variant of the API.
json::object variant_json(const store::StoredVariant& variant);

/// The variant with its version as ETag.
Response variant_response(int status, const store::StoredVariant& variant);

}  // namespace cpo::http
