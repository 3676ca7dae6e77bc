#include "backends/http_client/http_client.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>

#include "backends/http_client/retry_policy.h"
#include "stub_http_server.h"

namespace cpo {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

CurlConfig quick() {
    CurlConfig config;
    config.backoff_base = milliseconds(1);
    config.backoff_max = milliseconds(4);
    config.body_bytes_max = 64 << 10;
    return config;
}

Deadline in_ten_seconds() { return Deadline::after(std::chrono::seconds(10)); }

HttpRequest get(std::string url) { return {"GET", std::move(url), {}, "", true}; }
HttpRequest post(std::string url, std::string body) {
    return {"POST", std::move(url), {{"content-type", "application/json"}}, std::move(body), false};
}

/// Answers request number i with replies[i], the last one for all later ones.
StubHttpServer::Answer in_turn(std::vector<std::string> replies) {
    return [replies = std::move(replies)](const StubRequest& request) {
        return replies[std::min(static_cast<std::size_t>(request.number), replies.size() - 1)];
    };
}

TEST(HttpClient, GivesStatusBodyAndLowerCaseHeaders) {
    StubHttpServer server(in_turn({stub_reply("404 Not Found", "gone", "X-Reason:  Moved \r\n")}));
    const auto client = make_curl_http_client(quick());
    const auto response = client->send(get(server.url("/a?b=c")), in_ten_seconds());
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 404);
    EXPECT_EQ(response->body, "gone");
    EXPECT_THAT(response->headers, testing::Contains(testing::Pair("x-reason", "Moved")));
    EXPECT_THAT(server.requests()[0].head, testing::StartsWith("GET /a?b=c HTTP/1.1\r\n"));
    EXPECT_THAT(server.requests()[0].head, HasSubstr("User-Agent: cpo\r\n"));
    EXPECT_EQ(server.request_count(), 1);
}

TEST(HttpClient, SendsBodyAndHeadersOfAPost) {
    StubHttpServer server(in_turn({stub_reply("200 OK", "{}")}));
    const auto client = make_curl_http_client(quick());
    const std::string body = std::string("{\"zero\":\"\0\"}", 12);
    ASSERT_TRUE(client->send(post(server.url(), body), in_ten_seconds()));
    const auto request = server.requests()[0];
    EXPECT_EQ(request.body, body);
    EXPECT_THAT(request.head, HasSubstr("content-type: application/json\r\n"));
    EXPECT_THAT(request.head, testing::Not(HasSubstr("Expect")));
    EXPECT_THAT(request.head, testing::Not(HasSubstr("x-www-form-urlencoded")));
}

TEST(HttpClient, ReadsChunkedAnswers) {
    StubHttpServer server(
        in_turn({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n"}));
    const auto client = make_curl_http_client(quick());
    const auto response = client->send(get(server.url()), in_ten_seconds());
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "hello, world");
}

TEST(HttpClient, TriesAgainAfter429EvenWhenNotIdempotent) {
    StubHttpServer server(in_turn({stub_reply("429 Too Many Requests", "", "Retry-After: 0\r\n"),
                                   stub_reply("200 OK", "done")}));
    const auto client = make_curl_http_client(quick());
    const auto response = client->send(post(server.url(), "{}"), in_ten_seconds());
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(server.request_count(), 2);
}

TEST(HttpClient, WaitsAsLongAsTheServerAsks) {
    StubHttpServer server(
        in_turn({stub_reply("503 Service Unavailable", "", "retry-after-ms: 120\r\n"),
                 stub_reply("200 OK", "done")}));
    const auto client = make_curl_http_client(quick());
    const auto start = std::chrono::steady_clock::now();
    ASSERT_TRUE(client->send(get(server.url()), in_ten_seconds()));
    EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(120));
}

TEST(HttpClient, ReturnsTheAnswerAtOnceWhenTheWaitWouldPassTheDeadline) {
    StubHttpServer server(
        in_turn({stub_reply("429 Too Many Requests", "slow down", "Retry-After: 30\r\n")}));
    const auto client = make_curl_http_client(quick());
    const auto response = client->send(get(server.url()), in_ten_seconds());
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 429);
    EXPECT_EQ(server.request_count(), 1);
}

