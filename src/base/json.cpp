#include "base/json.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/json_string.h"

namespace cpo {
namespace {

/// Recursive writer.
class Writer {
public:
    explicit Writer(bool pretty) : pretty_(pretty) {}

    void write(const json::value& value) {
        switch (value.kind()) {
            case json::kind::object:
                return write_object(value.get_object());
            case json::kind::array:
                return write_array(value.get_array());
            case json::kind::string:
                return append_json_string(out, std::string_view(value.get_string()));
            case json::kind::int64:
                out += std::to_string(value.get_int64());
                return;
            case json::kind::double_:
                return append_json_number(out, value.get_double());
            default:
                out += json::serialize(value);
        }
    }

    std::string out;

private:
    void break_line() {
        if (!pretty_) return;
        out += '\n';
        out.append(2 * depth_, ' ');
    }
    void write_object(const json::object& object) {
        if (object.empty()) {
            out += "{}";
            return;
        }
        char before = '{';
        ++depth_;
        for (const auto& [key, value] : object) {
            out += before;
            before = ',';
            break_line();
            append_json_string(out, std::string_view(key));
            out += pretty_ ? ": " : ":";
            write(value);
        }
        --depth_;
        break_line();
        out += '}';
    }
    void write_array(const json::array& array) {
        const bool flat = std::none_of(
            array.begin(), array.end(), [](const auto& v) { return v.is_structured(); });
        if (array.empty() || flat) {
            out += '[';
            for (std::size_t i = 0; i < array.size(); ++i) {
                if (i > 0) out += pretty_ ? ", " : ",";
                write(array[i]);
            }
            out += ']';
            return;
        }
        char before = '[';
        ++depth_;
        for (const auto& value : array) {
            out += before;
            before = ',';
            break_line();
            write(value);
        }
        --depth_;
        break_line();
        out += ']';
    }

    bool pretty_;
    std::size_t depth_ = 0;
};

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    const bool is_plain = std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
    });
    if (!is_plain) {
        out += json::serialize(json::string_view(text));
        return;
    }
    out += '"';
    out += text;
    out += '"';
}

void append_json_number(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    const std::string_view digits(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    out += digits == "-0" ? "0" : digits;
}

std::string write_json(const json::value& value) {
    Writer writer(false);
    writer.write(value);
    return std::move(writer.out);
}

std::string write_json_pretty(const json::value& value) {
    Writer writer(true);
    writer.write(value);
    writer.out += '\n';
    return std::move(writer.out);
}

Result<JsonReader> JsonReader::of(const json::value& value, std::string pointer) {
    if (!value.is_object())
        return invalid_argument(
            fmt::format("{}: expected an object", pointer.empty() ? "the document" : pointer));
    return JsonReader(value.get_object(), std::move(pointer));
}

std::string JsonReader::pointer_of(std::string_view key) const {
    std::string pointer = pointer_ + '/';
    for (const char c : key) {
        if (c == '~')
            pointer += "~0";
        else if (c == '/')
            pointer += "~1";
        else
            pointer += c;
    }
    return pointer;
}

Error JsonReader::wrong_type(std::string_view key, std::string_view expected) const {
    return invalid_argument(fmt::format("{}: expected {}", pointer_of(key), expected));
}

Result<const json::value*> JsonReader::find(std::string_view key) const {
    const auto* value = object_->if_contains(json::string_view(key.data(), key.size()));
    if (value == nullptr) return invalid_argument(fmt::format("{}: missing", pointer_of(key)));
    return value;
}

bool JsonReader::has(std::string_view key) const {
    const auto* value = object_->if_contains(json::string_view(key.data(), key.size()));
    return value != nullptr && !value->is_null();
}

Result<std::string> JsonReader::string(std::string_view key) const {
    const auto* value = TRY(find(key));
    if (!value->is_string()) return wrong_type(key, "a string");
    return std::string(value->get_string());
}

Result<double> JsonReader::number(std::string_view key) const {
    const auto* value = TRY(find(key));
    if (!value->is_number()) return wrong_type(key, "a number");
    return value->to_number<double>();
}

Result<std::int64_t> JsonReader::integer(std::string_view key) const {
    const auto* value = TRY(find(key));
    json::error_code failure;
    const auto number = value->is_number() ? value->to_number<std::int64_t>(failure) : 0;
    if (!value->is_number() || failure) return wrong_type(key, "a whole number");
    return number;
}

Result<bool> JsonReader::boolean(std::string_view key) const {
    const auto* value = TRY(find(key));
    if (!value->is_bool()) return wrong_type(key, "true or false");
    return value->get_bool();
}

Result<const json::array*> JsonReader::array(std::string_view key) const {
    const auto* value = TRY(find(key));
    if (!value->is_array()) return wrong_type(key, "an array");
    return &value->get_array();
}

Result<JsonReader> JsonReader::object(std::string_view key) const {
    const auto* value = TRY(find(key));
    return of(*value, pointer_of(key));
}

Result<std::string> JsonReader::string_or(std::string_view key, std::string fallback) const {
    return has(key) ? string(key) : Result<std::string>(std::move(fallback));
}

Result<double> JsonReader::number_or(std::string_view key, double fallback) const {
    return has(key) ? number(key) : Result<double>(fallback);
}

Result<std::int64_t> JsonReader::integer_or(std::string_view key, std::int64_t fallback) const {
    return has(key) ? integer(key) : Result<std::int64_t>(fallback);
}

Result<bool> JsonReader::boolean_or(std::string_view key, bool fallback) const {
    return has(key) ? boolean(key) : Result<bool>(fallback);
}

Result<std::vector<std::string>> JsonReader::strings_or_empty(std::string_view key) const {
    std::vector<std::string> strings;
    if (!has(key)) return strings;
    const auto* values = TRY(array(key));
    for (const auto& value : *values) {
        if (!value.is_string()) return wrong_type(key, "an array of strings");
        strings.emplace_back(value.get_string());
    }
    return strings;
}

Result<std::vector<double>> JsonReader::numbers_or_empty(std::string_view key) const {
    std::vector<double> numbers;
    if (!has(key)) return numbers;
    const auto* values = TRY(array(key));
    for (const auto& value : *values) {
        if (!value.is_number()) return wrong_type(key, "an array of numbers");
        numbers.push_back(value.to_number<double>());
    }
    return numbers;
}

Result<void> JsonReader::only(std::initializer_list<std::string_view> known) const {
    for (const auto& entry : *object_) {
        const std::string_view key(entry.key().data(), entry.key().size());
        if (std::find(known.begin(), known.end(), key) == known.end())
            return invalid_argument(fmt::format("{}: unknown field", pointer_of(key)));
    }
    return {};
}

}  // namespace cpo
