#include "backends/embedder/lazy_embedder.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace cpo {
namespace {

/// A deadline can be called off while somebody waits for it: looked at this often.
constexpr std::chrono::milliseconds kLook{200};

class BackgroundEmbedder : public LazyEmbedder {
public:
    BackgroundEmbedder(EmbedderLoader load, int dimension)
        : dimension_(dimension),
          thread_([this, kept = std::move(load)] { finish(checked(kept())); }) {}
    ~BackgroundEmbedder() override { thread_.join(); }

    std::string name() const override {
        std::unique_lock lock(mutex_);
        finished_.wait(lock, [&] { return embedder_ || failure_; });
        return embedder_ ? embedder_->name() : "unavailable";
    }
    int dimension() const override { return dimension_; }
    bool is_ready() const override {
        const std::lock_guard lock(mutex_);
        return embedder_ != nullptr;
    }
    std::optional<Error> failure() const override {
        const std::lock_guard lock(mutex_);
        return failure_;
    }

    Result<std::vector<Embedding>> embed(std::span<const std::string> texts,
                                         Deadline deadline) override {
        Embedder& loaded = *TRY(wait(deadline));
        return loaded.embed(texts, deadline);
    }

private:
    Result<std::unique_ptr<Embedder>> checked(Result<std::unique_ptr<Embedder>> loaded) const {
        if (loaded && (*loaded)->dimension() != dimension_)
            return Error{ErrorCode::kInternal,
                         fmt::format("the embedding model gives {} numbers instead of {}",
                                     (*loaded)->dimension(),
                                     dimension_),
                         {}};
        return loaded;
    }

    void finish(Result<std::unique_ptr<Embedder>> loaded) {
        const std::lock_guard lock(mutex_);
        if (loaded)
            embedder_ = *std::move(loaded);
        else
            failure_ = std::move(loaded).error();
        finished_.notify_all();
    }

    /// The loaded embedder, which stays where it is.
    Result<Embedder*> wait(Deadline deadline) {
        std::unique_lock lock(mutex_);
        while (!embedder_ && !failure_) {
            if (deadline.has_passed())
                return Error{ErrorCode::kDeadlineExceeded,
                             "The embedding model is still being loaded; try again in a moment.",
                             {}};
            finished_.wait_for(lock, deadline.remaining(kLook));
        }
        if (failure_)
            return Error{
                ErrorCode::kUnavailable,
                fmt::format("The embedding model could not be loaded: {}", failure_->message),
                failure_->detail};
        return embedder_.get();
    }

    const int dimension_;
    mutable std::mutex mutex_;  ///< Of the next three.
    mutable std::condition_variable finished_;
    std::unique_ptr<Embedder> embedder_;
    std::optional<Error> failure_;
    std::thread thread_;  ///< Declared last: started when all else is there.
};

}  // namespace

std::unique_ptr<LazyEmbedder> make_lazy_embedder(EmbedderLoader load, int dimension) {
    return std::make_unique<BackgroundEmbedder>(std::move(load), dimension);
}

}  // namespace cpo
