#include "model/campaign_json.h"

namespace cpo {

Result<PlanAssumptions> read_plan_assumptions(const JsonReader& parent) {
    PlanAssumptions plan;
    if (!parent.has("plan")) return plan;
    const auto given = TRY(parent.object("plan"));
    plan.baseline = TRY(given.number_or("baseline", plan.baseline));
    plan.minimum_lift = TRY(given.number_or("minimum_lift", plan.minimum_lift));
    plan.alpha = TRY(given.number_or("alpha", plan.alpha));
    plan.power = TRY(given.number_or("power", plan.power));
    plan.units_per_day = TRY(given.integer_or("units_per_day", plan.units_per_day));
    plan.attribution_days =
        static_cast<int>(TRY(given.integer_or("attribution_days", plan.attribution_days)));
    return plan;
}

}  // namespace cpo
