#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>
#include <string>

#include "http/exchange.h"
#include "http/io_loop.h"

namespace cpo::http {

/// One client connection, alive on the thread that drives its loop:
///
///   handshake ─▶ idle ─▶ head ─┬─▶ admit ─▶ body ─┬─▶ handle ─▶ write ─┬─▶ idle
///                              ├─────────▶ body ──┘      ▲             ├─▶ stream
///                              └─────────────────────────┘             └─▶ linger ─▶ closed
///
/// A body above kSmallBodyBytes is read only after sign-in. Refusals go straight to write. Each
/// phase has a deadline that the loop watches. The handler of a quick operation runs at once on the
/// loop's thread, which may lose the loop over it; others go to the pool. Both work on the Exchange
/// alone, and post the answer with the number of its turn where the loop is another's; a turn that
/// is over (504, closed) ignores it.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    using Time = IoLoop::Time;
    Connection(boost::asio::ip::tcp::socket socket, ServerState& state, IoLoop& loop);

    void start();
    void on_deadline(Time now);
    /// Closes when nothing is in flight, else after the answer.
    void drain();
    void close();

    std::size_t slot = 0;  ///< Place in the loop.

private:
    enum class Phase {
        kHandshake,
        kIdle,
        kHead,
        kAdmit,
        kBody,
        kHandle,
        kWrite,
        kStream,
        kLinger,
        kClosed,
    };
    /// What a handler gave, or nothing when the request is admitted; and the time that it took.
    struct Outcome {
        std::optional<Response> response;
        const Operation* operation = nullptr;
        std::chrono::steady_clock::duration time{};
    };
    using SystemError = boost::system::error_code;
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    void enter(Phase phase, std::chrono::milliseconds time);
    void await_request();
    void read();
    void on_read(const SystemError& failure, std::size_t size);
    void parse_head();
    void on_head();
    void continue_to_body();
    void parse_body();
    bool account_body();
    void release_body();
    void refuse_broken(const SystemError& failure);
    void refuse(const Problem& problem);

    void submit(bool admits, bool answers);
    static Outcome handle(Dispatcher& dispatcher, Exchange& exchange, bool admits, bool answers);
    void post_outcome(std::uint64_t turn, Outcome outcome);
    void on_outcome(std::uint64_t turn, Outcome outcome);
    void respond(Response response);
    void write(std::array<boost::asio::const_buffer, 2> buffers);
    void on_sent(std::array<boost::asio::const_buffer, 2> buffers,
                 const SystemError& failure,
                 std::size_t size);
    void on_written();
    void note_written(std::size_t size);
    void finish_exchange();
    void linger();
    void end_sending();
    void read_rest();

    void start_stream();
    void poll_stream(Time now);
    void on_piece(std::uint64_t turn, std::optional<std::string> piece);
    void append_chunk(std::string_view piece);
    void write_stream();
    void watch_stream();
    void end_stream();

    template <typename Handler>
    void read_some(boost::asio::mutable_buffer buffer, Handler handler);
    template <typename Handler>
    void write_some(const std::array<boost::asio::const_buffer, 2>& buffers, Handler handler);

    ServerState& state_;
    IoLoop& loop_;
    boost::asio::ip::tcp::socket socket_;
    std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
    boost::asio::ip::address peer_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    std::shared_ptr<Exchange>
        exchange_;  ///< Shared with the handler while phase is admit or handle.

    Phase phase_ = Phase::kHandshake;
    std::uint64_t turn_ = 0;       ///< Changes whenever an answer on its way is no longer wanted.
    Time started_at_;              ///< End of the head, or begin of the body or write.
    Time request_started_at_;      ///< End of the head.
    std::size_t moved_bytes_ = 0;  ///< In this phase, for its minimum rate.
    std::size_t body_bytes_ = 0;   ///< Accounted in the state.
    bool is_admitted_ = false;
    bool keeps_alive_ = true;
    bool is_counted_ = false;  ///< As in flight.
    Response response_;
    std::string head_;

    std::string stream_pending_;  ///< Not handed to the socket yet.
    std::string stream_writing_;
    bool is_stream_polling_ = false;
    bool is_stream_over_ = false;
    bool is_chunked_ = false;
    Time stream_polled_at_;
    Time stream_sent_at_;
};

}  // namespace cpo::http
