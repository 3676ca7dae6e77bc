#pragma once

#include <atomic>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agents/retrieval/retrieval.h"
#include "base/deadline.h"
#include "base/result.h"
#include "model/campaign.h"
#include "model/context.h"
#include "model/run.h"
#include "pipeline/pipeline.h"
#include "store/store.h"

namespace cpo::pipeline {

using retrieval::SearchMode;
/// "hybrid", "vector", "lexical".
std::optional<SearchMode> parse_search_mode(std::string_view name);

/// A search in the content that may be used today.
struct ContentQuery {
    std::string text{};
    SearchMode mode = SearchMode::kHybrid;
    std::size_t count_max = 10;
    std::string language{};  ///< Empty = any; else as retrieval::SearchFilter::language.
    std::optional<DocumentType> type{};
    std::optional<std::string> audience{};
    std::optional<Channel> channel{};
};

struct ContentHits {
    std::vector<Hit> hits;  ///< Best first.
    std::string embedder;   ///< "minilm", "hashing".
    std::vector<std::string> notices;
};

/// The library of a workspace on a day, as it was at one revision of its documents.
struct ContentLibrary {
    std::int64_t revision = 0;
    Library library;
};

/// The same with everything needed to search it.
class IndexedContent {
public:
    IndexedContent(std::shared_ptr<const ContentLibrary> content,
                   Embedder& embedder,
                   std::unique_ptr<VectorIndex> vectors,
                   std::unique_ptr<LexicalIndex> words)
        : content_(std::move(content)),
          vectors_(std::move(vectors)),
          words_(std::move(words)),
          agent_(content_->library, embedder, *vectors_, *words_) {}

    std::int64_t revision() const { return content_->revision; }
    const Library& library() const { return content_->library; }
    /// Finds in library(); indexed already. Thread-safe.
    const retrieval::RetrievalAgent& agent() const { return agent_; }

private:
    friend class Content;  // Which indexes it.
    std::shared_ptr<const ContentLibrary> content_;
    std::unique_ptr<VectorIndex> vectors_;
    std::unique_ptr<LexicalIndex> words_;
    retrieval::RetrievalAgent agent_;
};

struct ContentOptions {
    /// Libraries (one a workspace and day) kept in memory; those not used for longest are dropped.
    std::size_t libraries_max = 16;
    /// Longest time to index one library, all passages new.
    std::chrono::milliseconds indexing_max{600'000};
};

/// The approved content of every workspace, ready to search.
///
/// Each call looks up the workspace's content revision first (one indexed row), so a document that
/// was edited, approved, revoked or expired, by whichever server, or whose dates have passed,
/// counts in the next call and never later. What the revision and the day have not changed is kept.
/// A new index is built once, in a thread of its own, while calls for that workspace wait and
/// others go on. Thread-safe. The destructor waits for builds to notice that they are no longer
/// wanted.
class Content {
public:
    /// References must outlive the content.
    struct Parts {
        store::Store& store;
        Embedder& embedder;
        Pipeline::IndexFactory make_vector_index;
        Pipeline::LexicalFactory make_lexical_index;
    };
    explicit Content(Parts parts, ContentOptions options = {});
    ~Content();
    Content(const Content&) = delete;
    Content& operator=(const Content&) = delete;

    /// What may be used on `as_of` and what is set aside, why. Approvals and expiries are as they
    /// are now, also for a day in the past. Without embedding anything: milliseconds.
    Result<std::shared_ptr<const ContentLibrary>> library(const std::string& workspace,
                                                          Date as_of,
                                                          Deadline deadline);
    /// The same, searchable. Errors: kUnavailable when `deadline` passes while the index is being
    /// built (it goes on being built), and those of the embedder.
    Result<std::shared_ptr<const IndexedContent>> indexed(const std::string& workspace,
                                                          Date as_of,
                                                          Deadline deadline);
    /// Searches what may be used today. 1,000 passages take about 2 ms beside the embedding of the
    /// query. Errors: kInvalidArgument (empty query) and those of indexed().
    Result<ContentHits> search(const std::string& workspace,
                               const ContentQuery& query,
                               Deadline deadline);
    /// Today's library if it is in memory and current, else null: for what is only nice to know.
    std::shared_ptr<const ContentLibrary> current_or_null(const std::string& workspace,
                                                          Deadline deadline);

    /// Day of the store's clock, UTC.
    Date today();

private:
    struct Slot;
    std::shared_ptr<Slot> slot(const std::string& workspace, Date day);
    Result<std::int64_t> revision(const std::string& workspace, Deadline deadline);
    Result<std::shared_ptr<const ContentLibrary>> read(const std::string& workspace,
                                                       Date day,
                                                       Deadline deadline);
    Result<std::shared_ptr<const ContentLibrary>> library_of(Slot& slot,
                                                             const std::string& workspace,
                                                             Date day,
                                                             Deadline deadline);
    Result<std::shared_ptr<const IndexedContent>> build(
        std::shared_ptr<const ContentLibrary> content);
    /// REQUIRES: the slot's mutex is held and nothing is being built.
    Result<void> start_build(const std::shared_ptr<Slot>& slot,
                             const std::shared_ptr<const ContentLibrary>& content);

    Parts parts_;
    ContentOptions options_;
    std::mutex mutex_;  ///< Of what follows.
    std::map<std::pair<std::string, Date>, std::shared_ptr<Slot>> slots_;
    std::uint64_t uses_ = 0;
    std::atomic<bool> is_stopping_ = false;
    std::vector<std::future<void>> builds_;  ///< Declared last: waited for first.
};

}  // namespace cpo::pipeline
