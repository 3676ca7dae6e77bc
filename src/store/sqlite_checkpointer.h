#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

namespace cpo::store {

/// The log of a SQLite file with this many pages is moved into the file; as SQLite does by default.
inline constexpr int kLogPagesKept = 1'000;
/// A log that grew to this is moved by the commit itself: writers that never rest would else keep
/// it from being used anew.
inline constexpr int kLogPagesMax = 8'000;

/// Moves what was committed from the log (WAL) of a SQLite file into the file, on a thread of its
/// own, so that whoever commits does not wait for it: 40 MB take a tenth of a second. What fails is
/// tried again after a later commit. Thread-safe; the destructor waits for what is being moved.
class SqliteCheckpointer {
public:
    explicit SqliteCheckpointer(std::filesystem::path path) : path_(std::move(path)) {}
    ~SqliteCheckpointer();
    SqliteCheckpointer(const SqliteCheckpointer&) = delete;
    SqliteCheckpointer& operator=(const SqliteCheckpointer&) = delete;

    /// Returns at once.
    void wake();

private:
    void run();

    const std::filesystem::path path_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_wanted_ = false;
    bool is_stopping_ = false;
    std::thread thread_;  ///< From the first wake() on.
};

}  // namespace cpo::store
