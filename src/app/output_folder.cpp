#include "app/output_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "app/files.h"

namespace cpo::app {
namespace {

namespace fs = std::filesystem;

Error disk_error(const fs::path& path, const std::error_code& failure) {
    return {ErrorCode::kInternal,
            fmt::format("cannot write {}: {}", path.string(), failure.message()),
            {}};
}

/// "out/" and "out" are the same folder; rename needs the second form.
fs::path without_trailing_slash(const std::string& path) {
    fs::path clean = fs::absolute(path).lexically_normal();
    return clean.has_filename() ? clean : clean.parent_path();
}

/// Removes a folder when it goes out of scope; for what must not stay behind.
class FolderRemover {
public:
    explicit FolderRemover(fs::path path) : path_(std::move(path)) {}
    FolderRemover(const FolderRemover&) = delete;
    FolderRemover& operator=(const FolderRemover&) = delete;
    ~FolderRemover() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

private:
    fs::path path_;
};

}  // namespace

Result<void> check_output_folder(const std::string& path) {
    std::error_code failure;
    const fs::path folder = without_trailing_slash(path);
    if (!fs::exists(folder, failure)) return {};
    if (!fs::is_directory(folder, failure))
        return invalid_argument(fmt::format("--output {}: a file of that name exists", path));
    if (fs::is_empty(folder, failure) || fs::exists(folder / "run.json", failure)) return {};
    return invalid_argument(fmt::format(
        "--output {}: the folder holds other files and no earlier run; name a new one", path));
}

Result<void> write_output_folder(const std::string& path,
                                 const std::vector<report::RunFile>& files) {
    const fs::path folder = without_trailing_slash(path);
    const fs::path part = fmt::format("{}.part-{}", folder.string(), ::getpid());
    const fs::path old = fmt::format("{}.old-{}", folder.string(), ::getpid());
    const FolderRemover remove_part(part);
    const FolderRemover remove_old(old);
    std::error_code failure;
    fs::create_directories(part, failure);
    if (failure) return disk_error(part, failure);
    for (const report::RunFile& file : files) {
        const auto written = write_file((part / file.name).string(), file.content);
        if (!written) return written.error();
    }
    const bool is_replacing = fs::exists(folder, failure);
    if (is_replacing) fs::rename(folder, old, failure);
    if (failure) return disk_error(folder, failure);
    fs::rename(part, folder, failure);
    if (!failure) return {};
    std::error_code ignored;
    if (is_replacing) fs::rename(old, folder, ignored);
    return disk_error(folder, failure);
}

}  // namespace cpo::app
