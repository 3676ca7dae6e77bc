#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/display.h"
#include "report/marks.h"
#include "report/sections.h"

namespace cpo::report {
namespace {

const Document* find_document(const Library& library, const std::string& id) {
    for (const Document& document : library.documents)
        if (document.id == id) return &document;
    return nullptr;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
    return text.size() >= start.size() &&
           std::equal(start.begin(), start.end(), text.begin(), [](char a, char b) {
               return lower(a) == lower(b);
           });
}

/// `text` with every occurrence of a claim's words marked, longest first, ASCII case ignored.
Html with_claims_marked(std::string_view text, std::vector<std::string> claims) {
    std::erase(claims, std::string());
    std::sort(claims.begin(), claims.end(), [](const std::string& a, const std::string& b) {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    Html marked;
    std::size_t plain_from = 0;
    std::size_t position = 0;
    while (position < text.size()) {
        const auto claim =
            std::find_if(claims.begin(), claims.end(), [&](const std::string& words) {
                return starts_with_ignoring_case(text.substr(position), words);
            });
        if (claim == claims.end()) {
            ++position;
            continue;
        }
        marked += html("{}<mark>{}</mark>",
                       text.substr(plain_from, position - plain_from),
                       text.substr(position, claim->size()));
        position += claim->size();
        plain_from = position;
    }
    return marked + html("{}", text.substr(plain_from));
}

std::string offer_gift(const Offer& offer) {
    switch (offer.unit) {
        case OfferUnit::kPercent: {
            const int digits = offer.percent == std::floor(offer.percent) ? 0 : 1;
            return fixed(offer.percent, digits) + "% off";
        }
        case OfferUnit::kMoney:
            return format_money(offer.amount) + " off";
        case OfferUnit::kFreeShipping:
            return "free shipping";
        case OfferUnit::kGift:
            return offer.gift.empty() ? "a gift" : offer.gift;
    }
    std::abort();
}

/// The structured offer in words: what a claim by reference points to.
std::string offer_words(const Offer& offer) {
    std::string words = offer_gift(offer);
    if (!offer.applies_to.empty()) words += " on " + offer.applies_to;
    if (!offer.code.empty()) words += ", code " + offer.code;
    if (offer.minimum) words += ", orders from " + format_money(*offer.minimum);
    if (offer.starts) words += ", from " + date_words(*offer.starts);
    if (offer.ends) words += ", until " + date_words(*offer.ends);
    if (!offer.audience.empty()) {
        std::string audience = offer.audience;
        std::replace(audience.begin(), audience.end(), '_', ' ');
        words += ", for " + audience + " customers";
    }
    return words;
}

/// What passage 0 of a document is: its offer and facts.
Html structured_words(const Document& document, const std::vector<std::string>& claims) {
    Html lines;
    if (document.offer)
        lines +=
            html("<li>Offer: {}</li>", with_claims_marked(offer_words(*document.offer), claims));
    for (const DocumentFact& fact : document.facts)
        lines +=
            html("<li>{}: {}</li>", words_of(fact.key), with_claims_marked(fact.value, claims));
    return html("<ul class=\"plain\">{}</ul>", lines);
}

std::string passage_text(const Library& library, const Citation& citation) {
    for (const Passage& passage : library.passages)
        if (passage.document == citation.document && passage.number == citation.passage)
            return passage.text;
    return {};
}

std::string approval(const Document& document) {
    std::string words = !document.approved_by.empty() ? "Approved by " + document.approved_by
                        : document.is_approval_waived
                            ? std::string("Counts as approved: its file has no approval fields")
                            : std::string("Approved");
    if (document.approved_on) words += " on " + date_words(*document.approved_on);
    if (document.valid_from) words += ", valid from " + date_words(*document.valid_from);
    if (document.valid_until) return words + ", valid to " + date_words(*document.valid_until);
    if (document.offer && document.offer->ends)
        return words + ", offer ends on " + date_words(*document.offer->ends);
    words += ", no end date";
    return words;
}

Html source_item(const CampaignRun& run, const Citation& citation, std::size_t number) {
    const Document* document = find_document(run.library, citation.document);
    const std::string title = document == nullptr ? citation.document : document->title;
    const Html place =
        citation.passage == 0 ? html("offer and facts") : html("passage {}", citation.passage);
    Html words;
    if (citation.passage == 0 && document != nullptr)
        words = structured_words(*document, citation.claim_texts);
    else
        words = with_claims_marked(passage_text(run.library, citation), citation.claim_texts);
    const std::string approved =
        document == nullptr ? std::string("Not among the usable documents") : approval(*document);
    return html(
        R"(<li id="source-{}"><span class="number" aria-hidden="true">{}</span><div>
<p><b>{}</b> <code class="faint">{}</code> <span class="faint small">{}</span></p>
<blockquote>{}</blockquote>
<p class="small dim">{} · used in {}</p></div></li>
)",
        number,
        number,
        title,
        citation.document,
        place,
        words,
        approved,
        counted(citation.variants.size(), "message", "messages"));
}

Html left_out(const CampaignRun& run) {
    if (run.library.set_aside.empty())
        return html("<p id=\"left-out\" class=\"gap\">No document was left out.</p>\n");
    Table table("Documents that were left out", {{"Document"}, {"Why"}});
    for (const SetAsideDocument& document : run.library.set_aside)
        table.add({html("{} <code class=\"faint\">{}</code>",
                        document.title.empty() ? document.document : document.title,
                        document.document),
                   plain(document.reason)});
    return html(
        "<h3 id=\"left-out\" class=\"gap\">Left out</h3>\n<p>{} not used, because a message "
        "may only rest on content that is approved, in date and without contradiction.</p>\n{}",
        run.library.set_aside.size() == 1
            ? std::string("1 document was")
            : fmt::format("{} documents were", grouped(run.library.set_aside.size())),
        table.with_cards());
}

Html uncited(const CampaignRun& run, const Citations& citations) {
    Table table("Usable documents that no message cites", {{"Document"}, {"Type"}, {"Approval"}});
    std::size_t count = 0;
    for (const Document& document : run.library.documents) {
        const bool is_cited = std::any_of(
            citations.list().begin(), citations.list().end(), [&](const Citation& cited) {
                return cited.document == document.id;
            });
        if (is_cited) continue;
        ++count;
        table.add({html("{} <code class=\"faint\">{}</code>", document.title, document.id),
                   plain(name_of(document.type)),
                   plain(approval(document))});
    }
    if (count == 0) return {};
    return html(
        "<div class=\"gap\">{}</div>\n",
        disclosure(fmt::format("Usable but not cited ({})", grouped(count)), table.scrolling()));
}

}  // namespace

Html sources_section(const CampaignRun& run, const Citations& citations) {
    Html items;
    for (std::size_t i = 0; i < citations.list().size(); ++i)
        items += source_item(run, citations.list()[i], i + 1);
    const Html list = items.is_empty()
                          ? html("<p>No message makes a claim that needs a source.</p>\n")
                          : html("<ol class=\"sources\">\n{}</ol>\n", items);
    return html(
        R"(<section id="sources" aria-labelledby="sources-title">
<h2 id="sources-title">Sources</h2>
{}{}{}</section>
)",
        list,
        left_out(run),
        uncited(run, citations));
}

}  // namespace cpo::report
