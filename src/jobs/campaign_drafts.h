#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/campaign.h"
#include "model/experiment.h"
#include "model/segment.h"
#include "store/campaign_store.h"
#include "store/experiment_store.h"
#include "store/variant_store.h"

namespace cpo::jobs {

/// What is to become of one segment: a draft to insert, or the reason why there is none.
struct SegmentDraft {
    int segment = 0;
    store::NewExperimentRow row;
    std::string skipped_reason;  ///< Empty with a draft.
};

/// One draft a segment over the variants that may be sent (verdict pass and not rejected, or
/// released by a reviewer), control first. A segment without enough of them is skipped with the
/// reason. Errors: kInternal when stored words are not those that were screened.
Result<std::vector<SegmentDraft>> design_drafts(const store::StoredCampaignRun& run,
                                                const std::vector<Segment>& segments,
                                                const std::vector<store::StoredVariant>& variants);

/// Inserts the drafts as what became of the run's segments.
Result<void> insert_drafts(store::Change& change,
                           const std::string& run,
                           const std::vector<SegmentDraft>& drafts);

}  // namespace cpo::jobs
