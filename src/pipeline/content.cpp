#include "pipeline/content.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <new>
#include <system_error>

#include "agents/retrieval/library.h"
#include "store/document_store.h"

namespace cpo::pipeline {
namespace {

/// A deadline can be called off while somebody waits for it: looked at this often.
constexpr std::chrono::milliseconds kLook{200};

Date day_of(MilliTime time) { return std::chrono::floor<std::chrono::days>(time); }

Document to_document(store::StoredDocument stored) {
    Document document = std::move(stored.content);
    document.approved_by = std::move(stored.approved_by);
    if (stored.approved_at) document.approved_on = day_of(*stored.approved_at);
    return document;
}

Result<Library> library_from(store::ContentSnapshot snapshot, Date day) {
    std::vector<Document> documents;
    std::vector<SetAsideDocument> expired;
    documents.reserve(snapshot.usable.size() + snapshot.unusable.size());
    for (auto& stored : snapshot.usable) documents.push_back(to_document(std::move(stored)));
    for (auto& stored : snapshot.unusable) {
        if (stored.expired_at)
            expired.push_back(
                {stored.content.id,
                 stored.content.title,
                 fmt::format("taken out by hand on {}", format_date(day_of(*stored.expired_at)))});
        else
            documents.push_back(to_document(std::move(stored)));
    }
    Library library =
        TRY(retrieval::make_library(std::move(documents), day, retrieval::ApprovalDay::kIgnored));
    std::move(expired.begin(), expired.end(), std::back_inserter(library.set_aside));
    std::sort(library.set_aside.begin(), library.set_aside.end(), [](const auto& a, const auto& b) {
        return a.document < b.document;
    });
    return library;
}

Error being_prepared(std::size_t passages) {
    return {ErrorCode::kUnavailable,
            fmt::format("The content ({} passages) is being prepared for search; try again in a "
                        "moment.",
                        passages),
            {}};
}

}  // namespace

/// What is kept of one workspace and day. Each part is made by one thread at a time, the others
/// wait for it.
struct Content::Slot {
    std::uint64_t last_use = 0;  ///< Guarded by Content::mutex_.

