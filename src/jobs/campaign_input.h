#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "model/campaign.h"

namespace cpo::jobs {

/// Day that a GenerationRequest or CampaignContent of the API names in as_of, else `today`.
/// Errors: kInvalidArgument.
Result<Date> read_as_of(const json::object& content, Date today);

/// What a GenerationRequest or CampaignContent of the API asks for, with the defaults of
/// model/campaign.h for what is missing. Errors: kInvalidArgument with the JSON pointer, also for a
/// plan that no sample size fits, so that it is found before the work and not behind it.
Result<Campaign> read_campaign(const json::object& content, Date as_of);

}  // namespace cpo::jobs
