#include "http/connection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>

#include "http/request_head.h"
#include "http/response_head.h"

namespace cpo::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

/// Smaller bodies are read before sign-in: one trip to the pool instead of two.
constexpr std::size_t kSmallBodyBytes = 64 << 10;
constexpr std::size_t kReadBytes = 4 << 10;
constexpr std::size_t kBufferKeptBytes = 16 << 10;
constexpr std::size_t kReadBodyBytes = 64 << 10;
constexpr std::size_t kBytesPerSecondMin = 1 << 10;
constexpr std::size_t kLingerBytesMax = 4 << 20;
constexpr std::chrono::milliseconds kLinger{2'000};

Problem unavailable(std::string message) {
    return {{ErrorCode::kUnavailable, std::move(message), {}}, 0, {}};
}

/// What is left of an exchange that the pool may still be working on.
std::shared_ptr<Exchange> abandoned(const Exchange& exchange) {
    auto copy = std::make_shared<Exchange>();
    copy->method = exchange.method;
    copy->path = exchange.path;
    copy->has_content = exchange.has_content;
    copy->request.operation = exchange.request.operation;
    copy->request.headers = exchange.request.headers;
    copy->request.request_id = exchange.request.request_id;
    copy->request.remote = exchange.request.remote;
    return copy;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, ServerState& state, IoLoop& loop)
    : state_(state), loop_(loop), socket_(std::move(socket)) {
    if (state_.tls) tls_.emplace(socket_, *state_.tls);
}

template <typename Handler>
void Connection::read_some(asio::mutable_buffer buffer, Handler handler) {
    if (tls_)
        tls_->async_read_some(buffer, std::move(handler));
    else
        socket_.async_read_some(buffer, std::move(handler));
}

template <typename Handler>
void Connection::write_some(const std::array<asio::const_buffer, 2>& buffers, Handler handler) {
    if (tls_)
        tls_->async_write_some(buffers, std::move(handler));
    else
        socket_.async_write_some(buffers, std::move(handler));
}

void Connection::enter(Phase phase, std::chrono::milliseconds time) {
    phase_ = phase;
    started_at_ = std::chrono::steady_clock::now();
    moved_bytes_ = 0;
    loop_.set_deadline(slot, started_at_ + time);
}

void Connection::start() {
    SystemError ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    SystemError gone;
    peer_ = socket_.remote_endpoint(gone).address();
    if (gone) return close();
    if (!tls_) return await_request();
    enter(Phase::kHandshake, state_.options.handshake_timeout);
    tls_->async_handshake(asio::ssl::stream_base::server,
                          [self = shared_from_this()](const SystemError& failure) {
                              if (self->phase_ != Phase::kHandshake) return;
                              failure ? self->close() : self->await_request();
                          });
}

void Connection::await_request() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(state_.options.header_bytes_max));
    parser_->body_limit(boost::none);
    exchange_ = std::make_shared<Exchange>();
    keeps_alive_ = true;
    if (buffer_.size() > 0) {
        enter(Phase::kHead, state_.options.header_timeout);
        return parse_head();
    }
    if (state_.is_stopping.load()) return close();
    if (buffer_.capacity() > kBufferKeptBytes) buffer_.shrink_to_fit();
    enter(Phase::kIdle, state_.options.idle_timeout);
    read();
}

void Connection::read() {
    const std::size_t size = phase_ == Phase::kBody ? kReadBodyBytes : kReadBytes;
    read_some(buffer_.prepare(size),
              [self = shared_from_this()](const SystemError& failure, std::size_t read) {
                  self->on_read(failure, read);
              });
}

void Connection::on_read(const SystemError& failure, std::size_t size) {
    if (phase_ != Phase::kIdle && phase_ != Phase::kHead && phase_ != Phase::kBody) return;
    if (failure) return close();
    buffer_.commit(size);
    if (phase_ == Phase::kIdle) enter(Phase::kHead, state_.options.header_timeout);
    if (phase_ == Phase::kHead) return parse_head();
    moved_bytes_ += size;
    const auto earned = std::chrono::milliseconds(moved_bytes_ * 1000 / kBytesPerSecondMin);
    loop_.set_deadline(slot,
                       std::min(std::chrono::steady_clock::now(), started_at_ + earned) +
                           state_.options.body_timeout);
    parse_body();
}

void Connection::parse_head() {
    SystemError failure;
    buffer_.consume(parser_->put(buffer_.data(), failure));
    if (failure == beast::http::error::need_more) return read();
    if (failure) return refuse_broken(failure);
    if (parser_->is_header_done()) return on_head();
    read();
}

