#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace cpo {

/// The words of `text` as BERT's basic tokenisation makes them: control characters dropped,
/// accents and case taken off, every punctuation mark and CJK character a word of its own. Bytes
/// that are not UTF-8 are dropped. Only the first 64 KB count: no model reads further. Thread-safe.
std::vector<std::string> basic_words(std::string_view text);

/// Cuts text into the ids of a BERT vocabulary: basic words, then the longest piece that fits,
/// again and again; a word of which some part fits nothing is [UNK] as a whole.
/// Gives what the model's own tokenizer gives, except that a text that spells "[SEP]" gets no
/// separator: content is never an instruction. Immutable, so thread-safe.
/// Source: Devlin et al., "BERT", NAACL 2019, and Wu et al., arXiv:1609.08144, section 4.1.
class WordpieceTokenizer {
public:
    /// `pieces` by id, continuations with ## in front. Errors: kInvalidArgument when [CLS], [SEP]
    /// or [UNK] is missing.
    static Result<WordpieceTokenizer> make(const std::vector<std::string>& pieces);

    /// [CLS] pieces [SEP], at most `tokens_max` >= 2 of them: the text's end is cut off.
    std::vector<std::int32_t> encode(std::string_view text, std::size_t tokens_max) const;

private:
    WordpieceTokenizer() = default;
    void append_word(const std::string& word, std::vector<std::int32_t>& ids) const;

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    using Pieces = std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>>;
    Pieces starts_;              ///< Pieces that begin a word.
    Pieces continuations_;       ///< Those that go on, without ##.
    std::size_t bytes_max_ = 0;  ///< Of the longest piece.
    std::int32_t cls_ = 0;
    std::int32_t sep_ = 0;
    std::int32_t unknown_ = 0;
};

}  // namespace cpo
