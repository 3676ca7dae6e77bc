#include "agents/generation/draft.h"

#include <algorithm>

#include "agents/generation/offer_words.h"
#include "agents/generation/strategy.h"
#include "base/random.h"
#include "text/utf8.h"

namespace cpo::generation {
namespace {

constexpr std::size_t kSubjectMax = 60;  // Code points that mail programs show on a phone.
constexpr std::size_t kTitleMax = 50;

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

/// ASCII without the characters of the GSM extension table, and the pound sign: one septet each
/// (3GPP TS 23.038 §6.2.1). Anything else would turn a text message into costly UCS-2.
bool is_plain_gsm(std::string_view text) {
    std::string rest(text);
    for (auto at = rest.find("£"); at != std::string::npos; at = rest.find("£")) rest.erase(at, 2);
    return std::all_of(rest.begin(), rest.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80 &&
               std::string_view("^{}\\[~]|`").find(c) == std::string_view::npos;
    });
}

/// FNV-1a: the same on every machine, unlike std::hash.
std::uint64_t hash_of_key(std::string_view key) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : key) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001B3ULL;
    }
    return hash;
}

bool is_legal(Slot slot) {
    return slot == Slot::kTerms || slot == Slot::kOptOut || slot == Slot::kPostalAddress;
}

}  // namespace

Draft::Draft(const GenerationRequest& request,
             const Ingredients& ingredients,
             std::string strategy,
             std::size_t number)
    : request_(request),
      ingredients_(ingredients),
      strategy_(std::move(strategy)),
      number_(number) {
    variables_ = {{"shop", text_or_null(ingredients.brand.name.text)},
                  {"website", text_or_null(ingredients.brand.website.text)},
                  {"topic", nullptr},
                  {"offer", nullptr}};
}

bool Draft::is_brief() const {
    return request_.campaign.channel == Channel::kSms ||
           request_.campaign.channel == Channel::kPush ||
           request_.campaign.channel == Channel::kWeb;
}

std::vector<std::string> Draft::cited() const {
    std::vector<std::string> documents;
    const auto add_once = [&](const std::string& document) {
        const bool is_known =
            std::find(documents.begin(), documents.end(), document) != documents.end();
        if (!document.empty() && !is_known) documents.push_back(document);
    };
    for (const Sentence& sentence : sentences_) add_once(sentence.document);
    add_once(ingredients_.brand.website.document);
    add_once(ingredients_.brand.name.document);
    return documents;
}

bool Draft::is_sayable(const std::string& text) const {
    if (!is_in_voice(text, ingredients_.brand)) return false;
    if (request_.campaign.channel == Channel::kSms && !is_plain_gsm(text)) return false;
    auto sources = cited();
    if (ingredients_.offer) sources.push_back(ingredients_.offer->document->id);
    for (const FactSentence& fact : facts_) sources.push_back(fact.document);
    // Empty would mean any document.
    if (sources.empty()) sources.emplace_back();
    const auto found =
        claims::find_claims(text, request_.campaign.language, request_.facts.as_of());
    return std::all_of(found.begin(), found.end(), [&](const claims::FoundClaim& claim) {
        return request_.facts.resolve(claim, sources).is_supported;
    });
}

std::optional<std::string> Draft::pick(const std::string& key) const {
    const std::uint64_t base =
        Random(request_.campaign.seed ^ hash_of_key(key)).below(std::uint64_t{1} << 20);
    return PhraseBank::english().pick(
        key, variables_, base + number_, [&](const std::string& text) { return is_sayable(text); });
}

void Draft::add(Slot slot, const std::optional<std::string>& text, const std::string& document) {
    if (text && !text->empty()) sentences_.push_back({slot, *text, document});
}

std::size_t Draft::facts_wanted() const {
    const bool is_tight = channel() == Channel::kSms || channel() == Channel::kPush;
    if (is_tight) return strategy_ == "social_proof" || !ingredients_.offer ? 1 : 0;
    const bool is_rich =
        strategy_ == "informational" || strategy_ == "helpful" || strategy_ == "social_proof";
    return is_rich ? 2 : 1;
}

