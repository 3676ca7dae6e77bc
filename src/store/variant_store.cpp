#include "store/variant_store.h"

#include <fmt/format.h>

#include <array>

#include "base/id.h"
#include "model/variant_json.h"
#include "model/verdict_json.h"
#include "store/generation_store.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::array<const char*, 6> kStateNames{
    "unscreened", "pass", "review", "block", "approved", "rejected"};

/// The diagram of the header as an expression over a variant, its verdict and its review.
constexpr std::string_view kState =
    "CASE WHEN r.decision = 'reject' THEN 'rejected' "
    "WHEN d.decision IS NULL THEN 'unscreened' "
    "WHEN d.decision = 'block' THEN 'block' "
    "WHEN r.decision = 'approve' AND (d.decision = 'pass' OR r.is_override = 1) THEN 'approved' "
    "ELSE d.decision END";
constexpr std::string_view kColumns =
    "v.id, v.run_id, v.segment, v.strategy, v.tone, v.is_control, v.writer, v.channel, "
    "v.language, v.subject, v.text, v.text_hash, v.claims, v.confidence, v.confidence_parts, "
    "v.author, v.edited_by, v.version, v.created_at, v.updated_at, d.id AS verdict_id, "
    "d.content AS verdict, r.id AS review_id, r.decision AS review_decision, r.reason, "
    "r.is_override, r.reviewer";
/// Only a verdict and a review of exactly the present words count.
constexpr std::string_view kFrom =
    " FROM variants v "
    "LEFT JOIN verdicts d ON d.id = v.verdict_id AND d.text_hash = v.text_hash "
    "LEFT JOIN reviews r ON r.id = v.review_id AND r.text_hash = v.text_hash "
    "WHERE v.workspace_id = $1";
constexpr std::string_view kInsert =
    "INSERT INTO variants (id, workspace_id, run_id, segment, strategy, tone, is_control, writer, "
    "channel, language, subject, text, text_hash, claims, confidence, confidence_parts, author, "
    "version, created_at, updated_at)";
constexpr std::string_view kEdit =
    "UPDATE variants SET subject = $4, text = $5, text_hash = $6, claims = $7, edited_by = $8, "
    "updated_at = $9, verdict_id = NULL, review_id = NULL, version = version + 1 "
    "WHERE workspace_id = $1 AND id = $2 AND version = $3";

const std::string& select_variants() {
    static const std::string sql = fmt::format("SELECT {}, {} AS state{}", kColumns, kState, kFrom);
    return sql;
}

VariantState state_of(std::string_view name) {
    const auto found = std::find(kStateNames.begin(), kStateNames.end(), name);
    assert(found != kStateNames.end());
    return static_cast<VariantState>(found - kStateNames.begin());
}

json::array claims_json(const std::vector<Claim>& claims) {
    json::array list;
    for (const Claim& claim : claims) list.push_back(to_json(claim));
    return list;
}

json::object parts_json(const ConfidenceParts& parts) {
    return {{"retrieval_support", parts.retrieval_support},
            {"completeness", parts.completeness},
            {"segment_fit", parts.segment_fit}};
}

Result<ConfidenceParts> read_parts(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    return ConfidenceParts{TRY(reader.number("retrieval_support")),
                           TRY(reader.number("completeness")),
                           TRY(reader.number("segment_fit"))};
}

Result<Message> message_of(const Row& row) {
    const auto channel = parse_channel(row.text("channel"));
    if (!channel) return damaged("a variant has an unknown channel");
    return Message{*channel, row.text("language"), row.text("subject"), row.text("text")};
}

Result<Variant> words_of(const Row& row) {
    Variant variant;
    variant.id = row.text("id");
    variant.segment = static_cast<int>(row.integer("segment"));
    variant.strategy = row.text("strategy");
    variant.tone = row.text("tone");
    variant.message = TRY(message_of(row));
    for (const json::value& claim : TRY(array_in(row, "claims")))
        variant.claims.push_back(TRY(or_damaged(read_claim(claim, "claims"))));
    variant.confidence = row.number("confidence");
    variant.confidence_parts = TRY(read_in(row, "confidence_parts", read_parts));
    variant.writer = row.text("writer");
    variant.is_control = row.boolean("is_control");
    return variant;
}

Result<StoredVariant> variant_of(const Row& row) {
    StoredVariant stored;
    stored.variant = TRY(words_of(row));
    stored.run = row.text("run_id");
    stored.text_hash = row.text("text_hash");
    // Whoever writes past us cannot let other words go out under an old verdict.
    if (hash_of(stored.variant.message) != stored.text_hash)
        return damaged("variant " + stored.variant.id + " has other words than its hash says");
    stored.version = row.integer("version");
    stored.state = state_of(row.text("state"));
    if (!row.is_null("verdict_id"))
        stored.screened = ScreenedBy{
            row.text("verdict_id"), stored.text_hash, TRY(read_in(row, "verdict", read_verdict))};
    if (!row.is_null("review_id"))
        stored.reviewed = ReviewedBy{row.text("review_id"),
                                     row.text("review_decision") == "approve",
                                     row.boolean("is_override"),
                                     row.text("reason"),
                                     row.text("reviewer")};
    stored.author = row.text("author");
    stored.edited_by = row.text_or_empty("edited_by");
    stored.created_at = time_in(row, "created_at");
    stored.updated_at = time_in(row, "updated_at");
    return stored;
}

