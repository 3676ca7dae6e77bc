#include "text/sentences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "text/utf8.h"

namespace cpo::text {
namespace {

std::vector<std::string> sentences_of(std::string_view text) {
    std::vector<std::string> parts;
    for (const Sentence& sentence : split_sentences(text))
        parts.emplace_back(text.substr(sentence.start, sentence.end - sentence.start));
    return parts;
}

using testing::ElementsAre;

TEST(Sentences, EndAtMarksBeforeACapital) {
    EXPECT_THAT(sentences_of("We miss you. Come back! Why not? \"Yes!\" said Ann."),
                ElementsAre("We miss you.", "Come back!", "Why not?", "\"Yes!\" said Ann."));
}

TEST(Sentences, EndAtLineBreaks) {
    EXPECT_THAT(sentences_of("Hello Ann,\n\n- new mugs\n- new bags\r\n"),
                ElementsAre("Hello Ann,", "- new mugs", "- new bags"));
}

TEST(Sentences, KeepAbbreviationsNumbersAndInitialsTogether) {
    EXPECT_THAT(sentences_of("Dr. Lee paid $4.50 at example.com. It is No. 1."),
                ElementsAre("Dr. Lee paid $4.50 at example.com.", "It is No. 1."));
    EXPECT_THAT(sentences_of("1. Choose. 2 days later J. Smith calls, e.g. Monday."),
                ElementsAre("1. Choose.", "2 days later J. Smith calls, e.g. Monday."));
}

TEST(Sentences, EndAtFullWidthMarksWithoutSpace) {
    EXPECT_THAT(sentences_of("你好。再见！"), ElementsAre("你好。", "再见！"));
}

TEST(Sentences, OfNothingAreNone) {
    EXPECT_THAT(split_sentences(""), testing::IsEmpty());
    EXPECT_THAT(split_sentences(" \n \t\n"), testing::IsEmpty());
}

RC_GTEST_PROP(Sentences, AreOrderedInsideTheTextAndLoseOnlyWhiteSpace, ()) {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::element('a', 'B', '.', '!', '?', ' ', '\n', '"', ')', '1'));
    std::string kept;
    std::size_t last = 0;
    for (const Sentence& sentence : split_sentences(text)) {
        RC_ASSERT(sentence.start >= last && sentence.end > sentence.start);
        last = sentence.end;
        kept += text.substr(sentence.start, sentence.end - sentence.start);
    }
    RC_ASSERT(last <= text.size());
    const auto without_space = [](std::string s) {
        std::erase_if(s, [](char c) { return c == ' ' || c == '\n'; });
        return s;
    };
    RC_ASSERT(without_space(kept) == without_space(text));
}

}  // namespace
}  // namespace cpo::text
