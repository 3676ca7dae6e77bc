#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "http/openapi.h"
#include "http/server.h"

namespace cpo::http {

inline constexpr std::string_view kJson = "Content-Type: application/json\r\n";

/// The operations of the server tests.
inline constexpr std::string_view kTestDocument = R"(
openapi: 3.1.0
info: { title: Test, version: '1' }
paths:
  /things/{thing}:
    parameters:
      - { name: thing, in: path, required: true, schema: { type: string, maxLength: 20 } }
    get:
      operationId: getThing
      tags: [things]
      security: []
      parameters:
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100 } }
      responses: { '200': { description: One } }
    put:
      operationId: putThing
      tags: [things]
      x-cpo-role: editor
      x-cpo-body-bytes-max: 1000
      parameters:
        - { name: If-Match, in: header, required: true, schema: { type: string } }
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              additionalProperties: false
              properties:
                name: { type: string, minLength: 1 }
                size: { type: integer, minimum: 1, maximum: 100 }
      responses: { '200': { description: One } }
  /slow:
    get:
      operationId: slow
      tags: [things]
      security: []
      x-cpo-deadline-ms: 200
      responses: { '200': { description: Late } }
  /wait:
    get:
      operationId: wait
      tags: [things]
      security: []
      responses: { '200': { description: When told } }
  /upload:
    post:
      operationId: upload
      tags: [files]
      x-cpo-role: viewer
      x-cpo-body-bytes-max: 300000
      requestBody:
        required: true
        content: { text/csv: { schema: { type: string } } }
      responses: { '200': { description: Bytes } }
  /echo:
    post:
      operationId: echo
      tags: [things]
      security: []
      requestBody: { content: { application/json: { schema: {} } } }
      responses: { '200': { description: The same } }
  /stream:
    get:
      operationId: stream
      tags: [stream]
      security: []
      responses: { '200': { description: Events } }
  /throws:
    get:
      operationId: throws
      tags: [things]
      security: []
      responses: { '200': { description: Never } }
)";

/// A blocking HTTP client on a raw socket, so that tests can send what no library would.
class RawClient {
public:
    explicit RawClient(std::uint16_t port) : socket_(context_) {
        socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    }
    void send(std::string_view text) {
        boost::system::error_code failure;
        boost::asio::write(socket_, boost::asio::buffer(text.data(), text.size()), failure);
    }

    struct Answer {
        int status = 0;
        std::map<std::string, std::string> headers;  ///< Lower-case names; Vary etc. as sent.
        std::string body;
        json::value json() const { return parse_json(body) ? *parse_json(body) : json::value(); }
    };
    /// The next answer; status 0 when the connection ends before it. HEAD has no body.
    Answer read(bool has_body = true) {
        Answer answer;
        const std::string head = read_until("\r\n\r\n");
        if (head.empty()) return answer;
        answer.status = std::stoi(head.substr(9, 3));
        std::size_t at = head.find("\r\n") + 2;
        while (at + 2 < head.size()) {
            const std::size_t end = head.find("\r\n", at);
            const std::size_t colon = head.find(": ", at);
            std::string name = head.substr(at, colon - at);
            for (char& c : name) c = static_cast<char>(std::tolower(c));
            answer.headers[name] = head.substr(colon + 2, end - colon - 2);
            at = end + 2;
        }
        const auto length = answer.headers.find("content-length");
        if (has_body && length != answer.headers.end())
            answer.body = read_bytes(std::stoul(length->second));
        return answer;
    }
    /// Up to and with `end`; empty when the connection ends before it.
    std::string read_until(std::string_view end) {
        while (true) {
            const auto found = buffer_.find(end);
            if (found != std::string::npos) return take(found + end.size());
            if (!fill()) return {};
        }
    }
    std::string read_bytes(std::size_t size) {
        while (buffer_.size() < size)
            if (!fill()) break;
        return take(std::min(size, buffer_.size()));
    }
    /// True when the server closes before kPatience is over.
    bool is_closed() {
        while (fill()) {
        }
        return is_over_;
    }
    boost::asio::ip::tcp::socket& socket() { return socket_; }

    /// No test waits longer for the server: what never comes is an end, but is_closed() is false.
    static constexpr std::chrono::milliseconds kPatience{5'000};

private:
    bool fill() {
        pollfd ready{socket_.native_handle(), POLLIN, 0};
        if (::poll(&ready, 1, static_cast<int>(kPatience.count())) == 0) return false;
        std::array<char, 4096> bytes{};
        boost::system::error_code failure;
        const std::size_t size = socket_.read_some(boost::asio::buffer(bytes), failure);
        buffer_.append(bytes.data(), size);
        is_over_ = failure.failed();
        return !is_over_;
    }
    std::string take(std::size_t size) {
        std::string text = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return text;
    }
    boost::asio::io_context context_;
    boost::asio::ip::tcp::socket socket_;
    std::string buffer_;
    bool is_over_ = false;
};

/// A real server on a free loopback port with the operations above.
class ServerTest : public testing::Test {
protected:
    void TearDown() override {
        release();
        if (server) server->stop();
    }

