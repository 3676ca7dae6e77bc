// What one part writes as JSON, another reads back: nothing may get lost on the way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "model/context_json.h"
#include "model/segment_json.h"
#include "model/variant_json.h"
#include "model/verdict_json.h"

namespace cpo {
namespace {

using testing::HasSubstr;

/// Any text that is valid UTF-8, with what JSON has to escape.
rc::Gen<std::string> any_text() {
    return rc::gen::map(
        rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
            "a", "Z", " ", "\"", "\\", "\n", "\t", "\x01", "é", "€", "😀", "{", "]", "/")),
        [](const std::vector<std::string>& pieces) {
            std::string text;
            for (const std::string& piece : pieces) text += piece;
            return text;
        });
}

/// Any finite double, not only round ones; -0 is written as 0.
rc::Gen<double> any_number() {
    return rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](std::uint64_t bits) {
        double number = 0;
        static_assert(sizeof number == sizeof bits);
        std::memcpy(&number, &bits, sizeof number);
        return std::isfinite(number) && number != 0 ? number : 0.1;
    });
}

int any_count() { return *rc::gen::inRange(0, std::numeric_limits<int>::max()); }

std::vector<std::string> any_texts() {
    return *rc::gen::container<std::vector<std::string>>(any_text());
}

template <typename Make>
auto any_number_of(const Make& make) {
    std::vector<decltype(make())> made;
    for (int left = *rc::gen::inRange(0, 4); left > 0; --left) made.push_back(make());
    return made;
}

Claim any_claim() {
    Claim claim;
    claim.field = *rc::gen::element(MessageField::kSubject, MessageField::kText);
    claim.start = static_cast<std::size_t>(any_count());
    claim.end = static_cast<std::size_t>(any_count());
    claim.kind = *rc::gen::element(ClaimKind::kPercent,
                                   ClaimKind::kMoney,
                                   ClaimKind::kDate,
                                   ClaimKind::kCode,
                                   ClaimKind::kNumber,
                                   ClaimKind::kDuration,
                                   ClaimKind::kUrl,
                                   ClaimKind::kFreeShipping,
                                   ClaimKind::kGift);
    claim.value = *any_text();
    claim.document = *any_text();
    claim.passage = any_count();
    return claim;
}

Variant any_variant() {
    Variant variant;
    variant.id = *any_text();
    variant.segment = any_count();
    variant.strategy = *any_text();
    variant.tone = *any_text();
    variant.message = {
        *rc::gen::element(Channel::kEmail, Channel::kSms, Channel::kPush, Channel::kWeb),
        *any_text(),
        *any_text(),
        *any_text()};
    variant.claims = any_number_of(any_claim);
    variant.confidence = *any_number();
    variant.confidence_parts = {*any_number(), *any_number(), *any_number()};
    variant.writer = *any_text();
    variant.is_control = *rc::gen::arbitrary<bool>();
    return variant;
}

Issue any_issue() {
    Issue issue;
    issue.category = *any_text();
    issue.type = *any_text();
    issue.rule = *any_text();
    issue.field = *rc::gen::element(MessageField::kSubject, MessageField::kText);
    issue.start = static_cast<std::size_t>(any_count());
    issue.end = static_cast<std::size_t>(any_count());
    issue.severity = any_count();
    issue.explanation = *any_text();
    issue.suggestion = *any_text();
    return issue;
}

Verdict any_verdict() {
    Verdict verdict;
    verdict.id = *any_text();
    verdict.decision = *rc::gen::element(Decision::kPass, Decision::kReview, Decision::kBlock);
    for (const std::string& category : any_texts()) verdict.scores[category] = *any_number();
    verdict.issues = any_number_of(any_issue);
    verdict.masked_subject = *any_text();
    verdict.masked_text = *any_text();
    verdict.is_grounding_checked = *rc::gen::arbitrary<bool>();
    verdict.policy_version = *any_text();
    verdict.elapsed_us = *any_number();
    return verdict;
}

Hit any_hit() {
    Hit hit;
    hit.document = *any_text();
    hit.title = *any_text();
    hit.type = *rc::gen::element(
        DocumentType::kFact, DocumentType::kOffer, DocumentType::kStyle, DocumentType::kLegal);
    hit.passage = any_count();
    hit.score = *any_number();
    hit.vector_rank = any_count();
    hit.lexical_rank = any_count();
    hit.cosine = *any_number();
    hit.text = *any_text();
    hit.reason = *any_text();
    return hit;
}

Context any_context() { return {any_count(), *any_text(), any_number_of(any_hit), any_texts()}; }

SegmentDriver any_driver() {
    return {*any_text(), *any_number(), *any_number(), *any_number(), *any_text()};
}

SegmentRule any_rule() {
    SegmentRule rule;
    rule.bounds = any_number_of([] {
        return RuleBound{*any_text(), *rc::gen::arbitrary<bool>(), *any_number()};
    });
    rule.recall = *any_number();
    rule.precision = *any_number();
    rule.sentence = *any_text();
    return rule;
}

Segment any_segment(std::size_t features) {
    Segment segment;
    segment.number = any_count();
    segment.name = *any_text();
    segment.size = static_cast<std::size_t>(any_count());
    segment.share = *any_number();
    segment.silhouette = *any_number();
    segment.drivers = any_number_of(any_driver);
    segment.representatives = any_texts();
    segment.borderline = any_number_of([] {
        return BorderlineCustomer{*any_text(), any_count(), *any_number()};
    });
    if (*rc::gen::arbitrary<bool>()) segment.rule = any_rule();
    while (segment.feature_means.size() < features) segment.feature_means.push_back(*any_number());
    if (*rc::gen::arbitrary<bool>())
        for (std::size_t i = 0; i < features; ++i) segment.feature_effects.push_back(*any_number());
    return segment;
}

