#include "agents/generation/content_choice.h"

#include <algorithm>
#include <array>
#include <set>

#include "agents/generation/passages.h"
#include "text/utf8.h"

namespace cpo::generation {
namespace {

constexpr double kScoreMax = 2.0 / 61.0;
constexpr std::size_t kSentenceMin = 20;       // Code points; shorter ones are labels.
constexpr std::size_t kSentenceMax = 170;      // Longer ones are not read on a phone,
constexpr std::size_t kSentenceMaxTight = 90;  // nor fit a text message beside an offer.
constexpr std::size_t kSentencesPerDocument = 2;
constexpr std::size_t kTopicMax = 32;
constexpr std::size_t kGoalWordMin = 4;

constexpr std::array<std::string_view, 14> kProofWords{"customers rate",
                                                       "customers say",
                                                       "customers love",
                                                       "customers order",
                                                       "customers choose",
                                                       "customers buy",
                                                       "customers recommend",
                                                       "reviews",
                                                       "rated",
                                                       "rating",
                                                       "bestsell",
                                                       "best-sell",
                                                       "favourite",
                                                       "most popular"};
constexpr std::array<std::string_view, 14> kLeaningWords{"they",
                                                         "them",
                                                         "it",
                                                         "this",
                                                         "these",
                                                         "that",
                                                         "those",
                                                         "both",
                                                         "one",
                                                         "he",
                                                         "she",
                                                         "its",
                                                         "their",
                                                         "there"};

bool is_proof(const std::string& sentence) {
    const std::string lower = lower_case(sentence);
    return std::any_of(kProofWords.begin(), kProofWords.end(), [&](std::string_view words) {
        return lower.find(words) != std::string::npos;
    });
}

/// Whether a sentence needs the one before it: a pronoun is among its first three words.
bool leans(const std::string& sentence) {
    std::string_view rest = sentence;
    for (int i = 0; i < 3 && !rest.empty(); ++i) {
        const auto end = std::min(rest.find(' '), rest.size());
        const std::string word = lower_case(rest.substr(0, end));
        if (std::find(kLeaningWords.begin(), kLeaningWords.end(), word) != kLeaningWords.end())
            return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

/// Whether a sentence of a passage may stand in a message.
bool is_usable(const std::string& sentence, const Brand& brand, Channel channel) {
    const bool is_tight = channel == Channel::kSms || channel == Channel::kPush;
    const std::size_t length = text::code_point_count(sentence);
    const bool is_sentence =
        sentence.ends_with('.') || sentence.ends_with('!') || sentence.ends_with('?');
    const bool has_template_mark = sentence.find_first_of("{}[]<>|") != std::string::npos;
    return is_sentence && !has_template_mark && length >= kSentenceMin &&
           length <= (is_tight ? kSentenceMaxTight : kSentenceMax) && is_in_voice(sentence, brand);
}

/// A title that reads well after "Inside:": short, and the title of a thing, not of a rule.
std::string topic_of(const Document& document) {
    const bool is_short = text::code_point_count(document.title) <= kTopicMax;
    const bool is_thing =
        document.facts.empty() && document.title.find_first_of("?!:,.{}[]<>") == std::string::npos;
    return is_short && is_thing ? document.title : "";
}

void add_sentences(const GenerationRequest& request,
                   const Document& document,
                   double support,
                   Ingredients& ingredients) {
    std::size_t taken = 0;
    for (PlainSentence& sentence : plain_sentences(request.library, document)) {
        if (taken == kSentencesPerDocument) return;
        const bool is_next = taken > 0 && sentence.passage == ingredients.facts.back().passage;
        if (!is_usable(sentence.text, ingredients.brand, request.campaign.channel)) {
            if (taken > 0) return;  // What comes after it may lean on it.
            continue;
        }
        if (!is_next && leans(sentence.text)) continue;
        const bool has_proof = is_proof(sentence.text);
        ingredients.facts.push_back({std::move(sentence.text),
                                     document.id,
                                     sentence.passage,
                                     topic_of(document),
                                     support,
                                     has_proof,
                                     taken > 0});
        ++taken;
    }
}

const Document* find_document(const Library& library, const std::string& id) {
    const auto found = std::find_if(library.documents.begin(),
                                    library.documents.end(),
                                    [&](const Document& document) { return document.id == id; });
    return found == library.documents.end() ? nullptr : &*found;
}

bool is_for_everybody(const Document& document) {
    return document.segments.empty() && (!document.offer || document.offer->audience.empty());
}

/// Words of the goal that carry meaning, without a plural s.
std::set<std::string> goal_words(std::string_view text) {
    std::set<std::string> words;
    std::string word;
    for (const char c : lower_case(text) + " ") {
        if (c >= 'a' && c <= 'z') {
            word += c;
            continue;
        }
        if (word.ends_with('s')) word.pop_back();
        if (word.size() >= kGoalWordMin) words.insert(word);
        word.clear();
    }
    return words;
}

std::size_t shared_words(const std::set<std::string>& goal, const Document& document) {
    const auto words = goal_words(document.title + " " + document.text);
    return static_cast<std::size_t>(std::count_if(
        goal.begin(), goal.end(), [&](const std::string& word) { return words.contains(word); }));
}

double support_in(const Context& context, const std::string& document) {
    double support = 0;
    for (const Hit& hit : context.hits)
        if (hit.document == document) support = std::max(support, support_of(hit));
    return support;
}

}  // namespace

double support_of(const Hit& hit) { return std::clamp(hit.score / kScoreMax, 0.0, 1.0); }

Ingredients choose_for_segment(const GenerationRequest& request) {
    const Campaign& campaign = request.campaign;
    Ingredients ingredients;
    ingredients.brand = read_brand(request.library, campaign.channel, campaign.language);
    ingredients.audience = request.context.audience;
    std::set<std::string> seen;
    for (const Hit& hit : request.context.hits) {
        const Document* document = find_document(request.library, hit.document);
        if (document == nullptr || !seen.insert(hit.document).second) continue;
        if (!is_for(*document, campaign.channel, campaign.language)) continue;
        if (document->type == DocumentType::kFact)
            add_sentences(request, *document, support_of(hit), ingredients);
        if (!document->offer) continue;
        const ChosenOffer offer{document, support_of(hit), !is_for_everybody(*document)};
        const bool is_better = !ingredients.offer ||
                               (offer.is_targeted && !ingredients.offer->is_targeted) ||
                               (offer.is_targeted == ingredients.offer->is_targeted &&
                                offer.support > ingredients.offer->support);
        if (is_better) ingredients.offer = offer;
    }
    // What customers say is worth looking for beyond the hits: it fits any segment.
    for (const Document& document : request.library.documents)
        if (document.type == DocumentType::kFact && is_for_everybody(document) &&
            is_for(document, campaign.channel, campaign.language) && is_proof(document.text) &&
            !seen.contains(document.id))
            add_sentences(request, document, 0, ingredients);
    return ingredients;
}

Ingredients choose_for_control(const GenerationRequest& request) {
    const Campaign& campaign = request.campaign;
    Ingredients ingredients;
    ingredients.brand = read_brand(request.library, campaign.channel, campaign.language);
    struct Candidate {
        const Document* document;
        std::size_t shared;
    };
    std::vector<Candidate> candidates;
    const auto goal = goal_words(campaign.goal);
    for (const Document& document : request.library.documents)
        if (is_for_everybody(document) && is_for(document, campaign.channel, campaign.language))
            candidates.push_back({&document, shared_words(goal, document)});
    std::stable_sort(candidates.begin(),
                     candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.shared > b.shared; });
    for (const Candidate& candidate : candidates) {
        const Document& document = *candidate.document;
        const double support = support_in(request.context, document.id);
        if (document.type == DocumentType::kFact)
            add_sentences(request, document, support, ingredients);
        if (document.offer && !ingredients.offer)
            ingredients.offer = ChosenOffer{&document, support, false};
    }
    return ingredients;
}

}  // namespace cpo::generation
