#include <fmt/format.h>

#include <algorithm>

#include "report/display.h"
#include "report/marks.h"
#include "report/sections.h"

namespace cpo::report {
namespace {

std::size_t count_of(const CampaignRun& run, Outcome outcome) {
    return static_cast<std::size_t>(
        std::count_if(run.verdicts.begin(), run.verdicts.end(), [&](const Verdict& verdict) {
            return outcome_of(verdict) == outcome;
        }));
}

std::string verdict_clause(const CampaignRun& run) {
    std::vector<std::string> parts{
        fmt::format("{} passed screening", grouped(count_of(run, Outcome::kPassed)))};
    const auto add = [&](Outcome outcome, std::string_view one, std::string_view many) {
        const std::size_t count = count_of(run, outcome);
        if (count > 0)
            parts.push_back(fmt::format("{} {}", grouped(count), count == 1 ? one : many));
    };
    add(Outcome::kHeld, "is held for review", "are held for review");
    add(Outcome::kBlocked, "is blocked", "are blocked");
    add(Outcome::kNotScreened, "was not screened", "were not screened");
    return joined(parts);
}

std::string plan_clause(const CampaignRun& run) {
    if (run.experiments.empty()) return "No experiment could be planned.";
    const auto feasible = static_cast<std::size_t>(std::count_if(
        run.experiments.begin(), run.experiments.end(), [](const Experiment& experiment) {
            return experiment.plan.is_feasible;
        }));
    const std::string planned =
        fmt::format("{} {} planned",
                    counted(run.experiments.size(), "experiment", "experiments"),
                    run.experiments.size() == 1 ? "is" : "are");
    if (feasible == run.experiments.size()) {
        std::int64_t longest = 0;
        for (const Experiment& experiment : run.experiments)
            longest = std::max(longest, experiment.plan.days);
        return fmt::format("{}; the longest needs {}.",
                           planned,
                           counted(static_cast<std::size_t>(longest), "day", "days"));
    }
    if (feasible == 0)
        return fmt::format(
            "{}, but {} to find the lift that was asked for.",
            planned,
            run.experiments.size() == 1 ? "it has too few people" : "none has enough people");
    return fmt::format("{}, of which {} enough people to find the lift that was asked for.",
                       planned,
                       feasible == 1 ? "1 has" : fmt::format("{} have", grouped(feasible)));
}

/// What the whole page says, in three sentences.
std::string lead(const CampaignRun& run) {
    std::vector<std::string> used;
    for (const Variant& variant : run.variants)
        for (const Claim& claim : variant.claims)
            if (!claim.document.empty() &&
                std::find(used.begin(), used.end(), claim.document) == used.end())
                used.push_back(claim.document);
    const std::size_t segments = run.segmentation.segments.size();
    return fmt::format("{} fell into {}. {} {} written, with claims from {}: {}. {}",
                       counted(run.customers.rows(), "customer", "customers"),
                       counted(segments, "segment", "segments"),
                       counted(run.variants.size(), "message", "messages"),
                       run.variants.size() == 1 ? "was" : "were",
                       counted(used.size(), "approved document", "approved documents"),
                       verdict_clause(run),
                       plan_clause(run));
}

Html theme_switch() {
    return html(R"(<fieldset class="theme" hidden><legend class="sr">Colours</legend>)"
                R"(<label><input type="radio" name="theme" value="system" checked>System</label>)"
                R"(<label><input type="radio" name="theme" value="light">Light</label>)"
                R"(<label><input type="radio" name="theme" value="dark">Dark</label></fieldset>)");
}

}  // namespace

Html head_section(const CampaignRun& run) {
    return html(
        R"(<header class="head">
<p class="small faint">CPO {} · run report · as of {} · {} · language {}</p>
<h1>{}</h1>
<p class="lead">{}</p>
<div class="tools no-print"><button class="button" id="print" type="button" hidden>{}Print</button>{}</div>
</header>
<nav aria-label="Contents" class="contents no-print"><ol>
<li><a href="#run">Run</a></li>
<li><a href="#segments">Segments</a></li>
<li><a href="#variants">Variants</a></li>
<li><a href="#sources">Sources</a></li>
<li><a href="#verdicts">Verdicts</a></li>
<li><a href="#plan">Experiment plan</a></li>
<li><a href="#check">Check it</a></li>
</ol></nav>
)",
        run.version,
        date_words(run.campaign.as_of),
        name_of(run.campaign.channel),
        run.campaign.language,
        capitalised(run.campaign.goal),
        lead(run),
        icon(Icon::kPrint),
        theme_switch());
}

}  // namespace cpo::report
