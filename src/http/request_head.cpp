#include "http/request_head.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/id.h"

namespace cpo::http {
namespace {

namespace beast = boost::beast;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

Problem broken(std::string message) { return {invalid_argument(std::move(message)), 0, {}}; }

/// "/path?query" of a target in origin or absolute form; empty when it is neither.
std::string_view origin_form(std::string_view target) {
    if (target.starts_with('/')) return target;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        const auto path = target.find('/', scheme.size());
        return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
    }
    return {};
}

/// What a proxy before us could understand otherwise hides a second request in a body
/// (RFC 9112, sections 6.1 and 6.3).
bool is_framing_plain(const BeastRequest& head, const Request& request) {
    const auto encoding = request.headers.find("transfer-encoding");
    if (encoding == request.headers.end()) return true;
    return lower(encoding->second) == "chunked" && head.version() >= 11 &&
           !request.headers.contains("content-length");
}

void take_headers(const BeastRequest& head, Exchange& exchange) {
    auto& headers = exchange.request.headers;
    for (const auto& field : head) {
        const std::string name = lower(view(field.name_string()));
        const std::string_view value = view(field.value());
        const auto [place, is_new] = headers.emplace(name, value);
        if (is_new) continue;
        place->second += name == "cookie" ? "; " : ", ";
        place->second += value;
        exchange.repeated_headers.push_back(name);
    }
}

}  // namespace

std::string request_id_of(std::string_view header) {
    const bool is_usable = !header.empty() && header.size() <= 64 &&
                           std::all_of(header.begin(), header.end(), [](char c) {
                               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                      (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
                           });
    return is_usable ? std::string(header) : new_id(system_clock().now());
}

std::optional<Problem> read_head(const BeastRequest& head,
                                 std::string_view path_prefix,
                                 Exchange& exchange) {
    exchange.method = std::string(view(head.method_string()));
    take_headers(head, exchange);
    Request& request = exchange.request;
    request.request_id = request_id_of(request.header_or("x-request-id", ""));
    std::string_view target = origin_form(view(head.target()));
    const auto question = target.find('?');
    exchange.path = std::string(target.substr(0, question));
    if (question != std::string_view::npos)
        exchange.query = std::string(target.substr(question + 1));
    const auto& repeated = exchange.repeated_headers;
    const bool has_two_hosts =
        std::find(repeated.begin(), repeated.end(), "host") != repeated.end();
    if (has_two_hosts || (head.version() == 11 && !request.headers.contains("host")))
        return broken("Host: expected exactly one.");
    for (const char* single : {"authorization", "content-type", "x-xsrf-token"})
        if (std::find(repeated.begin(), repeated.end(), single) != repeated.end())
            return broken(std::string(single) + ": expected one at most.");
    if (!is_framing_plain(head, request))
        return broken("Transfer-Encoding: expected chunked alone.");
    if (target.empty()) return broken("The request target is no path.");
    if (path_prefix.empty()) return std::nullopt;
    const std::string_view path = exchange.path;
    const bool is_below = path.starts_with(path_prefix) && path.size() > path_prefix.size() &&
                          path[path_prefix.size()] == '/';
    if (!is_below && path != path_prefix)
        return Problem{{ErrorCode::kNotFound, "There is nothing here.", {}}, 0, {}};
    exchange.path.erase(0, path_prefix.size());
    if (exchange.path.empty()) exchange.path.assign(1, '/');
    return std::nullopt;
}

}  // namespace cpo::http
