#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace cpo {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return invalid_argument("odd");
    return number / 2;
}

Result<int> quarter(int number) {
    const int first = TRY(half(number));
    return half(first);
}

TEST(Result, TryYieldsTheValueOrReturnsTheError) {
    EXPECT_EQ(*quarter(8), 2);
    ASSERT_FALSE(quarter(6));
    EXPECT_EQ(quarter(6).error().message, "odd");
    EXPECT_EQ(quarter(5).error().code, ErrorCode::kInvalidArgument);
}

TEST(Result, MovesWhatCannotBeCopied) {
    Result<std::unique_ptr<int>> result(std::make_unique<int>(3));
    const std::unique_ptr<int> value = *std::move(result);
    EXPECT_EQ(*value, 3);
}

Result<void> succeed() { return {}; }

TEST(Result, OfVoidIsSuccessUnlessToldOtherwise) {
    EXPECT_TRUE(succeed());
    EXPECT_FALSE(Result<void>(invalid_argument("no")));
}

}  // namespace
}  // namespace cpo
