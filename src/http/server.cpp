#include "http/server.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <future>

#include "http/connection.h"
#include "http/io_loop.h"

namespace cpo::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int kStreamThreads = 2;
constexpr int kLoopsMax = 16;
constexpr std::size_t kFilesBesideConnections = 500;
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::string_view kTooManyConnections =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n";

/// As many files as the system lets us have, so that connections_max can be reached.
void raise_file_limit(std::size_t wanted) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, wanted);
    setrlimit(RLIMIT_NOFILE, &limit);
}

/// TLS 1.2 with forward secrecy and authenticated encryption, or 1.3.
Result<asio::ssl::context> make_tls(const ServerOptions& options) {
    asio::ssl::context context(asio::ssl::context::tls_server);
    SSL_CTX* native = context.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    error_code failure;
    context.use_certificate_chain_file(options.tls_certificate_file, failure);
    if (failure)
        return invalid_argument(
            fmt::format("TLS certificate {}: {}", options.tls_certificate_file, failure.message()));
    context.use_private_key_file(options.tls_key_file, asio::ssl::context::pem, failure);
    if (failure)
        return invalid_argument(
            fmt::format("TLS key {}: {}", options.tls_key_file, failure.message()));
    return context;
}

Result<asio::ip::address> read_address(const std::string& text) {
    error_code failure;
    const auto address = asio::ip::make_address(text, failure);
    if (failure) return invalid_argument(fmt::format("\"{}\" is no address to listen on", text));
    return address;
}

/// "/cpo/shop". It stands in the Path of cookies and in links: nothing there needs an escape.
bool is_prefix(std::string_view text) {
    constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    return text.starts_with('/') && !text.ends_with('/') &&
           text.find("//") == std::string_view::npos &&
           text.find_first_not_of(kPlain) == std::string_view::npos;
}

bool is_origin(std::string_view text) {
    for (const std::string_view scheme : {"http://", "https://"})
        if (text.starts_with(scheme))
            return text.size() > scheme.size() &&
                   text.find('/', scheme.size()) == std::string_view::npos;
    return false;
}

int cores() { return static_cast<int>(std::thread::hardware_concurrency()); }

int loop_count(const ServerOptions& options) {
    if (options.io_threads > 0) return options.io_threads;
    return std::clamp(cores(), 1, kLoopsMax);
}

class BeastServer final : public Server {
public:
    BeastServer(ServerOptions options, Dispatcher& dispatcher, Metrics& metrics, Log& log) {
        state_.options = std::move(options);
        state_.dispatcher = &dispatcher;
        state_.metrics = &metrics;
        state_.log = &log;
        for (int i = 0; i < loop_count(state_.options); ++i)
            loops_.push_back(std::make_unique<IoLoop>());
        acceptor_.emplace(loops_.front()->context());
        pause_.emplace(loops_.front()->context());
    }
    ~BeastServer() override { stop(); }
    BeastServer(const BeastServer&) = delete;
    BeastServer& operator=(const BeastServer&) = delete;

    Result<void> bind() {
        const ServerOptions& options = state_.options;
        if (const auto faults = check_options(options); !faults.empty())
            return invalid_argument(fmt::format("{}", fmt::join(faults, "; ")));
        state_.proxies = TRY(TrustedProxies::parse(options.trusted_proxies));
        if (!options.tls_certificate_file.empty()) state_.tls.emplace(TRY(make_tls(options)));
        raise_file_limit(options.connections_max + kFilesBesideConnections);
        error_code failure;
        const tcp::endpoint endpoint(TRY(read_address(options.address)), options.port);
        acceptor_->open(endpoint.protocol(), failure);
        if (!failure) acceptor_->set_option(tcp::acceptor::reuse_address(true), failure);
        if (!failure) acceptor_->bind(endpoint, failure);
        if (!failure) acceptor_->listen(tcp::acceptor::max_listen_connections, failure);
        if (failure)
            return Error{ErrorCode::kUnavailable,
                         fmt::format("cannot listen on {} port {}: {}",
                                     options.address,
                                     options.port,
                                     failure.message()),
                         {}};
        port_ = acceptor_->local_endpoint().port();
        return {};
    }

    void start() override {
        state_.pool = std::make_unique<WorkPool>(handler_threads(state_.options),
                                                 state_.options.queue_max,
                                                 static_cast<int>(loops_.size()));
        state_.stream_pool =
            std::make_unique<WorkPool>(kStreamThreads, 2 * state_.options.streams_max);
        accept();
        for (const auto& loop : loops_) {
            loop->start();
            state_.pool->run_now([&loop = *loop] { loop.drive(); });
        }
        watch_ = std::make_unique<LoopWatch>(loops_, *state_.pool);
        is_started_ = true;
    }

    std::uint16_t port() const override { return port_; }
    bool is_stopping() const override { return state_.is_stopping.load(); }

