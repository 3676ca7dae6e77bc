#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "jobs/queue.h"
#include "jobs/worker.h"
#include "store/audit.h"
#include "store_fixture.h"

namespace cpo::jobs {

/// A store with jobs, on each engine, and the questions that tests ask of it.
class JobsTest : public StoreTest {
protected:
    Enqueued add(const NewJob& job) {
        auto added = store().change(
            workspace(),
            actor(),
            [&](store::Change& change) { return enqueue(change, job); },
            soon());
        EXPECT_TRUE(added) << added.error().message << " " << added.error().detail;
        return added ? *std::move(added) : Enqueued{};
    }
    Job add(const std::string& kind = "import") {
        return add(NewJob{.kind = kind, .subject_type = "import", .subject_id = "i1"}).job;
    }
    Job get(const std::string& id) {
        auto job = store().read(
            [&](store::Session& session) { return get_job(session, workspace(), id); }, soon());
        EXPECT_TRUE(job) << job.error().message << " " << job.error().detail;
        return job ? *std::move(job) : Job{};
    }
    Result<Job> cancel(const std::string& id) {
        return store().change(
            workspace(),
            actor(),
            [&](store::Change& change) { return cancel_job(change, id); },
            soon());
    }
    Result<Job> retry(const std::string& id) {
        return store().change(
            workspace(),
            actor(),
            [&](store::Change& change) { return retry_job(change, id); },
            soon());
    }
    /// Actions of the audit log, oldest first; of one object when `id` is given.
    std::vector<std::string> actions(const std::string& id = "") {
        std::vector<std::string> names;
        store::AuditFilter filter;
        filter.object_id = id;
        filter.count_max = 500;
        for (;;) {
            const auto lines = store().read(
                [&](store::Session& session) {
                    return store::list_audit(session, workspace(), filter);
                },
                soon());
            EXPECT_TRUE(lines) << lines.error().message;
            if (!lines || lines->empty()) break;
            for (const store::AuditLine& line : *lines) names.push_back(line.entry.action);
            filter.before = lines->back().number;
        }
        return {names.rbegin(), names.rend()};
    }
    long count(const std::string& action, const std::string& id = "") {
        const auto all = actions(id);
        return std::count(all.begin(), all.end(), action);
    }
    bool is_chain_intact() {
        const auto check = store().read(
            [&](store::Session& session) { return store::verify_audit(session, workspace()); },
            soon());
        return check && check->is_intact;
    }
    JobState state_of(const std::string& id) { return get(id).state; }

    /// True once `is_true` is, within half a minute.
    static bool eventually(const std::function<bool()>& is_true) {
        const auto deadline = soon();
        while (!is_true()) {
            if (deadline.has_passed()) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return true;
    }
    bool becomes(const std::string& id, JobState state) {
        return eventually([&] { return state_of(id) == state; });
    }

public:
    static WorkerOptions quick() {
        WorkerOptions options;
        options.threads = 2;
        options.poll = std::chrono::milliseconds(5);
        return options;
    }
};

/// One step of a job: an entry in the audit log stands for its effect.
inline Result<void> make_effect(JobContext& context, const std::string& action) {
    return context.checkpoint([&](store::Change& change) {
        return change.record({action, "effect", context.job().id, {}});
    });
}

}  // namespace cpo::jobs
