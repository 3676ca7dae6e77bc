#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/experiment.h"
#include "store/experiment_state.h"
#include "store/page.h"
#include "store/store.h"

namespace cpo::store {

inline constexpr std::size_t kExperimentArmsMax = 10;

/// One arm. Until the start its words are those of the variant; from then on the frozen ones, so
/// that editing the variant changes nothing that is sent.
struct StoredArm {
    std::string key;
    std::string variant;  ///< Id of the stored variant.
    double weight = 0;    ///< Of all arms: sum 1.
    double range_low = 0;
    double range_high = 0;  ///< Half-open, of experiments::ranges_of.
    std::string text_hash;  ///< Frozen at the start; empty before.
    Message message;        ///< Frozen at the start; empty before.
};

struct StoredExperiment {
    std::string id;
    std::int64_t version = 1;
    std::string key;  ///< Unique in the workspace.
    ExperimentState state = ExperimentState::kDraft;
    std::string description;
    std::string segmentation_run;
    int segment = 0;
    std::int64_t segment_size = 0;  ///< Customers in the segment; the plan is made from them.
    double segment_share = 1;       ///< Of all clustered customers.
    std::string campaign_run;       ///< Empty when made by hand.
    std::vector<StoredArm> arms;    ///< In the order of their ranges.
    std::string control;            ///< Key of an arm.
    std::string seed;
    int hash_version = 2;
    double coverage = 1;
    ExperimentPlan plan;
    std::optional<MilliTime> started_at;
    std::optional<MilliTime> stopped_at;  ///< Of the stop; roll back keeps it.
    std::string shipped_arm;              ///< Empty unless shipped.
    std::string created_by;               ///< Person.
    MilliTime created_at{};
    MilliTime updated_at{};
};

/// A draft to insert.
struct NewExperimentRow {
    std::string key;
    /// A number is added to a key that is taken: "spring-s0-2". False: kAlreadyExists.
    bool is_key_adjustable = false;
    std::string description;
    std::string segmentation_run;
    int segment = 0;
    std::int64_t segment_size = 0;
    double segment_share = 1;
    std::string campaign_run;     ///< Empty when made by hand.
    std::vector<StoredArm> arms;  ///< key, variant, weight and range.
    std::string control;
    double coverage = 1;
    ExperimentPlan plan;
};

/// Inserts a draft; its seed is its key, so experiments of different keys assign independently.
/// With a campaign run there is one experiment a segment: a second call for the same run and
/// segment gives the first one back unchanged (and records that). Recorded as
/// "experiment.create". Errors: kAlreadyExists when the key is taken.
Result<StoredExperiment> insert_experiment(Change& change, const NewExperimentRow& row);

/// Errors: kNotFound.
Result<StoredExperiment> get_experiment(Session& session,
                                        const std::string& workspace,
                                        const std::string& id);

/// What assignment reads of an experiment: no words, no plan.
struct StoredAssignment {
    ExperimentState state = ExperimentState::kDraft;
    AssignmentConfig config;
    std::vector<std::string> variants;  ///< [config.arms] Ids.
    std::string control;                ///< Key of an arm.
    std::string shipped_arm;            ///< Empty unless shipped.
};
/// One statement by primary key. Errors: kNotFound.
Result<StoredAssignment> get_assignment(Session& session,
                                        const std::string& workspace,
                                        const std::string& id);

struct ExperimentFilter {
    std::optional<ExperimentState> state;
    std::string campaign_run;  ///< Empty = any.
};
/// Newest first.
Result<Page<StoredExperiment>> list_experiments(Session& session,
                                                const std::string& workspace,
                                                const ExperimentFilter& filter,
                                                const PageRequest& page);

/// Writes description, coverage, plan and the weights and ranges of the arms, when the version is
/// still `experiment.version`; the stored one is given back with the next version. The caller
/// records. Errors: kNotFound, kAborted when it was changed meanwhile.
Result<StoredExperiment> update_experiment(Change& change, const StoredExperiment& experiment);

/// One decision of a person about an experiment: a move and what it rested on.
struct ExperimentDecision {
    std::string id;
    std::string experiment;
    ExperimentMove move = ExperimentMove::kStart;
    ExperimentState before = ExperimentState::kDraft;
    ExperimentState after = ExperimentState::kDraft;
    std::string arm;           ///< Shipped or rolled back from; else empty.
    std::string reason;        ///< As the person gave it; may be empty.
    std::string advice;        ///< Of the results at that moment, when shipping; else empty.
    std::string snapshot;      ///< Of the results it rested on; else empty.
    bool is_override = false;  ///< Shipped without advice to ship that arm.
    Actor actor;
    MilliTime at{};
};

struct ExperimentStep {
    ExperimentMove move = ExperimentMove::kStart;
    std::string arm;
    std::string reason;
    std::string advice;
    std::string snapshot;
    bool is_override = false;
};
/// Moves `experiment` (as this transaction read it) by `step`, writes a decision and records
/// "experiment.<move>". At the start the text hashes and words of its arms are frozen: they must be
/// filled. Its moment is now, but always after the last change. Errors: kFailedPrecondition naming
/// the allowed moves when the state does not allow it, also when somebody else moved it meanwhile
/// (of two callers one wins); kUnavailable when it was changed otherwise since it was read, so that
/// the transaction runs again; kNotFound.
Result<StoredExperiment> move_experiment(Change& change,
                                         const StoredExperiment& experiment,
                                         const ExperimentStep& step);

/// Oldest first.
Result<std::vector<ExperimentDecision>> list_decisions(Session& session,
                                                       const std::string& workspace,
                                                       const std::string& experiment);

/// kFailedPrecondition: what a state refuses, with what it allows.
Error refused_move(ExperimentState state, ExperimentMove move);
/// kAborted: the version that the caller saw is not the present one.
Error version_conflict(const StoredExperiment& present, std::int64_t expected);

}  // namespace cpo::store
