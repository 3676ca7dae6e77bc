#include "agents/generation/llm_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/json.h"
#include "embedded/prompt_write_variant.h"
#include "text/sentences.h"
#include "text/utf8.h"

namespace cpo::generation {
namespace {

constexpr std::size_t kPassagesMax = 12;
constexpr std::size_t kPassageBytesMax = 2'000;
constexpr std::size_t kFactsMax = 80;
constexpr std::size_t kReplyBytesMax = std::size_t{32} << 10;
constexpr std::size_t kClaimsMax = 40;
constexpr std::size_t kQuoteBytesMax = 600;

/// Longest subject and text, in code points; 0 = the channel has no subject.
struct Limits {
    std::size_t subject = 0;
    std::size_t text = 0;
};

Limits limits_of(Channel channel) {
    switch (channel) {
        case Channel::kEmail:
            return {90, 2'000};
        case Channel::kSms:
            return {0, 320};
        case Channel::kPush:
            return {50, 180};
        case Channel::kWeb:
            return {0, 400};
    }
    return {};
}

Error broken(std::string message) {
    return {ErrorCode::kFailedPrecondition, "the model's reply: " + std::move(message), {}};
}

/// What a reply may rest on: the documents of the context and those that the draft cites.
std::set<std::string> source_documents(const GenerationRequest& request, const Variant& composed) {
    std::set<std::string> documents;
    for (const Claim& claim : composed.claims)
        if (!claim.document.empty()) documents.insert(claim.document);
    for (std::size_t i = 0; i < std::min(kPassagesMax, request.context.hits.size()); ++i)
        documents.insert(request.context.hits[i].document);
    return documents;
}

std::string_view field_text(const Message& message, MessageField field) {
    return field == MessageField::kSubject ? message.subject : message.text;
}

json::array draft_sources(const Variant& composed) {
    json::array sources;
    for (const Claim& claim : composed.claims) {
        const auto quote = text::slice_code_points(
            field_text(composed.message, claim.field), claim.start, claim.end);
        sources.push_back(json::object{
            {"quote", quote}, {"document", claim.document}, {"passage", claim.passage}});
    }
    return sources;
}

json::array known_facts(const GenerationRequest& request, const std::set<std::string>& documents) {
    json::array facts;
    for (const auto& statement : request.facts.statements()) {
        if (facts.size() >= kFactsMax) break;
        if (!documents.contains(statement.document)) continue;
        facts.push_back(json::object{{"kind", cpo::name_of(statement.kind)},
                                     {"value", statement.value},
                                     {"document", statement.document},
                                     {"passage", statement.passage}});
    }
    return facts;
}

json::array passages(const GenerationRequest& request) {
    json::array list;
    for (const Hit& hit : request.context.hits) {
        if (list.size() >= kPassagesMax) break;
        std::size_t cut = std::min(hit.text.size(), kPassageBytesMax);
        while (cut < hit.text.size() && cut > 0 && (hit.text[cut] & '\xC0') == '\x80') --cut;
        list.push_back(json::object{{"document", hit.document},
                                    {"passage", hit.passage},
                                    {"title", hit.title},
                                    {"text", std::string_view(hit.text).substr(0, cut)}});
    }
    return list;
}

ChatRequest make_request(const GenerationRequest& request, const Variant& composed) {
    const Limits limits = limits_of(composed.message.channel);
    json::object data;
    data["task"] =
        json::object{{"goal", request.campaign.goal},
                     {"channel", cpo::name_of(composed.message.channel)},
                     {"language", composed.message.language},
                     {"strategy", composed.strategy},
                     {"tone", composed.tone},
                     {"customers", request.segment.name},
                     {"limits", json::object{{"subject", limits.subject}, {"text", limits.text}}}};
    data["draft"] =
        json::object{{"subject", composed.message.subject}, {"text", composed.message.text}};
    data["draft_sources"] = draft_sources(composed);
    data["facts"] = known_facts(request, source_documents(request, composed));
    data["passages"] = passages(request);
    ChatRequest chat;
    chat.messages = {{"system", std::string(embedded::prompt_write_variant())},
                     {"user", write_json(data)}};
    chat.seed = request.campaign.seed;
    chat.is_json = true;
    return chat;
}

/// The JSON inside a reply: models like to fence it.
std::string_view without_fence(std::string_view reply) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const auto trim = [&](std::string_view text) {
        const auto first = text.find_first_not_of(kBlanks);
        if (first == std::string_view::npos) return std::string_view();
        return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
    };
    reply = trim(reply);
    if (!reply.starts_with("```") || !reply.ends_with("```") || reply.size() < 6) return reply;
    reply = reply.substr(3, reply.size() - 6);
    if (reply.starts_with("json")) reply.remove_prefix(4);
    return trim(reply);
}

/// A quote of the reply and what it says it rests on.
struct Quote {
    std::string text;
    std::string document;
};

Result<std::vector<Quote>> read_quotes(const JsonReader& reply,
                                       const Message& message,
                                       const std::set<std::string>& documents) {
    const auto* claims = TRY(reply.array("claims"));
    if (claims->size() > kClaimsMax) return broken(fmt::format("over {} claims", kClaimsMax));
    std::vector<Quote> quotes;
    for (std::size_t i = 0; i < claims->size(); ++i) {
        const auto reader = TRY(JsonReader::of((*claims)[i], fmt::format("/claims/{}", i)));
        TRY(reader.only({"quote", "document", "passage"}));
        Quote quote;
        quote.text = TRY(reader.string("quote"));
        quote.document = TRY(reader.string("document"));
        // Which passage of the document says so is looked up, not believed.
        TRY(reader.integer_or("passage", 0));
        if (quote.text.empty() || quote.text.size() > kQuoteBytesMax)
            return broken(fmt::format("/claims/{}/quote has no useful length", i));
        if (message.subject.find(quote.text) == std::string::npos &&
            message.text.find(quote.text) == std::string::npos)
            return broken(fmt::format("'{}' is quoted, but not written", quote.text));
        if (!documents.contains(quote.document))
            return broken(fmt::format("'{}' is no source it was given", quote.document));
        quotes.push_back(std::move(quote));
    }
    return quotes;
}

/// Documents cited by the quotes that cover bytes [start, end) of `text`.
std::vector<std::string> cited_for(std::string_view text,
                                   std::size_t start,
                                   std::size_t end,
                                   const std::vector<Quote>& quotes) {
    std::vector<std::string> cited;
    for (const Quote& quote : quotes) {
        bool covers = false;
        for (auto at = text.find(quote.text); at != std::string_view::npos && at <= start;
             at = text.find(quote.text, at + 1))
            covers = covers || at + quote.text.size() >= end;
        if (covers && std::find(cited.begin(), cited.end(), quote.document) == cited.end())
            cited.push_back(quote.document);
    }
    return cited;
}

Result<void> add_claims(MessageField field,
                        const GenerationRequest& request,
                        const std::vector<Quote>& quotes,
                        Variant& variant) {
    const auto text = field_text(variant.message, field);
    const text::CodePointIndex index(text);
    for (const auto& found :
         claims::find_claims(text, variant.message.language, request.facts.as_of())) {
        const auto cited =
            cited_for(text, index.byte_of(found.start), index.byte_of(found.end), quotes);
        if (cited.empty()) return broken(fmt::format("'{}' has no source", found.text));
        const auto resolution = request.facts.resolve(found, cited);
        if (!resolution.is_supported)
            return broken(
                fmt::format("'{}' is not backed: {}", found.text, resolution.explanation));
        variant.claims.push_back({field,
                                  found.start,
                                  found.end,
                                  found.kind,
                                  found.value,
                                  resolution.document,
                                  resolution.passage});
    }
    return {};
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F;
    });
}

