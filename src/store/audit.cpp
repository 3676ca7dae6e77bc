#include "store/audit.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::int64_t kPageLines = 1'000;
constexpr std::int64_t kStreamPageLines = 500;
constexpr std::size_t kAuditLinesMax = 1'000;

constexpr std::string_view kTakeNumbers =
    "UPDATE workspace_heads SET audit_number = audit_number + 1, "
    "stream_number = stream_number + 1 WHERE workspace_id = $1 "
    "RETURNING audit_number, audit_hash, stream_number";
constexpr std::string_view kTakeStreamNumber =
    "UPDATE workspace_heads SET stream_number = stream_number + 1 WHERE workspace_id = $1 "
    "RETURNING stream_number";
constexpr std::string_view kSetHead =
    "UPDATE workspace_heads SET audit_hash = $2 WHERE workspace_id = $1";
constexpr std::string_view kInsertAudit =
    "INSERT INTO audit_entries (workspace_id, number, at, actor_kind, actor_id, person_id, "
    "request_id, action, object_type, object_id, data, previous_hash, hash) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
constexpr std::string_view kInsertStream =
    "INSERT INTO stream_lines (workspace_id, number, topic, object_id, action, data, at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)";
constexpr std::string_view kSelectAudit =
    "SELECT number, at, actor_kind, actor_id, person_id, request_id, action, object_type, "
    "object_id, data, previous_hash, hash FROM audit_entries WHERE workspace_id = $1";
constexpr std::string_view kSelectHead =
    "SELECT audit_number, audit_hash, stream_number FROM workspace_heads WHERE workspace_id = $1";
constexpr std::string_view kSelectStream =
    "SELECT number, topic, object_id, action, data, at FROM stream_lines "
    "WHERE workspace_id = $1 AND number > $2 ORDER BY number LIMIT $3";
constexpr std::string_view kPruneStream =
    "DELETE FROM stream_lines WHERE workspace_id = $1 AND number <= $2";

/// docs/operations.md, "The audit chain": a JSON array whose last element is `data` exactly as it
/// is stored. JSON quotes every text, so no two lines give the same bytes.
std::string hash_of(const AuditLine& line, std::string_view data) {
    const json::array fields{line.previous_hash,
                             line.number,
                             milliseconds_of(line.at),
                             line.actor.kind,
                             line.actor.id,
                             line.actor.person,
                             line.actor.request_id,
                             line.entry.action,
                             line.entry.object_type,
                             line.entry.object_id};
    std::string bytes = write_json(fields);
    bytes.back() = ',';  // Instead of the ']'.
    bytes += data;
    bytes += ']';
    return sha256_hex(bytes);
}

/// Everything but `entry.data`.
AuditLine line_of(const Row& row) {
    return {row.integer("number"),
            time_in(row, "at"),
            {row.text("actor_kind"),
             row.text("actor_id"),
             row.text("person_id"),
             row.text("request_id")},
            {row.text("action"), row.text("object_type"), row.text("object_id"), {}},
            row.text("previous_hash"),
            row.text("hash")};
}

Result<json::object> data_of(const Row& row) {
    const auto value = parse_json(row.text("data"));
    if (!value || !value->is_object())
        return Error{ErrorCode::kInternal,
                     "The audit log is damaged; run `cpo audit verify`.",
                     fmt::format("data of line {} is no JSON object", row.integer("number"))};
    return value->get_object();
}

/// What is wrong with a line that follows `previous_hash` at place `number`; empty when nothing.
std::string fault_of(const Row& row, std::int64_t number, const std::string& previous_hash) {
    const AuditLine line = line_of(row);
    if (line.number != number) return fmt::format("line {} is missing", number);
    if (hash_of(line, row.text("data")) != line.hash)
        return fmt::format("line {} was changed", number);
    if (line.previous_hash != previous_hash)
        return fmt::format("line {} does not follow line {}", number, number - 1);
    return "";
}

Result<Rows> audit_page(Session& session, const std::string& workspace, std::int64_t after) {
    static const std::string sql =
        fmt::format("{} AND number > $2 ORDER BY number LIMIT $3", kSelectAudit);
    return session.execute(sql, {workspace, after, kPageLines});
}

/// Every new line takes the place of the one that is too many now.
Result<void> insert_stream_line(Session& session,
                                const std::string& workspace,
                                const StreamLine& line) {
    TRY(session.execute(kInsertStream,
                        {workspace,
                         line.number,
                         line.topic,
                         line.object_id,
                         line.action,
                         write_json(line.data),
                         milliseconds_of(line.at)}));
    if (line.number > kStreamLinesMax)
        TRY(session.execute(kPruneStream, {workspace, line.number - kStreamLinesMax}));
    return {};
}

}  // namespace

