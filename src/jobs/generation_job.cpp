#include "jobs/generation_job.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/id.h"
#include "jobs/campaign_input.h"
#include "store/generation_store.h"
#include "store/segmentation_store.h"
#include "store/variant_store.h"
#include "store/verdict_store.h"

namespace cpo::jobs {
namespace {

/// Time for one read of the store.
constexpr std::chrono::milliseconds kReadTime{30'000};

/// The job is taken away from this worker: what is not saved is done again by the next one.
Error stopped() { return {ErrorCode::kUnavailable, "the worker is stopping", {}}; }

/// One run on its way through the stages.
class GenerationFlow {
public:
    GenerationFlow(JobContext& context, const GenerationWork& work, std::string run)
        : context_(context), work_(work), run_id_(std::move(run)) {}

    /// What is saved already, read anew.
    Result<store::GenerationRun> run() {
        return work_.store.read(
            [&](store::Session& session) {
                return store::get_generation_run(session, workspace(), run_id_);
            },
            read_deadline());
    }
    Result<void> find_content(const store::GenerationRun& run);
    Result<void> write(const store::GenerationRun& run);
    Result<void> screen(const store::GenerationRun& run);

private:
    const std::string& workspace() const { return context_.job().workspace; }
    static Deadline read_deadline() { return Deadline::after(kReadTime); }
    void tell(store::GenerationStage stage, std::size_t done, std::size_t total) {
        context_.progress({static_cast<std::int64_t>(done),
                           static_cast<std::int64_t>(total),
                           store::name_of(stage)});
    }
    Result<std::vector<Segment>> segments(const store::GenerationRun& run);
    Result<std::shared_ptr<const pipeline::Grounds>> grounds(const Campaign& campaign) {
        return work_.screener.grounds({workspace(), campaign.as_of, campaign.language},
                                      context_.deadline());
    }

    JobContext& context_;
    const GenerationWork& work_;
    std::string run_id_;
};

Result<std::vector<Segment>> GenerationFlow::segments(const store::GenerationRun& run) {
    return work_.store.read(
        [&](store::Session& session) -> Result<std::vector<Segment>> {
            const auto segmentation =
                TRY(store::get_run(session, workspace(), run.segmentation_run));
            if (!segmentation.completed_at)
                return Error{ErrorCode::kFailedPrecondition,
                             fmt::format("segmentation run {} is not done", segmentation.id),
                             {}};
            return store::list_segments(session, workspace(), run.segmentation_run);
        },
        read_deadline());
}

Result<void> GenerationFlow::find_content(const store::GenerationRun& run) {
    const auto campaign = TRY(read_campaign(run.request, run.as_of));
    const auto segments = TRY(this->segments(run));
    tell(store::GenerationStage::kContext, 0, segments.size());
    const auto content =
        TRY(work_.content.indexed(workspace(), campaign.as_of, context_.deadline()));
    store::FoundContent found;
    found.run = run_id_;
    for (const Segment& segment : segments) {
        if (context_.is_stopping()) return stopped();
        found.contexts.push_back(
            TRY(content->agent().retrieve(segment, campaign, context_.deadline())));
        tell(store::GenerationStage::kContext, found.contexts.size(), segments.size());
    }
    found.embedder = work_.embedder.name();
    found.set_aside = content->library().set_aside;
    found.notices = content->library().notices;
    return context_.checkpoint(
        [&](store::Change& change) { return store::save_contexts(change, found); });
}

/// Takes out what may not be used any more: content can change between two stages.
void keep_usable(Context& context, const Library& library) {
    std::erase_if(context.hits, [&](const Hit& hit) {
        return std::none_of(
            library.passages.begin(), library.passages.end(), [&](const Passage& passage) {
                return passage.document == hit.document && passage.number == hit.passage &&
                       passage.text == hit.text;
            });
    });
}

Result<void> GenerationFlow::write(const store::GenerationRun& run) {
    const auto campaign = TRY(read_campaign(run.request, run.as_of));
    const auto segments = TRY(this->segments(run));
    auto contexts = TRY(work_.store.read(
        [&](store::Session& session) {
            return store::list_contexts(session, workspace(), run_id_);
        },
        read_deadline()));
    if (contexts.size() != segments.size())
        return Error{ErrorCode::kInternal, "The run cannot go on.", "contexts and segments differ"};
    const auto ground = TRY(grounds(campaign));
    std::vector<Variant> variants;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (context_.is_stopping()) return stopped();
        tell(store::GenerationStage::kVariants, i, segments.size());
        keep_usable(contexts[i], ground->library());
        auto written = TRY(work_.agent.generate({.campaign = campaign,
                                                 .segment = segments[i],
                                                 .context = contexts[i],
                                                 .library = ground->library(),
                                                 .facts = ground->facts},
                                                context_.deadline()));
        std::move(written.begin(), written.end(), std::back_inserter(variants));
    }
    tell(store::GenerationStage::kVariants, segments.size(), segments.size());
    return context_.checkpoint([&](store::Change& change) {
        return store::save_variants(change, run_id_, work_.agent.writer(), variants);
    });
}

Result<void> GenerationFlow::screen(const store::GenerationRun& run) {
    const auto campaign = TRY(read_campaign(run.request, run.as_of));
    const auto stored = TRY(work_.store.read(
        [&](store::Session& session) {
            return store::list_variants_of_run(session, workspace(), run_id_);
        },
        read_deadline()));
    const auto ground = TRY(grounds(campaign));
    std::vector<store::NewVerdict> verdicts;
    for (const store::StoredVariant& variant : stored) {
        tell(store::GenerationStage::kVerdicts, verdicts.size(), stored.size());
        auto screened = TRY(work_.screener.screen({variant.variant}, *ground, context_.deadline()));
        verdicts.push_back({std::move(screened.front()), variant.text_hash});
    }
    // A deadline that passed on the way holds messages for no fault of theirs.
    if (context_.is_stopping() || context_.deadline().has_passed()) return stopped();
    tell(store::GenerationStage::kVerdicts, stored.size(), stored.size());
    return context_.checkpoint(
        [&](store::Change& change) { return store::save_verdicts(change, run_id_, verdicts); });
}

std::string request_hash(const json::object& body) { return sha256_hex(write_json(body)); }

}  // namespace

Result<StartedRun> start_generation(store::Change& change, const StartRequest& request) {
    store::GenerationRun run;
    run.id = new_id(change.now());
    const json::value body(request.body);
    const auto reader = TRY(JsonReader::of(body));
    run.segmentation_run = TRY(reader.string("segmentation_run"));
    run.request = request.body;
    run.as_of = TRY(read_as_of(request.body, std::chrono::floor<std::chrono::days>(change.now())));
    run.author = change.actor().person;
    TRY(read_campaign(request.body, run.as_of));
    TRY(store::get_run(change.session(), change.workspace(), run.segmentation_run));
    const auto enqueued = TRY(enqueue(change,
                                      {.kind = kGenerationJob,
                                       .subject_type = "generation_run",
                                       .subject_id = run.id,
                                       .idempotency_key = request.idempotency_key,
                                       .request_hash = request_hash(request.body)}));
    if (!enqueued.is_new) return StartedRun{enqueued.job.subject_id, enqueued.job.id};
    run.job = enqueued.job.id;
    TRY(store::insert_generation_run(change, run));
    return StartedRun{run.id, run.job};
}

Result<void> write_variants(JobContext& context,
                            const GenerationWork& work,
                            const std::string& run_id) {
    GenerationFlow flow(context, work, run_id);
    for (auto run = TRY(flow.run()); !run.is_done(); run = TRY(flow.run())) {
        switch (run.stage) {
            case store::GenerationStage::kNone:
                TRY(flow.find_content(run));
                break;
            case store::GenerationStage::kContext:
                TRY(flow.write(run));
                break;
            case store::GenerationStage::kVariants:
                TRY(flow.screen(run));
                break;
            case store::GenerationStage::kVerdicts:
                break;
        }
    }
    return {};
}

JobWork make_generation_work(GenerationWork work) {
    return [work](JobContext& context) -> Result<json::object> {
        const std::string& id = context.job().subject_id;
        TRY(write_variants(context, work, id));
        const auto run = TRY(work.store.read(
            [&](store::Session& session) {
                return store::get_generation_run(session, context.job().workspace, id);
            },
            Deadline::after(kReadTime)));
        return json::object{{"run", id}, {"variants", run.variants}};
    };
}

}  // namespace cpo::jobs
