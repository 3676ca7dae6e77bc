#include "pipeline/pipeline.h"

#include <fmt/format.h>

#include "agents/experiments/assignment.h"
#include "agents/retrieval/library.h"
#include "agents/safety/sender_contacts.h"
#include "claims/claims.h"

namespace cpo::pipeline {
namespace {

/// Times the stages of one run and tells the caller about them.
class Stages {
public:
    Stages(const Progress& progress, std::vector<StageTiming>& timings)
        : progress_(progress), timings_(timings) {}

    /// Runs `work` (a Result<T>()) as the stage `name`; its error says which stage failed.
    template <typename Work>
    auto run(const std::string& name, const Work& work) -> decltype(work()) {
        if (progress_) progress_(name, -1);
        const auto start = std::chrono::steady_clock::now();
        auto result = work();
        const std::chrono::duration<double, std::milli> elapsed =
            std::chrono::steady_clock::now() - start;
        if (!result) {
            Error error = std::move(result).error();
            error.message = fmt::format("{}: {}", name, error.message);
            return error;
        }
        timings_.push_back({name, elapsed.count()});
        if (progress_) progress_(name, elapsed.count());
        return result;
    }

private:
    const Progress& progress_;
    std::vector<StageTiming>& timings_;
};

/// Assigns every customer of a segment that has an experiment, in customer order.
std::vector<UnitAssignment> assign_customers(const CampaignRun& run) {
    std::vector<const Experiment*> experiment_of(run.segmentation.segments.size(), nullptr);
    for (const Experiment& experiment : run.experiments)
        experiment_of[static_cast<std::size_t>(experiment.segment)] = &experiment;
    std::vector<UnitAssignment> assignments;
    assignments.reserve(run.customers.rows());
    for (std::size_t row = 0; row < run.customers.rows(); ++row) {
        const int segment = run.segmentation.segment_of[row];
        if (segment < 0) continue;
        const Experiment* experiment = experiment_of[static_cast<std::size_t>(segment)];
        if (experiment == nullptr) continue;
        const Assignment assignment =
            experiments::assign(experiment->assignment, run.customers.ids[row]);
        const std::string arm =
            assignment.arm < 0
                ? ""
                : experiment->assignment.arms[static_cast<std::size_t>(assignment.arm)];
        assignments.push_back({run.customers.ids[row], experiment->assignment.key, arm});
    }
    return assignments;
}

}  // namespace

Result<std::vector<Context>> Pipeline::retrieve(const CampaignRun& run, Deadline deadline) const {
    const auto vectors = TRY(parts_.make_vector_index(parts_.embedder.dimension()));
    const auto words = TRY(parts_.make_lexical_index());
    retrieval::RetrievalAgent agent(run.library, parts_.embedder, *vectors, *words);
    const auto indexed = agent.index(deadline);
    if (!indexed) return indexed.error();
    std::vector<Context> contexts;
    contexts.reserve(run.segmentation.segments.size());
    for (const Segment& segment : run.segmentation.segments)
        contexts.push_back(TRY(agent.retrieve(segment, run.campaign, deadline)));
    return contexts;
}

Result<std::vector<Variant>> Pipeline::generate(const CampaignRun& run,
                                                const claims::FactBook& facts,
                                                Deadline deadline) const {
    std::vector<Variant> variants;
    for (std::size_t i = 0; i < run.segmentation.segments.size(); ++i) {
        auto written = TRY(parts_.generation.generate({.campaign = run.campaign,
                                                       .segment = run.segmentation.segments[i],
                                                       .context = run.contexts[i],
                                                       .library = run.library,
                                                       .facts = facts},
                                                      deadline));
        std::move(written.begin(), written.end(), std::back_inserter(variants));
    }
    return variants;
}

std::vector<safety::Screening> Pipeline::screen(const CampaignRun& run,
                                                const claims::FactBook& facts,
                                                Deadline deadline) const {
    std::vector<safety::Screening> screenings;
    screenings.reserve(run.variants.size());
    const auto contacts = safety::contacts_in(run.library);
    for (const Variant& variant : run.variants)
        screenings.push_back(parts_.safety.screen({.id = variant.id,
                                                   .message = variant.message,
                                                   .facts = &facts,
                                                   .cited = cited_by(variant),
                                                   .sender_contacts = contacts},
                                                  deadline));
    return screenings;
}

Result<void> Pipeline::design(CampaignRun& run, std::vector<safety::Screening> screenings) const {
    const experiments::ExperimentsAgent agent;
    for (const Segment& segment : run.segmentation.segments) {
        std::vector<experiments::Candidate> candidates;
        for (std::size_t i = 0; i < run.variants.size(); ++i) {
            const Variant& variant = run.variants[i];
            if (variant.segment != segment.number || !screenings[i].message) continue;
            candidates.push_back({variant.is_control ? "control" : variant.strategy,
                                  variant.id,
                                  *screenings[i].message});
        }
        auto experiment = agent.design(run.campaign, segment, std::move(candidates));
        if (experiment)
            run.experiments.push_back(*std::move(experiment));
        else if (experiment.error().code == ErrorCode::kFailedPrecondition)
            run.skipped.push_back({segment.number, experiment.error().message});
        else
            return experiment.error();
    }
    for (safety::Screening& screening : screenings)
        run.verdicts.push_back(std::move(screening.verdict));
    return {};
}

Result<CampaignRun> Pipeline::run(RunInput input,
                                  const Progress& progress,
                                  Deadline deadline) const {
    CampaignRun run;
    run.campaign = std::move(input.campaign);
    run.customers = std::move(input.customers);
    run.embedder = parts_.embedder.name();
    run.writer = parts_.generation.writer();
    Stages stages(progress, run.timings);

    run.segmentation = TRY(stages.run("segments", [&] {
        return segmentation::SegmentationAgent().segment(run.customers, input.segmentation);
    }));
    run.library = TRY(stages.run("content", [&] {
        return retrieval::make_library(std::move(input.documents), run.campaign.as_of);
    }));
    run.contexts = TRY(stages.run("context", [&] { return retrieve(run, deadline); }));
    const claims::FactBook facts(run.library, run.campaign.language, run.campaign.as_of);
    run.variants = TRY(stages.run("variants", [&] { return generate(run, facts, deadline); }));
    if (auto notice = parts_.generation.fallback_notice(run.variants))
        run.notices.push_back(*std::move(notice));
    auto screenings =
        TRY(stages.run("verdicts", [&] { return Result(screen(run, facts, deadline)); }));
    const auto designed =
        stages.run("experiments", [&] { return design(run, std::move(screenings)); });
    if (!designed) return designed.error();
    run.assignments = TRY(stages.run("assignments", [&] { return Result(assign_customers(run)); }));
    return run;
}

}  // namespace cpo::pipeline
