#include "agents/retrieval/retrieval.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "agents/retrieval/fusion.h"
#include "agents/retrieval/reasons.h"

namespace cpo::retrieval {
namespace {

constexpr std::size_t kListDepthMin = 100;
constexpr std::size_t kSharedWordsMax = 5;
constexpr std::size_t kEmbedBatch = 64;  // Texts between two looks at the deadline of an index.

bool is_same_language(std::string_view wanted, std::string_view language) {
    if (wanted.empty() || wanted == language) return true;
    const auto shorter = std::min(wanted.size(), language.size());
    const auto longer = wanted.size() > shorter ? wanted : language;
    return wanted.substr(0, shorter) == language.substr(0, shorter) && longer.size() > shorter &&
           longer[shorter] == '-';
}

bool is_among(std::string_view word, const std::vector<std::string>& normalized) {
    return std::find(normalized.begin(), normalized.end(), normalized_keyword(word)) !=
           normalized.end();
}

/// Written for some audiences, not for everybody.
bool is_targeted(const Document& document) {
    return !document.segments.empty() || (document.offer && !document.offer->audience.empty());
}

bool passes(const Document& document, const SearchFilter& filter) {
    return is_same_language(filter.language, document.language) &&
           (!filter.type || document.type == *filter.type) &&
           (!filter.channel || fits_channel(document, *filter.channel)) &&
           (!filter.audience || fits_audience(document, {normalized_keyword(*filter.audience)}));
}

/// What is embedded for a passage: what it is about, then what it says.
std::string text_to_embed(const Document& document, const Passage& passage) {
    if (document.title.empty() || passage.text.starts_with(document.title)) return passage.text;
    return document.title + "\n" + passage.text;
}

std::string query_of(const Segment& segment,
                     const std::vector<std::string>& audience,
                     const Campaign& campaign) {
    std::string query = campaign.goal;
    if (!segment.name.empty()) query += ". " + segment.name;
    std::string words = fmt::format("{}", fmt::join(audience, ", "));
    std::replace(words.begin(), words.end(), '_', ' ');
    if (!words.empty()) query += ". For customers who are: " + words;
    return query;
}

std::size_t quota_of(DocumentType type) {
    switch (type) {
        case DocumentType::kOffer:
            return 4;
        case DocumentType::kFact:
            return 8;
        case DocumentType::kStyle:
            return 3;
        case DocumentType::kLegal:
            return 6;
    }
    std::abort();
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

}  // namespace

bool fits_audience(const Document& document, const std::vector<std::string>& normalized) {
    const auto fits = [&](const std::string& word) { return is_among(word, normalized); };
    const bool fits_segments =
        document.segments.empty() ||
        std::any_of(document.segments.begin(), document.segments.end(), fits);
    return fits_segments &&
           (!document.offer || document.offer->audience.empty() || fits(document.offer->audience));
}

bool fits_channel(const Document& document, Channel channel) {
    return document.channels.empty() ||
           std::find(document.channels.begin(), document.channels.end(), name_of(channel)) !=
               document.channels.end();
}

RetrievalAgent::RetrievalAgent(const Library& library,
                               Embedder& embedder,
                               VectorIndex& vectors,
                               LexicalIndex& words)
    : library_(library), embedder_(embedder), vectors_(vectors), words_(words) {
    std::map<std::string_view, std::uint32_t> by_id;
    for (std::size_t i = 0; i < library.documents.size(); ++i)
        by_id.emplace(library.documents[i].id, static_cast<std::uint32_t>(i));
    document_of_.reserve(library.passages.size());
    for (const Passage& passage : library.passages)
        document_of_.push_back(by_id.at(passage.document));
}

const Document& RetrievalAgent::document_of(std::size_t passage) const {
    return library_.documents[document_of_[passage]];
}

Result<void> RetrievalAgent::index(Deadline deadline) {
    const auto& passages = library_.passages;
    for (std::size_t start = 0; start < passages.size(); start += kEmbedBatch) {
        const std::size_t count = std::min(kEmbedBatch, passages.size() - start);
        std::vector<std::string> texts;
        texts.reserve(count);
        for (std::size_t i = start; i < start + count; ++i)
            texts.push_back(text_to_embed(document_of(i), passages[i]));
        const auto embeddings = TRY(embedder_.embed(texts, deadline));
        for (std::size_t i = 0; i < count; ++i) {
            const auto id = static_cast<std::uint32_t>(start + i);
            const auto added = vectors_.add(id, embeddings[i]);
            if (!added) return added.error();
            const auto words_added = words_.add(id, document_of(id).title, passages[id].text);
            if (!words_added) return words_added.error();
        }
    }
    return {};
}

Result<std::vector<Hit>> RetrievalAgent::rank(const std::string& query,
                                              const Ranking& ranking,
                                              Deadline deadline) const {
    if (is_blank(query)) return invalid_argument("the query is empty");
    std::vector<VectorMatch> by_meaning;
    std::vector<LexicalMatch> by_words;
    if (ranking.mode != SearchMode::kLexical) {
        const auto embeddings = TRY(embedder_.embed(std::span(&query, 1), deadline));
        by_meaning = TRY(vectors_.search(embeddings.front(), ranking.depth, ranking.is_allowed));
    }
    if (ranking.mode != SearchMode::kVector)
        by_words = TRY(words_.search(query, ranking.depth, ranking.is_allowed));
    const std::vector<std::uint32_t> no_groups;
    const auto score_of = [&](const Fused& fused) {
        if (ranking.mode == SearchMode::kVector) return fused.cosine;
        return ranking.mode == SearchMode::kLexical ? fused.bm25 : fused.score;
    };
    std::vector<Hit> hits;
    for (const Fused& fused :
         fuse(by_meaning, by_words, ranking.is_by_document ? document_of_ : no_groups)) {
        const Passage& passage = library_.passages[fused.passage];
        const Document& document = document_of(fused.passage);
        hits.push_back({.document = document.id,
                        .title = document.title,
                        .type = document.type,
                        .passage = passage.number,
                        .score = score_of(fused),
                        .vector_rank = fused.vector_rank,
                        .lexical_rank = fused.lexical_rank,
                        .cosine = fused.cosine,
                        .text = passage.text,
                        .reason = {}});
    }
    return hits;
}

Result<std::vector<Hit>> RetrievalAgent::search(const SearchRequest& request,
                                                Deadline deadline) const {
    std::vector<bool> is_document_allowed;
    is_document_allowed.reserve(library_.documents.size());
    for (const Document& document : library_.documents)
        is_document_allowed.push_back(passes(document, request.filter));
    auto hits = TRY(rank(
        request.query,
        {.mode = request.mode,
         .depth = std::max(kListDepthMin, 3 * request.count_max),
         .is_by_document = request.is_by_document,
         .is_allowed = [&](std::uint32_t id) { return is_document_allowed[document_of_[id]]; }},
        deadline));
    hits.resize(std::min(hits.size(), request.count_max));
    for (Hit& hit : hits)
        hit.reason =
            reason_of(hit.vector_rank,
                      hit.lexical_rank,
                      shared_words(request.query, hit.title + "\n" + hit.text, kSharedWordsMax));
    return hits;
}

Result<Context> RetrievalAgent::retrieve(const Segment& segment,
                                         const Campaign& campaign,
                                         Deadline deadline) const {
    return retrieve(segment, audience_keywords(segment), campaign, deadline);
}

Result<Context> RetrievalAgent::retrieve(const Segment& segment,
                                         const std::vector<std::string>& audience,
                                         const Campaign& campaign,
                                         Deadline deadline) const {
    Context context;
    context.segment = segment.number;
    for (const std::string& word : audience) context.audience.push_back(normalized_keyword(word));
    context.query = query_of(segment, context.audience, campaign);
    std::map<std::string_view, const Document*> allowed;
    for (const Document& document : library_.documents)
        if (is_same_language(campaign.language, document.language) &&
            fits_channel(document, campaign.channel) && fits_audience(document, context.audience))
            allowed.emplace(document.id, &document);
    const auto ranked = TRY(
        rank(context.query,
             {.mode = SearchMode::kHybrid,
              .depth = library_.passages.size(),
              .is_by_document = true,
              .is_allowed = [&](std::uint32_t id) { return allowed.contains(document_of(id).id); }},
             deadline));
    std::map<DocumentType, std::size_t> taken;
    for (const bool wants_targeted : {true, false})
        for (const Hit& hit : ranked) {
            const Document& document = *allowed.at(hit.document);
            const bool is_for_them = is_targeted(document);
            // Other types than offers are taken by rank alone, all in the second round.
            const bool is_first_round = is_for_them && hit.type == DocumentType::kOffer;
            if (is_first_round != wants_targeted || taken[hit.type] == quota_of(hit.type)) continue;
            ++taken[hit.type];
            context.hits.push_back(hit);
            context.hits.back().reason =
                (is_for_them ? "written for this audience; " : "") +
                reason_of(
                    hit.vector_rank,
                    hit.lexical_rank,
                    shared_words(context.query, hit.title + "\n" + hit.text, kSharedWordsMax));
        }
    std::stable_sort(context.hits.begin(), context.hits.end(), [](const Hit& a, const Hit& b) {
        return a.score > b.score;
    });
    return context;
}

}  // namespace cpo::retrieval
