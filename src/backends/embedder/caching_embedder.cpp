#include "backends/embedder/caching_embedder.h"

#include <algorithm>
#include <cassert>
#include <list>
#include <mutex>
#include <unordered_map>

#include "base/digest.h"

namespace cpo {
namespace {

class CachingEmbedder : public Embedder {
public:
    CachingEmbedder(Embedder& embedder, const CachingEmbedderConfig& config)
        : embedder_(embedder), config_(config) {
        assert(config.entries_max > 0 && config.batch_max > 0);
    }

    std::string name() const override { return embedder_.name(); }
    int dimension() const override { return embedder_.dimension(); }

    Result<std::vector<Embedding>> embed(std::span<const std::string> texts,
                                         Deadline deadline) override {
        if (texts.empty()) return embedder_.embed(texts, deadline);
        std::vector<std::string> keys;
        keys.reserve(texts.size());
        for (const std::string& text : texts) keys.push_back(sha256_hex(text));
        std::vector<Embedding> embeddings(texts.size());
        std::vector<std::size_t> missing = take_known(keys, embeddings);
        for (std::size_t done = 0; done < missing.size(); done += config_.batch_max) {
            const std::span batch = std::span(missing).subspan(
                done, std::min(config_.batch_max, missing.size() - done));
            std::vector<std::string> wanted;
            for (const std::size_t i : batch) wanted.push_back(texts[i]);
            auto made = TRY(embedder_.embed(wanted, deadline));
            for (std::size_t k = 0; k < batch.size(); ++k) {
                keep(keys[batch[k]], made[k]);
                embeddings[batch[k]] = std::move(made[k]);
            }
        }
        return embeddings;
    }

private:
    struct Entry {
        std::string key;
        Embedding embedding;
    };

    /// Fills in what is known; gives the places of the rest.
    std::vector<std::size_t> take_known(const std::vector<std::string>& keys,
                                        std::vector<Embedding>& embeddings) {
        std::vector<std::size_t> missing;
        const std::lock_guard lock(mutex_);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const auto found = by_key_.find(keys[i]);
            if (found == by_key_.end()) {
                missing.push_back(i);
                continue;
            }
            entries_.splice(entries_.begin(), entries_, found->second);
            embeddings[i] = found->second->embedding;
        }
        return missing;
    }

    void keep(const std::string& key, const Embedding& embedding) {
        const std::lock_guard lock(mutex_);
        if (by_key_.contains(key)) return;
        entries_.push_front({key, embedding});
        by_key_.emplace(entries_.front().key, entries_.begin());
        if (entries_.size() <= config_.entries_max) return;
        by_key_.erase(entries_.back().key);
        entries_.pop_back();
    }

    Embedder& embedder_;
    const CachingEmbedderConfig config_;
    std::mutex mutex_;                                                         ///< Of what follows.
    std::list<Entry> entries_;                                                 ///< Used last first.
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;  ///< Into entries_.
};

}  // namespace

std::unique_ptr<Embedder> make_caching_embedder(Embedder& embedder,
                                                const CachingEmbedderConfig& config) {
    return std::make_unique<CachingEmbedder>(embedder, config);
}

}  // namespace cpo