/// The bytes are no HTTP, or too many: the rest of the connection cannot be understood.
void Connection::refuse_broken(const SystemError& failure) {
    keeps_alive_ = false;
    if (!parser_->is_header_done()) {
        exchange_->request.request_id = request_id_of("");
        exchange_->request.remote = state_.proxies.remote_of(peer_, "");
        request_started_at_ = started_at_;
    }
    if (failure == beast::http::error::header_limit)
        return refuse({{ErrorCode::kResourceExhausted, "The header is too large.", {}}, 431, {}});
    if (failure == beast::http::error::body_limit)
        return refuse({{ErrorCode::kResourceExhausted, "The body is too large.", {}}, 413, {}});
    refuse({{ErrorCode::kInvalidArgument, "This is no valid HTTP request.", failure.message()},
            0,
            {}});
}

void Connection::refuse(const Problem& problem) { respond(refusal(*exchange_, problem)); }

void Connection::on_head() {
    request_started_at_ = std::chrono::steady_clock::now();
    state_.metrics->add_in_flight(1);
    is_counted_ = true;
    const BeastRequest& head = parser_->get();
    const auto problem = read_head(head, state_.options.path_prefix, *exchange_);
    Request& request = exchange_->request;
    request.remote = state_.proxies.remote_of(peer_, request.header_or("x-forwarded-for", ""));
    keeps_alive_ = parser_->keep_alive();
    exchange_->has_content = !parser_->is_done();
    const auto length = parser_->content_length();
    if (length) exchange_->content_length = *length;
    is_admitted_ = false;
    if (problem) {
        // A head that is wrong leaves open where the next one begins.
        if (problem->error.code == ErrorCode::kInvalidArgument) keeps_alive_ = false;
        return refuse(*problem);
    }
    if (auto refused = state_.dispatcher->route(*exchange_)) return respond(*std::move(refused));
    if (!exchange_->has_content) return submit(true, true);
    if (length && *length <= kSmallBodyBytes) return continue_to_body();
    submit(true, false);
}

void Connection::continue_to_body() {
    parser_->eager(true);
    parser_->body_limit(exchange_->request.operation->body_bytes_max);
    enter(Phase::kBody, state_.options.body_timeout);
    if (exchange_->request.header_or("expect", "") != "100-continue") return parse_body();
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto go_on = [self = shared_from_this()](const SystemError& failure, std::size_t) {
        if (self->phase_ != Phase::kBody) return;
        failure ? self->close() : self->parse_body();
    };
    const auto text = asio::buffer(kContinue.data(), kContinue.size());
    tls_ ? asio::async_write(*tls_, text, go_on) : asio::async_write(socket_, text, go_on);
}

void Connection::parse_body() {
    SystemError failure;
    if (buffer_.size() > 0) {
        buffer_.consume(parser_->put(buffer_.data(), failure));
        if (failure && failure != beast::http::error::need_more) return refuse_broken(failure);
    }
    // What the parser leaves in the buffer is the begin of a chunk's head or of the trailers.
    if (!parser_->is_done() && buffer_.size() > state_.options.header_bytes_max)
        return refuse_broken(beast::http::error::header_limit);
    if (!account_body()) {
        state_.metrics->count_refused("bodies");
        return refuse(unavailable("The server holds too many large bodies: try again."));
    }
    if (!parser_->is_done()) return read();
    exchange_->content = std::move(parser_->get().body());
    submit(!is_admitted_, true);
}

bool Connection::account_body() {
    const std::size_t size = parser_->get().body().size();
    const std::size_t more = size - body_bytes_;
    body_bytes_ = size;
    return state_.body_bytes.fetch_add(more) + more <= state_.options.bodies_bytes_max;
}

void Connection::release_body() {
    state_.body_bytes.fetch_sub(body_bytes_);
    body_bytes_ = 0;
}

Connection::Outcome Connection::handle(Dispatcher& dispatcher,
                                       Exchange& exchange,
                                       bool admits,
                                       bool answers) {
    const Time begin = std::chrono::steady_clock::now();
    Outcome outcome;
    outcome.operation = exchange.request.operation;
    if (admits) outcome.response = dispatcher.admit(exchange);
    if (!outcome.response && answers) outcome.response = dispatcher.answer(exchange);
    outcome.time = std::chrono::steady_clock::now() - begin;
    return outcome;
}

