#pragma once

#include <functional>

#include "store/database.h"

namespace cpo::store {

/// Runs `attempt` until it gives anything but kUnavailable, at most kAttemptsMax times, with
/// growing, jittered pauses and never past the deadline. Refuses (kInternal) a transaction inside
/// a transaction of the same thread, which would wait for itself.
Result<void> run_transaction(const std::function<Result<void>()>& attempt, Deadline deadline);

/// A session that takes no statement after a failed one, as PostgreSQL demands; so code that goes
/// on regardless fails on every engine alike.
/// With kReadOne it takes one.
class GuardedSession : public Session {
public:
    explicit GuardedSession(Access access) : access_(access) {}
    Result<Rows> execute(std::string_view sql, std::span<const Value> values) final;
    Result<void> visit(std::string_view sql, std::span<const Value> values, const Take& take) final;
    /// Errors: kInternal when a statement failed and `work` succeeded all the same.
    Result<void> check_committable() const;

private:
    virtual Result<Rows> run(std::string_view sql, std::span<const Value> values) = 0;
    virtual Result<void> run_visit(std::string_view sql,
                                   std::span<const Value> values,
                                   const Take& take) = 0;
    /// The session has failed from here until the statement is done.
    Result<void> begin(std::span<const Value> values);
    Access access_;
    int statements_ = 0;
    bool is_failed_ = false;
};

/// Refuses what no two engines store the same way: text with a NUL or not in UTF-8, NaN.
Result<void> check_storable(std::span<const Value> values);

}  // namespace cpo::store
