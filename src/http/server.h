#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http/dispatch.h"
#include "http/log.h"
#include "http/metrics.h"

namespace cpo::http {

/// Every limit of the server. Times are upper bounds with a tolerance of 50 ms.
struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;                 ///< 0 = a free one.
    std::string tls_certificate_file;          ///< PEM, with its chain; empty = plain HTTP.
    std::string tls_key_file;                  ///< PEM.
    std::string path_prefix;                   ///< "/cpo": everything lives below it. Empty = none.
    std::vector<std::string> cors_origins;     ///< "https://shop.example"; empty = none.
    std::vector<std::string> trusted_proxies;  ///< Addresses or networks ("10.0.0.0/8") whose
                                               ///< X-Forwarded-For is believed.
    int io_threads = 0;                        ///< 0 = one a core, at most 16.
    int threads = 0;               ///< Handlers at once; 0 = twice the cores, at least 4.
    std::size_t queue_max = 1024;  ///< Requests waiting for a thread; more get 503.
    std::size_t connections_max = 10'000;
    std::size_t streams_max = 1'000;
    std::size_t header_bytes_max = 16 << 10;
    std::size_t bodies_bytes_max = 512 << 20;       ///< Of all requests together; more get 503.
    std::size_t stream_unsent_bytes_max = 1 << 20;  ///< A slower reader is cut off.
    std::chrono::milliseconds handshake_timeout{10'000};
    std::chrono::milliseconds header_timeout{10'000};  ///< From its first to its last byte.
    std::chrono::milliseconds body_timeout{30'000};    ///< Without progress; on the whole a body
                                                       ///< must also come at 1 KiB/s.
    std::chrono::milliseconds write_timeout{30'000};   ///< As body_timeout.
    std::chrono::milliseconds idle_timeout{60'000};    ///< Between two requests.
    std::chrono::milliseconds heartbeat{15'000};       ///< Of a silent event stream.
    std::chrono::milliseconds stream_max{300'000};     ///< Then the client comes again with its
                                                       ///< Last-Event-ID, and must be signed in.
    std::chrono::milliseconds stream_poll{200};        ///< How often a stream is asked for news.
    std::chrono::milliseconds drain{20'000};           ///< stop() lets requests finish so long.
};

/// Everything in the options that make_server() would refuse, the files of TLS among it; empty when
/// they are right. Binds nothing.
std::vector<std::string> check_options(const ServerOptions& options);

/// How many handlers run at once.
int handler_threads(const ServerOptions& options);

/// HTTP/1.1 over TCP or TLS: keep-alive, pipelining in order, server-sent events. A bounded number
/// of handlers runs at once, each on the thread that read its request; others take over that
/// thread's connections when it takes long. An answer that comes after its operation's deadline is
/// dropped, the client has got 504 by then.
class Server {
public:
    virtual ~Server() = default;  ///< Stops.
    /// Starts to accept.
    virtual void start() = 0;
    /// The port that is listened on.
    virtual std::uint16_t port() const = 0;
    /// True from the start of stop() on: for /readyz.
    virtual bool is_stopping() const = 0;
    /// Stops accepting, closes idle connections and event streams, lets requests in flight finish
    /// for `drain`, then closes what is left. Blocks. Idempotent.
    virtual void stop() = 0;
};

/// Binds the port. The references must outlive the server. Errors: kInvalidArgument with
/// what check_options() finds, kUnavailable (the port is taken).
Result<std::unique_ptr<Server>> make_server(ServerOptions options,
                                            Dispatcher& dispatcher,
                                            Metrics& metrics,
                                            Log& log);

}  // namespace cpo::http
