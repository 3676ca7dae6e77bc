#include "agents/generation/brand.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>

#include "agents/generation/passages.h"

namespace cpo::generation {
namespace {

constexpr std::size_t kBannedWordsMax = 500;

std::string_view first_subtag(std::string_view language) {
    return language.substr(0, std::min(language.find('-'), language.size()));
}

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool has_word(std::string_view text, std::string_view word) {
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const bool is_start = at == 0 || !is_word_byte(text[at - 1]);
        const auto end = at + word.size();
        if (is_start && (end == text.size() || !is_word_byte(text[end]))) return true;
    }
    return false;
}

std::vector<std::string> list_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty() && words.size() < kBannedWordsMax) {
        const auto end = std::min(text.find_first_of(",;\n"), text.size());
        std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto first = word.find_first_not_of(" \t");
        if (first == std::string_view::npos) continue;
        word = word.substr(first, word.find_last_not_of(" \t") - first + 1);
        words.push_back(lower_case(word));
    }
    return words;
}

/// Named facts of the style and legal documents that a message of the channel may use.
class Facts {
public:
    Facts(const Library& library, Channel channel, std::string_view language) {
        for (const Document& document : library.documents) {
            const bool is_source =
                document.type == DocumentType::kStyle || document.type == DocumentType::kLegal;
            if (is_source && is_for(document, channel, language)) documents_.push_back(&document);
        }
    }

    /// The first document that has one of the names, in the order of the names.
    Sourced find(std::initializer_list<std::string_view> names) const {
        for (const std::string_view name : names)
            for (const Document* document : documents_)
                for (const DocumentFact& fact : document->facts)
                    if (fact.key == name && !fact.value.empty()) return {fact.value, document->id};
        return {};
    }

    /// The first sentence of a legal document that has `wanted` and reads like a line of a message,
    /// not like a rule for whoever writes it.
    Sourced find_line(const Library& library, const RE2& wanted) const {
        static const RE2 rule(
            R"((?i)\b(?:must|should|shall|every|each|all (?:our )?(?:emails|messages)|carr(?:y|ies)|)"
            R"(ends? with|stands? at|line|footer)\b)");
        for (const Document* document : documents_) {
            if (document->type != DocumentType::kLegal) continue;
            for (const PlainSentence& sentence : plain_sentences(library, *document))
                if (RE2::PartialMatch(sentence.text, wanted) &&
                    !RE2::PartialMatch(sentence.text, rule))
                    return {sentence.text, document->id};
        }
        return {};
    }

private:
    std::vector<const Document*> documents_;
};

}  // namespace

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

bool is_for(const Document& document, Channel channel, std::string_view language) {
    const bool is_channel =
        document.channels.empty() ||
        std::find(document.channels.begin(), document.channels.end(), name_of(channel)) !=
            document.channels.end();
    return is_channel && first_subtag(document.language) == first_subtag(language);
}

bool is_in_voice(std::string_view text, const Brand& brand) {
    if (std::count(text.begin(), text.end(), '!') > brand.exclamation_marks_max) return false;
    const std::string lower = lower_case(text);
    return std::none_of(brand.banned_words.begin(),
                        brand.banned_words.end(),
                        [&](const std::string& word) { return has_word(lower, word); });
}

Brand read_brand(const Library& library, Channel channel, std::string_view language) {
    static const RE2 email_opt_out(R"((?i)\bunsubscribe\b|\bopt[ -]?out\b)");
    static const RE2 sms_opt_out(R"((?i)\b(?:reply|text|send) (?:with )?["']?stop\b)");
    static const RE2 address(
        R"(\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b[A-Z]{2} \d{5}\b|(?i:\bP\.? ?O\.? Box \d))");
    const Facts facts(library, channel, language);
    Brand brand;
    brand.name = facts.find({"sender_name", "brand_name", "brand", "shop_name", "company_name"});
    brand.website = facts.find({"website", "site", "url"});
    if (auto greeting = facts.find({"greeting"}).text; !greeting.empty()) brand.greeting = greeting;
    if (auto sign_off = facts.find({"sign_off"}).text; !sign_off.empty()) brand.sign_off = sign_off;
    brand.signature = facts.find({"signature"}).text;
    if (brand.signature.empty()) brand.signature = brand.name.text;
    brand.banned_words = list_of(facts.find({"banned_words"}).text);
    const std::string marks = facts.find({"exclamation_marks_max"}).text;
    std::from_chars(marks.data(), marks.data() + marks.size(), brand.exclamation_marks_max);
    brand.offer_terms = facts.find({"offer_terms"});
    if (channel == Channel::kEmail) {
        brand.opt_out = facts.find({"opt_out_email", "opt_out"});
        if (brand.opt_out.text.empty()) brand.opt_out = facts.find_line(library, email_opt_out);
        brand.postal_address = facts.find({"postal_address"});
        if (brand.postal_address.text.empty())
            brand.postal_address = facts.find_line(library, address);
    }
    if (channel == Channel::kSms) {
        brand.opt_out = facts.find({"opt_out_sms", "opt_out"});
        if (brand.opt_out.text.empty()) brand.opt_out = facts.find_line(library, sms_opt_out);
    }
    return brand;
}

}  // namespace cpo::generation
