#include "model/verdict.h"

#include <cstdlib>

namespace cpo {

const char* name_of(Decision decision) {
    switch (decision) {
        case Decision::kPass:
            return "pass";
        case Decision::kReview:
            return "review";
        case Decision::kBlock:
            return "block";
    }
    std::abort();
}

std::optional<Decision> parse_decision(std::string_view name) {
    for (const auto decision : {Decision::kPass, Decision::kReview, Decision::kBlock})
        if (name == name_of(decision)) return decision;
    return std::nullopt;
}

}  // namespace cpo
