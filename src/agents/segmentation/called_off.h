#pragma once

#include "base/error.h"

namespace cpo::segmentation {

/// What an algorithm gives when its deadline has passed.
inline Error called_off() {
    return {ErrorCode::kDeadlineExceeded, "grouping the customers was called off", {}};
}

}  // namespace cpo::segmentation
