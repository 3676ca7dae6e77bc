#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace cpo::store {

/// Everything a team can see; nothing is shared between two of them.
struct Workspace {
    std::string id;
    std::string name;
    MilliTime created_at{};
};

/// Makes a workspace with an empty audit chain and stream. Errors: kAlreadyExists.
Result<void> create_workspace(Session& session,
                              const std::string& id,
                              const std::string& name,
                              MilliTime now);

/// Oldest first.
Result<std::vector<Workspace>> list_workspaces(Session& session);

}  // namespace cpo::store
