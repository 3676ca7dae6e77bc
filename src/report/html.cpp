#include "report/html.h"

#include "base/html.h"
#include "text/utf8.h"

namespace cpo::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Length of the well-formed sequence at the start of `bytes`, 0 when there is none.
std::size_t sequence_length(std::string_view bytes) {
    for (std::size_t length = 1; length <= std::min<std::size_t>(4, bytes.size()); ++length)
        if (text::is_valid_utf8(bytes.substr(0, length))) return length;
    return 0;
}

bool is_hidden_control(char c) {
    const auto code = static_cast<unsigned char>(c);
    return (code < 0x20 && c != '\n' && c != '\t') || code == 0x7F;
}

}  // namespace

std::string repair_utf8(std::string_view text) {
    if (text::is_valid_utf8(text)) return std::string(text);
    std::string repaired;
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        repaired += length == 0 ? kReplacement : text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(1, length));
    }
    return repaired;
}

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
