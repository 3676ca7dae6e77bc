#include "store/blob_store.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/id.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

constexpr std::string_view kInsertBlob =
    "INSERT INTO blobs (id, workspace_id, sha256, media_type, size, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6)";
constexpr std::string_view kInsertChunk =
    "INSERT INTO blob_chunks (workspace_id, blob_id, number, bytes) VALUES ($1, $2, $3, $4)";
constexpr std::string_view kSelectBlob =
    "SELECT sha256, media_type, size FROM blobs WHERE workspace_id = $1 AND id = $2";
constexpr std::string_view kSelectChunk =
    "SELECT bytes FROM blob_chunks WHERE workspace_id = $1 AND blob_id = $2 AND number = $3";
/// Its chunks go with it.
constexpr std::string_view kDeleteBlob = "DELETE FROM blobs WHERE workspace_id = $1 AND id = $2";

}  // namespace

Result<std::string> write_blob(Change& change,
                               std::string_view bytes,
                               const std::string& media_type) {
    if (bytes.size() > kBlobBytesMax)
        return Error{
            ErrorCode::kResourceExhausted,
            fmt::format(
                "The file has {} bytes; {} are allowed. Split it.", bytes.size(), kBlobBytesMax),
            {}};
    Session& session = change.session();
    const std::string id = new_id(change.now());
    TRY(session.execute(kInsertBlob,
                        {id,
                         change.workspace(),
                         sha256_hex(bytes),
                         media_type,
                         static_cast<std::int64_t>(bytes.size()),
                         milliseconds_of(change.now())}));
    std::int64_t number = 0;
    for (std::size_t at = 0; at < bytes.size(); at += kChunkBytes)
        TRY(session.execute(
            kInsertChunk,
            {change.workspace(), id, number++, Bytes{std::string(bytes.substr(at, kChunkBytes))}}));
    return id;
}

Result<Blob> read_blob(Session& session, const std::string& workspace, const std::string& id) {
    const Rows rows = TRY(session.execute(kSelectBlob, {workspace, id}));
    if (rows.empty()) return not_found("file");
    const auto size = static_cast<std::size_t>(rows.front().integer("size"));
    Blob blob{rows.front().text("media_type"), {}};
    blob.bytes.reserve(size);
    for (std::int64_t number = 0; blob.bytes.size() < size; ++number) {
        const Rows chunk = TRY(session.execute(kSelectChunk, {workspace, id, number}));
        if (chunk.empty()) break;
        blob.bytes += chunk.front().bytes("bytes");
    }
    if (sha256_hex(blob.bytes) != rows.front().text("sha256"))
        return Error{ErrorCode::kInternal,
                     "The stored file is damaged; restore a backup.",
                     fmt::format("blob {} does not have its digest", id)};
    return blob;
}

Result<void> delete_blob(Session& session, const std::string& workspace, const std::string& id) {
    if (TRY(session.execute(kDeleteBlob, {workspace, id})).affected == 0) return not_found("file");
    return {};
}

}  // namespace cpo::store