void Connection::submit(bool admits, bool answers) {
    const Operation& operation = *exchange_->request.operation;
    const std::chrono::milliseconds time(operation.deadline_ms);
    enter(answers ? Phase::kHandle : Phase::kAdmit, time);
    exchange_->request.deadline = Deadline::after(time);
    const std::uint64_t turn = ++turn_;
    const std::shared_ptr<Exchange> exchange = exchange_;
    if (loop_.is_quick(operation) && state_.pool->enter()) {
        const std::uint64_t lent = loop_.lend();
        Outcome outcome = handle(*state_.dispatcher, *exchange, admits, answers);
        state_.pool->leave();
        return loop_.take_back(lent) ? on_outcome(turn, std::move(outcome))
                                     : post_outcome(turn, std::move(outcome));
    }
    auto work = [self = shared_from_this(), exchange, turn, admits, answers] {
        if (exchange->request.deadline.has_passed()) return;  // The client gets 504, or has it.
        self->post_outcome(turn, handle(*self->state_.dispatcher, *exchange, admits, answers));
    };
    if (!state_.pool->submit(std::move(work))) {
        state_.metrics->count_refused("queue");
        return refuse(unavailable("The server is busy: try again as Retry-After says."));
    }
    state_.metrics->set_queue_length(state_.pool->queued());
}

/// By a thread that does not drive the loop.
void Connection::post_outcome(std::uint64_t turn, Outcome outcome) {
    asio::post(loop_.context(),
               [self = shared_from_this(), turn, outcome = std::move(outcome)]() mutable {
                   self->state_.metrics->set_queue_length(self->state_.pool->queued());
                   self->on_outcome(turn, std::move(outcome));
               });
}

void Connection::on_outcome(std::uint64_t turn, Outcome outcome) {
    if (outcome.response) loop_.note_time(*outcome.operation, outcome.time);
    if (turn != turn_) return;
    if (outcome.response) {
        // Nobody reads the body any more, and who has the answer may send the next at once.
        exchange_->content = {};
        release_body();
        return respond(*std::move(outcome.response));
    }
    is_admitted_ = true;
    continue_to_body();
}

void Connection::respond(Response response) {
    ++turn_;
    const bool has_unread_body = parser_->is_header_done() && !parser_->is_done();
    if (has_unread_body || state_.is_stopping.load()) keeps_alive_ = false;
    if (response.stream && state_.streams.fetch_add(1) >= state_.options.streams_max) {
        state_.streams.fetch_sub(1);
        response = refusal(*exchange_, unavailable("There are too many event streams."));
    }
    response_ = std::move(response);
    HeadContext context;
    context.request_id = exchange_->request.request_id;
    context.path_prefix = state_.options.path_prefix;
    const auto origin = exchange_->request.headers.find("origin");
    if (origin != exchange_->request.headers.end()) context.origin = origin->second;
    context.cors_origins = &state_.options.cors_origins;
    context.is_preflight = exchange_->method == "OPTIONS" &&
                           exchange_->request.headers.contains("access-control-request-method");
    context.is_tls = tls_.has_value();
    context.is_http_1_0 = parser_->is_header_done() && parser_->get().version() < 11;
    if (response_.stream && context.is_http_1_0) keeps_alive_ = false;
    context.keeps_alive = keeps_alive_;
    is_chunked_ = !context.is_http_1_0;
    head_ = response_head(response_, context);
    const bool has_body = exchange_->method != "HEAD" && response_.status != 204 &&
                          response_.status != 304 && !response_.stream;
    enter(Phase::kWrite, state_.options.write_timeout);
    write({asio::buffer(head_), has_body ? asio::buffer(response_.body) : asio::const_buffer()});
}

void Connection::write(std::array<asio::const_buffer, 2> buffers) {
    // Mostly the system takes it at once. Not with a next request behind it: answering that from
    // here would take more stack for each.
    if (!tls_ && buffer_.size() == 0) {
        SystemError failure;
        const std::size_t size = socket_.write_some(buffers, failure);
        if (failure != asio::error::would_block) return on_sent(buffers, failure, size);
    }
    write_some(buffers,
               [self = shared_from_this(), buffers](const SystemError& failure, std::size_t size) {
                   if (self->phase_ == Phase::kWrite) self->on_sent(buffers, failure, size);
               });
}

void Connection::on_sent(std::array<asio::const_buffer, 2> buffers,
                         const SystemError& failure,
                         std::size_t size) {
    if (failure) return close();
    note_written(size);
    const std::size_t first = std::min(size, buffers[0].size());
    buffers[0] += first;
    buffers[1] += size - first;
    if (buffers[0].size() + buffers[1].size() == 0) return on_written();
    write(buffers);
}

