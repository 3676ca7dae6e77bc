#include "store/sqlite_checkpointer.h"

#include "store/sqlite_connection.h"

namespace cpo::store {

SqliteCheckpointer::~SqliteCheckpointer() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void SqliteCheckpointer::wake() {
    {
        const std::lock_guard lock(mutex_);
        is_wanted_ = true;
        if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    }
    changed_.notify_all();
}

void SqliteCheckpointer::run() {
    std::unique_ptr<SqliteConnection> connection;
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return is_wanted_ || is_stopping_; });
        if (is_stopping_) return;
        is_wanted_ = false;
        lock.unlock();
        if (!connection)
            if (auto opened = SqliteConnection::open(path_, Access::kWrite))
                connection = *std::move(opened);
        // Passive: waits for nobody, and nobody for it.
        if (connection && !connection->execute("PRAGMA wal_checkpoint(PASSIVE)", {}))
            connection.reset();
        lock.lock();
    }
}

}  // namespace cpo::store
