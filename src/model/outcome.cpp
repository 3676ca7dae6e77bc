#include "model/outcome.h"

#include <cstdlib>

namespace cpo {

const char* name_of(MetricKind kind) {
    switch (kind) {
        case MetricKind::kProportion:
            return "proportion";
        case MetricKind::kMean:
            return "mean";
        case MetricKind::kRatio:
            return "ratio";
    }
    std::abort();
}

std::optional<MetricKind> parse_metric_kind(std::string_view name) {
    for (const auto kind : {MetricKind::kProportion, MetricKind::kMean, MetricKind::kRatio})
        if (name == name_of(kind)) return kind;
    return std::nullopt;
}

const char* name_of(Advice advice) {
    switch (advice) {
        case Advice::kShip:
            return "ship";
        case Advice::kKeepGoing:
            return "keep_going";
        case Advice::kNoDifference:
            return "no_difference";
        case Advice::kStop:
            return "stop";
        case Advice::kDoNotTrust:
            return "do_not_trust";
    }
    std::abort();
}

}  // namespace cpo