    void stop() override {
        const std::lock_guard lock(stop_mutex_);
        state_.is_stopping = true;
        if (!is_started_) return;
        is_started_ = false;
        close_acceptor();
        each_connection([](Connection& connection) { connection.drain(); });
        if (!state_.wait_for_connections(state_.options.drain)) {
            state_.log->warn(
                fmt::format("stopped with {} connections still open", state_.connections.load()));
            each_connection([](Connection& connection) { connection.close(); });
            state_.wait_for_connections(std::chrono::seconds(1));
        }
        watch_.reset();
        for (const auto& loop : loops_) loop->stop();
        state_.pool->stop();
        state_.stream_pool->stop();
    }

private:
    void accept() {
        IoLoop& loop = *loops_[next_loop_++ % loops_.size()];
        acceptor_->async_accept(
            loop.context(), [this, &loop](const error_code& failure, tcp::socket socket) {
                if (failure == asio::error::operation_aborted || !acceptor_->is_open()) return;
                if (failure) return pause_accepting();
                take(loop, std::move(socket));
                accept();
            });
    }

    /// Out of files, most likely: wait for some to be closed.
    void pause_accepting() {
        state_.metrics->count_refused("accept");
        pause_->expires_after(kAcceptPause);
        pause_->async_wait([this](const error_code& failure) {
            if (!failure && acceptor_->is_open()) accept();
        });
    }

    void take(IoLoop& loop, tcp::socket socket) {
        if (state_.connections.fetch_add(1) >= state_.options.connections_max) {
            state_.connection_closed();
            state_.metrics->count_refused("connections");
            error_code ignored;
            socket.non_blocking(true, ignored);
            if (!state_.tls)
                socket.write_some(
                    asio::buffer(kTooManyConnections.data(), kTooManyConnections.size()), ignored);
            return;
        }
        state_.metrics->add_connections(1);
        auto connection = std::make_shared<Connection>(std::move(socket), state_, loop);
        asio::post(loop.context(), [this, &loop, connection] {
            loop.add(connection);
            state_.is_stopping ? connection->close() : connection->start();
        });
    }

    void close_acceptor() {
        std::promise<void> closed;
        asio::post(loops_.front()->context(), [this, &closed] {
            error_code ignored;
            acceptor_->close(ignored);
            pause_->cancel();
            closed.set_value();
        });
        closed.get_future().wait();
    }

    template <typename Visit>
    void each_connection(Visit visit) {
        for (const auto& loop : loops_)
            asio::post(loop->context(), [&loop = *loop, visit] {
                for (const auto& connection : loop.connections()) visit(*connection);
            });
    }

    ServerState state_;
    std::vector<std::unique_ptr<IoLoop>> loops_;
    std::optional<tcp::acceptor> acceptor_;    ///< On the first loop.
    std::optional<asio::steady_timer> pause_;  ///< On the first loop.
    std::unique_ptr<LoopWatch> watch_;
    std::size_t next_loop_ = 0;
    std::uint16_t port_ = 0;
    std::mutex stop_mutex_;
    bool is_started_ = false;
};

}  // namespace

std::vector<std::string> check_options(const ServerOptions& options) {
    std::vector<std::string> faults;
    const auto expect = [&](const auto& result) {
        if (!result) faults.push_back(result.error().message);
    };
    expect(read_address(options.address));
    bool is_tls_there = true;
    for (const std::string& file : {options.tls_certificate_file, options.tls_key_file}) {
        std::error_code failure;
        if (file.empty() || std::filesystem::is_regular_file(file, failure)) continue;
        faults.push_back(fmt::format("{}: there is no such file", file));
        is_tls_there = false;
    }
    if (options.tls_certificate_file.empty() != options.tls_key_file.empty())
        faults.emplace_back("TLS certificate and key: give both or none");
    else if (is_tls_there && !options.tls_certificate_file.empty())
        expect(make_tls(options));
    const std::string& prefix = options.path_prefix;
    if (!prefix.empty() && !is_prefix(prefix))
        faults.push_back(fmt::format("path prefix \"{}\": expected a form such as /cpo", prefix));
    if (options.io_threads < 0 || options.threads < 0 || options.queue_max < 1)
        faults.emplace_back("threads must be at least 0, the queue at least 1");
    for (const std::string& origin : options.cors_origins)
        if (!is_origin(origin))
            faults.push_back(fmt::format(
                "CORS origin \"{}\": expected a form such as https://shop.example", origin));
    expect(TrustedProxies::parse(options.trusted_proxies));
    return faults;
}

int handler_threads(const ServerOptions& options) {
    if (options.threads > 0) return options.threads;
    return std::max(4, 2 * cores());
}

Result<std::unique_ptr<Server>> make_server(ServerOptions options,
                                            Dispatcher& dispatcher,
                                            Metrics& metrics,
                                            Log& log) {
    auto server = std::make_unique<BeastServer>(std::move(options), dispatcher, metrics, log);
    TRY(server->bind());
    return std::unique_ptr<Server>(std::move(server));
}

}  // namespace cpo::http
