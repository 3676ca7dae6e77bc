// What a slow, greedy or broken client sees, and how the server stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "http/server_fixture.h"

namespace cpo::http {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr std::string_view kUpload = "Authorization: Bearer viewer\r\nContent-Type: text/csv\r\n";

TEST_F(ServerTest, CutsOffAHeaderThatComesTooSlowly) {
    ServerOptions options;
    options.header_timeout = milliseconds(150);
    start(options);
    RawClient slow = client();
    slow.send("GET /things/a HTTP/1.1\r\nHo");
    const auto answer = slow.read();
    EXPECT_EQ(answer.status, 408);
    EXPECT_EQ(answer.json().at("code"), "deadline_exceeded");
    EXPECT_TRUE(slow.is_closed());
    EXPECT_EQ(ask(get("/things/a")).status, 200);
}

TEST_F(ServerTest, CutsOffABodyThatComesTooSlowly) {
    ServerOptions options;
    options.body_timeout = milliseconds(150);
    start(options);
    RawClient slow = client();
    slow.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n" + std::string(kJson) +
              "\r\n{");
    // A byte now and then is no progress: the minimum rate counts.
    std::atomic<bool> is_over = false;
    std::thread drip([&] {
        while (!is_over) {
            slow.send(" ");
            std::this_thread::sleep_for(milliseconds(40));
        }
    });
    const auto answer = slow.read();
    is_over = true;
    drip.join();
    EXPECT_EQ(answer.status, 408);
    EXPECT_EQ(ask(get("/things/a")).status, 200);
}

TEST_F(ServerTest, ClosesAnIdleConnection) {
    ServerOptions options;
    options.idle_timeout = milliseconds(100);
    start(options);
    RawClient idle = client();
    idle.send(get("/things/a"));
    EXPECT_EQ(idle.read().status, 200);
    EXPECT_TRUE(idle.is_closed());
}

