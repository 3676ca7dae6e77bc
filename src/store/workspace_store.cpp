#include "store/workspace_store.h"

#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::string_view kInsertWorkspace =
    "INSERT INTO workspaces (id, name, created_at) VALUES ($1, $2, $3)";
constexpr std::string_view kInsertHead =
    "INSERT INTO workspace_heads (workspace_id, audit_number, audit_hash, stream_number) "
    "VALUES ($1, 0, $2, 0)";
constexpr std::string_view kSelectWorkspaces =
    "SELECT id, name, created_at FROM workspaces ORDER BY created_at, id";

}  // namespace

Result<void> create_workspace(Session& session,
                              const std::string& id,
                              const std::string& name,
                              MilliTime now) {
    TRY(session.execute(kInsertWorkspace, {id, name, milliseconds_of(now)}));
    TRY(session.execute(kInsertHead, {id, std::string(64, '0')}));
    return {};
}

Result<std::vector<Workspace>> list_workspaces(Session& session) {
    const Rows rows = TRY(session.execute(kSelectWorkspaces));
    std::vector<Workspace> workspaces;
    for (const Row& row : rows)
        workspaces.push_back({row.text("id"), row.text("name"), time_in(row, "created_at")});
    return workspaces;
}

}  // namespace cpo::store
