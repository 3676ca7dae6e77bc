#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "model/outcome.h"
#include "pipeline/experiment_arms.h"
#include "pipeline/experiment_results.h"
#include "pipeline/experiment_traffic.h"
#include "store/experiment_store.h"
#include "store/recent_reads.h"
#include "store/store.h"

namespace cpo::pipeline {

struct ArmRequest {
    std::string key;
    std::string variant;
    std::optional<double> weight;  ///< For all arms or for none; none = equal.
};

/// An experiment over variants of one segment of one segmentation run.
struct DraftRequest {
    std::string key;  ///< Empty = from the goal the variants were written for.
    std::string description;
    std::vector<ArmRequest> arms;  ///< 2 ... store::kExperimentArmsMax.
    std::string control;
    double coverage = 1;
    PlanAssumptions plan;
};

/// What is missing stays.
struct ExperimentEdit {
    std::optional<std::string> description;
    std::optional<double> coverage;
    std::optional<std::vector<double>> weights;  ///< [arms].
};

struct ExperimentView {
    store::StoredExperiment experiment;
    std::vector<ArmStatus> arms;  ///< [arms].
};

/// Where a unit is; `arm` and `variant` are empty when it is in no arm.
struct AssignedUnit {
    std::string unit;
    std::string arm;
    std::string reason;  ///< "assigned", "not covered", "empty unit", "not started", "paused",
                         ///< "stopped", "shipped".
    std::string variant;
};
struct AssignedUnits {
    std::string experiment;
    store::ExperimentState state = store::ExperimentState::kDraft;
    std::vector<AssignedUnit> units;  ///< In the order asked.
};

/// What assignment reads of experiments, by workspace and id.
using RecentAssignments = store::RecentReads<store::StoredAssignment>;

struct EventReceipt {
    std::int64_t accepted = 0;
    std::int64_t repeated = 0;
    std::vector<std::pair<std::string, std::int64_t>> not_counted;  ///< Of the accepted ones.
    /// Positions in the batch of events that are known with another content, ascending. Not empty:
    /// nothing of the batch was stored.
    std::vector<std::size_t> conflicts;
};

/// Experiments of one workspace as one person works with them (docs/experiments.md, "On the
/// server"). Cheap to make; borrows the store. Thread-safe. The state decides what is possible:
/// store/experiment_state.h has the table.
class Experiments {
public:
    struct Caller {
        std::string workspace;
        store::Actor actor;
        Deadline deadline = Deadline::never();
    };
    Experiments(store::Store& store, Caller caller) : store_(&store), caller_(std::move(caller)) {}

    /// Errors: kInvalidArgument with the JSON pointer of what is wrong, kAlreadyExists (key).
    Result<ExperimentView> create(const DraftRequest& request) const;
    Result<ExperimentView> get(const std::string& id) const;
    Result<store::Page<ExperimentView>> list(const store::ExperimentFilter& filter,
                                             const store::PageRequest& page) const;

    /// Draft: everything. Running or paused: description and coverage upwards, so that everybody
    /// who is in stays. Stopped or shipped: description. Errors: kFailedPrecondition naming the way
    /// out, kAborted unless the version is `version`, kInvalidArgument, kNotFound.
    Result<ExperimentView> update(const std::string& id,
                                  std::int64_t version,
                                  const ExperimentEdit& edit) const;

    /// Every move but ship. The start freezes the words of the arms. Errors: kFailedPrecondition
    /// (the state, or an arm that is not approved), kNotFound.
    Result<ExperimentView> move(const std::string& id,
                                store::ExperimentMove move,
                                const std::string& reason) const;
    /// Without advice to ship exactly this arm it takes a reason and a person other than the one
    /// who made the experiment, and the decision is kept as an override. An arm that is shipped
    /// already stays so (invariant 6). Errors: kFailedPrecondition, kPermissionDenied,
    /// kInvalidArgument (no such arm), kNotFound.
    Result<ExperimentView> ship(const std::string& id,
                                const std::string& arm,
                                const std::string& reason) const;

    /// Running: a pure function of configuration and unit (invariant 3). Paused: only who was
    /// exposed keeps the arm. Stopped: control for everybody. Shipped: the shipped arm.
    Result<AssignedUnits> assign(const std::string& id,
                                 const std::vector<std::string>& units,
                                 RecentAssignments& recent) const;

    /// All or nothing; an id that is known with the same content is a repetition (invariant 6).
    /// At most store::kEventBatchMax, each with id and unit. Errors: kNotFound.
    Result<EventReceipt> record_events(const std::string& id,
                                       const std::vector<ExperimentEvent>& events) const;

    Result<ExperimentResults> results(const std::string& id) const;
    Result<ExperimentTraffic> traffic(const std::string& id) const;

private:
    store::Store* store_;
    Caller caller_;
};

}  // namespace cpo::pipeline
