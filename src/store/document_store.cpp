#include "store/document_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "base/id.h"
#include "base/json.h"
#include "model/document_content.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr int kNameTriesMax = 1'000;

// In what reads, $1 is the workspace and $2 the day that the state is computed for. What writes
// gives the id alone and is read again: in RETURNING, SQLite 3.40 takes "x IS NULL" for false
// where the column at another place of the table is NOT NULL.

#define CPO_DOCUMENT_STATE                                                                    \
    "CASE WHEN expired_at IS NOT NULL OR valid_until < $2 OR offer_ends < $2 THEN 'expired' " \
    "WHEN approved_at IS NULL THEN 'draft' "                                                  \
    "WHEN valid_from > $2 OR offer_starts > $2 THEN 'scheduled' ELSE 'approved' END"
#define CPO_DOCUMENT_HEAD                                                                          \
    "id, version, name, title, type, valid_from, valid_until, offer_starts, offer_ends, "          \
    "expired_at, created_at, updated_at, edited_by, approved_by, approved_at, " CPO_DOCUMENT_STATE \
    " AS state"
#define CPO_DOCUMENT CPO_DOCUMENT_HEAD ", content"

constexpr std::string_view kFind =
    "SELECT " CPO_DOCUMENT " FROM documents WHERE workspace_id = $1 AND id = $3";

/// page.clause() goes on, from $5.
constexpr std::string_view kList =
    "SELECT " CPO_DOCUMENT
    " FROM documents WHERE workspace_id = $1 AND ($3 = '' OR type = $3) "
    "AND ($4 = '' OR " CPO_DOCUMENT_STATE " = $4)";

constexpr std::string_view kListUsable = "SELECT " CPO_DOCUMENT
                                         " FROM documents WHERE workspace_id = $1 "
                                         "AND " CPO_DOCUMENT_STATE " = 'approved'";

constexpr std::string_view kListUnusable = "SELECT " CPO_DOCUMENT_HEAD
                                           " FROM documents WHERE workspace_id = $1 "
                                           "AND " CPO_DOCUMENT_STATE " <> 'approved'";

constexpr std::string_view kCountByState = "SELECT " CPO_DOCUMENT_STATE
                                           " AS state, COUNT(*) AS count FROM documents "
                                           "WHERE workspace_id = $1 GROUP BY 1";

#undef CPO_DOCUMENT
#undef CPO_DOCUMENT_HEAD
#undef CPO_DOCUMENT_STATE

constexpr std::string_view kInsert =
    "INSERT INTO documents (workspace_id, id, name, version, title, type, content, valid_from, "
    "valid_until, created_at, updated_at, edited_by, offer_starts, offer_ends) "
    "VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12) "
    "ON CONFLICT (workspace_id, name) DO NOTHING RETURNING id";

constexpr std::string_view kUpdate =
    "UPDATE documents SET version = version + 1, title = $4, type = $5, content = $6, "
    "valid_from = $7, valid_until = $8, updated_at = $9, edited_by = $10, offer_starts = $11, "
    "offer_ends = $12, approved_by = NULL, approved_at = NULL, expired_at = NULL "
    "WHERE workspace_id = $1 AND id = $2 AND version = $3 RETURNING id";

constexpr std::string_view kApprove =
    "UPDATE documents SET version = version + 1, approved_by = $4, approved_at = $5, "
    "updated_at = $5 WHERE workspace_id = $1 AND id = $2 AND version = $3 AND edited_by <> $4 "
    "AND expired_at IS NULL RETURNING id";

constexpr std::string_view kRevoke =
    "UPDATE documents SET version = version + 1, approved_by = NULL, approved_at = NULL, "
    "updated_at = $3 WHERE workspace_id = $1 AND id = $2 AND approved_at IS NOT NULL "
    "RETURNING id";

constexpr std::string_view kExpire =
    "UPDATE documents SET version = version + 1, expired_at = $3, updated_at = $3 "
    "WHERE workspace_id = $1 AND id = $2 AND expired_at IS NULL RETURNING id";

