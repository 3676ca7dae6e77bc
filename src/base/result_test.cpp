#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

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

TEST(Result, BecomesWhatItIsGiven) {
    const std::string text(100, 'a');  // Longer than fits into a string without memory of its own.
    const Result<std::string> made(text);
    const Result<std::string> failed(invalid_argument(text + "b"));
    Result<std::string> result(made);
    EXPECT_EQ(*result, text);
    result = failed;
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, failed.error().message);
    Result<std::string> moved(std::move(result));
    EXPECT_EQ(moved.error().message, failed.error().message);
    moved = made;
    EXPECT_EQ(*moved, text);
    moved = *&moved;
    EXPECT_EQ(*moved, text);
    EXPECT_EQ(*made, text);
}

Result<void> succeed() { return {}; }

TEST(Result, OfVoidIsSuccessUnlessToldOtherwise) {
    EXPECT_TRUE(succeed());
    EXPECT_FALSE(Result<void>(invalid_argument("no")));
}

}  // namespace
}  // namespace cpo
