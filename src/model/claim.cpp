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

std::optional<ClaimKind> parse_claim_kind(std::string_view name) {
    for (const auto kind : {ClaimKind::kPercent,
                            ClaimKind::kMoney,
                            ClaimKind::kDate,
                            ClaimKind::kCode,
                            ClaimKind::kNumber,
                            ClaimKind::kDuration,
                            ClaimKind::kUrl,
                            ClaimKind::kFreeShipping,
                            ClaimKind::kGift})
        if (name == name_of(kind)) return kind;
    return std::nullopt;
}

const char* name_of(MessageField field) {
    return field == MessageField::kSubject ? "subject" : "text";
}

std::optional<MessageField> parse_message_field(std::string_view name) {
    for (const auto field : {MessageField::kSubject, MessageField::kText})
        if (name == name_of(field)) return field;
    return std::nullopt;
}

}  // namespace cpo
