#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cpo {

/// What kind of checkable statement a stretch of text makes.
enum class ClaimKind {
    kPercent,
    kMoney,
    kDate,
    kCode,
    kNumber,
    kDuration,
    kUrl,
    kFreeShipping,
    kGift
};
const char* name_of(ClaimKind kind);
std::optional<ClaimKind> parse_claim_kind(std::string_view name);

/// Which part of a message an offset belongs to.
enum class MessageField { kSubject, kText };
const char* name_of(MessageField field);
std::optional<MessageField> parse_message_field(std::string_view name);

/// A checkable statement in a message and the passage it rests on.
struct Claim {
    MessageField field = MessageField::kText;
    std::size_t start = 0;  ///< Unicode code points from the start of the field.
    std::size_t end = 0;    ///< Exclusive.
    ClaimKind kind = ClaimKind::kNumber;
    std::string value;     ///< Normalised: "15", "30.00 GBP", "2011-12-20", "COMEBACK15".
    std::string document;  ///< Document it rests on; empty = unsupported.
    int passage = 0;       ///< Passage number; 0 = the document's structured offer or facts.
};

}  // namespace cpo
