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

}  // namespace cpo
