#include "http/web_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "http/server_fixture.h"

namespace cpo::http {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIndex =
    "<base href=\"__CPO_BASE__\"><meta nonce=\"__CPO_NONCE__\"><title>CPO</title>";

class WebFilesTest : public ServerTest {
protected:
    void SetUp() override {
        folder = fs::path(testing::TempDir()) /
                 testing::UnitTest::GetInstance()->current_test_info()->name();
        fs::remove_all(folder);
        write("index.html", kIndex);
        write("theme.js", "plain script");
        write("robots.txt", "");
        write("gone.js.br", "brotli");
        write("assets/main-1a2b.js", "plain code");
        write("assets/main-1a2b.js.br", "brotli");
        write("assets/main-1a2b.js.gz", "gzip");
    }
    void TearDown() override {
        ServerTest::TearDown();
        fs::remove_all(folder);
    }
    void write(const std::string& name, std::string_view bytes) const {
        fs::create_directories((folder / name).parent_path());
        std::ofstream(folder / name, std::ios::binary) << bytes;
    }
    void serve(const std::string& prefix = "") {
        auto read = WebFiles::read(folder, prefix);
        ASSERT_TRUE(read) << read.error().message;
        files = *std::move(read);
        ServerOptions options;
        options.path_prefix = prefix;
        start(options,
              {.pages = [this](const Exchange& exchange) { return files->answer(exchange); }});
    }
    RawClient::Answer fetch(std::string_view path, std::string_view headers = "") const {
        return ask(get(path, headers));
    }

    fs::path folder;
    std::optional<WebFiles> files;
};

TEST_F(WebFilesTest, GivesThePageForEveryAddressOfTheDashboard) {
    serve();
    for (const char* path : {"/", "/segments", "/experiments/a.b/results?tab=1", "/index.html"}) {
        const auto answer = fetch(path);
        EXPECT_EQ(answer.status, 200) << path;
        EXPECT_EQ(answer.headers.at("content-type"), "text/html; charset=utf-8");
        EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
        EXPECT_THAT(answer.body, testing::StartsWith("<base href=\"/\"><meta nonce=\""));
    }
}

TEST_F(WebFilesTest, PutsANewNonceIntoPageAndPolicyOfEachAnswer) {
    serve();
    std::set<std::string> nonces;
    for (int i = 0; i < 3; ++i) {
        const auto answer = fetch("/");
        const std::string start = "<meta nonce=\"";
        const auto at = answer.body.find(start) + start.size();
        const std::string nonce = answer.body.substr(at, answer.body.find('"', at) - at);
        EXPECT_GE(nonce.size(), 22U);
        EXPECT_THAT(answer.headers.at("content-security-policy"),
                    testing::HasSubstr("style-src 'self' 'nonce-" + nonce + "';"));
        EXPECT_THAT(answer.headers.at("content-security-policy"),
                    testing::Not(testing::HasSubstr("unsafe")));
        nonces.insert(nonce);
    }
    EXPECT_EQ(nonces.size(), 3U);
}

TEST_F(WebFilesTest, LivesBelowAPrefix) {
    serve("/cpo");
    for (const char* path : {"/cpo", "/cpo/", "/cpo/segments"})
        EXPECT_THAT(fetch(path).body, testing::StartsWith("<base href=\"/cpo/\">")) << path;
    EXPECT_EQ(fetch("/cpo/assets/main-1a2b.js").body, "plain code");
    EXPECT_EQ(fetch("/segments").status, 404);
}

TEST_F(WebFilesTest, SendsTheFormThatTheClientTakes) {
    serve();
    const std::vector<std::tuple<const char*, const char*, const char*>> forms{
        {"Accept-Encoding: gzip, deflate, br\r\n", "br", "brotli"},
        {"Accept-Encoding: GZIP;q=0.8\r\n", "gzip", "gzip"},
        {"Accept-Encoding: br;q=0, gzip\r\n", "gzip", "gzip"},
        {"Accept-Encoding: br;q=0.000\r\n", "", "plain code"},
        {"Accept-Encoding: identity\r\n", "", "plain code"},
        {"", "", "plain code"}};
    for (const auto& [header, coding, body] : forms) {
        const auto answer = fetch("/assets/main-1a2b.js", header);
        EXPECT_EQ(answer.status, 200);
        const auto given = answer.headers.find("content-encoding");
        EXPECT_EQ(given == answer.headers.end() ? "" : given->second, coding) << header;
        EXPECT_EQ(answer.body, body) << header;
        EXPECT_EQ(answer.headers.at("content-type"), "text/javascript; charset=utf-8");
        EXPECT_EQ(answer.headers.at("vary"), "Accept-Encoding");
    }
}

TEST_F(WebFilesTest, KeepsHashedFilesForAYearAndAsksAgainForOthers) {
    serve();
    EXPECT_EQ(fetch("/assets/main-1a2b.js").headers.at("cache-control"),
              "public, max-age=31536000, immutable");
    const auto answer = fetch("/theme.js");
    EXPECT_EQ(answer.headers.at("cache-control"), "no-cache");
    const std::string tag = answer.headers.at("etag");
    EXPECT_EQ(fetch("/theme.js", "If-None-Match: " + tag + "\r\n").status, 304);
    EXPECT_EQ(fetch("/theme.js", "If-None-Match: \"other\"\r\n").status, 200);
}

TEST_F(WebFilesTest, LeavesTheApiAndMissingAssetsToProblems) {
    serve();
    for (const char* path : {"/api", "/api/v1/nothing", "/assets/main-0000.js", "/assets/../x"}) {
        const auto answer = fetch(path);
        EXPECT_EQ(answer.status, 404) << path;
        EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json") << path;
    }
    EXPECT_EQ(ask(post("/segments", "", "")).status, 404);
    EXPECT_EQ(fetch("/things/x").status, 200);
    const auto head = ask("HEAD /theme.js HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers.at("content-length"), "12");
}

TEST_F(WebFilesTest, ServesAnEmptyFileAndNoFormWithoutItsPlainOne) {
    serve();
    EXPECT_EQ(fetch("/robots.txt").headers.at("content-length"), "0");
    EXPECT_EQ(fetch("/gone.js").headers.at("content-type"), "text/html; charset=utf-8");
}

TEST_F(WebFilesTest, RefusesAFolderThatIsNoBuild) {
    for (const char* index : {"<base href=\"/\">", "<base href=\"__CPO_BASE__\">"}) {
        write("index.html", index);
        const auto read = WebFiles::read(folder, "");
        ASSERT_FALSE(read);
        EXPECT_THAT(read.error().message, testing::HasSubstr("holds no build of the dashboard"));
    }
    const auto missing = WebFiles::read(folder / "nowhere", "");
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, testing::HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace cpo::http