bool Draft::is_confusing(const FactSentence& fact) const {
    if (!ingredients_.offer ||
        ingredients_.offer->document->offer->unit != OfferUnit::kFreeShipping)
        return false;
    // Two conditions for free delivery in one message would read like a contradiction.
    const auto found =
        claims::find_claims(fact.text, request_.campaign.language, request_.facts.as_of());
    return std::any_of(found.begin(), found.end(), [](const claims::FoundClaim& claim) {
        return claim.kind == ClaimKind::kFreeShipping;
    });
}

bool Draft::take_fact(const FactSentence& fact) {
    facts_.push_back(fact);
    if (is_sayable(fact.text)) return true;
    facts_.pop_back();
    return false;
}

void Draft::choose_facts() {
    const auto& all = ingredients_.facts;
    const bool wants_proof = strategy_ == "social_proof";
    std::vector<std::size_t> leads;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (!all[i].is_follow_up && all[i].is_proof == wants_proof && !is_confusing(all[i]))
            leads.push_back(i);
    if (leads.empty()) return;
    // Variants of a segment start at different documents of the best few, so that they differ.
    constexpr std::size_t kBestMax = 6;
    const std::size_t start =
        is_control() || wants_proof ? 0 : number_ % std::min(leads.size(), kBestMax);
    for (std::size_t i = 0; i < leads.size() && facts_.size() < facts_wanted(); ++i) {
        const std::size_t lead = leads[(start + i) % leads.size()];
        if (!take_fact(all[lead])) continue;
        const bool has_follow_up = lead + 1 < all.size() && all[lead + 1].is_follow_up;
        if (has_follow_up && facts_.size() < facts_wanted() && !is_confusing(all[lead + 1]))
            take_fact(all[lead + 1]);
    }
    if (!facts_.empty() && !facts_.front().topic.empty())
        variables_["topic"] = facts_.front().topic;
}

void Draft::add_opening() {
    std::string trait = primary_trait(ingredients_.audience);
    if (trait.empty()) trait = "general";
    if (is_control()) trait = "control";
    add(Slot::kOpening, pick((is_brief() ? "brief_opening." : "opening.") + trait), "");
    add(Slot::kLead, pick("strategies." + strategy_ + (is_brief() ? ".brief" : ".lead")), "");
}

void Draft::add_offer() {
    if (!ingredients_.offer) return;
    const Document& document = *ingredients_.offer->document;
    variables_["offer"] = variables_of(words_of(*document.offer, request_.campaign.as_of));
    const auto sentence = pick(is_control() || is_brief() ? "offer.plain" : "offer.varied");
    if (!sentence) {
        variables_["offer"] = nullptr;
        return;
    }
    add(Slot::kOffer, sentence, document.id);
    const std::string manner = strategy_ == "urgent" ? "urgent" : is_control() ? "plain" : "varied";
    add(Slot::kDeadline, pick("deadline." + manner), document.id);
}

void Draft::add_call() {
    if (request_.campaign.channel == Channel::kSms || request_.campaign.channel == Channel::kPush)
        return;
    const auto call = pick("strategies." + strategy_ + ".call");
    const std::string& website = ingredients_.brand.website.text;
    const bool names_website = call && !website.empty() && call->find(website) != std::string::npos;
    add(Slot::kCall, call, names_website ? ingredients_.brand.website.document : "");
}

void Draft::add_legal_lines() {
    const Brand& brand = ingredients_.brand;
    if (request_.campaign.channel == Channel::kEmail && has(Slot::kOffer) &&
        !ingredients_.offer->document->offer->code.empty())
        add(Slot::kTerms, brand.offer_terms.text, brand.offer_terms.document);
    add(Slot::kOptOut, brand.opt_out.text, brand.opt_out.document);
    add(Slot::kPostalAddress, brand.postal_address.text, brand.postal_address.document);
}

