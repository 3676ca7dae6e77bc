#include "app/server/sample_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace cpo::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSignIns = "sign-in.txt";
constexpr const char* kSummary = "summary.json";
constexpr mode_t kPrivate = 0600;

std::string text_of(const fs::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

SampleFolder::~SampleFolder() {
    if (mark_ >= 0) close(mark_);
}

Result<bool> SampleFolder::begin() {
    std::error_code failure;
    if (fs::exists(database(), failure) && !fs::exists(mark(), failure)) return false;
    if (fs::create_directories(folder_, failure))
        fs::permissions(folder_, fs::perms::owner_all, failure);
    mark_ = failure ? -1 : open(mark().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kPrivate);
    if (mark_ < 0)
        return invalid_argument(fmt::format("{}: no sample can be made there", folder_.string()));
    if (flock(mark_, LOCK_EX | LOCK_NB) != 0)
        return Error{ErrorCode::kUnavailable,
                     fmt::format("another process is making the sample in {}", folder_.string()),
                     {}};
    if (!fs::exists(mark(), failure)) return false;  // It was finished a moment ago.
    for (const char* ending : {"", "-wal", "-shm"}) {
        fs::remove(database().string() + ending, failure);
        if (failure) return invalid_argument(database().string() + ": " + failure.message());
    }
    return true;
}

Result<void> SampleFolder::finish(const std::string& sign_ins, const std::string& summary) {
    TRY(write(kSignIns, sign_ins));
    TRY(write(kSummary, summary));
    std::error_code failure;
    fs::remove(mark(), failure);
    if (failure) return invalid_argument(mark().string() + ": " + failure.message());
    return {};
}

std::string SampleFolder::sign_ins() const { return text_of(folder_ / kSignIns); }
std::string SampleFolder::summary() const { return text_of(folder_ / kSummary); }

/// Private from its first byte, whole or not at all.
Result<void> SampleFolder::write(const char* name, const std::string& text) const {
    const fs::path file = folder_ / name;
    const fs::path part = file.string() + ".part";
    std::error_code failure;
    fs::remove(part, failure);
    const int made = open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kPrivate);
    const bool is_written =
        made >= 0 && ::write(made, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (made >= 0) close(made);
    if (is_written) fs::rename(part, file, failure);
    if (!is_written || failure) return invalid_argument(file.string() + " cannot be written");
    return {};
}

}  // namespace cpo::app
