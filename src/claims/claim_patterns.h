#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <vector>

namespace cpo::claims {

/// What a stretch of text looks like before it is read closely.
enum class Shape {
    kEmail,     ///< Nobody's claim; keeps its digits from counting.
    kHarmless,  ///< Addresses, phones, ordinals, "24/7": looked at, not a claim.
    kUrl,
    kNumericDate,
    kDayRange,  ///< "1 to 20 December".
    kWordedDate,
    kMonth,  ///< "December 2011".
    kPercent,
    kHalf,      ///< "half price".
    kMultiBuy,  ///< "3 for 2", "buy one get one free".
    kMoney,
    kDuration,
    kTime,
    kFree,  ///< "free ...", "... is free".
    kRelativeDay,
    kCode,
    kNumber,
};

/// One expression with a group per shape. Leftmost match wins, at the same start the earlier shape.
class ClaimPatterns {
public:
    /// The shapes of one language: English words or none.
    static const ClaimPatterns& of(bool is_english);

    /// Finds the next stretch from byte `position` on. False at the end of the text.
    bool next(std::string_view text,
              std::size_t position,
              Shape& shape,
              re2::StringPiece& found) const;

private:
    explicit ClaimPatterns(bool is_english);
    std::vector<Shape> shapes_;
    std::unique_ptr<RE2> expression_;
};

}  // namespace cpo::claims