constexpr std::string_view kFindByName =
    "SELECT id, version, content FROM documents WHERE workspace_id = $1 AND name = $2";

constexpr std::string_view kCount =
    "SELECT COUNT(*) AS documents FROM documents WHERE workspace_id = $1";

constexpr std::string_view kBumpRevision =
    "INSERT INTO content_revisions (workspace_id, revision) VALUES ($1, 1) "
    "ON CONFLICT (workspace_id) DO UPDATE SET revision = content_revisions.revision + 1";

constexpr std::string_view kRevision =
    "SELECT revision FROM content_revisions WHERE workspace_id = $1";

Date day_of(MilliTime time) { return std::chrono::floor<std::chrono::days>(time); }

/// Everything but the text, the facts, and of the offer all but its days.
StoredDocument read_head(const Row& row) {
    StoredDocument document;
    document.id = row.text("id");
    document.version = row.integer("version");
    document.state = parse_document_state(row.text("state")).value_or(DocumentState::kDraft);
    document.content.id = row.text("name");
    document.content.title = row.text("title");
    document.content.type = parse_document_type(row.text("type")).value_or(DocumentType::kFact);
    document.content.valid_from = parse_date(row.text_or_empty("valid_from"));
    document.content.valid_until = parse_date(row.text_or_empty("valid_until"));
    if (!row.is_null("offer_starts") || !row.is_null("offer_ends")) {
        Offer& offer = document.content.offer.emplace();
        offer.starts = parse_date(row.text_or_empty("offer_starts"));
        offer.ends = parse_date(row.text_or_empty("offer_ends"));
    }
    document.edited_by = row.text("edited_by");
    document.approved_by = row.text_or_empty("approved_by");
    document.approved_at = optional_time_in(row, "approved_at");
    document.expired_at = optional_time_in(row, "expired_at");
    document.created_at = time_in(row, "created_at");
    document.updated_at = time_in(row, "updated_at");
    return document;
}

Result<StoredDocument> read(const Row& row) {
    StoredDocument document = read_head(row);
    const json::value content = TRY(json_in(row, "content"));
    document.content = TRY(or_damaged(read_content_json(content)));
    return document;
}

Result<std::vector<StoredDocument>> read_all(const Rows& rows) {
    std::vector<StoredDocument> documents;
    documents.reserve(rows.size());
    for (const Row& row : rows) documents.push_back(TRY(read(row)));
    return documents;
}

Result<void> bump_revision(Change& change) {
    TRY(change.session().execute(kBumpRevision, {change.workspace()}));
    return {};
}

/// What was written and how the audit log calls it.
struct Written {
    std::string verb;
    std::string id;
    std::string name;
    std::int64_t version = 0;
    bool is_changed = true;
};

Result<void> record(Change& change, const Written& written) {
    json::object data{{"name", written.name}, {"version", written.version}};
    if (!written.is_changed) data["is_changed"] = false;
    return change.record({"document." + written.verb, "document", written.id, data});
}

/// The document as this change left it, recorded.
Result<StoredDocument> finish(Change& change, const std::string& verb, const std::string& id) {
    TRY(bump_revision(change));
    StoredDocument document =
        TRY(find_document(change.session(), change.workspace(), id, day_of(change.now())));
    TRY(record(change, {verb, id, document.content.id, document.version}));
    return document;
}

/// The id; nothing when the name is taken.
Result<std::optional<std::string>> insert(Change& change, const Document& content) {
    const Offer offer = content.offer.value_or(Offer());
    const Rows rows = TRY(change.session().execute(kInsert,
                                                   {change.workspace(),
                                                    new_id(change.now()),
                                                    content.id,
                                                    content.title,
                                                    name_of(content.type),
                                                    write_json(content_json(content)),
                                                    date_or_null(content.valid_from),
                                                    date_or_null(content.valid_until),
                                                    milliseconds_of(change.now()),
                                                    change.actor().person,
                                                    date_or_null(offer.starts),
                                                    date_or_null(offer.ends)}));
    return rows.empty() ? std::optional<std::string>() : rows.front().text("id");
}

