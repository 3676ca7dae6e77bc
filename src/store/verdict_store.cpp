#include "store/verdict_store.h"

#include <fmt/format.h>

#include "base/id.h"
#include "model/verdict_json.h"
#include "store/generation_store.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO verdicts (id, workspace_id, variant_id, text_hash, decision, policy_version, "
    "content, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
/// Locks the variant, so that it is still of these words when the verdict is in force.
constexpr std::string_view kPutInForce =
    "UPDATE variants SET verdict_id = $4, updated_at = $5, version = version + 1 "
    "WHERE workspace_id = $1 AND id = $2 AND text_hash = $3";
constexpr std::string_view kSelect =
    "SELECT id, variant_id, text_hash, content, created_at FROM verdicts WHERE workspace_id = $1";
constexpr std::string_view kSelectNewest =
    "SELECT content FROM verdicts WHERE workspace_id = $1 AND variant_id = $2 AND text_hash = $3 "
    "ORDER BY id DESC LIMIT 1";

/// Puts a new verdict in force and inserts it; gives its id, empty when the words are others by
/// now.
Result<std::string> insert_verdict(Change& change, const NewVerdict& verdict) {
    const std::string id = new_id(change.now());
    const Rows updated = TRY(change.session().execute(kPutInForce,
                                                      {change.workspace(),
                                                       verdict.verdict.id,
                                                       verdict.text_hash,
                                                       id,
                                                       milliseconds_of(change.now())}));
    if (updated.affected == 0) return std::string();
    TRY(change.session().execute(kInsert,
                                 {id,
                                  change.workspace(),
                                  verdict.verdict.id,
                                  verdict.text_hash,
                                  name_of(verdict.verdict.decision),
                                  verdict.verdict.policy_version,
                                  write_json(to_full_json(verdict.verdict)),
                                  milliseconds_of(change.now())}));
    return id;
}

Result<StoredVerdict> verdict_of(const Row& row) {
    return StoredVerdict{row.text("id"),
                         row.text("variant_id"),
                         row.text("text_hash"),
                         TRY(read_in(row, "content", read_verdict)),
                         time_in(row, "created_at")};
}

}  // namespace

Result<void> save_verdicts(Change& change,
                           const std::string& run,
                           const std::vector<NewVerdict>& verdicts) {
    TRY(finish_generation_stage(change, run, GenerationStage::kVerdicts));
    json::object counts{{"pass", 0}, {"review", 0}, {"block", 0}, {"edited", 0}};
    for (const NewVerdict& verdict : verdicts) {
        const std::string id = TRY(insert_verdict(change, verdict));
        json::value& count = counts[id.empty() ? "edited" : name_of(verdict.verdict.decision)];
        count = count.to_number<std::int64_t>() + 1;
    }
    return change.record({"generation_run.screen", "generation_run", run, std::move(counts)});
}

Result<StoredVariant> save_verdict(Change& change, const NewVerdict& verdict) {
    // For the clear error; after this only the words can change.
    TRY(get_variant(change.session(), change.workspace(), verdict.verdict.id));
    const std::string id = TRY(insert_verdict(change, verdict));
    if (id.empty())
        return Error{ErrorCode::kFailedPrecondition,
                     "the words were changed while they were screened: screen them again",
                     {}};
    const auto recorded = change.record({"variant.screen",
                                         "variant",
                                         verdict.verdict.id,
                                         {{"verdict", id},
                                          {"decision", name_of(verdict.verdict.decision)},
                                          {"policy_version", verdict.verdict.policy_version},
                                          {"text_hash", verdict.text_hash}}});
    if (!recorded) return recorded.error();
    return get_variant(change.session(), change.workspace(), verdict.verdict.id);
}

Result<std::optional<Decision>> newest_decision(Session& session,
                                                const std::string& workspace,
                                                const std::string& variant,
                                                const std::string& text_hash) {
    const Rows rows = TRY(session.execute(kSelectNewest, {workspace, variant, text_hash}));
    if (rows.empty()) return std::optional<Decision>();
    return std::optional(TRY(read_in(rows.front(), "content", read_verdict)).decision);
}

Result<Page<StoredVerdict>> list_verdicts(Session& session,
                                          const std::string& workspace,
                                          const VerdictFilter& filter,
                                          const PageRequest& page) {
    // Only the conditions that are asked for, so that each finds its index.
    std::string sql(kSelect);
    std::vector<Value> values{workspace};
    const auto narrow = [&](std::string_view column, const std::string& value) {
        if (value.empty()) return;
        values.emplace_back(value);
        sql += fmt::format(" AND {} = ${}", column, values.size());
    };
    narrow("decision", filter.decision);
    narrow("variant_id", filter.variant);
    sql += page.clause("id", static_cast<int>(values.size()) + 1);
    values.emplace_back(page.bound());
    values.emplace_back(page.row_count());
    const Rows rows = TRY(session.execute(sql, std::span<const Value>(values)));
    std::vector<StoredVerdict> verdicts;
    for (const Row& row : rows) verdicts.push_back(TRY(verdict_of(row)));
    return page_of(page, std::move(verdicts));
}

}  // namespace cpo::store
