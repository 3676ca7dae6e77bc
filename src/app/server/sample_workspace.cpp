#include "app/server/sample_workspace.h"

#include <fmt/format.h>

#include <thread>

#include "base/id.h"
#include "base/secret.h"
#include "jobs/campaign_job.h"
#include "jobs/queue.h"
#include "jobs/sample.h"
#include "pipeline/experiments.h"
#include "store/campaign_store.h"
#include "store/document_store.h"
#include "store/review_store.h"
#include "store/user_store.h"
#include "store/variant_store.h"
#include "store/workspace_store.h"

namespace cpo::app {
namespace {

constexpr const char* kWorkspaceName = "Sample shop";
constexpr std::chrono::milliseconds kJobPoll{100};
constexpr std::size_t kPasswordLength = 16;

/// The steps, each as the person who would do it.
class SampleMaker {
public:
    SampleMaker(store::Store& store, Deadline deadline)
        : store_(store), workspace_(new_id(store.clock().now())), deadline_(deadline) {}

    Result<void> make_people(const std::vector<SamplePerson>& people) {
        const store::Actor product{"system", "sample", "", ""};
        const auto work = [&](store::Change& change) -> Result<std::vector<store::User>> {
            TRY(store::create_workspace(
                change.session(), workspace_, kWorkspaceName, change.now()));
            TRY(change.record({"workspace.create", "workspace", workspace_, {}}));
            std::vector<store::User> users;
            for (const SamplePerson& person : people) {
                const auto role = store::parse_role(person.role).value_or(store::Role::kViewer);
                const std::string hash = TRY(hash_password(person.password));
                users.push_back(
                    TRY(store::create_user(change, {person.email, person.name, role, hash})));
            }
            return users;
        };
        const auto users = TRY(store_.change(workspace_, product, work, deadline_));
        for (const store::User& user : users) actors_.push_back({"user", user.id, user.id, ""});
        return {};
    }

    /// Gives the number of documents that are approved now.
    Result<std::size_t> bring_content() {
        const auto ids = TRY(jobs::import_sample_content(store_, workspace_, creator(), deadline_));
        const auto today = std::chrono::floor<std::chrono::days>(store_.clock().now());
        const auto approve = [&](store::Change& change) -> Result<std::size_t> {
            std::vector<store::DocumentVersion> drafts;
            for (const std::string& id : ids) {
                const auto document =
                    TRY(store::find_document(change.session(), workspace_, id, Date(today)));
                if (document.state == store::DocumentState::kDraft)
                    drafts.push_back({id, document.version});
            }
            return TRY(store::approve_documents(change, drafts)).size();
        };
        return store_.change(workspace_, reviewer(), approve, deadline_);
    }

    Result<std::int64_t> bring_customers() {
        const auto start = [](store::Change& change) { return jobs::start_sample_import(change); };
        const auto started = TRY(store_.change(workspace_, creator(), start, deadline_));
        return TRY(finish(started.job_id)).result.at("customers").as_int64();
    }

    Result<store::StoredCampaignRun> run_campaign() {
        const auto start = [](store::Change& change) -> Result<jobs::StartedRun> {
            const auto campaign = TRY(store::insert_campaign(
                change,
                {{"name", "Win back"}, {"goal", "win back customers who have gone quiet"}}));
            return jobs::start_campaign(change, campaign.id, "");
        };
        const auto started = TRY(store_.change(workspace_, creator(), start, deadline_));
        TRY(finish(started.job));
        return store_.read(
            [&](store::Session& session) {
                return store::get_campaign_run(session, workspace_, started.run);
            },
            deadline_);
    }

    /// Approves the messages of one experiment and starts it.
    Result<void> start(const std::string& experiment) {
        const pipeline::Experiments experiments(store_, {workspace_, creator(), deadline_});
        const auto view = TRY(experiments.get(experiment));
        const auto approve = [&](store::Change& change) -> Result<void> {
            for (const auto& arm : view.experiment.arms) {
                const auto variant =
                    TRY(store::get_variant(change.session(), workspace_, arm.variant));
                TRY(store::review_variant(
                    change, {arm.variant, variant.version, true, "Read for the demonstration"}));
            }
            return {};
        };
        TRY(store_.change(workspace_, reviewer(), approve, deadline_));
        TRY(experiments.move(experiment, store::ExperimentMove::kStart, ""));
        return {};
    }

    Result<std::size_t> count_variants(const std::string& generation_run) {
        return TRY(store_.read(
                       [&](store::Session& session) {
                           return store::list_variants_of_run(session, workspace_, generation_run);
                       },
                       deadline_))
            .size();
    }

private:
    const store::Actor& creator() const { return actors_.front(); }
    const store::Actor& reviewer() const { return actors_.back(); }

    Result<jobs::Job> finish(const std::string& id) {
        for (;;) {
            auto job = TRY(store_.read(
                [&](store::Session& session) { return jobs::get_job(session, workspace_, id); },
                deadline_));
            if (job.state == jobs::JobState::kSucceeded) return job;
            if (job.state == jobs::JobState::kFailed || job.state == jobs::JobState::kCancelled)
                return Error{ErrorCode::kFailedPrecondition,
                             fmt::format("the job {} of the sample is {}: {}",
                                         job.kind,
                                         jobs::name_of(job.state),
                                         job.error),
                             {}};
            if (deadline_.has_passed())
                return Error{ErrorCode::kDeadlineExceeded,
                             fmt::format("the job {} of the sample takes too long", job.kind),
                             {}};
            std::this_thread::sleep_for(kJobPoll);
        }
    }

    store::Store& store_;
    const std::string workspace_;
    const Deadline deadline_;
    std::vector<store::Actor> actors_;
};

}  // namespace

std::vector<SamplePerson> sample_people() {
    const auto password = [] { return new_token().substr(0, kPasswordLength); };
    return {{"Ada", "ada@example.org", "admin", password()},
            {"Grace", "grace@example.org", "reviewer", password()}};
}

Result<SampleWorkspace> make_sample_workspace(store::Store& store,
                                              const std::vector<SamplePerson>& people,
                                              Deadline deadline) {
    SampleMaker maker(store, deadline);
    SampleWorkspace made;
    TRY(maker.make_people(people));
    made.documents = TRY(maker.bring_content());
    made.customers = TRY(maker.bring_customers());
    const auto run = TRY(maker.run_campaign());
    made.variants = TRY(maker.count_variants(run.generation_run));
    made.segments = run.outcomes.size();
    for (const store::CampaignOutcome& outcome : run.outcomes) {
        if (outcome.experiment.empty()) continue;
        if (made.experiments++ == 0) TRY(maker.start(outcome.experiment));
    }
    return made;
}

}  // namespace cpo::app
