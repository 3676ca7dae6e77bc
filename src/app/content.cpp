#include "app/content.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/files.h"
#include "base/digest.h"
#include "ingest/documents.h"

namespace cpo::app {
namespace {

namespace fs = std::filesystem;

bool is_content(const fs::path& path) {
    const auto extension = path.extension();
    return (extension == ".md" || extension == ".jsonl" || extension == ".txt") &&
           path.filename() != "README.md";
}

Result<std::vector<fs::path>> files_of(const std::string& path) {
    std::error_code failure;
    if (!fs::exists(path, failure))
        return Error{ErrorCode::kNotFound, fmt::format("content {} does not exist", path), {}};
    if (!fs::is_directory(path)) return std::vector<fs::path>{path};
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator it(path, failure), end; !failure && it != end;
         it.increment(failure))
        if (it->is_regular_file() && is_content(it->path())) files.push_back(it->path());
    if (failure)
        return invalid_argument(fmt::format("cannot read {}: {}", path, failure.message()));
    std::sort(files.begin(), files.end());
    if (files.empty())
        return invalid_argument(fmt::format("{} holds no .md, .jsonl or .txt file", path));
    return files;
}

}  // namespace

Result<Content> read_content(const std::string& path, Date as_of) {
    const auto files = TRY(files_of(path));
    Content content;
    Sha256 hash;
    std::string faults;
    for (const auto& file : files) {
        const bool is_alone = files.size() == 1 && !fs::is_directory(path);
        const std::string name =
            is_alone ? file.filename().string() : fs::relative(file, path).string();
        const auto bytes = TRY(read_file(file.string()));
        hash.update(name);
        hash.update(std::string_view("\0", 1));
        hash.update(bytes);
        auto read = ingest::read_documents(bytes, name, as_of);
        if (!read) {
            faults += "\n  " + read.error().message;
            continue;
        }
        std::move(
            read->documents.begin(), read->documents.end(), std::back_inserter(content.documents));
        std::move(read->notices.begin(), read->notices.end(), std::back_inserter(content.notices));
    }
    if (!faults.empty()) return invalid_argument("content files with faults:" + faults);
    content.sha256 = hash.finish();
    return content;
}

}  // namespace cpo::app
