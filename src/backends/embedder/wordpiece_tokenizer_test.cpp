#include "backends/embedder/wordpiece_tokenizer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llama.h>
#include <rapidcheck/gtest.h>
#include <unicode/unistr.h>

#include <filesystem>
#include <fstream>

#include "backends/embedder/vocabulary.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/random.h"

namespace cpo {
namespace {

using testing::ElementsAre;
using Ids = std::vector<std::int32_t>;

// The same lines as tests/tokenizer_reference.py makes, which explains them.
using Ranges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
const std::vector<Ranges> kScripts{{{0x61, 0x7A}, {0x41, 0x5A}},
                                   {{0xC0, 0x24F}, {0x1E00, 0x1EFF}},
                                   {{0x370, 0x3FF}, {0x1F00, 0x1FFF}},
                                   {{0x400, 0x52F}},
                                   {{0x531, 0x58F}},
                                   {{0x590, 0x5FF}},
                                   {{0x600, 0x6FF}},
                                   {{0x900, 0x97F}},
                                   {{0x980, 0x9FF}},
                                   {{0xA00, 0xA7F}},
                                   {{0xB80, 0xBFF}},
                                   {{0xC00, 0xC7F}},
                                   {{0xE00, 0xE7F}},
                                   {{0xF00, 0xFFF}},
                                   {{0x1000, 0x109F}},
                                   {{0x10A0, 0x10FF}},
                                   {{0x1200, 0x137F}},
                                   {{0x1780, 0x17FF}},
                                   {{0x3041, 0x30FF}},
                                   {{0x4E00, 0x9FFF}, {0x3400, 0x4DBF}, {0x20000, 0x2A6DF}},
                                   {{0xAC00, 0xD7A3}, {0x1100, 0x11FF}},
                                   {{0x13A0, 0x13FF}},
                                   {{0x2000, 0x22FF}, {0x2500, 0x27BF}},
                                   {{0x1F300, 0x1F6FF}, {0xFE00, 0xFE0F}, {0x200B, 0x200F}}};
const std::vector<std::string> kWords{"gift",
                                      "Lantern",
                                      "CANDLES",
                                      "unwrapping",
                                      "tea-lights",
                                      "30",
                                      "don't",
                                      "e.g.",
                                      "x\u00e9",
                                      "ANTIDISESTABLISHMENT",
                                      "\u00a312.50",
                                      "a_b",
                                      "http://shop.example/x?y=1",
                                      "#hearts"};
const std::vector<std::string> kGaps{
    " ", " ", " ", " ", "  ", "\t", "\n", "\u00a0", "\u3000", "\u2003", "", "-", "\u2014", ", "};
const std::vector<std::string> kOdd{std::string(1, '\0'),
                                    "\ufffd",
                                    "\ue000",
                                    "\u00ad",
                                    "\xC2\x85",
                                    "\u2028",
                                    "\u0130",
                                    "\u03a3",
                                    "\u1e9e",
                                    "\ufb01",
                                    "\u00bd",
                                    "\u2460",
                                    "\U0001f469\u200d\U0001f680",
                                    "$",
                                    "`",
                                    "~",
                                    "\x7f"};

void append(std::string& line, std::uint64_t code_point) {
    icu::UnicodeString(static_cast<UChar32>(code_point)).toUTF8String(line);
}

std::string make_line(std::size_t number, Random& random) {
    const Ranges& ranges = kScripts[number % kScripts.size()];
    std::string line;
    const auto words = 1 + random.below(12);
    for (std::uint64_t word = 0; word < words; ++word) {
        if (random.below(6) == 0) {
            line += kWords[random.below(kWords.size())];
        } else {
            const auto length = random.below(500) == 0 ? 120 : 1 + random.below(9);
            for (std::uint64_t i = 0; i < length; ++i) {
                const auto [low, high] = ranges[random.below(ranges.size())];
                append(line, low + random.below(high - low + 1));
                if (random.below(12) == 0) append(line, 0x300 + random.below(0x70));
            }
        }
        if (random.below(15) == 0) line += kOdd[random.below(kOdd.size())];
        if (random.below(10) == 0) append(line, 0x21 + random.below(15));
        line += kGaps[random.below(kGaps.size())];
    }
    return line;
}

Result<WordpieceTokenizer> tokenizer_of_the_model() {
    prepare_llama();
    auto params = llama_model_default_params();
    params.vocab_only = true;
    llama_model* model = llama_model_load_from_file(CPO_MODEL_FILE, params);
    if (model == nullptr) return invalid_argument("cannot load " CPO_MODEL_FILE);
    auto tokenizer = WordpieceTokenizer::make(bert_pieces_of(llama_model_get_vocab(model)));
    llama_model_free(model);
    return tokenizer;
}

// Expected ids: PyPI tokenizers 0.23.3 with the model's own tokenizer.json, through
// tests/tokenizer_reference.py.
TEST(WordpieceTokenizer, GivesTheIdsOfTheModelsOwnTokenizerIn24Scripts) {
    if (!std::filesystem::exists(CPO_MODEL_FILE))
        GTEST_SKIP() << "no model at " CPO_MODEL_FILE "; ./dev setup installs it";
    const auto tokenizer = tokenizer_of_the_model();
    ASSERT_TRUE(tokenizer) << tokenizer.error().message;
    std::ifstream file(CPO_SOURCE_DIR "/tests/data/wordpiece_ids.jsonl");
    std::string text;
    ASSERT_TRUE(std::getline(file, text));
    const auto head = parse_json(text);
    ASSERT_TRUE(head) << head.error().message;
    std::map<std::int64_t, Ids> expected;
    while (std::getline(file, text)) {
        const auto entry = parse_json(text);
        ASSERT_TRUE(entry) << entry.error().message;
        expected[entry->at("line").as_int64()] = json::value_to<Ids>(entry->at("ids"));
    }
    const auto line_count = head->at("lines").as_int64();
    ASSERT_GE(line_count, 10'000);
    ASSERT_GE(expected.size(), 200U);

    Random random(20'261'126);
    Sha256 lines;
    Sha256 ids;
    for (std::int64_t number = 0; number < line_count; ++number) {
        const std::string line = make_line(static_cast<std::size_t>(number), random);
        const Ids found = tokenizer->encode(line, 100'000);
        lines.update(line + "\n");
        ids.update(fmt::format("{}\n", fmt::join(found, " ")));
        if (const auto listed = expected.find(number); listed != expected.end()) {
            EXPECT_EQ(found, listed->second) << "line " << number << ": " << line;
        }
    }
    EXPECT_EQ(lines.finish(), head->at("lines_sha256").as_string());
    EXPECT_EQ(ids.finish(), head->at("ids_sha256").as_string());
}

WordpieceTokenizer small_tokenizer() {
    auto tokenizer = WordpieceTokenizer::make({"[PAD]",
                                               "[UNK]",
                                               "[CLS]",
                                               "[SEP]",
                                               "un",
                                               "##aff",
                                               "##able",
                                               "the",
                                               ",",
                                               "[",
                                               "]",
                                               "sep",
                                               "a"});
    EXPECT_TRUE(tokenizer);
    return *std::move(tokenizer);
}

// The example of the BERT paper's code (tokenization_test.py): un ##aff ##able.
TEST(WordpieceTokenizer, TakesTheLongestPieceThatFits) {
    EXPECT_THAT(small_tokenizer().encode("Unaffable, the", 20), ElementsAre(2, 4, 5, 6, 8, 7, 3));
}

TEST(WordpieceTokenizer, GivesUpAWordOfWhichAPartIsUnknown) {
    EXPECT_THAT(small_tokenizer().encode("unaffableish the", 20), ElementsAre(2, 1, 7, 3));
    EXPECT_THAT(small_tokenizer().encode(std::string(101, 'a'), 20), ElementsAre(2, 1, 3));
}

TEST(WordpieceTokenizer, CutsTheEndAndKeepsTheSeparator) {
    EXPECT_THAT(small_tokenizer().encode("unaffable the the", 5), ElementsAre(2, 4, 5, 6, 3));
    EXPECT_THAT(small_tokenizer().encode("the", 2), ElementsAre(2, 3));
    EXPECT_THAT(small_tokenizer().encode("", 20), ElementsAre(2, 3));
}

TEST(WordpieceTokenizer, TakesASpelledOutSeparatorAsText) {
    EXPECT_THAT(small_tokenizer().encode("the [SEP] the", 20), ElementsAre(2, 7, 9, 11, 10, 7, 3));
}

TEST(WordpieceTokenizer, RefusesAVocabularyWithoutItsSpecialPieces) {
    EXPECT_FALSE(WordpieceTokenizer::make({"[CLS]", "[SEP]", "the"}));
}

RC_GTEST_PROP(WordpieceTokenizer, TakesAnyBytes, (const std::string& bytes)) {
    static const auto tokenizer = small_tokenizer();
    const auto ids = tokenizer.encode(bytes, 16);
    RC_ASSERT(ids.size() >= 2U && ids.size() <= 16U);
    RC_ASSERT(ids.front() == 2);
    RC_ASSERT(ids.back() == 3);
}

TEST(BasicWords, DropsBrokenBytesAndControls) {
    EXPECT_THAT(basic_words("a\xFF\xC3 b\x01"
                            "c"),
                ElementsAre("a", "bc"));
}

}  // namespace
}  // namespace cpo
