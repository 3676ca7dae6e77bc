#include "http/handlers/safety.h"

#include "http/handlers/variant_answer.h"
#include "http/page.h"
#include "http/services.h"
#include "model/verdict_json.h"
#include "pipeline/variant_words.h"
#include "store/review_store.h"
#include "store/verdict_store.h"

namespace cpo::http {
namespace {

json::object verdict_json(const store::StoredVerdict& stored) {
    return {{"id", stored.id},
            {"variant", stored.variant},
            {"text_hash", stored.text_hash},
            {"created_at", format_time(stored.created_at)},
            {"verdict", to_full_json(stored.verdict)}};
}

json::object review_json(const store::Review& review) {
    return {{"id", review.id},
            {"decision", review.is_approval ? "approve" : "reject"},
            {"reason", review.reason},
            {"is_override", review.is_override},
            {"reviewer", review.reviewer},
            {"text_hash", review.text_hash},
            {"created_at", format_time(review.created_at)}};
}

Result<pipeline::TextToScreen> text_to_screen(const Request& request) {
    const auto reader = TRY(JsonReader::of(request.body));
    pipeline::TextToScreen text;
    text.workspace = request.workspace();
    text.message.language = TRY(reader.string_or("language", text.message.language));
    text.message.subject = TRY(reader.string_or("subject", ""));
    text.message.text = TRY(reader.string("text"));
    const auto channel = parse_channel(TRY(reader.string_or("channel", "")));
    text.is_channel_checked = channel.has_value();
    if (channel) text.message.channel = *channel;
    return text;
}

}  // namespace

Result<Response> screen_text(const Request& request, Services& services) {
    const auto text = TRY(text_to_screen(request));
    const auto verdict = TRY(services.screener.screen(text, request.deadline));
    return Response::ok(to_full_json(verdict));
}

Result<Response> screen_variant(const Request& request, Services& services) {
    pipeline::VariantWords words(services.store, services.screener);
    return variant_response(
        200,
        TRY(words.screen(
            {request.workspace(), request.actor()}, request.param("variant"), request.deadline)));
}

Result<Response> list_reviews(const Request& request, Services& services) {
    const auto reviews = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_reviews(session, request.workspace(), request.param("variant"));
        },
        request.deadline));
    json::array items;
    for (const store::Review& review : reviews) items.push_back(review_json(review));
    return Response::ok(json::object{{"items", std::move(items)}});
}

Result<Response> review_variant(const Request& request, Services& services) {
    const auto reader = TRY(JsonReader::of(request.body));
    store::NewReview review;
    review.variant = request.param("variant");
    review.version = TRY(request.expected_version());
    review.is_approval = TRY(reader.string("decision")) == "approve";
    review.reason = TRY(reader.string_or("reason", ""));
    return variant_response(
        201,
        TRY(services.store.change(
            request.workspace(),
            request.actor(),
            [&](store::Change& change) { return store::review_variant(change, review); },
            request.deadline)));
}

Result<Response> list_verdicts(const Request& request, Services& services) {
    const auto page = TRY(page_request(request));
    const store::VerdictFilter filter{request.query_or("decision", ""),
                                      request.query_or("variant", "")};
    const auto verdicts = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_verdicts(session, request.workspace(), filter, page);
        },
        request.deadline));
    return Response::ok(
        page_json(verdicts, verdict_json, [](const auto& stored) { return stored.id; }));
}

}  // namespace cpo::http
