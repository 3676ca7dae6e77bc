#pragma once

#include <vector>

#include "model/run.h"
#include "report/citations.h"
#include "report/html.h"
#include "report/report.h"

namespace cpo::report {

// The sections of the page in reading order, each a <section> with its own heading. Pure functions
// of the run; one file each.

Html head_section(const CampaignRun& run);
Html run_section(const CampaignRun& run);
Html segments_section(const CampaignRun& run);
Html variants_section(const CampaignRun& run, const Citations& citations);
Html sources_section(const CampaignRun& run, const Citations& citations);
Html verdicts_section(const CampaignRun& run);
Html plan_section(const CampaignRun& run);
Html check_section(const CampaignRun& run, const std::vector<RunFile>& files);

/// The map of the customers with its legend and table, as one figure; empty when the run has no
/// map. Defines the dots that segment_map() draws again.
Html customer_map(const CampaignRun& run);
/// The dots of one segment in front of all others, small.
Html segment_map(const CampaignRun& run, const Segment& segment);

/// How the number of segments was chosen: the criterion, `more` to unfold below it, and the quality
/// of each number that was tried as a small chart.
Html trials_chart(const Segmentation& segmentation, const Html& more);

}  // namespace cpo::report
