#include "backends/embedder/hashing_embedder.h"

#include <cassert>
#include <cmath>
#include <map>

#include "backends/embedder/wordpiece_tokenizer.h"

namespace cpo {
namespace {

/// FNV-1a with a final mix, so that the low bits (place) and the top bit (sign) depend on all
/// bytes. Source: Fowler, Noll & Vo; mix of Steele et al. as in base/random.h.
std::uint64_t hash_of(std::string_view word) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : word) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001B3ULL;
    }
    hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9ULL;
    hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBULL;
    return hash ^ (hash >> 31);
}

bool is_mark(const std::string& word) {
    const char c = word.front();
    return word.size() == 1 && !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'));
}

class HashingEmbedder : public Embedder {
public:
    explicit HashingEmbedder(int dimension) : dimension_(dimension) {}

    std::string name() const override { return "hashing"; }
    int dimension() const override { return dimension_; }

    Result<std::vector<Embedding>> embed(std::span<const std::string> texts,
                                         Deadline deadline) override {
        if (texts.empty()) return invalid_argument("no texts to embed");
        std::vector<Embedding> embeddings;
        embeddings.reserve(texts.size());
        for (const std::string& text : texts) {
            if (deadline.has_passed())
                return Error{ErrorCode::kDeadlineExceeded, "embedding took too long", {}};
            embeddings.push_back(embed_one(text));
        }
        return embeddings;
    }

private:
    Embedding embed_one(const std::string& text) const {
        std::map<std::string, int> counts;  // Ordered: sums must not depend on a hash table.
        for (std::string& word : basic_words(text))
            if (!is_mark(word)) ++counts[std::move(word)];
        if (counts.empty()) counts[""] = 1;  // A text without words is a text like that, too.
        std::vector<double> sums(static_cast<std::size_t>(dimension_), 0);
        for (const auto& [word, count] : counts) {
            const std::uint64_t hash = hash_of(word);
            const double weight = 1 + std::log(static_cast<double>(count));
            sums[hash % sums.size()] += (hash >> 63) == 0 ? weight : -weight;
        }
        double norm = 0;
        for (const double sum : sums) norm += sum * sum;
        if (norm == 0) {  // Words that cancel out exactly.
            sums[0] = 1;
            norm = 1;
        }
        Embedding embedding(sums.size());
        for (std::size_t i = 0; i < sums.size(); ++i)
            embedding[i] = static_cast<float>(sums[i] / std::sqrt(norm));
        return embedding;
    }

    int dimension_;
};

}  // namespace

std::unique_ptr<Embedder> make_hashing_embedder(const HashingEmbedderConfig& config) {
    assert(config.dimension >= 1);
    return std::make_unique<HashingEmbedder>(config.dimension);
}

}  // namespace cpo
