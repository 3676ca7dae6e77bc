#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cpo::text {

/// A stretch of the original text in Unicode code points, end exclusive.
struct Span {
    std::size_t start = 0;
    std::size_t end = 0;
    bool operator==(const Span&) const = default;
};

/// A rewritten view of a text in which every byte knows which original characters it came from.
struct CanonicalText {
    std::string text;                   ///< UTF-8.
    std::vector<std::uint32_t> starts;  ///< [text.size()] first original code point.
    std::vector<std::uint32_t> ends;    ///< [text.size()] behind the last original code point.

    /// The original characters behind bytes [start, end) of the view. REQUIRES: start < end <=
    /// text.size().
    Span original(std::size_t start, std::size_t end) const {
        return {starts[start], ends[end - 1]};
    }
};

/// Two views of one text, for two kinds of rules.
struct CanonicalViews {
    /// What a person reads: HTML entities decoded, percent escapes inside URLs decoded, invisible
    /// characters removed, NFKC, digits of every script as ASCII, plain spaces, dashes and quotes.
    /// Case and all digits stay: for personal data, secrets, placeholders, channel rules.
    CanonicalText plain;
    /// What a person hears: `plain` with case folded, diacritics dropped, look-alike letters of
    /// other scripts and leet digits inside words as Latin letters, spaced-out words joined,
    /// repeats squeezed to two. For words and phrases only; prices and quantities stay as they are.
    CanonicalText words;
    /// Disguises that no honest message has: invisible characters inside a word, overrides of the
    /// reading direction, tag characters, and words that mix Latin letters with look-alikes of
    /// another script. Joiners of emoji and of scripts that need them do not count. In order.
    std::vector<Span> hidden;
};

/// Undoes disguises of text while keeping offsets. Confusables are those of UTS #39 (ICU), used
/// only on words that mix scripts, or that are foreign to an otherwise Latin text, so that honest
/// Greek or Cyrillic survives. Immutable; thread-safe. Linear, a few microseconds per 1 KB.
class Canonicaliser {
public:
    /// Errors: kInternal when ICU's data is missing.
    static Result<Canonicaliser> make();
    ~Canonicaliser();
    Canonicaliser(Canonicaliser&&) noexcept;
    Canonicaliser& operator=(Canonicaliser&&) noexcept;

    /// REQUIRES: valid UTF-8, shorter than 2^32 code points.
    CanonicalViews canonicalise(std::string_view text) const;

private:
    struct Data;
    explicit Canonicaliser(std::unique_ptr<const Data> data);
    std::unique_ptr<const Data> data_;
};

}  // namespace cpo::text
