#include "http/message.h"

#include <fmt/format.h>

#include <cassert>
#include <charconv>

namespace cpo::http {
namespace {

std::string find_or(const std::map<std::string, std::string>& values,
                    const std::string& name,
                    std::string fallback) {
    const auto found = values.find(name);
    if (found == values.end()) return fallback;
    return found->second;
}

/// A name for a quoted string: no quotes, no control characters, ASCII.
std::string plain_file_name(const std::string& name) {
    std::string plain;
    for (const char c : name)
        plain += (c > '\x1f' && c < '\x7f' && c != '"' && c != '\\' && c != '/') ? c : '_';
    return plain;
}

}  // namespace

std::string Request::query_or(const std::string& name, std::string fallback) const {
    return find_or(query, name, std::move(fallback));
}

std::int64_t Request::query_integer_or(const std::string& name, std::int64_t fallback) const {
    const auto found = query.find(name);
    if (found == query.end()) return fallback;
    std::int64_t value = fallback;
    const char* end = found->second.data() + found->second.size();
    const auto read = std::from_chars(found->second.data(), end, value);
    // The dispatcher has checked it against the schema; anything else is our bug.
    assert(read.ec == std::errc() && read.ptr == end);
    return read.ec == std::errc() ? value : fallback;
}

std::string Request::header_or(const std::string& name, std::string fallback) const {
    return find_or(headers, name, std::move(fallback));
}

Result<std::int64_t> Request::expected_version() const {
    const std::string tag = header_or("if-match", "");
    std::int64_t version = 0;
    if (tag.size() > 2 && tag.front() == '"' && tag.back() == '"') {
        const char* end = tag.data() + tag.size() - 1;
        const auto read = std::from_chars(tag.data() + 1, end, version);
        if (read.ec == std::errc() && read.ptr == end && version >= 0) return version;
    }
    return invalid_argument(
        "If-Match: expected the ETag of an earlier answer with its quotes, such as \"3\"");
}

store::Actor Request::actor() const { return {caller.kind, caller.id, caller.person, request_id}; }

Response Response::of(int status, const json::value& value) {
    Response response;
    response.status = status;
    response.body = write_json(value);
    return response;
}

Response Response::no_content() {
    Response response;
    response.status = 204;
    response.content_type.clear();
    return response;
}

Response Response::created(const json::value& value, std::string location) {
    return of(201, value).with_header("Location", std::move(location));
}

Response Response::accepted(const json::value& value, std::string location) {
    return of(202, value).with_header("Location", std::move(location));
}

Response Response::file(std::string content_type, std::string bytes, const std::string& name) {
    Response response;
    response.content_type = std::move(content_type);
    response.body = std::move(bytes);
    response.headers.emplace_back(
        "Content-Disposition", fmt::format("attachment; filename=\"{}\"", plain_file_name(name)));
    return response;
}

Response Response::with_version(std::int64_t version) && {
    return std::move(*this).with_header("ETag", fmt::format("\"{}\"", version));
}

Response Response::with_header(std::string name, std::string value) && {
    headers.emplace_back(std::move(name), std::move(value));
    return std::move(*this);
}

}  // namespace cpo::http
