#include "agents/retrieval/fusion.h"

#include <algorithm>
#include <map>

namespace cpo::retrieval {
namespace {

constexpr double kRankOffset = 60;  // Called k in the paper.

bool is_better(const Fused& left, const Fused& right) {
    if (left.score != right.score) return left.score > right.score;
    // "Not in the list" comes after every rank.
    const auto rank = [](const Fused& hit) { return static_cast<unsigned>(hit.vector_rank) - 1U; };
    if (rank(left) != rank(right)) return rank(left) < rank(right);
    return left.passage < right.passage;
}

}  // namespace

std::vector<Fused> fuse(const std::vector<VectorMatch>& by_meaning,
                        const std::vector<LexicalMatch>& by_words,
                        const std::vector<std::uint32_t>& group_of) {
    const auto group = [&](std::uint32_t passage) {
        return group_of.empty() ? passage : group_of[passage];
    };
    std::map<std::uint32_t, Fused> groups;
    int rank = 0;
    for (const VectorMatch& match : by_meaning) {
        const auto [place, is_new] = groups.emplace(group(match.id), Fused{});
        if (!is_new) continue;
        place->second.passage = match.id;
        place->second.vector_rank = ++rank;
        place->second.cosine = static_cast<double>(match.similarity);
    }
    rank = 0;
    for (const LexicalMatch& match : by_words) {
        Fused& hit = groups[group(match.id)];
        if (hit.lexical_rank != 0) continue;
        hit.lexical_rank = ++rank;
        const bool is_same = hit.vector_rank == 0 || hit.passage == match.id;
        if (hit.vector_rank != 0 && hit.vector_rank <= hit.lexical_rank) {
            hit.bm25 = is_same ? match.score : 0;
            continue;
        }
        if (!is_same) hit.cosine = 0;
        hit.passage = match.id;
        hit.bm25 = match.score;
    }
    const auto share = [](int place) { return place == 0 ? 0 : 1 / (kRankOffset + place); };
    std::vector<Fused> hits;
    hits.reserve(groups.size());
    for (auto& [number, hit] : groups) {
        hit.score = share(hit.vector_rank) + share(hit.lexical_rank);
        hits.push_back(hit);
    }
    std::sort(hits.begin(), hits.end(), is_better);
    return hits;
}

}  // namespace cpo::retrieval
