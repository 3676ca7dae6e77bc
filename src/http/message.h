#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/json.h"
#include "base/result.h"
#include "store/accounts.h"
#include "store/store.h"

namespace cpo::http {

struct Operation;

/// One request as a handler sees it: matched to an operation of api/openapi.yaml, signed in,
/// allowed, and with parameters and JSON body valid against the operation's schemas.
struct Request {
    const Operation* operation = nullptr;
    std::map<std::string, std::string> path;   ///< Template parameters, decoded.
    std::map<std::string, std::string> query;  ///< Declared parameters that were given, decoded.
    json::value body;      ///< Of an application/json request; null without one.
    std::string raw_body;  ///< Of any other content type, e.g. text/csv.
    std::string content_type;
    std::map<std::string, std::string> headers;  ///< All, by lower-case names.
    store::Caller caller;                        ///< Who is signed in; empty with `security: []`.
    std::string request_id;
    std::string remote;  ///< Address of the peer, for throttling and the log.
    Deadline deadline = Deadline::never();

    /// Path parameter; the template has it.
    const std::string& param(const std::string& name) const { return path.at(name); }
    std::string query_or(const std::string& name, std::string fallback) const;
    std::int64_t query_integer_or(const std::string& name, std::int64_t fallback) const;
    std::string header_or(const std::string& name, std::string fallback) const;
    /// The version that If-Match names. Errors: kInvalidArgument when it is no version of ours;
    /// the specification makes the header required where it matters.
    Result<std::int64_t> expected_version() const;
    /// Actor for audited changes.
    store::Actor actor() const;
    const std::string& workspace() const { return caller.workspace; }
};

/// Sends pieces of a body that has no end (server-sent events). The server calls `next` on its pool
/// again and again, by one thread at a time; it never waits for news and gives an empty text when
/// there are none (the server sends a heartbeat then), or nothing when the stream is over.
class BodyStream {
public:
    virtual ~BodyStream() = default;
    virtual std::optional<std::string> next() = 0;
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::shared_ptr<BodyStream> stream;  ///< Instead of body; the connection stays open.

    static Response of(int status, const json::value& value);
    static Response ok(const json::value& value) { return of(200, value); }
    static Response no_content();
    /// 201 with Location (relative to the server's prefix, "/api/v1/documents/…").
    static Response created(const json::value& value, std::string location);
    /// 202 with the job's Location.
    static Response accepted(const json::value& value, std::string location);
    /// Bytes to save under `name`.
    static Response file(std::string content_type, std::string bytes, const std::string& name);
    /// Sets ETag to the version, as If-Match expects it.
    Response with_version(std::int64_t version) &&;
    Response with_header(std::string name, std::string value) &&;
};

}  // namespace cpo::http
