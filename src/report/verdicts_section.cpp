#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/display.h"
#include "report/marks.h"
#include "report/sections.h"

namespace cpo::report {
namespace {

/// What needs attention first.
constexpr std::array<Outcome, 4> kOrder{
    Outcome::kBlocked, Outcome::kNotScreened, Outcome::kHeld, Outcome::kPassed};

/// The same finding in several messages is one line.
struct Finding {
    Outcome outcome = Outcome::kPassed;
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
    for (const Outcome outcome : kOrder)
        for (std::size_t i = 0; i < run.verdicts.size(); ++i) {
            if (outcome_of(run.verdicts[i]) != outcome) continue;
            for (const Issue& issue : run.verdicts[i].issues) {
                auto place =
                    std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
                        return finding.outcome == outcome && finding.issue->rule == issue.rule &&
                               finding.issue->explanation == issue.explanation &&
                               finding.issue->suggestion == issue.suggestion;
                    });
                if (place == findings.end())
                    place = findings.insert(findings.end(), {outcome, &issue, {}});
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
        outcome_state(finding.outcome),
        where,
        finding.issue->explanation,
        finding.issue->suggestion,
        finding.issue->severity,
        finding.issue->rule);
}

Html counts_table(const CampaignRun& run) {
    const StrategyMarks marks(run.variants);
    std::vector<Column> columns{{"Strategy"}};
    for (const Outcome outcome : kOutcomes) columns.push_back({word_of(outcome), true});
    Table table("Verdicts by strategy", columns);
    const auto row = [&](const Html& name, const auto& is_counted) {
        std::vector<Html> cells{name};
        for (const Outcome outcome : kOutcomes) {
            std::size_t count = 0;
            for (std::size_t i = 0; i < run.variants.size(); ++i)
                if (is_counted(run.variants[i]) && outcome_of(run.verdicts[i]) == outcome) ++count;
            cells.push_back(plain(grouped(count)));
        }
        table.add(cells);
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
