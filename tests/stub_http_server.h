#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace cpo {

/// A request as it arrived: the head with its line breaks, and the body.
struct StubRequest {
    std::string head;
    std::string body;
    int number = 0;  ///< 0-based, over all connections.
};

/// A full reply with Content-Length; `headers` are whole lines with "\r\n".
inline std::string stub_reply(std::string_view status,
                              std::string_view body,
                              std::string_view headers = "") {
    return fmt::format(
        "HTTP/1.1 {}\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), headers, body);
}

/// A server on the loopback for tests: one request per connection, answered with the very bytes
/// that `answer` returns (it may sleep first). `answer` runs on several threads at once.
class StubHttpServer {
public:
    using Answer = std::function<std::string(const StubRequest&)>;

    explicit StubHttpServer(Answer answer) : answer_(std::move(answer)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof(address);
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, generic, length) != 0 || ::listen(listener_, 64) != 0 ||
            ::getsockname(listener_, generic, &length) != 0)
            std::abort();
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread([this] { accept_all(); });
    }
    ~StubHttpServer() {
        ::shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        ::close(listener_);
        for (auto& thread : threads_) thread.join();
    }
    StubHttpServer(const StubHttpServer&) = delete;
    StubHttpServer& operator=(const StubHttpServer&) = delete;

    std::string url(std::string_view path = "/") const {
        return fmt::format("http://127.0.0.1:{}{}", port_, path);
    }
    int request_count() const { return count_.load(); }
    std::vector<StubRequest> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

private:
    void accept_all() {
        for (;;) {
            const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (connection < 0) return;
            threads_.emplace_back([this, connection] { serve(connection); });
        }
    }

    static StubRequest read_request(int connection) {
        StubRequest request;
        std::string bytes;
        std::size_t wanted = std::string::npos;
        std::array<char, 4096> buffer{};
        while (bytes.size() < wanted) {
            const auto count = ::recv(connection, buffer.data(), buffer.size(), 0);
            if (count <= 0) break;
            bytes.append(buffer.data(), static_cast<std::size_t>(count));
            const auto end = bytes.find("\r\n\r\n");
            if (end == std::string::npos || wanted != std::string::npos) continue;
            request.head = bytes.substr(0, end + 2);
            std::size_t length = 0;
            constexpr std::string_view kName = "Content-Length: ";
            if (const auto at = request.head.find(kName); at != std::string::npos)
                std::from_chars(request.head.data() + at + kName.size(),
                                request.head.data() + request.head.size(),
                                length);
            wanted = end + 4 + length;
        }
        if (wanted != std::string::npos) request.body = bytes.substr(request.head.size() + 2);
        return request;
    }

    void serve(int connection) {
        StubRequest request = read_request(connection);
        request.number = count_.fetch_add(1);
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request);
        }
        const std::string reply = answer_(request);
        std::size_t sent = 0;
        while (sent < reply.size()) {
            const auto count =
                ::send(connection, reply.data() + sent, reply.size() - sent, MSG_NOSIGNAL);
            if (count <= 0) break;
            sent += static_cast<std::size_t>(count);
        }
        ::shutdown(connection, SHUT_RDWR);
        ::close(connection);
    }

    Answer answer_;
    int listener_ = -1;
    int port_ = 0;
    std::thread acceptor_;
    std::vector<std::thread> threads_;  ///< Only touched by the acceptor, then by the destructor.
    std::atomic<int> count_ = 0;
    mutable std::mutex mutex_;
    std::vector<StubRequest> requests_;
};

}  // namespace cpo