/// Through the bytes of a text, as a database keeps it.
json::value through_text(const json::object& object) {
    auto value = parse_json(write_json(object));
    RC_ASSERT(value.has_value());
    return *std::move(value);
}

/// The same JSON means the same value: every field is in it.
template <typename Value, typename Write, typename Read>
void expect_round_trip(const Value& value, const Write& write, const Read& read) {
    const json::object written = write(value);
    const auto back = read(through_text(written));
    if (!back) RC_FAIL(back.error().message);
    RC_ASSERT(write_json(write(*back)) == write_json(written));
}

RC_GTEST_PROP(Json, GivesAVariantBack, ()) {
    const Variant variant = any_variant();
    expect_round_trip(
        variant,
        [](const Variant& one) { return to_json(one); },
        [](const json::value& value) { return read_variant(value); });
    const auto back = read_variant(through_text(to_json(variant)));
    RC_ASSERT(hash_of(back->message) == hash_of(variant.message));
    RC_ASSERT(back->confidence == variant.confidence);
}

RC_GTEST_PROP(Json, GivesAVerdictBack, ()) {
    const Verdict verdict = any_verdict();
    expect_round_trip(
        verdict, to_full_json, [](const json::value& value) { return read_verdict(value); });
    const auto back = read_verdict(through_text(to_full_json(verdict)));
    RC_ASSERT(back->decision == verdict.decision);
    RC_ASSERT(back->scores == verdict.scores);
    RC_ASSERT(back->is_grounding_checked == verdict.is_grounding_checked);
    RC_ASSERT(back->policy_version == verdict.policy_version);
}

RC_GTEST_PROP(Json, GivesAContextBack, ()) {
    const Context context = any_context();
    expect_round_trip(
        context,
        [](const Context& one) { return to_json(one); },
        [](const json::value& value) { return read_context(value); });
    const auto back = read_context(through_text(to_json(context)));
    RC_ASSERT(back->audience == context.audience);
    RC_ASSERT(back->hits.size() == context.hits.size());
}

RC_GTEST_PROP(Json, GivesASegmentBack, ()) {
    const std::vector<std::string> features{"recency_days", "", "\"odd\" name"};
    expect_round_trip(
        any_segment(features.size()),
        [&](const Segment& segment) { return to_json(segment, features); },
        [&](const json::value& value) { return read_segment(value, features); });
}

RC_GTEST_PROP(Json, GivesTheMakingOfSegmentsBack, ()) {
    Segmentation how;
    how.algorithm = *any_text();
    how.clusters = any_count();
    how.seed = *rc::gen::arbitrary<std::uint64_t>();
    how.starts = any_count();
    how.scaling = any_number_of([] {
        return FeatureScaling{*any_text(),
                              *rc::gen::arbitrary<bool>(),
                              *any_number(),
                              *any_number(),
                              *rc::gen::arbitrary<bool>(),
                              *any_text(),
                              *any_text(),
                              any_number_of([] { return *any_number(); })};
    });
    how.quality.silhouette = *any_number();
    how.quality.silhouette_rows = static_cast<std::size_t>(any_count());
    how.quality.inertia = *any_number();
    how.quality.criterion = *any_text();
    how.quality.trials = any_number_of([] {
        ClusterCountTrial trial{any_count(), *any_number(), *any_number()};
        if (*rc::gen::arbitrary<bool>()) {
            trial.bic = *any_number();
            trial.covariance = *any_text();
        }
        return trial;
    });
    how.mixture = {any_count(),
                   *any_text(),
                   *any_number(),
                   *any_number(),
                   *any_number(),
                   *rc::gen::arbitrary<bool>()};
    how.map.explained = *any_number();
    expect_round_trip(
        how,
        [](const Segmentation& one) { return to_json(one); },
        [](const json::value& value) { return read_segmentation(value); });
}

TEST(Json, ReadsTheLargestSeed) {
    Segmentation how;
    how.seed = std::numeric_limits<std::uint64_t>::max();
    const auto back = read_segmentation(*parse_json(write_json(to_json(how))));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->seed, how.seed);
}

TEST(Json, NamesTheFieldThatIsWrong) {
    Variant variant;
    variant.claims.emplace_back();
    json::value value = to_json(variant);
    value.at("claims").at(0).at("kind") = "rumour";
    const auto back = read_variant(value, "/variants/3");
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(back.error().message, "/variants/3/claims/0/kind: \"rumour\" is not known");
}

TEST(Json, RefusesAVerdictWithoutItsPolicy) {
    json::value value = to_full_json(Verdict{});
    value.as_object().erase("policy_version");
    const auto back = read_verdict(value);
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().message, "/policy_version: missing");
}

TEST(Json, RefusesCountsThatAreNone) {
    json::value value = to_json(Hit{});
    value.at("passage") = -1;
    EXPECT_FALSE(read_hit(value));
    value.at("passage") = 1.5;
    EXPECT_FALSE(read_hit(value));
    value.at("passage") = 5'000'000'000;
    const auto back = read_hit(value);
    ASSERT_FALSE(back);
    EXPECT_THAT(back.error().message, HasSubstr("/passage: out of range"));
}

}  // namespace
}  // namespace cpo
