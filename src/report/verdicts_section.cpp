#include <fmt/format.h>

#include "report/display.h"
#include "report/marks.h"
#include "report/sections.h"

namespace cpo::report {
namespace {

constexpr std::array<Decision, 3> kDecisions{Decision::kBlock, Decision::kReview, Decision::kPass};

/// The same finding in several messages is one line.
struct Finding {
    Decision decision = Decision::kPass;
    const Issue* issue = nullptr;
    std::vector<std::string> messages;  ///< "Segment · Strategy".
};

std::string message_name(const CampaignRun& run, const Variant& variant) {
    const auto number = static_cast<std::size_t>(variant.segment);
    const std::string segment = number < run.segmentation.segments.size()
                                    ? run.segmentation.segments[number].name
                                    : fmt::format("Segment {}", variant.segment);
    return fmt::format("{} · {}", segment, words_of(arm_of(variant)));
}

std::vector<Finding> findings_of(const CampaignRun& run) {
    std::vector<Finding> findings;
    for (const Decision decision : kDecisions)
        for (std::size_t i = 0; i < run.verdicts.size(); ++i) {
            if (run.verdicts[i].decision != decision) continue;
            for (const Issue& issue : run.verdicts[i].issues) {
                auto place =
                    std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
                        return finding.decision == decision && finding.issue->rule == issue.rule &&
                               finding.issue->explanation == issue.explanation &&
                               finding.issue->suggestion == issue.suggestion;
                    });
                if (place == findings.end())
                    place = findings.insert(findings.end(), {decision, &issue, {}});
                std::string name = message_name(run, run.variants[i]);
                if (place->messages.empty() || place->messages.back() != name)
                    place->messages.push_back(std::move(name));
            }
        }
    return findings;
}

Html finding_item(const Finding& finding) {
    const Html where = finding.messages.size() <= 2
                           ? html("<b>{}.</b>", joined(finding.messages))
                           : disclosure(counted(finding.messages.size(), "message", "messages"),
                                        html("<p>{}</p>", joined(finding.messages)));
    return html(
        "<li>{}<div>{} <p>{} {} <span class=\"faint small\">severity {} of 7, "
        "<code>{}</code></span>"
        "</p></div></li>\n",
        decision_state(finding.decision),
        where,
        finding.issue->explanation,
        finding.issue->suggestion,
        finding.issue->severity,
        finding.issue->rule);
}

Html counts_table(const CampaignRun& run) {
    const StrategyMarks marks(run.variants);
    Table table("Verdicts by strategy",
                {{"Strategy"},
                 {word_of(Decision::kPass), true},
                 {word_of(Decision::kReview), true},
                 {word_of(Decision::kBlock), true}});
    const auto row = [&](const Html& name, const auto& is_counted) {
        std::array<std::size_t, 3> counts{};
        for (std::size_t i = 0; i < run.variants.size(); ++i)
            if (is_counted(run.variants[i]))
                ++counts[static_cast<std::size_t>(run.verdicts[i].decision)];
        table.add({name,
                   plain(grouped(counts[static_cast<std::size_t>(Decision::kPass)])),
                   plain(grouped(counts[static_cast<std::size_t>(Decision::kReview)])),
                   plain(grouped(counts[static_cast<std::size_t>(Decision::kBlock)]))});
    };
    for (const std::string& strategy : marks.strategies())
        if (std::any_of(run.variants.begin(), run.variants.end(), [&](const Variant& variant) {
                return arm_of(variant) == strategy;
            }))
            row(marks.named(strategy),
                [&](const Variant& variant) { return arm_of(variant) == strategy; });
    row(html("All {}", grouped(run.variants.size())), [](const Variant&) { return true; });
    return html("<div class=\"counts\">{}</div>\n", table.scrolling());
}

}  // namespace

Html verdicts_section(const CampaignRun& run) {
    Html items;
    for (const Finding& finding : findings_of(run)) items += finding_item(finding);
    const Html list =
        items.is_empty()
            ? html("<p class=\"note\">Screening found nothing to report.</p>\n")
            : html("<h3 class=\"gap\">Findings</h3>\n<ul class=\"findings\">\n{}</ul>\n", items);
    const Html counts =
        run.variants.empty() ? html("<p>No message was written.</p>\n") : counts_table(run);
    return html(
        R"(<section id="verdicts" aria-labelledby="verdicts-title">
<h2 id="verdicts-title">Verdicts</h2>
<p>Every message was screened for personal data, secrets, leftover placeholders, abusive words, required parts of its channel, and claims without a source. Only what passed can be in an experiment.</p>
{}{}</section>
)",
        counts,
        list);
}

}  // namespace cpo::report