/// False when the document does not have the version.
Result<bool> update(Change& change, const DocumentVersion& expected, const Document& content) {
    const Offer offer = content.offer.value_or(Offer());
    const Rows rows = TRY(change.session().execute(kUpdate,
                                                   {change.workspace(),
                                                    expected.id,
                                                    expected.version,
                                                    content.title,
                                                    name_of(content.type),
                                                    write_json(content_json(content)),
                                                    date_or_null(content.valid_from),
                                                    date_or_null(content.valid_until),
                                                    milliseconds_of(change.now()),
                                                    change.actor().person,
                                                    date_or_null(offer.starts),
                                                    date_or_null(offer.ends)}));
    return !rows.empty();
}

/// Adds with the first free name of "stem", "stem-2", "stem-3", … Gives the id.
Result<std::string> insert_named(Change& change, Document content) {
    const std::string stem = name_from_title(content.title);
    for (int number = 1; number <= kNameTriesMax; ++number) {
        content.id = number == 1 ? stem : fmt::format("{}-{}", stem, number);
        const auto id = TRY(insert(change, content));
        if (id) return *id;
    }
    return Error{
        ErrorCode::kResourceExhausted,
        fmt::format(
            "More than {} documents are named {}; give this one a name.", kNameTriesMax, stem),
        {}};
}

Result<void> check_room(Change& change, std::int64_t added) {
    const Rows rows = TRY(change.session().execute(kCount, {change.workspace()}));
    if (rows.front().integer("documents") + added > kDocumentsMax)
        return Error{ErrorCode::kResourceExhausted,
                     fmt::format("A workspace has at most {} documents.", kDocumentsMax),
                     {}};
    return {};
}

Error changed_meanwhile(const StoredDocument& document, std::int64_t expected) {
    return {ErrorCode::kAborted,
            fmt::format("The document {} was changed meanwhile: it is version {} now, not {}. "
                        "Read it again.",
                        document.content.id,
                        document.version,
                        expected),
            {}};
}

Result<void> approve(Change& change, const DocumentVersion& expected) {
    const std::string& person = change.actor().person;
    const Rows rows = TRY(change.session().execute(kApprove,
                                                   {change.workspace(),
                                                    expected.id,
                                                    expected.version,
                                                    person,
                                                    milliseconds_of(change.now())}));
    if (!rows.empty()) return {};
    const StoredDocument document =
        TRY(find_document(change.session(), change.workspace(), expected.id, day_of(change.now())));
    if (document.version != expected.version) return changed_meanwhile(document, expected.version);
    if (document.edited_by == person)
        return Error{ErrorCode::kPermissionDenied,
                     fmt::format("You wrote version {} of {} yourself; somebody else has to "
                                 "approve it.",
                                 document.version,
                                 document.content.id),
                     {}};
    return Error{ErrorCode::kFailedPrecondition,
                 fmt::format("The document {} was expired; it has to be edited before it can be "
                             "approved.",
                             document.content.id),
                 {}};
}

/// Runs an update of one document by id and now; `refusal` says why it found nothing to change.
Result<void> change_state(Change& change,
                          const std::string& id,
                          std::string_view sql,
                          std::string_view refusal) {
    const Rows rows =
        TRY(change.session().execute(sql, {change.workspace(), id, milliseconds_of(change.now())}));
    if (!rows.empty()) return {};
    const StoredDocument document =
        TRY(find_document(change.session(), change.workspace(), id, day_of(change.now())));
    return Error{ErrorCode::kFailedPrecondition,
                 fmt::format("The document {} {}.", document.content.id, refusal),
                 {}};
}

/// Gives every document of an import its name.
Result<void> name_documents(std::vector<Document>& documents) {
    std::set<std::string> names;
    for (const Document& document : documents)
        if (!document.id.empty() && !names.insert(document.id).second)
            return invalid_argument(
                fmt::format("two documents of the file have the name {}", document.id));
    std::map<std::string, std::size_t> last_numbers;  // Lower ones are taken.
    for (Document& document : documents) {
        if (!document.id.empty()) continue;
        const std::string stem = name_from_title(document.title);
        document.id = stem;
        std::size_t& number = last_numbers.try_emplace(stem, 1).first->second;
        while (!names.insert(document.id).second)
            document.id = fmt::format("{}-{}", stem, ++number);
    }
    return {};
}

