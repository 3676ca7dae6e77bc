#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

namespace cpo::store {

/// A line of the audit log. hash = SHA-256 over the previous hash and every other field
/// (docs/operations.md gives the exact bytes), so a line that is changed, moved or taken out
/// breaks the chain at its place.
struct AuditLine {
    std::int64_t number = 0;  ///< 1, 2, 3, ... in a workspace, without gaps.
    MilliTime at{};
    Actor actor;
    AuditEntry entry;
    std::string previous_hash;  ///< 64 zeros before the first line.
    std::string hash;
};

struct AuditFilter {
    std::string object_type;  ///< Empty = any.
    std::string object_id;    ///< Empty = any.
    std::string actor_id;     ///< Empty = any.
    std::int64_t before = 0;  ///< Lines with smaller numbers only; 0 = from the newest.
    std::size_t count_max = 50;
};

/// Newest first.
Result<std::vector<AuditLine>> list_audit(Session& session,
                                          const std::string& workspace,
                                          const AuditFilter& filter);

struct AuditCheck {
    std::int64_t lines = 0;
    bool is_intact = true;
    std::int64_t broken_at = 0;  ///< First line that does not fit; 0 when intact.
    std::string reason;          ///< "line 12 was changed", "line 12 is missing", ...
    std::string head;  ///< Hash of the newest line: keep it elsewhere to notice a cut end.
};
/// Walks the whole chain in pages. O(lines), constant memory.
Result<AuditCheck> verify_audit(Session& session, const std::string& workspace);

/// A line of the live stream: the audit entry in short, or a published one. The last
/// kStreamLinesMax of a workspace are kept.
struct StreamLine {
    std::int64_t number = 0;  ///< Without gaps, in order of commit.
    std::string topic;        ///< Object type: "job", "variant".
    std::string object_id;
    std::string action;  ///< "document.approve"; "progress" for published lines.
    json::object data;
    MilliTime at{};
};
inline constexpr std::int64_t kStreamLinesMax = 10'000;

struct StreamPage {
    std::vector<StreamLine> lines;  ///< Numbers above `after`, oldest first, at most 500.
    std::int64_t newest = 0;        ///< Number of the newest line there is.
    bool is_gap = false;            ///< Lines after `after` are gone already: read everything anew.
};
Result<StreamPage> read_stream(Session& session, const std::string& workspace, std::int64_t after);

}  // namespace cpo::store
