#include "http/web_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/ascii.h"
#include "base/digest.h"
#include "base/secret.h"

namespace cpo::http {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFilesMax = 2'000;
constexpr std::size_t kBytesMax = 64 << 20;
constexpr std::string_view kPage = "index.html";
constexpr std::string_view kHashedFolder = "assets/";
constexpr std::string_view kBase = "__CPO_BASE__";
constexpr std::string_view kNonce = "__CPO_NONCE__";

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kTypes{{
    {".css", "text/css; charset=utf-8"},
    {".html", "text/html; charset=utf-8"},
    {".ico", "image/x-icon"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".png", "image/png"},
    {".svg", "image/svg+xml"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
    {".woff2", "font/woff2"},
}};

std::string_view type_of(std::string_view name) {
    for (const auto& [ending, type] : kTypes)
        if (name.ends_with(ending)) return type;
    return "application/octet-stream";
}

Result<std::string> bytes_of(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.is_open() || stream.bad())
        return invalid_argument(path.string() + " cannot be read");
    return bytes;
}

std::vector<std::string> split(std::string_view text, std::string_view separator) {
    std::vector<std::string> parts;
    for (auto at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
        parts.emplace_back(text.substr(0, at));
        text.remove_prefix(at + separator.size());
    }
    parts.emplace_back(text);
    return parts;
}

/// Whether Accept-Encoding (RFC 9110 §12.5.3) names the coding without refusing it. "*" is not
/// understood: such a client gets the plain form.
bool accepts(std::string_view header, std::string_view coding) {
    for (const std::string& item : split(header, ",")) {
        const std::string_view choice = item;
        const auto semicolon = choice.find(';');
        if (lower(trimmed(choice.substr(0, semicolon))) != coding) continue;
        if (semicolon == std::string_view::npos) return true;
        const std::string weight = lower(trimmed(choice.substr(semicolon + 1)));
        return weight.find_first_of("123456789") != std::string::npos;
    }
    return false;
}

/// Scripts, styles, fonts and pictures from here only; the page's own style elements carry the
/// nonce, which is new for each answer.
std::string policy_of(std::string_view nonce) {
    return fmt::format(
        "default-src 'self'; style-src 'self' 'nonce-{}'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
        nonce);
}

}  // namespace

Result<WebFiles> WebFiles::read(const fs::path& folder, std::string prefix) {
    WebFiles web;
    std::size_t bytes = 0;
    std::error_code failure;
    fs::recursive_directory_iterator files(folder, failure);
    for (; !failure && files != fs::recursive_directory_iterator(); files.increment(failure)) {
        if (!files->is_regular_file()) continue;
        bytes += files->file_size(failure);
        if (failure) break;
        if (bytes > kBytesMax || web.files_.size() >= kFilesMax)
            return invalid_argument(fmt::format("{} holds more than {} files or {} MiB",
                                                folder.string(),
                                                kFilesMax,
                                                kBytesMax >> 20));
        TRY(web.take(files->path(), files->path().lexically_relative(folder).generic_string()));
    }
    if (failure)
        return invalid_argument(
            fmt::format("{} cannot be read: {}", folder.string(), failure.message()));
    const auto page = web.files_.find(kPage);
    if (page == web.files_.end() || page->second.plain.find(kBase) == std::string::npos ||
        page->second.plain.find(kNonce) == std::string::npos)
        return invalid_argument(
            fmt::format("{} holds no build of the dashboard: `./dev web` makes one in build/web",
                        folder.string()));
    const auto parts = split(page->second.plain, kBase);
    const std::string text = fmt::format("{}", fmt::join(parts, std::move(prefix) + "/"));
    web.page_ = split(text, kNonce);
    web.files_.erase(page);
    // A compressed form without its plain one is left from another build.
    std::erase_if(web.files_, [](const auto& entry) { return entry.second.content_type.empty(); });
    return web;
}

Result<void> WebFiles::take(const fs::path& path, std::string name) {
    std::string bytes = TRY(bytes_of(path));
    const bool is_brotli = name.ends_with(".br");
    if (is_brotli || name.ends_with(".gz")) {
        name.resize(name.size() - 3);
        (is_brotli ? files_[name].brotli : files_[name].gzip) = std::move(bytes);
        return {};
    }
    File& file = files_[name];
    file.content_type = type_of(name);
    file.version = sha256_hex(bytes).substr(0, 16);
    file.plain = std::move(bytes);
    return {};
}

Response WebFiles::page() const {
    const std::string nonce = new_token();
    Response response;
    response.content_type = "text/html; charset=utf-8";
    response.body = fmt::format("{}", fmt::join(page_, nonce));
    response.headers.emplace_back("Content-Security-Policy", policy_of(nonce));
    return response;
}

std::optional<Response> WebFiles::answer(const Exchange& exchange) const {
    if (exchange.method != "GET" && exchange.method != "HEAD") return std::nullopt;
    const std::string_view path = std::string_view(exchange.path).substr(1);
    if (path == "api" || path.starts_with("api/")) return std::nullopt;
    const auto found = files_.find(path);
    if (found == files_.end())
        return path.starts_with(kHashedFolder) ? std::nullopt : std::optional(page());
    const File& file = found->second;
    const bool is_hashed = path.starts_with(kHashedFolder);
    const std::string encodings = exchange.request.header_or("accept-encoding", "");
    const bool is_brotli = !file.brotli.empty() && accepts(encodings, "br");
    const bool is_gzip = !is_brotli && !file.gzip.empty() && accepts(encodings, "gzip");
    const std::string tag =
        fmt::format("\"{}{}\"", file.version, is_brotli ? "-br" : (is_gzip ? "-gz" : ""));
    Response response;
    response.content_type = file.content_type;
    response.headers = {
        {"Cache-Control", is_hashed ? "public, max-age=31536000, immutable" : "no-cache"},
        {"ETag", tag},
        {"Vary", "Accept-Encoding"}};
    if (exchange.request.header_or("if-none-match", "") == tag) {
        response.status = 304;
        return response;
    }
    if (is_brotli || is_gzip)
        response.headers.emplace_back("Content-Encoding", is_brotli ? "br" : "gzip");
    response.body = is_brotli ? file.brotli : (is_gzip ? file.gzip : file.plain);
    return response;
}

}  // namespace cpo::http