TEST(HttpClient, Repeats500OnlyForIdempotentRequests) {
    StubHttpServer flaky(
        in_turn({stub_reply("500 Internal Server Error", ""), stub_reply("200 OK", "ok")}));
    const auto client = make_curl_http_client(quick());
    const auto repeated = client->send(get(flaky.url()), in_ten_seconds());
    ASSERT_TRUE(repeated);
    EXPECT_EQ(repeated->status, 200);

    StubHttpServer once(in_turn({stub_reply("500 Internal Server Error", "")}));
    const auto response = client->send(post(once.url(), "{}"), in_ten_seconds());
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 500);
    EXPECT_EQ(once.request_count(), 1);
}

TEST(HttpClient, GivesTheLastAnswerAfterAllAttempts) {
    StubHttpServer server(in_turn({stub_reply("502 Bad Gateway", "no")}));
    const auto client = make_curl_http_client(quick());
    const auto response = client->send(get(server.url()), in_ten_seconds());
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 502);
    EXPECT_EQ(server.request_count(), 3);
}

TEST(HttpClient, RepeatsABrokenAnswerOnlyForIdempotentRequests) {
    const std::string broken = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
    const auto client = make_curl_http_client(quick());
    StubHttpServer twice(in_turn({broken, stub_reply("200 OK", "whole")}));
    const auto repeated = client->send(get(twice.url()), in_ten_seconds());
    ASSERT_TRUE(repeated) << repeated.error().message;
    EXPECT_EQ(repeated->body, "whole");

    StubHttpServer once(in_turn({broken, stub_reply("200 OK", "whole")}));
    const auto failed = client->send(post(once.url(), "{}"), in_ten_seconds());
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(once.request_count(), 1);
}

TEST(HttpClient, StopsAtTheDeadline) {
    StubHttpServer server([](const StubRequest&) {
        std::this_thread::sleep_for(milliseconds(600));
        return stub_reply("200 OK", "late");
    });
    const auto client = make_curl_http_client(quick());
    const auto response = client->send(get(server.url()), Deadline::after(milliseconds(150)));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kDeadlineExceeded);
}

TEST(HttpClient, RefusesAnAnswerOverTheLimit) {
    StubHttpServer server(in_turn({stub_reply("200 OK", std::string(70 << 10, 'x'))}));
    const auto client = make_curl_http_client(quick());
    const auto response = client->send(get(server.url()), in_ten_seconds());
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kResourceExhausted);
    EXPECT_EQ(server.request_count(), 1);
}

TEST(HttpClient, RefusesEndlessHeaders) {
    std::string headers;
    for (int i = 0; i < 5000; ++i) headers += fmt::format("X-{}: {}\r\n", i, std::string(60, 'x'));
    StubHttpServer server(in_turn({stub_reply("200 OK", "", headers)}));
    const auto client = make_curl_http_client(quick());
    const auto response = client->send(get(server.url()), in_ten_seconds());
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kResourceExhausted);
}

TEST(HttpClient, SaysWhichHostRefusesConnections) {
    std::string url;
    { url = StubHttpServer(in_turn({""})).url("/secret-path?key=hidden"); }
    const auto client = make_curl_http_client(quick());
    const auto response = client->send(post(url, "{}"), in_ten_seconds());
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(response.error().message, HasSubstr("127.0.0.1"));
    EXPECT_THAT(response.error().message, testing::Not(HasSubstr("hidden")));
}

TEST(HttpClient, DoesNotFollowRedirects) {
    StubHttpServer target(in_turn({stub_reply("200 OK", "stolen")}));
    StubHttpServer server(
        in_turn({stub_reply("307 Temporary Redirect", "", "Location: " + target.url() + "\r\n")}));
    const auto client = make_curl_http_client(quick());
    const auto response = client->send(get(server.url()), in_ten_seconds());
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 307);
    EXPECT_EQ(target.request_count(), 0);
}

TEST(HttpClient, RefusesWhatIsNoPlainHttpRequest) {
    const auto client = make_curl_http_client(quick());
    for (const char* url : {"", "no url", "file:///etc/passwd", "ftp://host/", "http://"}) {
        const auto response = client->send(get(url), in_ten_seconds());
        ASSERT_FALSE(response) << url;
        EXPECT_EQ(response.error().code, ErrorCode::kInvalidArgument) << url;
    }
    EXPECT_FALSE(client->send(get("http://user:secret@127.0.0.1/"), in_ten_seconds()));
    HttpRequest split = get("http://127.0.0.1/");
    split.headers = {{"x", "a\r\nEvil: b"}};
    EXPECT_FALSE(client->send(split, in_ten_seconds()));
    split.headers = {{"x y", "a"}};
    EXPECT_FALSE(client->send(split, in_ten_seconds()));
    split.headers.clear();
    split.method = "GET /other HTTP/1.1";
    EXPECT_FALSE(client->send(split, in_ten_seconds()));
}