void Connection::note_written(std::size_t size) {
    moved_bytes_ += size;
    const auto earned = std::chrono::milliseconds(moved_bytes_ * 1000 / kBytesPerSecondMin);
    loop_.set_deadline(slot,
                       std::min(std::chrono::steady_clock::now(), started_at_ + earned) +
                           state_.options.write_timeout);
}

void Connection::on_written() {
    finish_exchange();
    if (response_.stream && exchange_->method != "HEAD") return start_stream();
    if (response_.stream) {
        state_.streams.fetch_sub(1);
        response_.stream.reset();
    }
    response_ = Response();
    if (!keeps_alive_) return linger();
    await_request();
}

/// Log and metrics of the answered request.
void Connection::finish_exchange() {
    release_body();
    const std::chrono::duration<double> elapsed =
        std::chrono::steady_clock::now() - request_started_at_;
    if (is_counted_) state_.metrics->add_in_flight(-1);
    is_counted_ = false;
    const Request& request = exchange_->request;
    AccessLine line;
    line.request_id = request.request_id;
    if (request.operation != nullptr) line.operation = request.operation->id;
    line.status = response_.status;
    line.elapsed_ms = elapsed.count() * 1000;
    line.remote = request.remote;
    line.actor_kind = request.caller.kind;
    line.actor_id = request.caller.id;
    line.detail = exchange_->error_detail;
    state_.metrics->count_request(line.operation, line.status, elapsed.count());
    state_.log->access(line);
}

/// Sends the end and swallows what the client is still sending: closing at once would make its
/// system throw away the answer (RFC 9112 §9.6).
void Connection::linger() {
    enter(Phase::kLinger, kLinger);
    if (!tls_) return end_sending();
    // Done when the client says goodbye too, or goes on sending: then its records are swallowed
    // unread like anything else.
    tls_->async_shutdown([self = shared_from_this()](const SystemError& failure) {
        if (self->phase_ != Phase::kLinger) return;
        failure ? self->end_sending() : self->close();
    });
}

void Connection::end_sending() {
    SystemError failure;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, failure);
    if (failure) return close();
    read_rest();
}

void Connection::read_rest() {
    socket_.async_read_some(
        loop_.discarded(),
        [self = shared_from_this()](const SystemError& failure, std::size_t size) {
            if (self->phase_ != Phase::kLinger) return;
            self->moved_bytes_ += size;
            if (failure || self->moved_bytes_ > kLingerBytesMax) return self->close();
            self->read_rest();
        });
}

void Connection::on_deadline(Time now) {
    switch (phase_) {
        case Phase::kStream:
            return poll_stream(now);
        case Phase::kHead:
            keeps_alive_ = false;
            exchange_->request.request_id = request_id_of("");
            exchange_->request.remote = state_.proxies.remote_of(peer_, "");
            request_started_at_ = started_at_;
            return refuse(
                {{ErrorCode::kDeadlineExceeded, "The header came too slowly.", {}}, 408, {}});
        case Phase::kBody:
            keeps_alive_ = false;
            return refuse(
                {{ErrorCode::kDeadlineExceeded, "The body came too slowly.", {}}, 408, {}});
        case Phase::kAdmit:
        case Phase::kHandle:
            exchange_ = abandoned(*exchange_);
            state_.metrics->count_refused("deadline");
            return refuse({{ErrorCode::kDeadlineExceeded,
                            "This took too long; its effect may still happen.",
                            {}},
                           0,
                           {}});
        case Phase::kHandshake:
        case Phase::kIdle:
        case Phase::kWrite:
        case Phase::kLinger:
            return close();
        case Phase::kClosed:
            return;
    }
}

void Connection::drain() {
    if (phase_ == Phase::kIdle || phase_ == Phase::kHandshake || phase_ == Phase::kLinger)
        return close();
    if (phase_ == Phase::kStream) end_stream();
}

void Connection::close() {
    if (phase_ == Phase::kClosed) return;
    const auto self = shared_from_this();  // The loop may hold the last reference.
    if (is_counted_) state_.metrics->add_in_flight(-1);
    is_counted_ = false;
    release_body();
    if (response_.stream) {
        state_.streams.fetch_sub(1);
        if (phase_ == Phase::kStream) state_.metrics->add_streams(-1);
    }
    response_ = Response();
    phase_ = Phase::kClosed;
    ++turn_;
    SystemError ignored;
    socket_.close(ignored);
    loop_.remove(*this);
    state_.metrics->add_connections(-1);
    state_.connection_closed();
}

}  // namespace cpo::http
