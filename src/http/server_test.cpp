// What a well-behaved client sees: routing, parameters, bodies, sign-in, headers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/server_fixture.h"

namespace cpo::http {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kEditor = "Authorization: Bearer editor\r\n";

TEST_F(ServerTest, AnswersWithPathAndQueryParameters) {
    start();
    const auto answer = ask(get("/things/caf%C3%A9?limit=7"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    EXPECT_EQ(answer.headers.at("etag"), "\"3\"");
    EXPECT_EQ(answer.json().at("thing"), "café");
    EXPECT_EQ(answer.json().at("limit"), 7);
}

TEST_F(ServerTest, KeepsTheConnectionAndAnswersPipelinedRequestsInOrder) {
    start();
    RawClient one = client();
    one.send(get("/things/a") + get("/things/b") + get("/nothing") + get("/things/c"));
    EXPECT_EQ(one.read().json().at("thing"), "a");
    EXPECT_EQ(one.read().json().at("thing"), "b");
    EXPECT_EQ(one.read().status, 404);
    EXPECT_EQ(one.read().json().at("thing"), "c");
    one.send(get("/things/d", "Connection: close\r\n"));
    EXPECT_EQ(one.read().json().at("thing"), "d");
    EXPECT_TRUE(one.is_closed());
}

TEST_F(ServerTest, PipelinesRequestsWithBodies) {
    start();
    RawClient one = client();
    one.send(post("/echo", kJson, "[1]") + post("/echo", kJson, "[2]") + get("/things/a"));
    EXPECT_EQ(one.read().body, "[1]");
    EXPECT_EQ(one.read().body, "[2]");
    EXPECT_EQ(one.read().status, 200);
}

TEST_F(ServerTest, AnswersHeadLikeGetWithoutItsBody) {
    start();
    RawClient one = client();
    one.send("HEAD /things/a HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto head = one.read(false);
    EXPECT_EQ(head.status, 200);
    one.send(get("/things/a"));
    const auto whole = one.read();
    EXPECT_EQ(whole.status, 200);
    EXPECT_EQ(head.headers.at("content-length"), std::to_string(whole.body.size()));
}

TEST_F(ServerTest, RefusesAnotherMethodWithTheAllowedOnes) {
    start();
    const auto answer = ask("DELETE /things/a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.status, 405);
    EXPECT_EQ(answer.headers.at("allow"), "GET, HEAD, OPTIONS, PUT");
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
    const auto options = ask("OPTIONS /things/a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.headers.at("allow"), "GET, HEAD, OPTIONS, PUT");
}

TEST_F(ServerTest, TellsProblemsWithTheirRequestId) {
    start();
    const auto answer = ask(get("/things/none?limit=1", "X-Request-Id: abc.1-2_3\r\n"));
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.headers.at("x-request-id"), "abc.1-2_3");
    const json::value expected{{"type", "about:blank"},
                               {"title", "Not Found"},
                               {"status", 404},
                               {"detail", "There is no such thing."},
                               {"instance", "/things/none"},
                               {"code", "not_found"},
                               {"request_id", "abc.1-2_3"}};
    EXPECT_EQ(answer.json(), expected);
    const auto other = ask(get("/things/a", "X-Request-Id: <script>\r\n"));
    EXPECT_EQ(other.headers.at("x-request-id").size(), 36U);
}

TEST_F(ServerTest, RefusesParametersThatDoNotFit) {
    start();
    const auto answer = ask(get("/things/aaaaaaaaaaaaaaaaaaaaa?limit=abc&limit=2&colour=red"));
    EXPECT_EQ(answer.status, 400);
    const json::value expected{
        {{"pointer", "/query/limit"}, {"detail", "stands twice"}},
        {{"pointer", "/query/colour"}, {"detail", "is not a known parameter"}},
        {{"pointer", "/query/limit"}, {"detail", "expected an integer from 1 to 100, got \"abc\""}},
        {{"pointer", "/path/thing"}, {"detail", "expected at most 20 characters, got 21"}}};
    auto sorted = [](const json::value& value) {
        std::vector<std::string> texts;
        for (const auto& item : value.get_array()) texts.push_back(write_json(item));
        std::sort(texts.begin(), texts.end());
        return texts;
    };
    EXPECT_EQ(sorted(answer.json().at("errors")), sorted(expected));
}

TEST_F(ServerTest, RefusesBrokenEscapesAndBytesThatAreNoText) {
    start();
    EXPECT_EQ(ask(get("/things/a?limit=%2")).status, 400);
    EXPECT_EQ(ask(get("/things/a?limit=%00")).status, 400);
    EXPECT_EQ(ask(get("/things/a?limit=%FF")).status, 400);
    EXPECT_EQ(ask(get("/things/%C3%28")).status, 404);
}

TEST_F(ServerTest, ChecksTheBodyAgainstItsSchema) {
    start();
    const std::string headers = std::string(kEditor) + std::string(kJson) + "If-Match: \"12\"\r\n";
    const auto created = ask(put(headers, R"({"name":"n","size":5})"));
    EXPECT_EQ(created.status, 201) << created.body;
    EXPECT_EQ(created.headers.at("location"), "/things/x");
    EXPECT_EQ(created.json().at("version"), 12);
    const auto refused = ask(put(headers, R"({"size":101,"colour":1})"));
    EXPECT_EQ(refused.status, 400);
    const json::value expected{
        {{"pointer", "/name"}, {"detail", "is missing"}},
        {{"pointer", "/size"}, {"detail", "expected an integer from 1 to 100, got 101"}},
        {{"pointer", "/colour"}, {"detail", "is not a known property; known are name, size"}}};
    EXPECT_EQ(refused.json().at("errors"), expected);
}

TEST_F(ServerTest, NamesLineAndColumnOfBrokenJson) {
    start();
    const auto answer = ask(post("/echo", kJson, "{\n\"a\": 1,}"));
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(std::string(answer.json().at("detail").get_string()), HasSubstr("line 2 column"));
    EXPECT_EQ(ask(post("/echo", kJson, "\"\xff\"")).status, 400);
    EXPECT_EQ(ask(post("/echo", kJson, "")).body, "null");
}

TEST_F(ServerTest, RefusesDeepNestingAndStaysAlive) {
    start();
    for (const std::size_t depth : {65UL, 1'000UL, 500'000UL})
        EXPECT_EQ(ask(post("/echo", kJson, std::string(depth, '['))).status, 400) << depth;
    std::string deep(32, '[');
    EXPECT_EQ(ask(post("/echo", kJson, deep + std::string(32, ']'))).status, 200);
}

TEST_F(ServerTest, RefusesOtherContentTypesCharsetsAndEncodings) {
    start();
    const auto status = [&](std::string_view headers) {
        return ask(post("/echo", headers, "{}")).status;
    };
    EXPECT_EQ(status("Content-Type: application/json; charset=\"UTF-8\"\r\n"), 200);
    EXPECT_EQ(status(""), 415);
    EXPECT_EQ(status("Content-Type: text/plain\r\n"), 415);
    EXPECT_EQ(status("Content-Type: application/json; charset=latin1\r\n"), 415);
    EXPECT_EQ(status("Content-Type: application/json\r\nContent-Encoding: gzip\r\n"), 415);
    EXPECT_EQ(ask("GET /things/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}").status, 400);
}

TEST_F(ServerTest, NeedsIfMatchWhereTheDocumentSaysSo) {
    start();
    const std::string headers = std::string(kEditor) + std::string(kJson);
    EXPECT_EQ(ask(put(headers, R"({"name":"n"})")).status, 428);
    EXPECT_EQ(ask(put(headers + "If-Match: *\r\n", R"({"name":"n"})")).status, 400);
}

TEST_F(ServerTest, DeniesByDefault) {
    start();
    const auto nobody = ask(put(kJson, R"({"name":"n"})"));
    EXPECT_EQ(nobody.status, 401);
    EXPECT_EQ(nobody.headers.at("www-authenticate"), "Bearer realm=\"cpo\"");
    const auto with = [&](std::string_view who) {
        return ask(put("Authorization: Bearer " + std::string(who) + "\r\nIf-Match: \"1\"\r\n" +
                           std::string(kJson),
                       R"({"name":"n"})"))
            .status;
    };
    EXPECT_EQ(with("stranger"), 401);
    EXPECT_EQ(with("viewer"), 403);
    EXPECT_EQ(with("editor"), 201);
    EXPECT_EQ(with("admin"), 201);
    EXPECT_EQ(with("admin,things"), 201);
    EXPECT_EQ(with("admin,files"), 403);
}

TEST_F(ServerTest, HidesWhatBrokeButLogsIt) {
    start();
    const auto answer = ask(get("/throws"));
    EXPECT_EQ(answer.status, 500);
    EXPECT_THAT(answer.body, Not(HasSubstr("secret")));
    server->stop();
    EXPECT_THAT(lines, testing::Contains(HasSubstr("secret of the house")));
}

TEST_F(ServerTest, LogsWhoDidWhatAndNoSecrets) {
    start();
    ask(put("Authorization: Bearer editor\r\nCookie: session=hidden\r\nIf-Match: \"1\"\r\n" +
                std::string(kJson),
            R"({"name":"private"})"));
    ask(get("/things/a?limit=77"));
    server->stop();
    ASSERT_EQ(lines.size(), 2U);
    // A line is written after its answer: two loops may write theirs in any order.
    const bool is_first = lines[0].find("putThing") != std::string::npos;
    const auto line = *parse_json(lines[is_first ? 0 : 1]);
    EXPECT_EQ(line.at("operation"), "putThing");
    EXPECT_EQ(line.at("status"), 201);
    EXPECT_EQ(line.at("actor_kind"), "key");
    EXPECT_EQ(line.at("actor_id"), "key-of-editor");
    EXPECT_EQ(line.at("remote"), "127.0.0.1");
    for (const std::string& text : lines)
        EXPECT_THAT(text,
                    AllOf(Not(HasSubstr("hidden")),
                          Not(HasSubstr("private")),
                          Not(HasSubstr("Bearer")),
                          Not(HasSubstr("limit"))));
}

TEST_F(ServerTest, LogsWhereInputDoesNotFitAndNeverTheInput) {
    start();
    const std::string headers = std::string(kEditor) + std::string(kJson) + "If-Match: \"1\"\r\n";
    ask(get("/things/a?limit=sesame"));
    ask(put(headers, R"({"name":"n","size":"sesame"})"));
    ask(put(headers, R"({"sesame": sesame})"));
    ask(put(headers, "{\"" + std::string(900, 'k') + "\":1,\"name\":\"n\"}"));
    server->stop();
    ASSERT_EQ(lines.size(), 4U);
    for (const std::string& line : lines) {
        EXPECT_THAT(line, Not(HasSubstr("sesame")));
        EXPECT_LT(line.size(), 500U) << "a client chooses the length of a key";
    }
    EXPECT_THAT(lines, testing::Contains(HasSubstr(R"("detail":"does not fit at /query/limit")")));
    EXPECT_THAT(lines, testing::Contains(HasSubstr(R"("detail":"does not fit at /size")")));
}

TEST_F(ServerTest, CountsRequests) {
    start();
    ask(get("/things/a"));
    ask(get("/things/none"));
    server->stop();
    EXPECT_THAT(metrics.text(),
                AllOf(HasSubstr(R"(cpo_http_requests_total{operation="getThing",status="200"} 1)"),
                      HasSubstr(R"(cpo_http_requests_total{operation="getThing",status="404"} 1)"),
                      HasSubstr(R"(cpo_http_request_seconds_count{operation="getThing"} 2)"),
                      HasSubstr("cpo_http_connections 0"),
                      HasSubstr("cpo_http_requests_in_flight 0")));
}

TEST_F(ServerTest, SendsSecurityHeadersWithEveryAnswer) {
    start();
    for (const auto& answer :
         {ask(get("/things/a")), ask(get("/nothing")), ask("BROKEN\r\n\r\n")}) {
        EXPECT_EQ(answer.headers.at("content-security-policy"),
                  "default-src 'none'; frame-ancestors 'none'");
        EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
        EXPECT_EQ(answer.headers.at("referrer-policy"), "no-referrer");
        EXPECT_EQ(answer.headers.at("cross-origin-opener-policy"), "same-origin");
        EXPECT_EQ(answer.headers.at("cross-origin-resource-policy"), "same-origin");
        EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
        EXPECT_TRUE(answer.headers.contains("permissions-policy"));
        EXPECT_TRUE(answer.headers.contains("x-request-id"));
        EXPECT_FALSE(answer.headers.contains("strict-transport-security"));
        EXPECT_FALSE(answer.headers.contains("access-control-allow-origin"));
    }
}

TEST_F(ServerTest, LetsOnlyListedOriginsIn) {
    ServerOptions options;
    options.cors_origins = {"https://shop.example"};
    start(options);
    const auto preflight =
        ask("OPTIONS /things/a HTTP/1.1\r\nHost: x\r\nOrigin: https://shop.example\r\n"
            "Access-Control-Request-Method: PUT\r\n\r\n");
    EXPECT_EQ(preflight.status, 204);
    EXPECT_EQ(preflight.headers.at("access-control-allow-origin"), "https://shop.example");
    EXPECT_THAT(preflight.headers.at("access-control-allow-headers"), HasSubstr("If-Match"));
    EXPECT_EQ(preflight.headers.at("vary"), "Origin");
    const auto plain = ask(get("/things/a", "Origin: https://shop.example\r\n"));
    EXPECT_EQ(plain.headers.at("access-control-allow-origin"), "https://shop.example");
    EXPECT_FALSE(plain.headers.contains("access-control-allow-methods"));
    const auto other = ask(get("/things/a", "Origin: https://evil.example\r\n"));
    EXPECT_FALSE(other.headers.contains("access-control-allow-origin"));
    EXPECT_EQ(other.headers.at("vary"), "Origin");
}

TEST_F(ServerTest, LivesBelowAPathPrefix) {
    ServerOptions options;
    options.path_prefix = "/cpo";
    start(options);
    EXPECT_EQ(ask(get("/cpo/things/a")).status, 200);
    EXPECT_EQ(ask(get("/things/a")).status, 404);
    EXPECT_EQ(ask(get("/cpothings/a")).status, 404);
    std::string text =
        put(std::string(kEditor) + std::string(kJson) + "If-Match: \"1\"\r\n", R"({"name":"n"})");
    text.replace(4, 1, "/cpo/");
    EXPECT_EQ(ask(text).headers.at("location"), "/cpo/things/x");
}

TEST_F(ServerTest, BelievesForwardedAddressesOfTrustedProxiesOnly) {
    start();
    const std::string forwarded = get("/things/a", "X-Forwarded-For: 1.2.3.4, 10.0.0.7\r\n");
    EXPECT_EQ(ask(forwarded).json().at("remote"), "127.0.0.1");
    server->stop();
    ServerOptions options;
    options.trusted_proxies = {"127.0.0.1", "10.0.0.0/8"};
    start(options);
    EXPECT_EQ(ask(forwarded).json().at("remote"), "1.2.3.4");
}

TEST_F(ServerTest, SlowsDownWhoAsksTooMuch) {
    DispatchOptions limits;
    limits.remote_limit = {0.001, 2};
    start({}, limits);
    EXPECT_EQ(ask(get("/things/a")).status, 200);
    EXPECT_EQ(ask(get("/things/a")).status, 200);
    const auto refused = ask(get("/things/a"));
    EXPECT_EQ(refused.status, 429);
    EXPECT_THAT(std::stoi(refused.headers.at("retry-after")), testing::Gt(100));
    EXPECT_EQ(refused.headers.at("ratelimit-limit"), "2");
    EXPECT_EQ(refused.headers.at("ratelimit-remaining"), "0");
    const auto failed_sign_in = ask(put(kJson, R"({"name":"n"})"));
    EXPECT_EQ(failed_sign_in.status, 429);
    EXPECT_EQ(ask(put(std::string(kEditor) + std::string(kJson) + "If-Match: \"1\"\r\n",
                      R"({"name":"n"})"))
                  .status,
              201);
}

TEST_F(ServerTest, CountsWhatARoleForbidsLikeEverythingElse) {
    DispatchOptions limits;
    limits.caller_limit = {0.001, 2};
    start({}, limits);
    const auto forbidden = [&] {
        return ask(put("Authorization: Bearer viewer\r\nIf-Match: \"1\"\r\n" + std::string(kJson),
                       R"({"name":"n"})"))
            .status;
    };
    EXPECT_EQ(forbidden(), 403);
    EXPECT_EQ(forbidden(), 403);
    EXPECT_EQ(forbidden(), 429);
}

TEST_F(ServerTest, CountsTheAddressesOfOneIpv6NetworkTogether) {
    ServerOptions options;
    options.trusted_proxies = {"127.0.0.1"};
    DispatchOptions limits;
    limits.remote_limit = {0.001, 1};
    start(options, limits);
    const auto status_from = [&](const std::string& address) {
        return ask(get("/things/a", "X-Forwarded-For: " + address + "\r\n")).status;
    };
    EXPECT_EQ(status_from("2001:db8:1:2::1"), 200);
    EXPECT_EQ(status_from("2001:db8:1:2:3:4:5:6"), 429);
    EXPECT_EQ(status_from("2001:db8:1:3::1"), 200);
    EXPECT_EQ(status_from("192.0.2.1"), 200);
    EXPECT_EQ(status_from("192.0.2.2"), 200);
    EXPECT_EQ(status_from("::ffff:192.0.2.2"), 429);
}

TEST_F(ServerTest, SaysWhichOptionMakesNoSense) {
    start();
    ServerOptions taken;
    taken.port = server->port();
    const auto second = make_server(taken, *dispatcher, metrics, *log);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, cpo::ErrorCode::kUnavailable);
    const auto fails = [&](ServerOptions options) {
        return !make_server(std::move(options), *dispatcher, metrics, *log).has_value();
    };
    ServerOptions options;
    options.port = 0;
    options.path_prefix = "cpo/";
    EXPECT_TRUE(fails(options));
    options.path_prefix.clear();
    for (const char* prefix : {"/cpo; Domain=x", "/a//b", "/"}) {
        options.path_prefix = prefix;
        EXPECT_TRUE(fails(options)) << prefix;
    }
    options.path_prefix.clear();
    options.address = "here";
    EXPECT_TRUE(fails(options));
    options.address = "127.0.0.1";
    for (const char* origin : {"shop.example", "https://", "https://shop.example/", "ftp://x"}) {
        options.cors_origins = {origin};
        EXPECT_TRUE(fails(options)) << origin;
    }
    options.cors_origins.clear();
    options.trusted_proxies = {"proxy"};
    EXPECT_TRUE(fails(options));
    options.trusted_proxies.clear();
    options.tls_certificate_file = "/nowhere.pem";
    EXPECT_TRUE(fails(options));
    options.tls_key_file = "/nowhere.pem";
    EXPECT_TRUE(fails(options));
}

}  // namespace
}  // namespace cpo::http
