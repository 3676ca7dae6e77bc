#include "agents/generation/liquid_lexer.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/utf8.h"

namespace cpo::generation::liquid {
namespace {

constexpr std::string_view kBlanks = " \t\n\v\f\r";

bool is_blank(char c) { return c != '\0' && kBlanks.find(c) != std::string_view::npos; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// Cuts one template; a loop over delimiters, with comments and raw text swallowed whole.
class Cutter {
public:
    explicit Cutter(const Program& program) : program_(program), source_(program.source) {}

    Result<std::vector<Piece>> cut() {
        std::size_t position = 0;
        while (position < source_.size()) {
            const std::size_t open = find_open(position);
            if (open > position) add_text(Piece::Kind::kText, position, open);
            if (open == source_.size()) break;
            position = TRY(cut_delimited(open));
        }
        trim();
        return std::move(pieces_);
    }

private:
    std::size_t find_open(std::size_t from) const {
        for (auto at = source_.find('{', from); at != std::string_view::npos;
             at = source_.find('{', at + 1))
            if (at + 1 < source_.size() && (source_[at + 1] == '{' || source_[at + 1] == '%'))
                return at;
        return source_.size();
    }

    void add_text(Piece::Kind kind, std::size_t begin, std::size_t end) {
        pieces_.push_back({kind, begin, end, begin, end, false, false});
    }

    /// The piece whose delimiter opens at `open`, inner blanks and trim marks taken off.
    Result<Piece> read_delimited(std::size_t open) const {
        const bool is_tag = source_[open + 1] == '%';
        const std::size_t close = source_.find(is_tag ? "%}" : "}}", open + 2);
        if (close == std::string_view::npos)
            return error_at(program_, open, is_tag ? "{% is not closed" : "{{ is not closed");
        Piece piece{
            is_tag ? Piece::Kind::kTag : Piece::Kind::kOutput, open + 2, close, open, close + 2};
        if (piece.begin < piece.end && source_[piece.begin] == '-') {
            piece.trims_left = true;
            ++piece.begin;
        }
        if (piece.begin < piece.end && source_[piece.end - 1] == '-') {
            piece.trims_right = true;
            --piece.end;
        }
        while (piece.begin < piece.end && is_blank(source_[piece.begin])) ++piece.begin;
        while (piece.end > piece.begin && is_blank(source_[piece.end - 1])) --piece.end;
        return piece;
    }

    /// Adds what opens at `open` and returns the position behind it.
    Result<std::size_t> cut_delimited(std::size_t open) {
        const Piece piece = TRY(read_delimited(open));
        Cursor cursor(source_, piece.begin, piece.end);
        const auto name = piece.kind == Piece::Kind::kTag ? cursor.read_name() : std::string_view();
        if (name != "comment" && name != "raw") {
            pieces_.push_back(piece);
            return piece.behind;
        }
        if (!cursor.is_at_end())
            return error_at(program_, cursor.position(), fmt::format("{} takes nothing", name));
        const std::size_t begin = piece.behind;
        const std::string end_name = fmt::format("end{}", name);
        for (auto at = source_.find("{%", begin); at != std::string_view::npos;
             at = source_.find("{%", at + 2)) {
            const auto end = read_delimited(at);
            if (!end) break;
            Cursor end_cursor(source_, end->begin, end->end);
            if (!end_cursor.eat_word(end_name) || !end_cursor.is_at_end()) continue;
            const bool is_raw = name == "raw";
            if (is_raw && (piece.trims_right || end->trims_left))
                return error_at(program_,
                                piece.trims_right ? open : at,
                                "raw keeps its white space: no - on its inner side");
            Piece mark{Piece::Kind::kMark, open, open, open, open, piece.trims_left, false};
            if (is_raw) {
                pieces_.push_back(mark);
                add_text(Piece::Kind::kRawText, begin, at);
                mark.trims_left = false;
            }
            mark.trims_right = end->trims_right;
            pieces_.push_back(mark);
            return end->behind;
        }
        return error_at(program_, open, fmt::format("{} is not closed by {}", name, end_name));
    }

    void trim() {
        for (std::size_t i = 0; i < pieces_.size(); ++i) {
            if (i > 0 && pieces_[i].trims_left && pieces_[i - 1].kind == Piece::Kind::kText) {
                Piece& before = pieces_[i - 1];
                while (before.end > before.begin && is_blank(source_[before.end - 1])) --before.end;
            }
            if (i + 1 < pieces_.size() && pieces_[i].trims_right &&
                pieces_[i + 1].kind == Piece::Kind::kText) {
                Piece& after = pieces_[i + 1];
                while (after.begin < after.end && is_blank(source_[after.begin])) ++after.begin;
            }
        }
    }

    const Program& program_;
    std::string_view source_;
    std::vector<Piece> pieces_;
};

}  // namespace

Result<std::vector<Piece>> cut(const Program& program) { return Cutter(program).cut(); }

void Cursor::skip_blank() {
    while (position_ < end_ && is_blank(source_[position_])) ++position_;
}

bool Cursor::eat(std::string_view text) {
    skip_blank();
    if (!source_.substr(position_, end_ - position_).starts_with(text)) return false;
    position_ += text.size();
    return true;
}

bool Cursor::eat_word(std::string_view word) {
    const std::size_t before = position_;
    if (read_name() == word) return true;
    position_ = before;
    return false;
}

std::string_view Cursor::read_name() {
    skip_blank();
    return read_name_here();
}

std::string_view Cursor::read_name_here() {
    const std::size_t begin = position_;
    if (!is_name_start(peek())) return {};
    while (is_name_start(peek()) || is_digit(peek())) ++position_;
    return source_.substr(begin, position_ - begin);
}

std::string_view Cursor::read_number() {
    skip_blank();
    std::size_t length = peek() == '-' ? 1 : 0;
    if (!is_digit(peek(length))) return {};
    while (is_digit(peek(length))) ++length;
    if (peek(length) == '.' && is_digit(peek(length + 1))) {
        ++length;
        while (is_digit(peek(length))) ++length;
    }
    position_ += length;
    return source_.substr(position_ - length, length);
}

std::optional<std::string_view> Cursor::read_quoted() {
    const std::size_t begin = position_ + 1;
    const std::size_t close = source_.find(peek(), begin);
    if (close == std::string_view::npos || close >= end_) return std::nullopt;
    position_ = close + 1;
    return source_.substr(begin, close - begin);
}

Place place_of(std::string_view source, std::size_t position) {
    const auto before = source.substr(0, std::min(position, source.size()));
    const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    return {static_cast<int>(1 + std::count(before.begin(), before.end(), '\n')),
            static_cast<int>(1 + text::code_point_count(before.substr(line_start)))};
}

Error error_at(const Program& program, std::size_t position, std::string message) {
    const Place place = place_of(program.source, position);
    return invalid_argument(
        fmt::format("template, line {} column {}: {}", place.line, place.column, message));
}

}  // namespace cpo::generation::liquid
