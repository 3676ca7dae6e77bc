#include "model/claim.h"

#include <cstdlib>

namespace cpo {

const char* name_of(ClaimKind kind) {
    switch (kind) {
        case ClaimKind::kPercent:
            return "percent";
        case ClaimKind::kMoney:
            return "money";
        case ClaimKind::kDate:
            return "date";
        case ClaimKind::kCode:
            return "code";
        case ClaimKind::kNumber:
            return "number";
        case ClaimKind::kDuration:
            return "duration";
        case ClaimKind::kUrl:
            return "url";
        case ClaimKind::kFreeShipping:
            return "free_shipping";
        case ClaimKind::kGift:
            return "gift";
    }
    std::abort();
}

const char* name_of(MessageField field) {
    return field == MessageField::kSubject ? "subject" : "text";
}

}  // namespace cpo
