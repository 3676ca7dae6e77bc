// Event streams and TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <atomic>
#include <boost/asio/ssl.hpp>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "http/server_fixture.h"

namespace cpo::http {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

/// Sends what it is told to, then nothing, or ends.
class ScriptedStream final : public BodyStream {
public:
    ScriptedStream(std::vector<std::string> pieces, bool ends)
        : pieces_(std::move(pieces)), ends_(ends) {}
    ~ScriptedStream() override { destroyed = true; }
    std::optional<std::string> next() override {
        if (at_ < pieces_.size()) return pieces_[at_++];
        if (ends_) return std::nullopt;
        return std::string();
    }
    static std::atomic<bool> destroyed;

private:
    std::vector<std::string> pieces_;
    std::size_t at_ = 0;
    bool ends_;
};
std::atomic<bool> ScriptedStream::destroyed = false;

/// Never stops to talk.
class FloodStream final : public BodyStream {
public:
    std::optional<std::string> next() override { return std::string(100'000, 'x'); }
};

ServerOptions quick_stream() {
    ServerOptions options;
    options.stream_poll = milliseconds(20);
    options.heartbeat = milliseconds(100);
    return options;
}

bool holds_soon(const std::function<bool()>& condition) {
    for (int i = 0; i < 500; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(milliseconds(10));
    }
    return false;
}

/// A comment as the first chunk, so that a proxy passes the head on.
constexpr const char* kOpening = "8\r\n: open\n\n\r\n";

TEST_F(ServerTest, StreamsEventsWithHeartbeats) {
    make_stream = [] {
        return std::make_shared<ScriptedStream>(
            std::vector<std::string>{"id: 1\ndata: a\n\n", "id: 2\ndata: b\n\n"}, false);
    };
    start(quick_stream());
    RawClient one = client();
    one.send(get("/stream"));
    const auto head = one.read();
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers.at("content-type"), "text/event-stream");
    EXPECT_EQ(head.headers.at("transfer-encoding"), "chunked");
    EXPECT_EQ(head.headers.at("cache-control"), "no-store");
    EXPECT_EQ(one.read_until(": open\n\n\r\n"), kOpening);
    EXPECT_EQ(one.read_until("a\n\n\r\n"), "f\r\nid: 1\ndata: a\n\n\r\n");
    EXPECT_EQ(one.read_until("b\n\n\r\n"), "f\r\nid: 2\ndata: b\n\n\r\n");
    EXPECT_EQ(one.read_until(": ping\n\n\r\n"), "8\r\n: ping\n\n\r\n");
    EXPECT_EQ(one.read_until(": ping\n\n\r\n"), "8\r\n: ping\n\n\r\n");
    EXPECT_THAT(metrics.text(), HasSubstr("cpo_http_streams 1"));
}

TEST_F(ServerTest, EndsAStreamThatIsOver) {
    make_stream = [] {
        return std::make_shared<ScriptedStream>(std::vector<std::string>{"data: a\n\n"}, true);
    };
    start(quick_stream());
    RawClient one = client();
    one.send(get("/stream"));
    EXPECT_EQ(one.read().status, 200);
    EXPECT_EQ(one.read_until(": open\n\n\r\n"), kOpening);
    EXPECT_EQ(one.read_until("0\r\n\r\n"), "9\r\ndata: a\n\n\r\n0\r\n\r\n");
    EXPECT_TRUE(one.is_closed());
}

TEST_F(ServerTest, EndsAStreamAfterItsTimeSoThatItsClientSignsInAgain) {
    make_stream = [] {
        return std::make_shared<ScriptedStream>(std::vector<std::string>{"data: a\n\n"}, false);
    };
    ServerOptions options;
    options.stream_poll = milliseconds(20);
    options.stream_max = milliseconds(200);
    start(options);
    RawClient one = client();
    const auto begin = std::chrono::steady_clock::now();
    one.send(get("/stream"));
    EXPECT_EQ(one.read().status, 200);
    EXPECT_EQ(one.read_until(": open\n\n\r\n"), kOpening);
    EXPECT_EQ(one.read_until("0\r\n\r\n"), "9\r\ndata: a\n\n\r\n0\r\n\r\n");
    EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(200));
    EXPECT_TRUE(one.is_closed());
    EXPECT_EQ(ServerOptions().stream_max, std::chrono::minutes(5));
}

TEST_F(ServerTest, ForgetsAStreamWhoseClientIsGone) {
    ScriptedStream::destroyed = false;
    make_stream = [] {
        return std::make_shared<ScriptedStream>(std::vector<std::string>(), false);
    };
    start(quick_stream());
    {
        RawClient one = client();
        one.send(get("/stream"));
        EXPECT_EQ(one.read().status, 200);
    }
    EXPECT_TRUE(holds_soon([] { return ScriptedStream::destroyed.load(); }));
    EXPECT_TRUE(holds_soon(
        [&] { return metrics.text().find("cpo_http_connections 0") != std::string::npos; }));
}

TEST_F(ServerTest, CutsOffAReaderThatIsTooSlow) {
    make_stream = [] { return std::make_shared<FloodStream>(); };
    start(quick_stream());
    RawClient one = client();
    one.send(get("/stream"));  // And never reads.
    EXPECT_TRUE(holds_soon([&] {
        return metrics.text().find(R"(cpo_http_refused_total{reason="slow_stream"} 1)") !=
               std::string::npos;
    }));
}

TEST_F(ServerTest, LimitsTheNumberOfStreams) {
    make_stream = [] {
        return std::make_shared<ScriptedStream>(std::vector<std::string>(), false);
    };
    ServerOptions options = quick_stream();
    options.streams_max = 1;
    start(options);
    RawClient one = client();
    one.send(get("/stream"));
    EXPECT_EQ(one.read().status, 200);
    EXPECT_EQ(ask(get("/stream")).status, 503);
}

TEST_F(ServerTest, EndsStreamsWhenItStops) {
    make_stream = [] {
        return std::make_shared<ScriptedStream>(std::vector<std::string>(), false);
    };
    start(quick_stream());
    RawClient one = client();
    one.send(get("/stream"));
    EXPECT_EQ(one.read().status, 200);
    std::thread stopping([&] { server->stop(); });
    EXPECT_THAT(one.read_until("0\r\n\r\n"), testing::EndsWith("0\r\n\r\n"));
    one.socket().close();
    stopping.join();
}

/// A fresh key and a certificate that it signed itself, in one folder.
class SelfSigned {
public:
    SelfSigned()
        : folder_(std::filesystem::temp_directory_path() /
                  ("cpo-tls-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder_);
        EVP_PKEY* key = EVP_EC_gen("P-256");
        X509* certificate = X509_new();
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
        X509_set_pubkey(certificate, key);
        X509_sign(certificate, key, EVP_sha256());
        std::FILE* file = std::fopen(certificate_file().c_str(), "w");
        PEM_write_X509(file, certificate);
        std::fclose(file);
        file = std::fopen(key_file().c_str(), "w");
        PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
        X509_free(certificate);
        EVP_PKEY_free(key);
    }
    ~SelfSigned() { std::filesystem::remove_all(folder_); }
    SelfSigned(const SelfSigned&) = delete;
    SelfSigned& operator=(const SelfSigned&) = delete;
    std::string certificate_file() const { return (folder_ / "certificate.pem").string(); }
    std::string key_file() const { return (folder_ / "key.pem").string(); }

private:
    std::filesystem::path folder_;
};

namespace asio = boost::asio;

/// A client that speaks one version of TLS only, however old.
class TlsClient {
public:
    TlsClient(std::uint16_t port, int version) : stream_(context_, tls_) {
        SSL_set_min_proto_version(stream_.native_handle(), version);
        SSL_set_max_proto_version(stream_.native_handle(), version);
        SSL_set_security_level(stream_.native_handle(), 0);
        SSL_set_cipher_list(stream_.native_handle(), "ALL");
        stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
    }
    /// What went wrong in the handshake, empty when it went well.
    std::string shake_hands() {
        boost::system::error_code failure;
        stream_.handshake(asio::ssl::stream_base::client, failure);
        return failure ? failure.message() : "";
    }
    /// False when the server does not take it.
    bool send(const std::string& text) {
        boost::system::error_code failure;
        asio::write(stream_, asio::buffer(text), failure);
        return !failure;
    }
    std::string read_to_the_end() {
        boost::system::error_code failure;
        std::string answer;
        asio::read(stream_, asio::dynamic_buffer(answer), failure);
        return answer;
    }

private:
    asio::io_context context_;
    asio::ssl::context tls_{asio::ssl::context::tls_client};
    asio::ssl::stream<asio::ip::tcp::socket> stream_;
};

TEST_F(ServerTest, SpeaksTlsFromVersion12On) {
    const SelfSigned files;
    ServerOptions options;
    options.tls_certificate_file = files.certificate_file();
    options.tls_key_file = files.key_file();
    start(options);
    const std::string text = get("/things/a") + get("/things/b", "Connection: close\r\n");
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClient one(server->port(), version);
        EXPECT_EQ(one.shake_hands(), "");
        EXPECT_TRUE(one.send(text));
        const std::string answer = one.read_to_the_end();
        EXPECT_THAT(answer, HasSubstr("HTTP/1.1 200 OK"));
        EXPECT_THAT(answer, HasSubstr("Strict-Transport-Security: max-age="));
        EXPECT_THAT(answer, HasSubstr(R"("thing":"b")"));
    }
    // The server's own alert: the client alone would have gone on.
    EXPECT_THAT(TlsClient(server->port(), TLS1_1_VERSION).shake_hands(),
                HasSubstr("alert protocol version"));
    RawClient plain = client();
    plain.send(get("/things/a"));
    EXPECT_TRUE(plain.is_closed());
    EXPECT_EQ(plain.read().status, 0);
}

TEST_F(ServerTest, HearsATlsClientOutThatItRefused) {
    const SelfSigned files;
    ServerOptions options;
    options.tls_certificate_file = files.certificate_file();
    options.tls_key_file = files.key_file();
    start(options);
    TlsClient one(server->port(), TLS1_3_VERSION);
    EXPECT_EQ(one.shake_hands(), "");
    EXPECT_TRUE(
        one.send("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 300001\r\n"
                 "Authorization: Bearer viewer\r\nContent-Type: text/csv\r\n\r\n"));
    EXPECT_THAT(one.read_to_the_end(), HasSubstr("HTTP/1.1 413"));
    // Closed at once, the system would answer the rest of the body with a reset, and the client
    // would lose the answer that it has not read yet.
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(one.send(std::string(10'000, 'x'))) << i;
        std::this_thread::sleep_for(milliseconds(10));
    }
}

TEST_F(ServerTest, GivesUpOnATlsHandshakeThatNeverComes) {
    const SelfSigned files;
    ServerOptions options;
    options.tls_certificate_file = files.certificate_file();
    options.tls_key_file = files.key_file();
    options.handshake_timeout = milliseconds(100);
    start(options);
    RawClient silent = client();
    EXPECT_TRUE(silent.is_closed());
}

}  // namespace
}  // namespace cpo::http
