#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>

#include "base/json.h"

namespace cpo {
namespace {

/// Builds a value as Boost's own handler does, but reads doubles exactly: Boost.JSON 1.81 is off by
/// one in the last place for about a tenth of them.
class ExactHandler {
public:
    // NOLINTBEGIN(readability-identifier-naming): the names are Boost's.
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();
    // NOLINTEND(readability-identifier-naming)

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) { return true; }
    bool on_array_begin(json::error_code&) { return true; }
    bool on_object_end(std::size_t size, json::error_code&) {
        stack.push_object(size);
        return true;
    }
    bool on_array_end(std::size_t size, json::error_code&) {
        stack.push_array(size);
        return true;
    }
    bool on_key_part(json::string_view text, std::size_t, json::error_code&) {
        stack.push_chars(text);
        return true;
    }
    bool on_key(json::string_view text, std::size_t, json::error_code&) {
        stack.push_key(text);
        return true;
    }
    bool on_string_part(json::string_view text, std::size_t, json::error_code&) {
        stack.push_chars(text);
        return true;
    }
    bool on_string(json::string_view text, std::size_t, json::error_code&) {
        stack.push_string(text);
        return true;
    }
    /// Only in a text that comes in parts, which ours does not.
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
        stack.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, json::string_view, json::error_code&) {
        stack.push_uint64(number);
        return true;
    }
    bool on_double(double approximate, json::string_view text, json::error_code&) {
        double exact = 0;
        const char* end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, exact);
        // Out of range: Boost's infinity or zero.
        stack.push_double(read.ec == std::errc() && read.ptr == end ? exact : approximate);
        return true;
    }
    bool on_bool(bool value, json::error_code&) {
        stack.push_bool(value);
        return true;
    }
    bool on_null(json::error_code&) {
        stack.push_null();
        return true;
    }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

    json::value_stack stack;
};

Error json_error(std::string_view text, std::size_t offset, const std::string& reason) {
    offset = std::min(offset, text.size());
    const auto before = text.substr(0, offset);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto line_start = before.rfind('\n');
    const auto column = line_start == std::string_view::npos ? offset + 1 : offset - line_start;
    return invalid_argument(fmt::format("JSON, line {} column {}: {}", line, column, reason));
}

}  // namespace

Result<json::value> parse_json(std::string_view text) {
    json::parse_options options;
    options.max_depth = 64;
    json::basic_parser<ExactHandler> parser(options);
    parser.handler().stack.reset();
    json::error_code failure;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
    if (failure == json::error::incomplete) return json_error(text, text.size(), failure.message());
    if (failure) return json_error(text, read, failure.message());
    if (read < text.size()) {
        const auto rest = text.find_first_not_of(" \t\r\n", read);
        if (rest != std::string_view::npos)
            return json_error(text, rest, "there is something after the end of the value");
    }
    return parser.handler().stack.release();
}

}  // namespace cpo
