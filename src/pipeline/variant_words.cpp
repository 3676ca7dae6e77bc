#include "pipeline/variant_words.h"

#include <algorithm>

#include "agents/generation/composer.h"
#include "base/utf8.h"
#include "store/generation_store.h"
#include "store/stored_values.h"
#include "store/verdict_store.h"

namespace cpo::pipeline {
namespace {

/// A variant with what it was written from.
struct Origin {
    store::StoredVariant stored;
    Date as_of{};
    std::vector<std::string> audience;  ///< Of its segment.
};

Result<Origin> origin_of(store::Session& session,
                         const std::string& workspace,
                         const std::string& id) {
    Origin origin;
    origin.stored = TRY(store::get_variant(session, workspace, id));
    origin.as_of = TRY(store::get_generation_run(session, workspace, origin.stored.run)).as_of;
    for (Context& context : TRY(store::list_contexts(session, workspace, origin.stored.run)))
        if (context.segment == origin.stored.variant.segment)
            origin.audience = std::move(context.audience);
    return origin;
}

/// Documents that a message to this audience on this channel may rest on.
std::vector<std::string> citable(const Library& library,
                                 const std::vector<std::string>& audience,
                                 Channel channel) {
    std::vector<std::string> names;
    for (const Document& document : library.documents) {
        if (retrieval::fits_audience(document, audience) &&
            retrieval::fits_channel(document, channel))
            names.push_back(document.id);
    }
    return names;
}

Result<Message> new_message(const Message& present, const VariantEdit& edit) {
    Message message = present;
    if (edit.subject) message.subject = *edit.subject;
    if (edit.text) message.text = *edit.text;
    if (!is_utf8(message.subject) || !is_utf8(message.text))
        return invalid_argument("subject and text must be UTF-8");
    if (message.text.find_first_not_of(" \t\r\n") == std::string::npos)
        return invalid_argument("text: a message needs words");
    return message;
}

}  // namespace

Result<store::StoredVariant> VariantWords::edit(const store::ChangeOwner& owner,
                                                const VariantEdit& edit,
                                                Deadline deadline) {
    const auto origin = TRY(store_->read(
        [&](store::Session& session) { return origin_of(session, owner.workspace, edit.variant); },
        deadline));
    if (origin.stored.version != edit.version)
        return store::changed_meanwhile(origin.stored.version, edit.version);
    const auto message = TRY(new_message(origin.stored.variant.message, edit));
    const auto grounds =
        TRY(screener_->grounds({owner.workspace, origin.as_of, message.language}, deadline));
    const auto sources = citable(grounds->library(), origin.audience, message.channel);
    const auto claims = generation::claims_of(message, grounds->facts, sources);
    return store_->change(
        owner.workspace,
        owner.actor,
        [&](store::Change& change) {
            return store::edit_variant(change, {edit.variant, edit.version, message, claims});
        },
        deadline);
}

Result<store::StoredVariant> VariantWords::screen(const store::ChangeOwner& owner,
                                                  const std::string& variant,
                                                  Deadline deadline) {
    const auto origin = TRY(store_->read(
        [&](store::Session& session) { return origin_of(session, owner.workspace, variant); },
        deadline));
    const auto& words = origin.stored.variant;
    const auto grounds =
        TRY(screener_->grounds({owner.workspace, origin.as_of, words.message.language}, deadline));
    auto verdicts = TRY(screener_->screen({words}, *grounds, deadline));
    if (deadline.has_passed())
        return Error{ErrorCode::kDeadlineExceeded, "screening took too long: try again", {}};
    const store::NewVerdict verdict{std::move(verdicts.front()), origin.stored.text_hash};
    return store_->change(
        owner.workspace,
        owner.actor,
        [&](store::Change& change) { return store::save_verdict(change, verdict); },
        deadline);
}

}  // namespace cpo::pipeline
