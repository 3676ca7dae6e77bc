#include "jobs/campaign_input.h"

#include <fmt/format.h>

#include "agents/experiments/plan.h"
#include "model/campaign_json.h"

namespace cpo::jobs {
Result<Date> read_as_of(const json::object& content, Date today) {
    const json::value value(content);
    const auto reader = TRY(JsonReader::of(value));
    const auto text = TRY(reader.string_or("as_of", format_date(today)));
    const auto date = parse_date(text);
    if (!date) return invalid_argument("/as_of: expected a day as YYYY-MM-DD");
    return *date;
}

Result<Campaign> read_campaign(const json::object& content, Date as_of) {
    const json::value value(content);
    const auto reader = TRY(JsonReader::of(value));
    Campaign campaign;
    campaign.goal = TRY(reader.string("goal"));
    const auto channel = TRY(reader.string_or("channel", name_of(campaign.channel)));
    const auto parsed = parse_channel(channel);
    if (!parsed)
        return invalid_argument(
            fmt::format("/channel: {} is none of email, sms, push and web", channel));
    campaign.channel = *parsed;
    campaign.language = TRY(reader.string_or("language", campaign.language));
    campaign.variants = static_cast<int>(TRY(reader.integer_or("variants", campaign.variants)));
    const auto seed = static_cast<std::int64_t>(campaign.seed);
    campaign.seed = static_cast<std::uint64_t>(TRY(reader.integer_or("seed", seed)));
    campaign.as_of = as_of;
    campaign.coverage = TRY(reader.number_or("coverage", campaign.coverage));
    campaign.plan = TRY(read_plan_assumptions(reader));
    // The size does not matter: whether there is a plan depends on the assumptions alone.
    TRY(experiments::plan_experiment(
        campaign.plan, {.size = 1, .coverage = campaign.coverage}, campaign.variants + 1));
    return campaign;
}

}  // namespace cpo::jobs
