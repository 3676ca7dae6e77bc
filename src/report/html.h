#pragma once

#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

namespace cpo::report {

/// A piece of HTML in which everything that is not a literal of our own source is escaped. There is
/// no way from a std::string to markup: patterns are checked at compile time and must be literals,
/// values are escaped, and only from_program() takes ready markup (files that are built into the
/// program).
class Html {
public:
    Html() = default;

    /// Markup that ships with the program: style sheets, scripts, icons. Never anything read or
    /// computed from input.
    static Html from_program(std::string_view markup) { return Html(std::string(markup)); }

    Html& operator+=(const Html& more) {
        markup_ += more.markup_;
        return *this;
    }
    friend Html operator+(Html left, const Html& right) {
        left += right;
        return left;
    }
    bool is_empty() const { return markup_.empty(); }
    const std::string& markup() const& { return markup_; }
    std::string&& markup() && { return std::move(markup_); }

private:
    friend class HtmlWriter;
    explicit Html(std::string markup) : markup_(std::move(markup)) {}
    std::string markup_;
};

/// `text` so that it can stand in an element or in a quoted attribute: & < > " ' as entities,
/// control characters except tab and line feed, and bytes that are not UTF-8, as U+FFFD.
std::string printable_html(std::string_view text);

/// A literal with one {} per value. Anything else does not compile.
template <typename... Values>
class Pattern {
public:
    template <std::size_t size>
    consteval Pattern(const char (&literal)[size])  // NOLINT(google-explicit-constructor)
        : literal_(literal, size - 1) {
        std::size_t places = 0;
        for (std::size_t i = 0; i + 1 < literal_.size(); ++i)
            if (literal_[i] == '{' && literal_[i + 1] == '}') ++places;
        if (places != sizeof...(Values)) throw "a pattern needs one {} per value";
    }
    std::string_view literal() const { return literal_; }

private:
    std::string_view literal_;
};

/// Fills patterns; the only friend of Html.
class HtmlWriter {
public:
    static Html fill(std::string_view pattern, const std::string* values);
    static std::string piece(const Html& html) { return html.markup(); }
    static std::string piece(std::string_view text) { return printable_html(text); }
    template <std::integral Integer>
    static std::string piece(Integer number) {
        return std::to_string(number);
    }
};

/// html("<li>{}</li>", name): the literal with each {} replaced by the next value. Html goes in as
/// it is, text is escaped, integers are written plainly.
template <typename... Values>
Html html(Pattern<std::type_identity_t<Values>...> pattern, const Values&... values) {
    const std::array<std::string, sizeof...(Values) + 1> pieces{HtmlWriter::piece(values)...,
                                                                std::string()};
    return HtmlWriter::fill(pattern.literal(), pieces.data());
}

}  // namespace cpo::report
