#pragma once

#include "model/variant.h"
#include "model/verdict.h"
#include "report/citations.h"
#include "report/html.h"

namespace cpo::report {

/// One field of a message as Html: each claim underlined and followed by the number of its source
/// (wavy and in the colour of trouble when screening found that the source does not carry it, or
/// when it has none), each other finding underlined with its rule. Where the verdict masks personal
/// data, the masked text without marks, because offsets do not fit it.
Html marked_text(const Variant& variant,
                 const Verdict& verdict,
                 MessageField field,
                 const Citations& citations);

/// True when marked_text() shows the masked text of `field`.
bool is_masked(const Variant& variant, const Verdict& verdict, MessageField field);

/// True when screening found the claim wrong or unsupported.
bool is_broken(const Claim& claim, const Verdict& verdict);

}  // namespace cpo::report
