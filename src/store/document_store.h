#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/document.h"
#include "store/page.h"
#include "store/state_counts.h"
#include "store/store.h"

namespace cpo::store {

/// A workspace has at most this many documents; an import takes at most kImportDocumentsMax.
inline constexpr std::int64_t kDocumentsMax = 20'000;
inline constexpr std::size_t kImportDocumentsMax = 5'000;

/// What a document is on a day:
///
///     create ──> draft <── edit (from everywhere), revoke
///                  │ approve
///                  v
///              scheduled ── day valid_from ──> approved ── behind day valid_until ──> expired
///                  └──────────────── expire ──────┴──────────────────────────────────────^
///
/// What a person expired, approved or not, is so until the next edit; what its last day expired,
/// as long as that day stands. expired comes before draft comes before scheduled.
enum class DocumentState { kDraft, kApproved, kScheduled, kExpired };
const char* name_of(DocumentState state);
std::optional<DocumentState> parse_document_state(std::string_view name);

/// A document as the database has it.
struct StoredDocument {
    std::string id;
    std::int64_t version = 0;  ///< Grows with every change, approval and expiry included.
    DocumentState state = DocumentState::kDraft;  ///< On the day it was read for.
    Document content;         ///< Its id is the document's name; without approval, see below.
    std::string edited_by;    ///< Person of the last content; empty = it came with the program.
    std::string approved_by;  ///< Person; empty = nobody.
    std::optional<MilliTime> approved_at;
    std::optional<MilliTime> expired_at;  ///< Expired by a person.
    MilliTime created_at{};
    MilliTime updated_at{};
};

/// One document at the version that somebody saw.
struct DocumentVersion {
    std::string id;
    std::int64_t version = 0;
};

// Changes. Each bumps the content revision and records "document.<verb>". `today` of the answers'
// state is the day of change.now(). Errors common to all: kNotFound; kAborted when the document
// has another version than expected.

/// Adds a draft. Without a name it gets name_from_title, with -2, -3, … where that is taken.
/// Errors: kAlreadyExists for a name that is given and taken, kResourceExhausted.
Result<StoredDocument> create_document(Change& change, Document content);

/// Replaces the content; takes approval and expiry away. The name stays. With the content that is
/// there already nothing changes, the revision neither: whoever wrote it stays its author.
/// Errors: kInvalidArgument for another name.
Result<StoredDocument> update_document(Change& change,
                                       const DocumentVersion& expected,
                                       Document content);

/// Approves these versions, all or none. Errors: kPermissionDenied when the actor's person wrote
/// one, kFailedPrecondition when one was expired by a person, kInvalidArgument for one given twice.
Result<std::vector<StoredDocument>> approve_documents(Change& change,
                                                      const std::vector<DocumentVersion>& expected);

/// Errors: kFailedPrecondition when it is not approved.
Result<StoredDocument> revoke_document(Change& change, const std::string& id);

/// Errors: kFailedPrecondition when a person expired it before.
Result<StoredDocument> expire_document(Change& change, const std::string& id);

struct DocumentImport {
    std::int64_t created = 0;
    std::int64_t replaced = 0;
    std::int64_t unchanged = 0;
    std::vector<std::string> ids;  ///< In the order of the documents given.
};
/// Creates what has a new name, replaces what has other content, leaves the rest as it is. A
/// document without a name counts as named after its title; a second one of that title in the
/// import gets -2, and so on. Also records "document.import".
/// Errors: kInvalidArgument for a name given twice, kResourceExhausted.
Result<DocumentImport> import_documents(Change& change, std::vector<Document> documents);

// Reads.

/// Errors: kNotFound.
Result<StoredDocument> find_document(Session& session,
                                     const std::string& workspace,
                                     const std::string& id,
                                     Date today);

struct DocumentFilter {
    std::optional<DocumentType> type;
    std::optional<DocumentState> state;
    Date today{};
};
Result<Page<StoredDocument>> list_documents(Session& session,
                                            const std::string& workspace,
                                            const DocumentFilter& filter,
                                            const PageRequest& page);
/// Documents of a workspace by state on the day `today`; every state is there.
Result<StateCounts> count_documents(Session& session, const std::string& workspace, Date today);
/// Whether there is a document that a person wrote or edited.
Result<bool> has_written_documents(Session& session, const std::string& workspace);

/// Number of changes to the workspace's documents so far; 0 before the first. One indexed row.
Result<std::int64_t> content_revision(Session& session, const std::string& workspace);

/// The documents of a workspace for one day, in order of their names, at one revision.
struct ContentSnapshot {
    std::int64_t revision = 0;
    /// State kApproved on that day, in full.
    std::vector<StoredDocument> usable;
    /// All others without text, offer and facts: enough to say why they are set aside.
    std::vector<StoredDocument> unusable;
};
Result<ContentSnapshot> read_content(Session& session, const std::string& workspace, Date day);

}  // namespace cpo::store
