// Event streams and TLS.
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
    std::optional<std::string> next(Deadline) override {
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
    std::optional<std::string> next(Deadline) override { return std::string(100'000, 'x'); }
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
    EXPECT_EQ(one.read_until("0\r\n\r\n"), "9\r\ndata: a\n\n\r\n0\r\n\r\n");
    EXPECT_TRUE(one.is_closed());
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

/// Connects with TLS between the versions, sends and reads to the end; empty when the handshake
/// fails.
std::string ask_tls(std::uint16_t port, const std::string& text, int version_max) {
    namespace asio = boost::asio;
    asio::io_context context;
    asio::ssl::context tls(asio::ssl::context::tls_client);
    SSL_CTX_set_max_proto_version(tls.native_handle(), version_max);
    SSL_CTX_set_security_level(tls.native_handle(), 0);
    asio::ssl::stream<asio::ip::tcp::socket> stream(context, tls);
    stream.next_layer().connect({asio::ip::address_v4::loopback(), port});
    boost::system::error_code failure;
    stream.handshake(asio::ssl::stream_base::client, failure);
    if (failure) return {};
    asio::write(stream, asio::buffer(text), failure);
    std::string answer;
    asio::read(stream, asio::dynamic_buffer(answer), failure);
    return answer;
}

TEST_F(ServerTest, SpeaksTlsFromVersion12On) {
    const SelfSigned files;
    ServerOptions options;
    options.tls_certificate_file = files.certificate_file();
    options.tls_key_file = files.key_file();
    start(options);
    const std::string text = get("/things/a") + get("/things/b", "Connection: close\r\n");
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const std::string answer = ask_tls(server->port(), text, version);
        EXPECT_THAT(answer, HasSubstr("HTTP/1.1 200 OK"));
        EXPECT_THAT(answer, HasSubstr("Strict-Transport-Security: max-age="));
        EXPECT_THAT(answer, HasSubstr(R"("thing":"b")"));
    }
    EXPECT_EQ(ask_tls(server->port(), text, TLS1_1_VERSION), "");
    RawClient plain = client();
    plain.send(get("/things/a"));
    EXPECT_EQ(plain.read().status, 0);
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
