#include "store/store.h"

namespace cpo::store {

Error Store::unrecorded() {
    return {ErrorCode::kInternal,
            "The request could not be completed.",
            "a change recorded no audit entry and was rolled back"};
}

}  // namespace cpo::store