/// Creates or replaces one document of an import and counts it in `done`; nothing is written when
/// it has that content already.
Result<std::optional<Written>> import_one(Change& change,
                                          const Document& document,
                                          DocumentImport& done) {
    const Rows known =
        TRY(change.session().execute(kFindByName, {change.workspace(), document.id}));
    // When another change comes between this look and the write, the transaction runs again.
    const Error again{ErrorCode::kUnavailable, "The documents were changed meanwhile.", {}};
    if (known.empty()) {
        const auto id = TRY(insert(change, document));
        if (!id) return again;
        done.ids.push_back(*id);
        ++done.created;
        return std::optional(Written{"create", *id, document.id, 1});
    }
    const std::string& id = known.front().text("id");
    const std::int64_t version = known.front().integer("version");
    done.ids.push_back(id);
    if (known.front().text("content") == write_json(content_json(document))) {
        ++done.unchanged;
        return std::optional<Written>();
    }
    if (!TRY(update(change, {id, version}, document))) return again;
    ++done.replaced;
    return std::optional(Written{"update", id, document.id, version + 1});
}

}  // namespace

const char* name_of(DocumentState state) {
    switch (state) {
        case DocumentState::kDraft:
            return "draft";
        case DocumentState::kApproved:
            return "approved";
        case DocumentState::kScheduled:
            return "scheduled";
        case DocumentState::kExpired:
            return "expired";
    }
    std::abort();
}

std::optional<DocumentState> parse_document_state(std::string_view name) {
    for (const auto state : {DocumentState::kDraft,
                             DocumentState::kApproved,
                             DocumentState::kScheduled,
                             DocumentState::kExpired})
        if (name == name_of(state)) return state;
    return std::nullopt;
}

Result<StoredDocument> create_document(Change& change, Document content) {
    TRY(check_room(change, 1));
    if (content.id.empty()) {
        const auto id = TRY(insert_named(change, std::move(content)));
        return finish(change, "create", id);
    }
    const auto id = TRY(insert(change, content));
    if (!id)
        return Error{ErrorCode::kAlreadyExists,
                     fmt::format("name: a document named {} exists already", content.id),
                     {}};
    return finish(change, "create", *id);
}

Result<StoredDocument> update_document(Change& change,
                                       const DocumentVersion& expected,
                                       Document content) {
    const StoredDocument before =
        TRY(find_document(change.session(), change.workspace(), expected.id, day_of(change.now())));
    if (before.version != expected.version) return changed_meanwhile(before, expected.version);
    if (!content.id.empty() && content.id != before.content.id)
        return invalid_argument(
            fmt::format("name: it stays {}, because messages cite the document by it; add another "
                        "document for another name",
                        before.content.id));
    content.id = before.content.id;
    if (content_json(content) == content_json(before.content)) {
        TRY(record(change, {"update", before.id, before.content.id, before.version, false}));
        return before;
    }
    if (!TRY(update(change, expected, content)))
        return Error{
            ErrorCode::kAborted,
            fmt::format("The document {} was changed meanwhile. Read it again.", before.content.id),
            {}};
    return finish(change, "update", expected.id);
}

Result<std::vector<StoredDocument>> approve_documents(
    Change& change, const std::vector<DocumentVersion>& expected) {
    std::set<std::string> ids;
    for (const DocumentVersion& document : expected)
        if (!ids.insert(document.id).second)
            return invalid_argument(
                fmt::format("documents: the document {} is listed twice", document.id));
    for (const DocumentVersion& document : expected) TRY(approve(change, document));
    TRY(bump_revision(change));
    std::vector<StoredDocument> approved;
    approved.reserve(expected.size());
    for (const DocumentVersion& document : expected)
        approved.push_back(TRY(find_document(
            change.session(), change.workspace(), document.id, day_of(change.now()))));
    for (const StoredDocument& document : approved)
        TRY(record(change, {"approve", document.id, document.content.id, document.version}));
    return approved;
}

