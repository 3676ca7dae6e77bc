#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "agents/generation/liquid_program.h"

namespace cpo::generation::liquid {

/// A stretch of a template: plain text, or what stands between {{ }} or {% %}.
struct Piece {
    enum class Kind {
        kText,
        kRawText,  ///< Inside {% raw %}: white space control leaves it alone.
        kOutput,
        kTag,
        kMark,  ///< A comment, or the edge of raw text: only trims its neighbours.
    };
    Kind kind = Kind::kText;
    std::size_t begin = 0;  ///< Of the text, or of what stands between the delimiters.
    std::size_t end = 0;
    std::size_t position = 0;  ///< Of the opening delimiter.
    std::size_t behind = 0;    ///< Behind the closing delimiter.
    bool trims_left = false;
    bool trims_right = false;
};

/// Cuts a template into pieces with white space control applied; comments and raw text are dealt
/// with here. Errors: kInvalidArgument with line and column (something is not closed).
Result<std::vector<Piece>> cut(const Program& program);

/// Reads the inside of one piece from left to right.
class Cursor {
public:
    Cursor(std::string_view source, std::size_t begin, std::size_t end)
        : source_(source), position_(begin), end_(end) {}

    std::size_t position() const { return position_; }
    void skip_blank();
    /// The character `ahead` places further, 0 behind the end.
    char peek(std::size_t ahead = 0) const {
        return position_ + ahead < end_ ? source_[position_ + ahead] : '\0';
    }
    bool is_at_end() {
        skip_blank();
        return position_ >= end_;
    }
    /// Skips blanks, then `text` if it is next.
    bool eat(std::string_view text);
    /// Skips blanks, then the word `word` if it is next and ends there.
    bool eat_word(std::string_view word);
    /// Skips blanks and reads letters, digits and _, not beginning with a digit; may be empty.
    std::string_view read_name();
    /// The same without skipping blanks.
    std::string_view read_name_here();
    /// Reads [-]digits[.digits]; empty when there is no number.
    std::string_view read_number();
    /// Reads to the closing quote. REQUIRES: peek() is a quote. Nothing when there is none.
    std::optional<std::string_view> read_quoted();

private:
    std::string_view source_;
    std::size_t position_;
    std::size_t end_;
};

}  // namespace cpo::generation::liquid