TEST(HttpClient, ServesManyThreadsAtOnce) {
    StubHttpServer server(
        [](const StubRequest& request) { return stub_reply("200 OK", request.body); });
    const auto client = make_curl_http_client(quick());
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    threads.reserve(8);
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 10; ++i) {
                const auto body = fmt::format("{}/{}", t, i);
                const auto response = client->send(post(server.url(), body), in_ten_seconds());
                if (response && response->body == body) ++right;
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(right.load(), 80);
}

HttpResponse with_headers(std::vector<std::pair<std::string, std::string>> headers) {
    return {429, std::move(headers), ""};
}

TEST(RetryPolicy, ReadsAllSpellingsOfRetryAfter) {
    // RFC 9110, 5.6.7 and 10.2.3; the millisecond headers as Azure OpenAI sends them.
    const Time now = *parse_time("2015-10-21T07:28:00Z");
    EXPECT_EQ(retry_after_of(with_headers({{"retry-after-ms", "1500"}}), now), milliseconds(1500));
    EXPECT_EQ(retry_after_of(with_headers({{"x-ms-retry-after-ms", "20.5"}}), now),
              milliseconds(20));
    EXPECT_EQ(retry_after_of(with_headers({{"retry-after", "7"}}), now), milliseconds(7000));
    EXPECT_EQ(retry_after_of(with_headers({{"retry-after", "Wed, 21 Oct 2015 07:28:30 GMT"}}), now),
              milliseconds(30'000));
    EXPECT_EQ(retry_after_of(with_headers({{"retry-after", "Wed, 21 Oct 2015 07:27:30 GMT"}}), now),
              milliseconds(0));
    // The server's clock counts, not ours.
    EXPECT_EQ(retry_after_of(with_headers({{"date", "Wed, 21 Oct 2015 08:00:00 GMT"},
                                           {"retry-after", "Wed, 21 Oct 2015 08:00:05 GMT"}}),
                             now),
              milliseconds(5'000));
    EXPECT_EQ(retry_after_of(with_headers({{"retry-after-ms", "soon"}, {"retry-after", "2"}}), now),
              milliseconds(2'000));
    for (const char* text : {"", "-1", "soon", "nan", "1e9999"})
        EXPECT_EQ(retry_after_of(with_headers({{"retry-after", text}}), now), std::nullopt) << text;
    EXPECT_EQ(retry_after_of(with_headers({}), now), std::nullopt);
}

TEST(RetryPolicy, RepeatsOnlyWhatIsSafe) {
    using enum AttemptOutcome;
    for (const int status : {408, 429, 503})
        EXPECT_TRUE(may_retry(kAnswered, status, false)) << status;
    for (const int status : {500, 502, 504, 520}) {
        EXPECT_TRUE(may_retry(kAnswered, status, true)) << status;
        EXPECT_FALSE(may_retry(kAnswered, status, false)) << status;
    }
    for (const int status : {200, 304, 400, 401, 403, 404, 409, 501, 505})
        EXPECT_FALSE(may_retry(kAnswered, status, true)) << status;
    EXPECT_TRUE(may_retry(kNotSent, 0, false));
    EXPECT_TRUE(may_retry(kUnclear, 0, true));
    EXPECT_FALSE(may_retry(kUnclear, 0, false));
    EXPECT_FALSE(may_retry(kFinal, 0, true));
}

RC_GTEST_PROP(RetryPolicy, StaysBetweenZeroAndTheDoubledBase, (std::uint64_t seed)) {
    const int attempt = *rc::gen::inRange(0, 100);
    const milliseconds limit(*rc::gen::inRange(0, 100'000));
    Random random(seed);
    const auto wait = backoff(attempt, milliseconds(250), limit, random);
    RC_ASSERT(wait >= milliseconds(0));
    RC_ASSERT(wait <= limit);
    if (attempt < 8) RC_ASSERT(wait <= milliseconds(250 << attempt));
}

}  // namespace
}  // namespace cpo
