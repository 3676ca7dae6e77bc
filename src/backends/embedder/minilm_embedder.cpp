#include "backends/embedder/minilm_embedder.h"

#include <fmt/format.h>
#include <llama.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>

#include "backends/embedder/vocabulary.h"
#include "backends/embedder/wordpiece_tokenizer.h"
#include "base/cpu.h"
#include "base/parallel.h"

namespace cpo {
namespace {

constexpr std::size_t kTokensMax = 256;      // The model's own setting.
constexpr std::uint32_t kBatchTokens = 512;  // More is slower here and takes 350 MB.
constexpr int kThreadsMax = 64;

struct FreeModel {
    void operator()(llama_model* model) const { llama_model_free(model); }
};
struct FreeContext {
    void operator()(llama_context* context) const { llama_free(context); }
};
using Model = std::unique_ptr<llama_model, FreeModel>;
using Context = std::unique_ptr<llama_context, FreeContext>;

Context make_context(llama_model* model) {
    auto params = llama_context_default_params();
    params.n_ctx = kBatchTokens;
    params.n_batch = kBatchTokens;
    params.n_ubatch = kBatchTokens;
    params.n_seq_max = 1;
    params.n_threads = 1;  // ggml's own threads busy-wait; contexts side by side scale better.
    params.n_threads_batch = 1;
    params.embeddings = true;
    params.pooling_type = LLAMA_POOLING_TYPE_MEAN;
    params.no_perf = true;
    return Context(llama_init_from_model(model, params));
}

class MiniLmEmbedder : public Embedder {
public:
    MiniLmEmbedder(Model model, WordpieceTokenizer tokenizer, Context first, int threads)
        : model_(std::move(model)),
          tokenizer_(std::move(tokenizer)),
          dimension_(llama_model_n_embd(model_.get())),
          contexts_max_(threads) {
        idle_.push_back(std::move(first));
    }

    std::string name() const override { return "minilm"; }
    int dimension() const override { return dimension_; }

    /// Each text is computed alone: what stands beside it in a batch would change its last bits.
    Result<std::vector<Embedding>> embed(std::span<const std::string> texts,
                                         Deadline deadline) override {
        if (texts.empty()) return invalid_argument("no texts to embed");
        std::vector<Embedding> embeddings(texts.size());
        std::atomic<std::size_t> next{0};
        const auto workers = std::min(texts.size(), static_cast<std::size_t>(contexts_max_));
        std::vector<std::optional<Error>> faults(workers);
        parallel_for(contexts_max_, workers, [&](std::size_t worker) {
            auto context = borrow(deadline);
            if (!context) {
                faults[worker] = std::move(context).error();
                return;
            }
            for (std::size_t i = next++; i < texts.size() && !faults[worker]; i = next++) {
                if (deadline.has_passed())
                    faults[worker] = too_late();
                else if (auto done = encode(context->get(), texts[i]); done)
                    embeddings[i] = std::move(*done);
                else
                    faults[worker] = std::move(done).error();
            }
            give_back(*std::move(context));
        });
        for (const auto& fault : faults)
            if (fault) return *fault;
        return embeddings;
    }

private:
    static Error too_late() {
        return {ErrorCode::kDeadlineExceeded, "embedding took too long", {}};
    }

    /// A context of the pool, a new one while there are fewer than allowed, or the next one that
    /// another caller gives back before the deadline.
    Result<Context> borrow(Deadline deadline) {
        std::unique_lock lock(mutex_);
        while (idle_.empty() && contexts_ == contexts_max_) {
            if (deadline.has_passed()) return too_late();
            returned_.wait_for(lock, deadline.remaining(std::chrono::milliseconds(1000)));
        }
        if (!idle_.empty()) {
            Context context = std::move(idle_.back());
            idle_.pop_back();
            return context;
        }
        ++contexts_;
        lock.unlock();
        Context context = make_context(model_.get());
        if (context) return context;
        lock.lock();
        --contexts_;
        return Error{ErrorCode::kUnavailable, "no memory for one more embedding context", {}};
    }

    void give_back(Context context) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(context));
        returned_.notify_one();
    }

    Result<Embedding> encode(llama_context* context, const std::string& text) const {
        std::vector<llama_token> tokens = tokenizer_.encode(text, kTokensMax);
        const auto batch =
            llama_batch_get_one(tokens.data(), static_cast<std::int32_t>(tokens.size()));
        const int code = llama_encode(context, batch);
        const float* pooled = code == 0 ? llama_get_embeddings_seq(context, 0) : nullptr;
        if (pooled == nullptr)
            return Error{ErrorCode::kInternal,
                         "the embedding model failed",
                         fmt::format("llama_encode {} on {} tokens", code, tokens.size())};
        const std::span numbers(pooled, static_cast<std::size_t>(dimension_));
        double norm = 0;
        for (const float number : numbers)
            norm += static_cast<double>(number) * static_cast<double>(number);
        if (!std::isfinite(norm) || norm <= 0)
            return Error{ErrorCode::kInternal, "the embedding model gave no usable vector", {}};
        const double scale = 1 / std::sqrt(norm);
        Embedding embedding(numbers.size());
        std::transform(numbers.begin(), numbers.end(), embedding.begin(), [scale](float number) {
            return static_cast<float>(static_cast<double>(number) * scale);
        });
        return embedding;
    }

    Model model_;  ///< Declared before the contexts: freed after them.
    WordpieceTokenizer tokenizer_;
    int dimension_;
    int contexts_max_;
    std::mutex mutex_;  ///< Guards what follows.
    std::condition_variable returned_;
    std::vector<Context> idle_;
    int contexts_ = 1;  ///< Made so far, idle or borrowed.
};

}  // namespace

Result<std::unique_ptr<Embedder>> make_minilm_embedder(const MiniLmConfig& config) {
    // The library is built for AVX2 and would stop the process on an older CPU.
    if (simd_level() < SimdLevel::kAvx2)
        return Error{ErrorCode::kFailedPrecondition,
                     "the embedding model needs a CPU with AVX2, FMA and F16C",
                     {}};
    std::error_code failure;
    if (!std::filesystem::is_regular_file(config.model_file, failure))
        return Error{ErrorCode::kNotFound,
                     fmt::format("embedding model {} does not exist", config.model_file),
                     {}};
    prepare_llama();
    Model model(
        llama_model_load_from_file(config.model_file.c_str(), llama_model_default_params()));
    if (!model)
        return Error{ErrorCode::kFailedPrecondition,
                     fmt::format("{} is not a model that can be loaded", config.model_file),
                     {}};
    auto tokenizer = WordpieceTokenizer::make(bert_pieces_of(llama_model_get_vocab(model.get())));
    if (!tokenizer)
        return Error{ErrorCode::kFailedPrecondition,
                     fmt::format("{}: {}", config.model_file, tokenizer.error().message),
                     {}};
    Context first = make_context(model.get());
    if (!first)
        return Error{ErrorCode::kResourceExhausted, "no memory for the embedding model", {}};
    return std::unique_ptr<Embedder>(
        std::make_unique<MiniLmEmbedder>(std::move(model),
                                         *std::move(tokenizer),
                                         std::move(first),
                                         std::clamp(config.threads, 1, kThreadsMax)));
}

}  // namespace cpo