Result<std::vector<StoredVariant>> variants_of(const Rows& rows) {
    std::vector<StoredVariant> variants;
    for (const Row& row : rows) variants.push_back(TRY(variant_of(row)));
    return variants;
}

std::vector<Value> row_of(const Change& change, const GenerationRun& run, const Variant& variant) {
    return {new_id(change.now()),
            change.workspace(),
            run.id,
            std::int64_t{variant.segment},
            variant.strategy,
            variant.tone,
            std::int64_t{variant.is_control},
            variant.writer,
            name_of(variant.message.channel),
            variant.message.language,
            variant.message.subject,
            variant.message.text,
            hash_of(variant.message),
            write_json(claims_json(variant.claims)),
            variant.confidence,
            write_json(parts_json(variant.confidence_parts)),
            run.author,
            std::int64_t{1},
            milliseconds_of(change.now()),
            milliseconds_of(change.now())};
}

Result<void> record_edit(Change& change, const StoredVariant& variant, bool is_changed) {
    json::object data{{"version", variant.version}, {"text_hash", variant.text_hash}};
    if (!is_changed) data["is_changed"] = false;
    return change.record({"variant.edit", "variant", variant.variant.id, data});
}

}  // namespace

const char* name_of(VariantState state) { return kStateNames.at(static_cast<std::size_t>(state)); }

Result<void> save_variants(Change& change,
                           const std::string& run,
                           const std::string& writer,
                           const std::vector<Variant>& variants) {
    TRY(finish_writing(change, run, writer));
    const auto owner = TRY(get_generation_run(change.session(), change.workspace(), run));
    std::vector<std::vector<Value>> rows;
    rows.reserve(variants.size());
    for (const Variant& variant : variants) rows.push_back(row_of(change, owner, variant));
    TRY(change.session().insert(kInsert, rows));
    return change.record({"generation_run.write",
                          "generation_run",
                          run,
                          {{"variants", variants.size()}, {"writer", writer}}});
}

Result<StoredVariant> get_variant(Session& session,
                                  const std::string& workspace,
                                  const std::string& id) {
    static const std::string sql = select_variants() + " AND v.id = $2";
    const Rows rows = TRY(session.execute(sql, {workspace, id}));
    if (rows.empty()) return not_found("variant");
    return variant_of(rows.front());
}

Result<Page<StoredVariant>> list_variants(Session& session,
                                          const std::string& workspace,
                                          const VariantFilter& filter,
                                          const PageRequest& page) {
    std::string sql = select_variants();
    std::vector<Value> values{workspace};
    const auto narrow = [&](std::string_view expression, Value value) {
        values.push_back(std::move(value));
        sql += fmt::format(" AND {} = ${}", expression, values.size());
    };
    if (!filter.run.empty()) narrow("v.run_id", filter.run);
    if (filter.segment) narrow("v.segment", std::int64_t{*filter.segment});
    if (!filter.state.empty()) narrow(kState, filter.state);
    sql += page.clause("v.id", static_cast<int>(values.size()) + 1);
    values.emplace_back(page.bound());
    values.emplace_back(page.row_count());
    const Rows rows = TRY(session.execute(sql, std::span<const Value>(values)));
    return page_of(page, TRY(variants_of(rows)));
}

Result<StateCounts> count_variants(Session& session, const std::string& workspace) {
    static const std::string sql =
        fmt::format("SELECT {} AS state, COUNT(*) AS count{} GROUP BY 1", kState, kFrom);
    return counts_in(TRY(session.execute(sql, {workspace})), kStateNames);
}

Result<std::vector<StoredVariant>> list_variants_of_run(Session& session,
                                                        const std::string& workspace,
                                                        const std::string& run) {
    static const std::string sql = select_variants() + " AND v.run_id = $2 ORDER BY v.id";
    const Rows rows = TRY(session.execute(sql, {workspace, run}));
    return variants_of(rows);
}

Result<StoredVariant> edit_variant(Change& change, const NewWords& words) {
    Session& session = change.session();
    const auto before = TRY(get_variant(session, change.workspace(), words.variant));
    if (before.version != words.version) return changed_meanwhile(before.version, words.version);
    const std::string text_hash = hash_of(words.message);
    if (text_hash == before.text_hash) {
        TRY(record_edit(change, before, false));
        return before;
    }
    const Rows edited = TRY(session.execute(kEdit,
                                            {change.workspace(),
                                             words.variant,
                                             words.version,
                                             words.message.subject,
                                             words.message.text,
                                             text_hash,
                                             write_json(claims_json(words.claims)),
                                             change.actor().person,
                                             milliseconds_of(change.now())}));
    const auto present = TRY(get_variant(session, change.workspace(), words.variant));
    if (edited.affected == 0) return changed_meanwhile(present.version, words.version);
    TRY(record_edit(change, present, true));
    return present;
}

}  // namespace cpo::store