Result<StoredDocument> revoke_document(Change& change, const std::string& id) {
    TRY(change_state(change, id, kRevoke, "is not approved"));
    return finish(change, "revoke", id);
}

Result<StoredDocument> expire_document(Change& change, const std::string& id) {
    TRY(change_state(change, id, kExpire, "was expired already"));
    return finish(change, "expire", id);
}

Result<DocumentImport> import_documents(Change& change, std::vector<Document> documents) {
    if (documents.size() > kImportDocumentsMax)
        return Error{ErrorCode::kResourceExhausted,
                     fmt::format("The file has {} documents; at most {} can be imported at once.",
                                 documents.size(),
                                 kImportDocumentsMax),
                     {}};
    TRY(name_documents(documents));
    DocumentImport done;
    std::vector<Written> written;
    for (const Document& document : documents) {
        auto one = TRY(import_one(change, document, done));
        if (one) written.push_back(*std::move(one));
    }
    TRY(check_room(change, 0));
    if (!written.empty()) TRY(bump_revision(change));
    for (const Written& one : written) TRY(record(change, one));
    TRY(change.record(
        {"document.import",
         "document_import",
         new_id(change.now()),
         {{"created", done.created}, {"replaced", done.replaced}, {"unchanged", done.unchanged}}}));
    return done;
}

Result<StoredDocument> find_document(Session& session,
                                     const std::string& workspace,
                                     const std::string& id,
                                     Date today) {
    const Rows rows = TRY(session.execute(kFind, {workspace, format_date(today), id}));
    if (rows.empty()) return not_found("document");
    return read(rows.front());
}

Result<Page<StoredDocument>> list_documents(Session& session,
                                            const std::string& workspace,
                                            const DocumentFilter& filter,
                                            const PageRequest& page) {
    const Rows rows = TRY(session.execute(std::string(kList) + page.clause("id", 5),
                                          {workspace,
                                           format_date(filter.today),
                                           filter.type ? name_of(*filter.type) : "",
                                           filter.state ? name_of(*filter.state) : "",
                                           page.bound(),
                                           page.row_count()}));
    return page_of(page, TRY(read_all(rows)));
}

Result<StateCounts> count_documents(Session& session, const std::string& workspace, Date today) {
    constexpr std::array<const char*, 4> kStates{"draft", "scheduled", "approved", "expired"};
    return counts_in(TRY(session.execute(kCountByState, {workspace, format_date(today)})), kStates);
}

Result<bool> has_written_documents(Session& session, const std::string& workspace) {
    constexpr std::string_view kAny =
        "SELECT id FROM documents WHERE workspace_id = $1 AND edited_by <> '' LIMIT 1";
    return !TRY(session.execute(kAny, {workspace})).empty();
}

Result<std::int64_t> content_revision(Session& session, const std::string& workspace) {
    const Rows rows = TRY(session.execute(kRevision, {workspace}));
    return rows.empty() ? 0 : rows.front().integer("revision");
}

Result<ContentSnapshot> read_content(Session& session, const std::string& workspace, Date day) {
    ContentSnapshot snapshot;
    snapshot.revision = TRY(content_revision(session, workspace));
    const Rows usable = TRY(session.execute(kListUsable, {workspace, format_date(day)}));
    snapshot.usable = TRY(read_all(usable));
    const Rows unusable = TRY(session.execute(kListUnusable, {workspace, format_date(day)}));
    for (const Row& row : unusable) snapshot.unusable.push_back(read_head(row));
    // Engines sort text differently; what depends on the order must not.
    const auto by_name = [](const StoredDocument& a, const StoredDocument& b) {
        return a.content.id < b.content.id;
    };
    std::sort(snapshot.usable.begin(), snapshot.usable.end(), by_name);
    std::sort(snapshot.unusable.begin(), snapshot.unusable.end(), by_name);
    return snapshot;
}

}  // namespace cpo::store
