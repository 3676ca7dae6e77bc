#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "report/display.h"
#include "report/marked_text.h"
#include "report/marks.h"
#include "report/sections.h"
#include "text/utf8.h"

namespace cpo::report {
namespace {

std::string severity_words(const Verdict& verdict) {
    int worst = 0;
    for (const Issue& issue : verdict.issues) worst = std::max(worst, issue.severity);
    if (verdict.issues.empty()) return "screening found nothing";
    return fmt::format("worst finding: severity {} of 7", worst);
}

std::string claim_words(const Variant& variant, const Verdict& verdict) {
    const auto kept = static_cast<std::size_t>(
        std::count_if(variant.claims.begin(), variant.claims.end(), [&](const Claim& claim) {
            return !is_broken(claim, verdict);
        }));
    if (variant.claims.empty()) return "makes no checkable claim";
    return fmt::format("{} of {} rest{} on a source",
                       kept,
                       counted(variant.claims.size(), "claim", "claims"),
                       kept == 1 ? "s" : "");
}

/// Confidence as the product it is, so that a low one explains itself.
Html confidence(const Variant& variant) {
    const ConfidenceParts& parts = variant.confidence_parts;
    return html(
        R"(<details class="data"><summary>Confidence {}</summary><dl class="parts">
<div><dt>sources answer the query</dt><dd>{}</dd></div>
<div><dt>× nothing left unsaid</dt><dd>{}</dd></div>
<div><dt>× fits the segment</dt><dd>{}</dd></div></dl></details>
)",
        fixed(variant.confidence, 2),
        fixed(parts.retrieval_support, 2),
        fixed(parts.completeness, 2),
        fixed(parts.segment_fit, 2));
}

/// What screening found, in one line a finding.
Html findings(const Verdict& verdict) {
    Html items;
    for (const Issue& issue : verdict.issues)
        items += html("<li>{} <code>{}</code></li>", issue.explanation, issue.rule);
    return items.is_empty() ? Html() : html("<ul class=\"bullets small\">{}</ul>", items);
}

Html letter(const Variant& variant, const Verdict& verdict, const Citations& citations) {
    const bool masked = is_masked(variant, verdict, MessageField::kText) ||
                        is_masked(variant, verdict, MessageField::kSubject);
    const Html subject =
        variant.message.subject.empty()
            ? Html()
            : html("<p class=\"subject\">{}</p>",
                   marked_text(variant, verdict, MessageField::kSubject, citations));
    const Html note = masked ? html(
                                   "<p class=\"note small\">Personal data is masked here; "
                                   "<code>variants.jsonl</code> has the exact words.</p>")
                             : Html();
    return html("<div class=\"letter\">{}<p class=\"words\">{}</p>{}</div>\n",
                subject,
                marked_text(variant, verdict, MessageField::kText, citations),
                note);
}

Html article(const Variant& variant, const Verdict& verdict, const Citations& citations) {
    const std::string length =
        variant.message.channel == Channel::kSms
            ? counted(text::code_point_count(repair_utf8(variant.message.text)),
                      "character",
                      "characters")
            : std::string();
    Html facts =
        html("<li>{}</li><li>{}</li>", claim_words(variant, verdict), severity_words(verdict));
    if (!variant.tone.empty()) facts += html("<li>{} tone</li>", variant.tone);
    if (!length.empty()) facts += html("<li>{}</li>", length);
    return html(
        R"(<article class="variant" aria-labelledby="variant-{}">
<header><h4 id="variant-{}">{}</h4>
<p>{}</p><ul class="meta small dim">{}</ul>{}</header>
<div>{}{}</div></article>
)",
        variant.id,
        variant.id,
        variant.is_control ? std::string("Control: plain, for everybody")
                           : words_of(variant.strategy),
        outcome_state(outcome_of(verdict)),
        facts,
        confidence(variant),
        letter(variant, verdict, citations),
        findings(verdict));
}

Html context_note(const CampaignRun& run, const Segment& segment) {
    for (const Context& context : run.contexts) {
        if (context.segment != segment.number || context.hits.empty()) continue;
        Table table("Passages found for " + segment.name,
                    {{"Document"}, {"Passage", true}, {"Why"}});
        for (const Hit& hit : context.hits)
            table.add({html("{} <code class=\"faint\">{}</code>", hit.title, hit.document),
                       plain(std::to_string(hit.passage)),
                       plain(hit.reason)});
        return disclosure(fmt::format("Found for this segment: {}",
                                      counted(context.hits.size(), "passage", "passages")),
                          html("<p>Asked for: “{}”</p>{}", context.query, table.scrolling()));
    }
    return {};
}

}  // namespace

Html variants_section(const CampaignRun& run, const Citations& citations) {
    Html groups;
    for (const Segment& segment : run.segmentation.segments) {
        Html articles;
        for (std::size_t i = 0; i < run.variants.size(); ++i)
            if (run.variants[i].segment == segment.number)
                articles += article(run.variants[i], run.verdicts[i], citations);
        if (articles.is_empty())
            articles = html("<p class=\"note\">No message was written for this segment.</p>");
        groups += html(
            "<section class=\"group\" aria-labelledby=\"messages-{}\">"
            "<h3 id=\"messages-{}\">{}</h3>\n{}{}</section>\n",
            segment.number,
            segment.number,
            named_segment(segment),
            context_note(run, segment),
            articles);
    }
    return html(
        R"(<section id="variants" aria-labelledby="variants-title">
<h2 id="variants-title">Variants</h2>
<p>A solid line marks a claim, the number after it leads to the passage the claim rests on. A wavy line marks a claim that its source does not carry. Confidence is a product: how well the cited passages answer the segment's query × the share of wished-for facts that approved content could fill × how well strategy and offer suit the segment.</p>
{}</section>
)",
        groups);
}

}  // namespace cpo::report