Result<Message> read_message(const JsonReader& reply, const Message& draft) {
    Message message = draft;
    message.subject = TRY(reply.string_or("subject", ""));
    message.text = TRY(reply.string("text"));
    const Limits limits = limits_of(message.channel);
    const auto subject_size = text::code_point_count(message.subject);
    const auto text_size = text::code_point_count(message.text);
    if (text_size == 0) return broken("the text is empty");
    if (limits.subject > 0 && subject_size == 0) return broken("the subject is missing");
    if (subject_size > limits.subject)
        return broken(fmt::format(
            "the subject has {} characters, {} are allowed", subject_size, limits.subject));
    if (text_size > limits.text)
        return broken(
            fmt::format("the text has {} characters, {} are allowed", text_size, limits.text));
    if (has_control_character(message.subject) || has_control_character(message.text) ||
        message.subject.find('\n') != std::string::npos)
        return broken("there are control characters in it");
    return message;
}

/// The draft's legal lines (opt-out, address) are not the model's to change: every sentence or
/// named fact of a legal document that stands in the draft must stand in the reply.
Result<void> keep_legal_lines(const Library& library,
                              const Message& draft,
                              const Message& message) {
    constexpr std::size_t kLineBytesMin = 8;  // "Ltd" alone is no legal line.
    const auto check = [&](std::string_view line) -> Result<void> {
        if (line.size() < kLineBytesMin || draft.text.find(line) == std::string::npos ||
            message.text.find(line) != std::string::npos)
            return {};
        return broken(fmt::format("the legal line '{}' is missing or changed", line));
    };
    for (const Document& document : library.documents) {
        if (document.type != DocumentType::kLegal) continue;
        for (const auto& sentence : text::split_sentences(document.text))
            TRY(check(std::string_view(document.text)
                          .substr(sentence.start, sentence.end - sentence.start)));
        for (const DocumentFact& fact : document.facts) TRY(check(fact.value));
    }
    return {};
}

Result<Variant> read_object(const JsonReader& reply,
                            const GenerationRequest& request,
                            const Variant& composed) {
    TRY(reply.only({"subject", "text", "claims"}));
    Variant variant = composed;
    variant.claims.clear();
    variant.message = TRY(read_message(reply, composed.message));
    TRY(keep_legal_lines(request.library, composed.message, variant.message));
    const auto quotes =
        TRY(read_quotes(reply, variant.message, source_documents(request, composed)));
    TRY(add_claims(MessageField::kSubject, request, quotes, variant));
    TRY(add_claims(MessageField::kText, request, quotes, variant));
    return variant;
}

}  // namespace

Result<Variant> read_llm_reply(std::string_view reply,
                               const GenerationRequest& request,
                               const Variant& composed) {
    if (reply.size() > kReplyBytesMax)
        return broken(fmt::format("longer than {} bytes", kReplyBytesMax));
    const auto parsed = parse_json(without_fence(reply));
    if (!parsed) return broken("not one JSON object; " + parsed.error().message);
    const auto reader = JsonReader::of(*parsed);
    if (!reader) return broken("not one JSON object");
    auto variant = read_object(*reader, request, composed);
    if (!variant && variant.error().code == ErrorCode::kInvalidArgument)
        return broken(variant.error().message);  // A wrong field is the model's fault, not ours.
    return variant;
}

Result<Variant> write_with_llm(Llm& llm,
                               const GenerationRequest& request,
                               const Variant& composed,
                               Deadline deadline) {
    assert(!composed.is_control);
    const auto reply = TRY(llm.chat(make_request(request, composed), deadline));
    Variant variant = TRY(read_llm_reply(reply.text, request, composed));
    variant.writer = llm.name();
    return variant;
}

}  // namespace cpo::generation