Result<void> Change::record(const AuditEntry& entry) {
    const Rows heads = TRY(session_->execute(kTakeNumbers, {workspace_}));
    if (heads.empty()) return not_found("workspace");
    const Row& head = heads.front();
    AuditLine line{head.integer("audit_number"), now_, actor_, entry, head.text("audit_hash"), {}};
    const std::string data = write_json(entry.data);
    line.hash = hash_of(line, data);
    TRY(session_->execute(kInsertAudit,
                          {workspace_,
                           line.number,
                           milliseconds_of(now_),
                           actor_.kind,
                           actor_.id,
                           actor_.person,
                           actor_.request_id,
                           entry.action,
                           entry.object_type,
                           entry.object_id,
                           data,
                           line.previous_hash,
                           line.hash}));
    TRY(session_->execute(kSetHead, {workspace_, line.hash}));
    const json::object brief{{"audit_number", line.number}, {"person_id", actor_.person}};
    const std::int64_t number = head.integer("stream_number");
    TRY(insert_stream_line(
        *session_,
        workspace_,
        {number, entry.object_type, entry.object_id, entry.action, brief, now_}));
    ++recorded_;
    return {};
}

Result<void> Change::publish(const std::string& topic,
                             const std::string& object_id,
                             const json::object& data) {
    const Rows heads = TRY(session_->execute(kTakeStreamNumber, {workspace_}));
    if (heads.empty()) return not_found("workspace");
    const std::int64_t number = heads.front().integer("stream_number");
    return insert_stream_line(
        *session_, workspace_, {number, topic, object_id, "progress", data, now_});
}

Result<std::vector<AuditLine>> list_audit(Session& session,
                                          const std::string& workspace,
                                          const AuditFilter& filter) {
    std::string sql(kSelectAudit);
    std::vector<Value> values{workspace};
    const auto narrow = [&](std::string_view condition, Value value) {
        values.push_back(std::move(value));
        sql += fmt::format(" AND {} ${}", condition, values.size());
    };
    if (!filter.object_type.empty()) narrow("object_type =", filter.object_type);
    if (!filter.object_id.empty()) narrow("object_id =", filter.object_id);
    if (!filter.actor_id.empty()) narrow("actor_id =", filter.actor_id);
    if (filter.before > 0) narrow("number <", filter.before);
    values.emplace_back(static_cast<std::int64_t>(std::min(filter.count_max, kAuditLinesMax)));
    sql += fmt::format(" ORDER BY number DESC LIMIT ${}", values.size());
    const Rows rows = TRY(session.execute(sql, std::span<const Value>(values)));
    std::vector<AuditLine> lines;
    for (const Row& row : rows) {
        lines.push_back(line_of(row));
        lines.back().entry.data = TRY(data_of(row));
    }
    return lines;
}

Result<AuditCheck> verify_audit(Session& session, const std::string& workspace) {
    const Rows heads = TRY(session.execute(kSelectHead, {workspace}));
    if (heads.empty()) return not_found("workspace");
    const std::int64_t newest = heads.front().integer("audit_number");
    AuditCheck check;
    check.head = std::string(64, '0');
    const auto broken = [&](std::int64_t number, std::string reason) {
        check.is_intact = false;
        check.broken_at = number;
        check.reason = std::move(reason);
        return check;
    };
    for (bool is_more = true; is_more;) {
        const Rows page = TRY(audit_page(session, workspace, check.lines));
        for (const Row& row : page) {
            const std::string fault = fault_of(row, check.lines + 1, check.head);
            if (!fault.empty()) return broken(check.lines + 1, fault);
            ++check.lines;
            check.head = row.text("hash");
        }
        is_more = !page.empty();
    }
    if (check.lines < newest)
        return broken(check.lines + 1, fmt::format("line {} is missing", check.lines + 1));
    if (check.lines > newest)
        return broken(newest + 1, fmt::format("line {} was added outside the program", newest + 1));
    if (check.head != heads.front().text("audit_hash"))
        return broken(newest, fmt::format("line {} is not the one that was written", newest));
    return check;
}

Result<StreamPage> read_stream(Session& session, const std::string& workspace, std::int64_t after) {
    const Rows heads = TRY(session.execute(kSelectHead, {workspace}));
    if (heads.empty()) return not_found("workspace");
    StreamPage page;
    page.newest = heads.front().integer("stream_number");
    const Rows rows = TRY(session.execute(kSelectStream, {workspace, after, kStreamPageLines}));
    for (const Row& row : rows)
        page.lines.push_back({row.integer("number"),
                              row.text("topic"),
                              row.text("object_id"),
                              row.text("action"),
                              TRY(data_of(row)),
                              time_in(row, "at")});
    const std::int64_t oldest = page.lines.empty() ? page.newest + 1 : page.lines.front().number;
    // A client that knows more than we have was connected to another database.
    page.is_gap = after > page.newest || oldest > after + 1;
    return page;
}

}  // namespace cpo::store
