#include "pipeline/experiment_traffic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <unordered_map>

#include "pipeline/experiment_history.h"
#include "pipeline/experiment_results.h"
#include "store/event_store.h"

namespace cpo::pipeline {
namespace {

using std::chrono::seconds;

constexpr std::size_t kExposurePage = 10'000;

/// Takes exposures in any order and keeps when each unit was first seen.
class FirstExposures {
public:
    explicit FirstExposures(const ExperimentHistory& history) : history_(history) {}

    void take(const ExperimentEvent& exposure) {
        const std::string reason = not_counted_reason(history_, exposure);
        if (reason == kOtherArm) units_[exposure.unit].saw_other_arm = true;
        if (!reason.empty()) return;
        Unit& unit = units_[exposure.unit];
        // What counts is of the assigned arm, so it is the same at every exposure of a unit.
        unit.arm = arm_of(exposure);
        unit.first = std::min(unit.first, exposure.time);
    }

    /// [arms], each ascending.
    std::vector<std::vector<Time>> times() const {
        std::vector<std::vector<Time>> times(history_.assignment.arms.size());
        for (const auto& [id, unit] : units_)
            if (!unit.saw_other_arm) times[unit.arm].push_back(unit.first);
        for (std::vector<Time>& arm : times) std::sort(arm.begin(), arm.end());
        return times;
    }

private:
    struct Unit {
        Time first = Time::max();
        std::size_t arm = 0;
        bool saw_other_arm = false;
    };

    std::size_t arm_of(const ExperimentEvent& exposure) const {
        const auto& arms = history_.assignment.arms;
        const auto found = std::find(arms.begin(), arms.end(), exposure.arm);
        assert(found != arms.end());
        return static_cast<std::size_t>(found - arms.begin());
    }

    const ExperimentHistory& history_;
    std::unordered_map<std::string, Unit> units_;
};

Result<std::vector<std::vector<Time>>> read_first_exposures(store::Session& session,
                                                            const std::string& workspace,
                                                            const std::string& id,
                                                            const ExperimentHistory& history,
                                                            Deadline deadline) {
    FirstExposures first(history);
    std::string after;
    std::size_t count = 0;
    while (true) {
        if (deadline.has_passed())
            return Error{ErrorCode::kDeadlineExceeded, "reading the exposures took too long", {}};
        const auto page = TRY(store::read_exposures(session, workspace, id, after, kExposurePage));
        for (const ExperimentEvent& exposure : page) first.take(exposure);
        if (page.size() < kExposurePage) return first.times();
        count += page.size();
        if (count > kResultEventsMax)
            return Error{ErrorCode::kResourceExhausted,
                         fmt::format("the experiment has more than {} exposures", kResultEventsMax),
                         {}};
        after = page.back().id;
    }
}

/// Exclusive, and after the start.
Time end_of(const ExperimentHistory& history,
            const std::vector<std::vector<Time>>& times,
            MilliTime now) {
    Time last = std::max(*history.start, std::chrono::floor<seconds>(now));
    if (history.stop) last = std::max(*history.start, *history.stop - seconds(1));
    for (const std::vector<Time>& arm : times)
        if (!arm.empty()) last = std::max(last, arm.back());
    return last + seconds(1);
}

/// The start of the bucket of `width` that holds `time`: minutes, hours and days begin with those
/// of UTC, several days with the day of the experiment's start.
Time first_bucket(Time time, seconds width) {
    const seconds unit = std::min<seconds>(width, std::chrono::days(1));
    return time - (time.time_since_epoch() % unit);
}

/// `times` are ascending and lie in [start, end).
std::vector<TrafficBucket> buckets_of(const std::vector<Time>& times,
                                      Time start,
                                      Time end,
                                      seconds width) {
    std::vector<TrafficBucket> buckets;
    auto next = times.begin();
    for (Time from = first_bucket(start, width); from < end; from += width) {
        const auto until = std::lower_bound(next, times.end(), from + width);
        buckets.push_back({from, until - next, until - times.begin()});
        next = until;
    }
    return buckets;
}

}  // namespace

seconds traffic_bucket_width(Time start, Time end) {
    assert(start < end);
    const auto count = [&](seconds width) {
        const seconds covered = end - first_bucket(start, width);
        return (covered + width - seconds(1)) / width;
    };
    for (const seconds width : {seconds(60), seconds(3600)})
        if (count(width) <= kTrafficBucketsMax) return width;
    const std::int64_t days = count(std::chrono::days(1));
    return std::chrono::days(1) * ((days + kTrafficBucketsMax - 1) / kTrafficBucketsMax);
}

Result<ExperimentTraffic> experiment_traffic(store::Session& session,
                                             const std::string& workspace,
                                             const std::string& id,
                                             MilliTime now,
                                             Deadline deadline) {
    const auto experiment = TRY(store::get_experiment(session, workspace, id));
    const auto decisions = TRY(store::list_decisions(session, workspace, id));
    const ExperimentHistory history = history_of(experiment, decisions);
    ExperimentTraffic traffic{experiment.id, experiment.state, {}, {}};
    for (const store::StoredArm& arm : experiment.arms)
        traffic.arms.push_back({arm.key, arm.weight, 0, {}});
    if (!history.start) return traffic;  // Exposures of a draft do not count.
    const auto times = TRY(read_first_exposures(session, workspace, id, history, deadline));
    const Time end = end_of(history, times, now);
    traffic.bucket_width = traffic_bucket_width(*history.start, end);
    for (std::size_t i = 0; i < traffic.arms.size(); ++i) {
        ArmTraffic& arm = traffic.arms[i];
        arm.units = static_cast<std::int64_t>(times[i].size());
        arm.buckets = buckets_of(times[i], *history.start, end, *traffic.bucket_width);
    }
    return traffic;
}

}  // namespace cpo::pipeline
