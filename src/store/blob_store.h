#pragma once

#include <string>
#include <string_view>

#include "store/store.h"

namespace cpo::store {

/// A larger one is refused (kResourceExhausted).
inline constexpr std::size_t kBlobBytesMax = std::size_t{256} << 20;

/// Bytes of a file: an upload, rejected lines, an export.
struct Blob {
    std::string media_type;
    std::string bytes;
};

/// Stores `bytes` in pieces of 1 MiB and gives the new id.
Result<std::string> write_blob(Change& change,
                               std::string_view bytes,
                               const std::string& media_type);

/// Errors: kNotFound; kInternal when the bytes do not have the digest they were stored with.
Result<Blob> read_blob(Session& session, const std::string& workspace, const std::string& id);

/// Errors: kNotFound.
Result<void> delete_blob(Session& session, const std::string& workspace, const std::string& id);

}  // namespace cpo::store