    void start(ServerOptions options = {}, DispatchOptions limits = {}) {
        auto operations = read_operations(kTestDocument);
        ASSERT_TRUE(operations) << operations.error().message;
        log = *make_log({"info", [this](std::string_view line) { lines.emplace_back(line); }},
                        system_clock());
        dispatcher = *Dispatcher::make(
            *std::move(operations),
            [](const Request& request) { return authenticate(request); },
            [this](const Operation& operation, const Request& request) {
                return handle(operation, request);
            },
            limits);
        options.port = 0;
        if (options.threads == 0) options.threads = 2;
        auto made = make_server(options, *dispatcher, metrics, *log);
        ASSERT_TRUE(made) << made.error().message;
        server = *std::move(made);
        server->start();
    }

    /// "Authorization: Bearer ROLE[,SCOPE]" is somebody of that role.
    static Result<store::Caller> authenticate(const Request& request) {
        const std::string header = request.header_or("authorization", "");
        if (!header.starts_with("Bearer ")) return store::Caller();
        const std::string role = header.substr(7, header.find(',') - 7);
        store::Caller caller;
        caller.kind = "key";
        caller.id = "key-of-" + role;
        caller.workspace = "w";
        if (!store::parse_role(role))
            return Error{ErrorCode::kUnauthenticated, "This key is not known.", {}};
        caller.role = *store::parse_role(role);
        if (header.find(',') != std::string::npos)
            caller.scopes = {header.substr(header.find(',') + 1)};
        return caller;
    }

    Result<Response> handle(const Operation& operation, const Request& request) {
        if (operation.id == "getThing") {
            if (request.param("thing") == "none")
                return Error{ErrorCode::kNotFound, "There is no such thing.", "looked in a box"};
            return Response::ok({{"thing", request.param("thing")},
                                 {"limit", request.query_integer_or("limit", 10)},
                                 {"remote", request.remote}})
                .with_version(3);
        }
        if (operation.id == "putThing") {
            const auto version = TRY(request.expected_version());
            return Response::created({{"version", version}, {"name", request.body.at("name")}},
                                     "/things/x");
        }
        if (operation.id == "slow") std::this_thread::sleep_for(std::chrono::milliseconds(500));
        if (operation.id == "wait") await_release();
        if (operation.id == "upload") return Response::ok({{"bytes", request.raw_body.size()}});
        if (operation.id == "echo") return Response::ok(request.body);
        if (operation.id == "stream") {
            Response response;
            response.content_type = "text/event-stream";
            response.stream = make_stream();
            return response;
        }
        if (operation.id == "throws") throw std::runtime_error("secret of the house");
        return Response::ok({{"done", true}});
    }

    void await_release() {
        std::unique_lock lock(mutex);
        ++waiting;
        changed.notify_all();
        changed.wait(lock, [this] { return is_released; });
    }
    void release() {
        const std::lock_guard lock(mutex);
        is_released = true;
        changed.notify_all();
    }
    void await_waiting(int count) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return waiting >= count; });
    }

    RawClient client() const { return RawClient(server->port()); }
    RawClient::Answer ask(std::string_view text) const {
        RawClient one(server->port());
        one.send(text);
        return one.read(!text.starts_with("HEAD"));
    }
    static std::string get(std::string_view target, std::string_view headers = "") {
        return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) +
               "\r\n";
    }
    static std::string post(std::string_view target,
                            std::string_view headers,
                            std::string_view body) {
        return "POST " + std::string(target) +
               " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
               std::string(headers) + "\r\n" + std::string(body);
    }
    static std::string put(std::string_view headers, std::string_view body) {
        std::string text = post("/things/x", headers, body);
        return "PUT" + text.substr(4);
    }

    std::function<std::shared_ptr<BodyStream>()> make_stream;
    std::vector<std::string> lines;  ///< Of the log; read after stop().
    Metrics metrics;
    std::unique_ptr<Log> log;
    std::unique_ptr<Dispatcher> dispatcher;
    std::unique_ptr<Server> server;

    std::mutex mutex;
    std::condition_variable changed;
    int waiting = 0;
    bool is_released = false;
};

}  // namespace cpo::http
