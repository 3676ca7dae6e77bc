// The part of a connection that sends a body without an end.
#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "http/connection.h"

namespace cpo::http {

namespace asio = boost::asio;

void Connection::start_stream() {
    enter(Phase::kStream, std::chrono::milliseconds(0));
    state_.metrics->add_streams(1);
    stream_pending_.clear();
    is_stream_polling_ = false;
    is_stream_over_ = false;
    stream_sent_at_ = started_at_;
    stream_polled_at_ = Time::min();
    watch_stream();
    if (response_.content_type == "text/event-stream") {
        // A proxy passes the head on with the first bytes of the body only.
        append_chunk(": open\n\n");
        write_stream();
    }
    poll_stream(started_at_);
    if (state_.is_stopping.load()) end_stream();
}

/// Notices that the client is gone; what it says is not listened to.
void Connection::watch_stream() {
    auto on_data = [self = shared_from_this()](const SystemError& failure, std::size_t) {
        if (self->phase_ != Phase::kStream) return;
        failure ? self->close() : self->watch_stream();
    };
    if (tls_)
        tls_->async_read_some(loop_.discarded(), std::move(on_data));
    else
        socket_.async_read_some(loop_.discarded(), std::move(on_data));
}

void Connection::poll_stream(Time now) {
    loop_.set_deadline(slot, now + std::min(state_.options.stream_poll, state_.options.heartbeat));
    if (!stream_writing_.empty() && now - stream_sent_at_ > state_.options.write_timeout)
        return close();
    // Whoever signed out meanwhile does not get in again.
    if (now - started_at_ >= state_.options.stream_max) return end_stream();
    const bool is_silent = stream_writing_.empty() && stream_pending_.empty();
    if (is_silent && now - stream_sent_at_ >= state_.options.heartbeat &&
        response_.content_type == "text/event-stream") {
        append_chunk(": ping\n\n");
        write_stream();
    }
    if (is_stream_polling_ || is_stream_over_) return;
    auto work = [self = shared_from_this(), stream = response_.stream, turn = turn_] {
        std::optional<std::string> piece;
        try {
            piece = stream->next();
        } catch (const std::exception& failure) {
            self->state_.log->error(std::string("event stream: ") + failure.what());
        }
        asio::post(self->loop_.context(), [self, turn, piece = std::move(piece)]() mutable {
            self->on_piece(turn, std::move(piece));
        });
    };
    is_stream_polling_ = state_.stream_pool->submit(std::move(work));
}

void Connection::on_piece(std::uint64_t turn, std::optional<std::string> piece) {
    if (turn != turn_ || phase_ != Phase::kStream) return;
    is_stream_polling_ = false;
    if (!piece) return end_stream();
    if (piece->empty() || is_stream_over_) return;
    const std::size_t unsent = stream_pending_.size() + stream_writing_.size();
    if (unsent > state_.options.stream_unsent_bytes_max) {
        state_.metrics->count_refused("slow_stream");
        return close();
    }
    append_chunk(*piece);
    write_stream();
    // There may be more at once; a client that keeps up should not wait for the next look.
    loop_.set_deadline(slot, std::chrono::steady_clock::now());
}

void Connection::append_chunk(std::string_view piece) {
    if (is_chunked_) stream_pending_ += fmt::format("{:x}\r\n", piece.size());
    stream_pending_ += piece;
    if (is_chunked_) stream_pending_ += "\r\n";
}

void Connection::write_stream() {
    if (!stream_writing_.empty()) return;
    if (stream_pending_.empty()) {
        if (is_stream_over_) {
            state_.streams.fetch_sub(1);
            state_.metrics->add_streams(-1);
            response_ = Response();
            linger();
        }
        return;
    }
    stream_writing_.swap(stream_pending_);
    stream_sent_at_ = std::chrono::steady_clock::now();
    const auto on_sent = [self = shared_from_this()](const SystemError& failure, std::size_t) {
        if (self->phase_ != Phase::kStream) return;
        if (failure) return self->close();
        self->stream_writing_.clear();
        self->stream_sent_at_ = std::chrono::steady_clock::now();
        self->write_stream();
    };
    const auto text = asio::buffer(stream_writing_);
    tls_ ? asio::async_write(*tls_, text, on_sent) : asio::async_write(socket_, text, on_sent);
}

void Connection::end_stream() {
    if (is_stream_over_) return;
    is_stream_over_ = true;
    if (is_chunked_) stream_pending_ += "0\r\n\r\n";
    write_stream();
}

}  // namespace cpo::http
