#include <gtest/gtest.h>

#include <type_traits>

#include "agents/safety/safety.h"

namespace cpo::safety {
namespace {

// Invariant 1: also a released message comes from the agent alone.
static_assert(!std::is_constructible_v<ScreenedMessage, Message, Verdict, std::optional<Release>>);

const Message kMessage{Channel::kEmail, "en", "We miss you", "Come back soon."};
const Release kRelease{"0192-reviewer", "the wording is agreed with legal"};

Verdict verdict(Decision decision) {
    Verdict made;
    made.id = "variant";
    made.decision = decision;
    made.is_grounding_checked = true;
    return made;
}

TEST(StoredMessages, ComeBackFromAPassWithClaimsChecked) {
    const auto restored =
        SafetyAgent::restore(kMessage, verdict(Decision::kPass), hash_of(kMessage));
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_TRUE(restored->is_intact());
    EXPECT_FALSE(restored->release());
    Verdict unchecked = verdict(Decision::kPass);
    unchecked.is_grounding_checked = false;
    EXPECT_FALSE(SafetyAgent::restore(kMessage, unchecked, hash_of(kMessage)));
}

TEST(StoredMessages, DoNotComeBackWithOtherWords) {
    Message edited = kMessage;
    edited.subject = "We missed you";
    const auto restored = SafetyAgent::restore(edited, verdict(Decision::kPass), hash_of(kMessage));
    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().code, ErrorCode::kInternal);
}

TEST(StoredMessages, ComeBackFromAReviewOnlyWithWhoReleasedThemAndWhy) {
    const std::string hash = hash_of(kMessage);
    const auto held = SafetyAgent::restore(kMessage, verdict(Decision::kReview), hash);
    ASSERT_FALSE(held);
    EXPECT_EQ(held.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_FALSE(
        SafetyAgent::restore(kMessage, verdict(Decision::kReview), hash, Release{"person", ""}));
    EXPECT_FALSE(
        SafetyAgent::restore(kMessage, verdict(Decision::kReview), hash, Release{"", "reason"}));
    const auto released =
        SafetyAgent::restore(kMessage, verdict(Decision::kReview), hash, kRelease);
    ASSERT_TRUE(released) << released.error().message;
    EXPECT_TRUE(released->is_intact());
    ASSERT_TRUE(released->release());
    EXPECT_EQ(released->release()->reviewer, kRelease.reviewer);
    EXPECT_EQ(released->release()->reason, kRelease.reason);
}

TEST(StoredMessages, NeverComeBackFromABlock) {
    EXPECT_FALSE(
        SafetyAgent::restore(kMessage, verdict(Decision::kBlock), hash_of(kMessage), kRelease));
}

}  // namespace
}  // namespace cpo::safety
