#include "http/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cpo::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

auto headers_of(ErrorCode code, std::int64_t retry_after_seconds) {
    return problem_response({{code, "m", {}}, 0, {}, retry_after_seconds}, "/x", "r").headers;
}

TEST(Problem, SaysOnceWhenToComeAgain) {
    EXPECT_THAT(headers_of(ErrorCode::kResourceExhausted, 7),
                ElementsAre(Pair("Retry-After", "7")));
    EXPECT_THAT(headers_of(ErrorCode::kUnavailable, 0), ElementsAre(Pair("Retry-After", "1")));
    EXPECT_THAT(headers_of(ErrorCode::kNotFound, 0), IsEmpty());
}

}  // namespace
}  // namespace cpo::http
