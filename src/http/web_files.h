#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/exchange.h"

namespace cpo::http {

/// The dashboard as its build left it in one folder, held in memory with the compressed form of
/// each file (FILE.br, FILE.gz). Immutable, thread-safe. An answer costs one copy of the file.
class WebFiles {
public:
    /// Reads the folder. `prefix` is the path below which the server lives ("/cpo"), or empty.
    /// Errors: kInvalidArgument when the folder holds no such build, a file that cannot be read,
    /// more than 2,000 files or more than 64 MiB.
    static Result<WebFiles> read(const std::filesystem::path& folder, std::string prefix);

    /// The file of a GET or HEAD; for any other path the page itself, which finds its way by the
    /// address. Nothing = not ours: another method, a path of the API, an asset that is not there.
    std::optional<Response> answer(const Exchange& exchange) const;

private:
    struct File {
        std::string content_type;
        std::string version;  ///< Of the content, for ETag.
        std::string plain;
        std::string brotli;  ///< Empty = there is none.
        std::string gzip;
    };
    WebFiles() = default;
    Result<void> take(const std::filesystem::path& path, std::string name);
    Response page() const;

    std::map<std::string, File, std::less<>> files_;  ///< By path below the folder.
    std::vector<std::string> page_;  ///< index.html, cut where the nonce of an answer belongs.
};

}  // namespace cpo::http
