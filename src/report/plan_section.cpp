#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "report/display.h"
#include "report/marks.h"
#include "report/sections.h"

namespace cpo::report {
namespace {

using PeopleOfArm = std::map<std::pair<std::string, std::string>, std::size_t>;

PeopleOfArm count_people(const CampaignRun& run) {
    PeopleOfArm people;
    for (const UnitAssignment& assignment : run.assignments)
        ++people[{assignment.experiment, assignment.arm}];
    return people;
}

std::size_t people_in(const PeopleOfArm& people, const std::string& key, const std::string& arm) {
    const auto place = people.find({key, arm});
    return place == people.end() ? 0 : place->second;
}

const Segment& segment_of(const CampaignRun& run, int number) {
    return run.segmentation.segments[static_cast<std::size_t>(number)];
}

Html feasibility(const ExperimentPlan& plan) {
    return plan.is_feasible
               ? html(R"(<span class="state good">{}Enough people</span>)", icon(Icon::kPass))
               : html(R"(<span class="state warn">{}Too few people</span>)", icon(Icon::kWarning));
}

/// The relative lift that the people who are there can show.
std::string detectable(const ExperimentPlan& plan) {
    return plan.detectable_lift > 0 ? fmt::format("+{}", percent(plan.detectable_lift)) : "none";
}

Html overview(const CampaignRun& run) {
    Table table("Experiments",
                {{"Segment"},
                 {"People", true},
                 {"Needed", true},
                 {"Days", true},
                 {"Lift it can find", true},
                 {"Enough?"}});
    for (const Experiment& experiment : run.experiments) {
        const ExperimentPlan& plan = experiment.plan;
        table.add({named_segment(segment_of(run, experiment.segment)),
                   plain(grouped(plan.available)),
                   plain(grouped(plan.needed_total)),
                   plain(plan.is_feasible ? grouped(plan.days) : "–"),
                   plain(detectable(plan)),
                   feasibility(plan)});
    }
    return table.is_empty() ? Html() : table.with_cards();
}

Html assumptions(const PlanAssumptions& assumed, double coverage) {
    return html(
        R"(<div class="assumed"><h3>Assumptions, not measured</h3>
<dl class="facts">
<dt>Conversion of control</dt><dd>{}</dd>
<dt>Smallest lift worth having</dt><dd>{} relative, so {} instead of {}</dd>
<dt>Risk of a false winner</dt><dd>{}, two-sided, shared by all comparisons with control</dd>
<dt>Chance to find that lift</dt><dd>{}</dd>
<dt>Sending</dt><dd>{} a day, all segments together; then {} for people to react</dd>
<dt>In the experiments</dt><dd>{} of each segment</dd>
</dl></div>
)",
        percent(assumed.baseline),
        percent(assumed.minimum_lift),
        percent(assumed.baseline * (1 + assumed.minimum_lift)),
        percent(assumed.baseline),
        percent(assumed.alpha),
        percent(assumed.power),
        counted(static_cast<std::size_t>(std::max<std::int64_t>(0, assumed.units_per_day)),
                "person",
                "people"),
        counted(static_cast<std::size_t>(std::max(0, assumed.attribution_days)), "day", "days"),
        percent(coverage));
}

/// People that are there against people that are needed, as one bar.
Html reach_bar(const ExperimentPlan& plan) {
    if (plan.needed_total <= 0) return {};
    const double share =
        static_cast<double>(plan.available) / static_cast<double>(plan.needed_total);
    return html(R"(<div class="reach">{}<p class="small">{} people of {} needed ({})</p></div>)",
                share_bar(share, plan.is_feasible ? "enough" : "short"),
                grouped(plan.available),
                grouped(plan.needed_total),
                percent(share));
}

Html arms_table(const Experiment& experiment,
                const PeopleOfArm& people,
                const StrategyMarks& marks) {
    const AssignmentConfig& config = experiment.assignment;
    Table table(fmt::format("Arms of {}", config.key),
                {{"Arm"}, {"Share", true}, {"People", true}, {"Message"}});
    std::vector<std::size_t> order(experiment.arms.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_partition(order.begin(), order.end(), [&](std::size_t i) {
        return experiment.arms[i].key == experiment.control;
    });
    for (const std::size_t i : order) {
        const Arm& arm = experiment.arms[i];
        const double weight = i < config.weights.size() ? config.weights[i] : 0;
        table.add({marks.named(arm.key),
                   plain(percent(weight)),
                   plain(grouped(people_in(people, config.key, arm.key))),
                   html(R"(<a href="#variant-{}"><code>{}</code></a>)", arm.variant, arm.variant)});
    }
    return table.scrolling();
}

Html experiment_article(const CampaignRun& run,
                        const Experiment& experiment,
                        const PeopleOfArm& people,
                        const StrategyMarks& marks) {
    const ExperimentPlan& plan = experiment.plan;
    const std::size_t outside = people_in(people, experiment.assignment.key, "");
    const Html rest = outside == 0 ? Html()
                                   : html("<p class=\"small dim\">{} outside the experiment.</p>",
                                          counted(outside, "customer stays", "customers stay"));
    return html(
        R"(<article class="experiment" aria-labelledby="experiment-{}">
<header><h3 id="experiment-{}">{}</h3><p>{}</p></header>
<p>{}</p>
{}{}{}<p class="small faint">Key <code>{}</code></p>
</article>
)",
        experiment.segment,
        experiment.segment,
        named_segment(segment_of(run, experiment.segment)),
        feasibility(plan),
        plan.sentence,
        reach_bar(plan),
        arms_table(experiment, people, marks),
        rest,
        experiment.assignment.key);
}

/// The reason without the number of the segment, whose name stands beside it.
std::string reason_of(const SkippedExperiment& experiment) {
    const std::string prefix = fmt::format("segment {}: ", experiment.segment);
    return experiment.reason.starts_with(prefix) ? experiment.reason.substr(prefix.size())
                                                 : experiment.reason;
}

Html skipped(const CampaignRun& run) {
    if (run.skipped.empty()) return {};
    Table table("Segments without an experiment", {{"Segment"}, {"Why"}});
    for (const SkippedExperiment& experiment : run.skipped)
        table.add(
            {named_segment(segment_of(run, experiment.segment)), plain(reason_of(experiment))});
    return html("<h3 class=\"gap\">Without an experiment</h3>\n{}", table.with_cards());
}

}  // namespace

Html plan_section(const CampaignRun& run) {
    const PeopleOfArm people = count_people(run);
    const StrategyMarks marks(run.variants);
    Html articles;
    for (const Experiment& experiment : run.experiments)
        articles += experiment_article(run, experiment, people, marks);
    const Html intro =
        run.experiments.empty()
            ? html(
                  "<p>No segment has a control message and another one that both passed screening, "
                  "so there is nothing to compare.</p>\n")
            : html(
                  "<p>One experiment per segment. Control is a plain message for everybody. The "
                  "plan says how many people a fair answer needs; with fewer, a real lift of that "
                  "size is often missed. The arm of a customer is drawn by a hash of the "
                  "experiment and the customer, so it never changes.</p>\n");
    return html(
        R"(<section id="plan" aria-labelledby="plan-title">
<h2 id="plan-title">Experiment plan</h2>
{}{}{}{}{}</section>
)",
        intro,
        overview(run),
        assumptions(run.campaign.plan, run.campaign.coverage),
        articles,
        skipped(run));
}

}  // namespace cpo::report