void Draft::fill() {
    choose_facts();
    add_opening();
    for (const FactSentence& fact : facts_) add(Slot::kFact, fact.text, fact.document);
    add_offer();
    add_call();
    add_legal_lines();
}

std::string Draft::subject(const std::vector<std::string>& taken) const {
    const Channel channel = request_.campaign.channel;
    if (channel == Channel::kSms || channel == Channel::kWeb) return "";
    const bool is_title = channel == Channel::kPush;
    const std::string key = "strategies." + strategy_ + (is_title ? ".title" : ".subject");
    const std::uint64_t base =
        Random(request_.campaign.seed ^ hash_of_key(key)).below(std::uint64_t{1} << 20);
    const auto picked =
        PhraseBank::english().pick(key, variables_, base + number_, [&](const std::string& text) {
            const bool is_taken = std::find(taken.begin(), taken.end(), text) != taken.end();
            const std::size_t longest = is_title ? kTitleMax : kSubjectMax;
            return !is_taken && text::code_point_count(text) <= longest && is_sayable(text);
        });
    return picked.value_or("");
}

std::string Draft::joined(std::initializer_list<Slot> slots) const {
    std::string text;
    for (const Slot slot : slots)
        for (const Sentence& sentence : sentences_)
            if (sentence.slot == slot) text += (text.empty() ? "" : " ") + sentence.text;
    return text;
}

Result<std::string> Draft::text() const {
    json::array legal;
    for (const Sentence& sentence : sentences_)
        if (is_legal(sentence.slot)) legal.emplace_back(sentence.text);
    const Brand& brand = ingredients_.brand;
    const json::object layout{{"greeting", brand.greeting},
                              {"opening", joined({Slot::kOpening, Slot::kLead})},
                              {"facts", text_or_null(joined({Slot::kFact}))},
                              {"offer", text_or_null(joined({Slot::kOffer, Slot::kDeadline}))},
                              {"call", text_or_null(joined({Slot::kCall}))},
                              {"sign_off", brand.sign_off},
                              {"signature", text_or_null(brand.signature)},
                              {"shop", text_or_null(brand.name.text)},
                              {"website", text_or_null(brand.website.text)},
                              {"legal", std::move(legal)}};
    auto text = TRY(PhraseBank::english().layout(request_.campaign.channel).render(layout));
    // A message that had to lose its opening starts with what is left.
    text.erase(0, std::min(text.find_first_not_of(" \n"), text.size()));
    return text;
}

bool Draft::drop(const std::string& words) {
    const auto found =
        std::find_if(sentences_.begin(), sentences_.end(), [&](const Sentence& sentence) {
            return !is_legal(sentence.slot) && sentence.text.find(words) != std::string::npos;
        });
    if (found == sentences_.end()) return false;
    if (found->slot == Slot::kOffer) variables_["offer"] = nullptr;
    if (found->slot == Slot::kFact) {
        std::erase_if(facts_, [&](const FactSentence& fact) { return fact.text == found->text; });
        variables_["topic"] = nullptr;
    }
    sentences_.erase(found);
    return true;
}

bool Draft::shorten() {
    for (const Slot slot : {Slot::kLead, Slot::kOpening, Slot::kDeadline}) {
        if (!has(slot) || (slot == Slot::kDeadline && strategy_ == "urgent")) continue;
        const auto last = std::find_if(sentences_.rbegin(),
                                       sentences_.rend(),
                                       [&](const Sentence& s) { return s.slot == slot; });
        const std::string words = last->text;
        return drop(words);
    }
    return false;
}

bool Draft::has(Slot slot) const {
    return std::any_of(sentences_.begin(), sentences_.end(), [&](const Sentence& sentence) {
        return sentence.slot == slot;
    });
}

}  // namespace cpo::generation
