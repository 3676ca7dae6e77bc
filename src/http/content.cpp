#include "http/content.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"

namespace cpo::http {
namespace {

/// The charset parameter in lower case, empty without one.
std::string charset_of(std::string_view content_type) {
    const std::string type = lower(content_type);
    std::string_view rest = type;
    for (auto at = rest.find(';'); at != std::string_view::npos; at = rest.find(';')) {
        rest = rest.substr(at + 1);
        std::string_view parameter = trimmed(rest.substr(0, rest.find(';')));
        if (!parameter.starts_with("charset=")) continue;
        parameter.remove_prefix(8);
        if (parameter.size() >= 2 && parameter.front() == '"' && parameter.back() == '"')
            parameter = parameter.substr(1, parameter.size() - 2);
        return std::string(parameter);
    }
    return {};
}

Problem unsupported(std::string message) {
    return {{ErrorCode::kInvalidArgument, std::move(message), {}}, 415, {}};
}

}  // namespace

std::string media_type_of(std::string_view content_type) {
    return lower(trimmed(content_type.substr(0, content_type.find(';'))));
}

std::optional<Problem> check_content_head(Exchange& exchange) {
    const Operation& operation = *exchange.request.operation;
    if (!exchange.has_content) {
        if (!operation.is_body_required) return std::nullopt;
        return Problem{invalid_argument("This operation needs a body."),
                       0,
                       {{"", "expected " + operation.content_types.front()}}};
    }
    if (!operation.has_body)
        return Problem{invalid_argument("This operation takes no body."), 0, {}};
    if (exchange.content_length && *exchange.content_length > operation.body_bytes_max)
        return Problem{{ErrorCode::kResourceExhausted,
                        fmt::format("The body is larger than {} bytes.", operation.body_bytes_max),
                        {}},
                       413,
                       {}};
    const std::string header = exchange.request.header_or("content-type", "");
    const std::string type = media_type_of(header);
    const auto& accepted = operation.content_types;
    if (std::find(accepted.begin(), accepted.end(), type) == accepted.end())
        return unsupported(fmt::format("Content-Type: expected {}{}.",
                                       fmt::join(accepted, " or "),
                                       type.empty() ? "" : ", got another one"));
    const std::string charset = charset_of(header);
    if (!charset.empty() && charset != "utf-8" && charset != "utf8")
        return unsupported("Content-Type: expected charset=utf-8.");
    const std::string encoding = lower(exchange.request.header_or("content-encoding", "identity"));
    if (encoding != "identity") return unsupported("Content-Encoding: send the body as it is.");
    exchange.request.content_type = type;
    return std::nullopt;
}

std::optional<Problem> read_content(Exchange& exchange) {
    Request& request = exchange.request;
    if (!exchange.has_content) return std::nullopt;
    if (request.content_type != "application/json") {
        request.raw_body = std::move(exchange.content);
        return std::nullopt;
    }
    auto value = parse_json(exchange.content);
    if (!value) return Problem{value.error(), 0, {}};
    exchange.content = std::string();
    if (request.operation->body_schema) {
        auto findings = request.operation->body_schema->check(*value);
        if (!findings.empty())
            return Problem{invalid_argument("The body does not fit the specification."),
                           0,
                           std::move(findings)};
    }
    request.body = *std::move(value);
    return std::nullopt;
}

}  // namespace cpo::http
