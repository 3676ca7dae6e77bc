#include "http/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "http/schema.h"
#include "http/uri.h"

namespace cpo::http {
namespace {

template <typename Number>
std::optional<Number> read_number(std::string_view text) {
    Number number{};
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

/// A text that is not what the type says stays a text, and the schema says what it expected.
json::value typed_value(const std::string& type, const std::string& text) {
    if (type == "integer") {
        const auto integer = read_number<std::int64_t>(text);
        if (integer) return *integer;
    } else if (type == "number") {
        const auto number = read_number<double>(text);
        if (number && std::isfinite(*number)) return *number;
    } else if (type == "boolean") {
        if (text == "true") return true;
        if (text == "false") return false;
    }
    return json::string(text);
}

void check_parameter(const Parameter& parameter,
                     const std::string* text,
                     std::vector<FieldError>& findings) {
    const std::string pointer = fmt::format("/{}/{}", parameter.in, pointer_token(parameter.name));
    if (text == nullptr) {
        if (parameter.is_required) findings.push_back({pointer, "is missing"});
        return;
    }
    for (FieldError& finding : parameter.schema->check(typed_value(parameter.type, *text)))
        findings.push_back({pointer, std::move(finding.detail)});
}

const std::string* find(const std::map<std::string, std::string>& values, const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? nullptr : &found->second;
}

void read_query(Exchange& exchange, std::vector<FieldError>& findings) {
    auto pairs = parse_query(exchange.query);
    if (!pairs) {
        findings.push_back({"/query", pairs.error().message});
        return;
    }
    const auto& declared = exchange.request.operation->parameters;
    for (auto& [name, value] : *pairs) {
        const std::string pointer = "/query/" + pointer_token(name);
        const bool is_known =
            std::any_of(declared.begin(), declared.end(), [&](const Parameter& parameter) {
                return parameter.in == "query" && parameter.name == name;
            });
        if (!is_known)
            findings.push_back({pointer, "is not a known parameter"});
        else if (!exchange.request.query.emplace(name, std::move(value)).second)
            findings.push_back({pointer, "stands twice"});
    }
}

}  // namespace

std::vector<FieldError> read_parameters(Exchange& exchange) {
    std::vector<FieldError> findings;
    Request& request = exchange.request;
    read_query(exchange, findings);
    for (const Parameter& parameter : request.operation->parameters) {
        const auto& values = parameter.in == "query"  ? request.query
                             : parameter.in == "path" ? request.path
                                                      : request.headers;
        if (parameter.in == "header" &&
            std::find(exchange.repeated_headers.begin(),
                      exchange.repeated_headers.end(),
                      parameter.name) != exchange.repeated_headers.end())
            findings.push_back({"/header/" + pointer_token(parameter.name), "stands twice"});
        else
            check_parameter(parameter, find(values, parameter.name), findings);
    }
    if (findings.size() > kFindingsMax) findings.resize(kFindingsMax);
    return findings;
}

}  // namespace cpo::http