TEST_F(ServerTest, RefusesAnOversizedHeader) {
    start();
    RawClient one = client();
    one.send(get("/things/a", "X-Filler: " + std::string(20'000, 'x') + "\r\n"));
    const auto answer = one.read();
    EXPECT_EQ(answer.status, 431);
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
    EXPECT_TRUE(one.is_closed());
}

TEST_F(ServerTest, RefusesAnOversizedBodyBeforeReadingIt) {
    start();
    RawClient one = client();
    one.send("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 300001\r\n" +
             std::string(kUpload) + "\r\n");
    const auto answer = one.read();
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(answer.json().at("code"), "resource_exhausted");
    EXPECT_EQ(answer.headers.at("connection"), "close");
}

TEST_F(ServerTest, RefusesAnOversizedChunkedBodyWhileReadingIt) {
    start();
    RawClient one = client();
    one.send("POST /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" +
             std::string(kUpload) + "\r\n");
    for (int i = 0; i < 4; ++i) one.send("186a0\r\n" + std::string(100'000, 'x') + "\r\n");
    one.send("0\r\n\r\n");
    EXPECT_EQ(one.read().status, 413);
}

TEST_F(ServerTest, RefusesChunkHeadsAndTrailersWithoutAnEnd) {
    start();
    const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" +
                             std::string(kJson) + "\r\n";
    const std::string endless(40'000, 'x');
    for (const std::string& body :
         {"2;note=" + endless, "2\r\n[]\r\n0\r\nA: b" + endless, "2\r\n[]\r\n1;a=" + endless}) {
        RawClient one = client();
        one.send(head + body);
        const auto answer = one.read();
        EXPECT_EQ(answer.status, 431) << body.substr(0, 20);
        EXPECT_EQ(answer.headers.at("connection"), "close");
        EXPECT_TRUE(one.is_closed());
    }
    EXPECT_EQ(ask(head + "2;note=x\r\n[]\r\n0\r\nA: b\r\n\r\n").body, "[]");
}

TEST_F(ServerTest, TakesNoBodyWhoseLengthOthersMayReadOtherwise) {
    start();
    for (const char* framing : {" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n",
                                " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n",
                                " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n",
                                " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                                "Transfer-Encoding: chunked\r\n",
                                " HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n"
                                "Transfer-Encoding: chunked\r\n",
                                " HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n"
                                "Transfer-Encoding: chunked\r\n"}) {
        RawClient one = client();
        one.send("POST /echo" + std::string(framing) + std::string(kJson) +
                 "\r\n2\r\n[]\r\n0\r\n\r\n");
        const auto answer = one.read();
        EXPECT_EQ(answer.status, 400) << framing;
        EXPECT_EQ(answer.headers.at("connection"), "close") << framing;
        EXPECT_TRUE(one.is_closed()) << framing;
    }
    RawClient plain = client();
    plain.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n" +
               std::string(kJson) + "\r\n2\r\n[]\r\n0\r\n\r\n");
    EXPECT_EQ(plain.read().body, "[]");
}

TEST_F(ServerTest, ReadsLargeBodiesOnlyAfterSignIn) {
    start();
    const std::string body(200'000, 'x');
    EXPECT_EQ(ask(post("/upload", kUpload, body)).json().at("bytes"), 200'000);
    RawClient nobody = client();
    nobody.send(
        "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n"
        "Content-Type: text/csv\r\n\r\n");
    EXPECT_EQ(nobody.read().status, 401);
    EXPECT_TRUE(nobody.is_closed());
}

TEST_F(ServerTest, TellsAClientThatAsksToGoOn) {
    start();
    RawClient one = client();
    one.send(
        "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        "Expect: 100-continue\r\n" +
        std::string(kUpload) + "\r\n");
    EXPECT_EQ(one.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    one.send("a,b\r\n");
    EXPECT_EQ(one.read().json().at("bytes"), 5);
}

TEST_F(ServerTest, LimitsWhatAllBodiesHoldTogether) {
    ServerOptions options;
    options.bodies_bytes_max = 100'000;
    start(options);
    EXPECT_EQ(ask(post("/upload", kUpload, std::string(200'000, 'x'))).status, 503);
    EXPECT_EQ(ask(post("/upload", kUpload, std::string(90'000, 'x'))).status, 200);
    EXPECT_EQ(ask(post("/upload", kUpload, std::string(90'000, 'x'))).status, 200);
}

TEST_F(ServerTest, RefusesWhatIsNoHttp) {
    start();
    for (const char* text : {"\x16\x03\x01\x02\r\n\r\n",
                             "GET /things/a HTTP/9.9\r\n\r\n",
                             "GET /things/a HTTP/1.1\r\n\r\n",
                             "GET /things/a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                             "GET things HTTP/1.1\r\nHost: x\r\n\r\n",
                             "GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
                             "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                             "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                             "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
                             "Content-Length: 2\r\n\r\n{}"}) {
        const auto answer = ask(text);
        EXPECT_EQ(answer.status, 400) << text;
        EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
    }
    EXPECT_EQ(ask(get("http://x/things/a")).status, 200);
    EXPECT_EQ(ask("GET /things/a HTTP/1.0\r\n\r\n").headers.at("connection"), "close");
}

TEST_F(ServerTest, Answers504AndDropsTheLateAnswer) {
    start();
    RawClient one = client();
    one.send(get("/slow") + get("/things/a"));
    const auto late = one.read();
    EXPECT_EQ(late.status, 504);
    EXPECT_EQ(late.json().at("code"), "deadline_exceeded");
    EXPECT_EQ(one.read().json().at("thing"), "a");
    std::this_thread::sleep_for(milliseconds(500));
    one.send(get("/things/b"));
    EXPECT_EQ(one.read().json().at("thing"), "b");
}

TEST_F(ServerTest, RefusesWorkWhenTheQueueIsFull) {
    ServerOptions options;
    options.threads = 1;
    options.queue_max = 1;
    start(options);
    RawClient running = client();
    running.send(get("/wait"));
    await_waiting(1);
    RawClient queued = client();
    queued.send(get("/wait"));
    while (metrics.text().find("cpo_http_queue_length 1") == std::string::npos)
        std::this_thread::sleep_for(milliseconds(5));
    const auto refused = ask(get("/things/a"));
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.headers.at("retry-after"), "1");
    release();
    EXPECT_EQ(running.read().status, 200);
    EXPECT_EQ(queued.read().status, 200);
    EXPECT_THAT(metrics.text(), HasSubstr(R"(cpo_http_refused_total{reason="queue"} 1)"));
}

TEST_F(ServerTest, AnswersOthersWhileHandlersHoldTheirThreads) {
    ServerOptions options;
    options.io_threads = 1;
    options.threads = 8;
    start(options);
    std::vector<std::unique_ptr<RawClient>> waiting_clients;
    for (int i = 0; i < 7; ++i) {
        waiting_clients.push_back(std::make_unique<RawClient>(server->port()));
        waiting_clients.back()->send(get("/wait"));
        await_waiting(i + 1);
        EXPECT_EQ(ask(get("/things/a")).status, 200);
    }
    // All eight are taken: the ninth request waits.
    RawClient last = client();
    last.send(get("/wait"));
    await_waiting(8);
    RawClient queued = client();
    queued.send(get("/things/a"));
    while (metrics.text().find("cpo_http_queue_length 1") == std::string::npos)
        std::this_thread::sleep_for(milliseconds(5));
    EXPECT_EQ(ask(get("/nowhere")).status, 404) << "answered without a handler";
    release();
    for (const auto& one : waiting_clients) EXPECT_EQ(one->read().status, 200);
    EXPECT_EQ(last.read().status, 200);
    EXPECT_EQ(queued.read().status, 200);
}

TEST_F(ServerTest, KeepsTheirDeadlinesForManySlowHandlersAtOnce) {
    ServerOptions options;
    options.io_threads = 1;
    options.threads = 12;
    start(options);
    // The first ones hold up the loop's own thread; then the operation is known to be slow.
    std::vector<std::unique_ptr<RawClient>> slow;
    for (int i = 0; i < 12; ++i) {
        slow.push_back(std::make_unique<RawClient>(server->port()));
        slow.back()->send(get("/slow") + get("/things/a"));
    }
    for (const auto& one : slow) {
        EXPECT_EQ(one->read().status, 504);
        EXPECT_EQ(one->read().json().at("thing"), "a");
    }
    RawClient next = client();
    next.send(get("/slow") + get("/things/b"));
    EXPECT_EQ(next.read().status, 504);
    EXPECT_EQ(next.read().json().at("thing"), "b");
}

TEST_F(ServerTest, RefusesConnectionsAboveTheLimit) {
    ServerOptions options;
    options.connections_max = 2;
    start(options);
    RawClient first = client();
    RawClient second = client();
    first.send(get("/things/a"));
    second.send(get("/things/a"));
    EXPECT_EQ(first.read().status, 200);
    EXPECT_EQ(second.read().status, 200);
    RawClient third = client();
    EXPECT_EQ(third.read().status, 503);
    first.send(get("/things/a"));
    EXPECT_EQ(first.read().status, 200) << "those within the limit go on";
}

TEST_F(ServerTest, StopsWhenRequestsInFlightAreAnswered) {
    start();
    RawClient busy = client();
    RawClient idle = client();
    idle.send(get("/things/a"));
    EXPECT_EQ(idle.read().status, 200);
    busy.send(get("/wait"));
    await_waiting(1);
    std::thread stopping([&] { server->stop(); });
    EXPECT_TRUE(idle.is_closed());
    EXPECT_TRUE(server->is_stopping());
    release();
    const auto answer = busy.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("connection"), "close");
    stopping.join();
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    boost::system::error_code failure;
    socket.connect({boost::asio::ip::address_v4::loopback(), server->port()}, failure);
    EXPECT_TRUE(failure);
}

TEST_F(ServerTest, StopsAfterTheDrainTimeWithoutWaitingForSlowClients) {
    ServerOptions options;
    options.drain = milliseconds(100);
    start(options);
    RawClient half = client();
    half.send("GET /things/a HTT");
    ask(get("/things/a"));
    const auto start = std::chrono::steady_clock::now();
    server->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
    EXPECT_TRUE(half.is_closed());
}

TEST_F(ServerTest, ServesManyConnectionsOnTwoLoops) {
    ServerOptions options;
    options.io_threads = 2;
    DispatchOptions limits;
    limits.remote_limit = {1e9, 1e9};
    start(options, limits);
    std::vector<std::thread> threads;
    threads.reserve(8);
    std::atomic<int> good = 0;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] {
            RawClient one = client();
            for (int i = 0; i < 50; ++i) {
                one.send(i % 2 == 0 ? get("/things/a") : post("/echo", kJson, "[7]"));
                good += one.read().status == 200 ? 1 : 0;
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(good.load(), 400);
}

}  // namespace
}  // namespace cpo::http
