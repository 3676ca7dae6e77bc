#include "model/outcome.h"

#include <cstdlib>

namespace cpo {

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
