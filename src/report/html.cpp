#include "report/html.h"

#include "base/html.h"
#include "base/utf8.h"

namespace cpo::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_hidden_control(char c) {
    const auto code = static_cast<unsigned char>(c);
    return (code < 0x20 && c != '\n' && c != '\t') || code == 0x7F;
}

}  // namespace

std::string printable_html(std::string_view text) {
    std::string printable;
    for (const char c : repair_utf8(text))
        if (is_hidden_control(c))
            printable += kReplacement;
        else
            printable += c;
    return escape_html(printable);
}

Html HtmlWriter::fill(std::string_view pattern, const std::string* values) {
    std::string markup;
    std::size_t position = 0;
    for (;;) {
        const std::size_t place = pattern.find("{}", position);
        markup += pattern.substr(position, place - position);
        if (place == std::string_view::npos) return Html(std::move(markup));
        markup += *values++;
        position = place + 2;
    }
}

}  // namespace cpo::report