    std::mutex mutex;  ///< Of what follows.
    std::condition_variable changed;
    bool is_reading = false;
    std::shared_ptr<const ContentLibrary> library;
    bool is_building = false;
    std::shared_ptr<const IndexedContent> indexed;
    std::optional<Error> failure;  ///< Of the last build.
    std::int64_t failed_revision = 0;
};

std::optional<SearchMode> parse_search_mode(std::string_view name) {
    if (name == "hybrid") return SearchMode::kHybrid;
    if (name == "vector") return SearchMode::kVector;
    if (name == "lexical") return SearchMode::kLexical;
    return std::nullopt;
}

Content::Content(Parts parts, ContentOptions options)
    : parts_(std::move(parts)), options_(options) {}

Content::~Content() { is_stopping_ = true; }

Date Content::today() { return day_of(parts_.store.clock().now()); }

Result<std::int64_t> Content::revision(const std::string& workspace, Deadline deadline) {
    return parts_.store.read(
        [&](store::Session& session) { return store::content_revision(session, workspace); },
        deadline);
}

std::shared_ptr<Content::Slot> Content::slot(const std::string& workspace, Date day) {
    const std::lock_guard lock(mutex_);
    auto& slot = slots_[{workspace, day}];
    if (!slot) slot = std::make_shared<Slot>();
    slot->last_use = ++uses_;
    auto kept = slot;
    if (slots_.size() > options_.libraries_max)
        slots_.erase(
            std::min_element(slots_.begin(), slots_.end(), [](const auto& a, const auto& b) {
                return a.second->last_use < b.second->last_use;
            }));
    return kept;
}

Result<std::shared_ptr<const ContentLibrary>> Content::read(const std::string& workspace,
                                                            Date day,
                                                            Deadline deadline) {
    auto snapshot = TRY(parts_.store.read(
        [&](store::Session& session) { return store::read_content(session, workspace, day); },
        deadline));
    const std::int64_t revision = snapshot.revision;
    auto library = TRY(library_from(std::move(snapshot), day));
    return std::make_shared<const ContentLibrary>(ContentLibrary{revision, std::move(library)});
}

Result<std::shared_ptr<const ContentLibrary>> Content::library_of(Slot& slot,
                                                                  const std::string& workspace,
                                                                  Date day,
                                                                  Deadline deadline) {
    const std::int64_t wanted = TRY(revision(workspace, deadline));
    std::unique_lock lock(slot.mutex);
    const auto is_current = [&] { return slot.library && slot.library->revision >= wanted; };
    while (!is_current() && slot.is_reading) {
        if (deadline.has_passed())
            return Error{ErrorCode::kDeadlineExceeded, "Reading the content took too long.", {}};
        slot.changed.wait_for(lock, deadline.remaining(kLook));
    }
    if (is_current()) return slot.library;
    slot.is_reading = true;
    lock.unlock();
    auto content = read(workspace, day, deadline);
    lock.lock();
    slot.is_reading = false;
    slot.changed.notify_all();
    if (content) slot.library = *content;
    return content;
}

Result<std::shared_ptr<const ContentLibrary>> Content::library(const std::string& workspace,
                                                               Date as_of,
                                                               Deadline deadline) {
    return library_of(*slot(workspace, as_of), workspace, as_of, deadline);
}

Result<std::shared_ptr<const IndexedContent>> Content::build(
    std::shared_ptr<const ContentLibrary> content) {
    const auto deadline = Deadline::after(options_.indexing_max).unless(is_stopping_);
    auto vectors = TRY(parts_.make_vector_index(parts_.embedder.dimension()));
    auto words = TRY(parts_.make_lexical_index());
    const auto indexed = std::make_shared<IndexedContent>(
        std::move(content), parts_.embedder, std::move(vectors), std::move(words));
    TRY(indexed->agent_.index(deadline));
    return std::shared_ptr<const IndexedContent>(indexed);
}

Result<void> Content::start_build(const std::shared_ptr<Slot>& slot,
                                  const std::shared_ptr<const ContentLibrary>& content) {
    // The future keeps the function, so what it holds is given up at its end.
    auto work = [this, held = slot, wanted = content]() mutable {
        const auto ours = std::move(held);
        const auto revision = wanted->revision;
        const auto indexed = [&]() -> Result<std::shared_ptr<const IndexedContent>> {
            try {
                return build(std::move(wanted));
            } catch (const std::bad_alloc&) {
                return Error{
                    ErrorCode::kResourceExhausted, "There is no memory to index the content.", {}};
            }
        }();
        const std::lock_guard lock(ours->mutex);
        ours->is_building = false;
        if (indexed) {
            ours->indexed = *indexed;
        } else {
            ours->failure = indexed.error();
            ours->failed_revision = revision;
        }
        ours->changed.notify_all();
    };
    const std::lock_guard lock(mutex_);
    std::erase_if(builds_, [](const std::future<void>& ended) {
        return ended.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    });
    try {
        builds_.push_back(std::async(std::launch::async, std::move(work)));
    } catch (const std::system_error& error) {
        return Error{
            ErrorCode::kUnavailable, "The server is too busy to index the content.", error.what()};
    }
    slot->is_building = true;
    slot->failure.reset();
    return {};
}

Result<std::shared_ptr<const IndexedContent>> Content::indexed(const std::string& workspace,
                                                               Date as_of,
                                                               Deadline deadline) {
    const auto ours = slot(workspace, as_of);
    const auto content = TRY(library_of(*ours, workspace, as_of, deadline));
    std::unique_lock lock(ours->mutex);
    bool has_waited = false;
    while (!ours->indexed || ours->indexed->revision() < content->revision) {
        if (has_waited && ours->failure && ours->failed_revision >= content->revision)
            return *ours->failure;
        if (!ours->is_building) TRY(start_build(ours, content));
        has_waited = true;
        while (ours->is_building && !deadline.has_passed())
            ours->changed.wait_for(lock, deadline.remaining(kLook));
        if (ours->is_building) return being_prepared(content->library.passages.size());
    }
    return ours->indexed;
}

Result<ContentHits> Content::search(const std::string& workspace,
                                    const ContentQuery& query,
                                    Deadline deadline) {
    const auto content = TRY(indexed(workspace, today(), deadline));
    ContentHits found;
    found.hits = TRY(content->agent().search({.query = query.text,
                                              .mode = query.mode,
                                              .count_max = query.count_max,
                                              .filter = {.language = query.language,
                                                         .type = query.type,
                                                         .audience = query.audience,
                                                         .channel = query.channel}},
                                             deadline));
    found.embedder = parts_.embedder.name();
    found.notices = content->library().notices;
    if (found.embedder == "hashing")
        found.notices.emplace_back(
            "Passages are compared by their words only: the embedding model is not installed.");
    return found;
}

std::shared_ptr<const ContentLibrary> Content::current_or_null(const std::string& workspace,
                                                               Deadline deadline) {
    std::shared_ptr<Slot> known;
    {
        const std::lock_guard lock(mutex_);
        const auto found = slots_.find({workspace, today()});
        if (found == slots_.end()) return nullptr;
        known = found->second;
    }
    const auto wanted = revision(workspace, deadline);
    if (!wanted) return nullptr;
    const std::lock_guard lock(known->mutex);
    return known->library && known->library->revision >= *wanted ? known->library : nullptr;
}

}  // namespace cpo::pipeline
