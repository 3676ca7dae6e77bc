#include "store/transaction.h"

#include <cmath>
#include <thread>

#include "base/random.h"
#include "base/utf8.h"

namespace cpo::store {
namespace {

constexpr std::chrono::milliseconds kFirstPause{10};

/// Marks that this thread is inside a transaction.
class Inside {
public:
    Inside() { is_inside = true; }
    ~Inside() { is_inside = false; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    static thread_local bool is_inside;
};
thread_local bool Inside::is_inside = false;

/// 10, 20, 40, ... ms times 0.5 to 1.5, so that two that collided do not collide again.
void pause_before_retry(int attempt, Deadline deadline) {
    static thread_local Random random(
        static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()) ^
        std::hash<std::thread::id>{}(std::this_thread::get_id()));
    const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(
        kFirstPause * (1 << attempt) * (0.5 + random.uniform()));
    std::this_thread::sleep_for(deadline.remaining(pause));
}

}  // namespace

Result<void> run_transaction(const std::function<Result<void>()>& attempt, Deadline deadline) {
    if (Inside::is_inside)
        return Error{ErrorCode::kInternal,
                     "The request could not be completed.",
                     "a transaction was started inside a transaction of the same thread"};
    const Inside inside;
    Result<void> outcome;
    for (int done = 0; done < kAttemptsMax; ++done) {
        if (done > 0) pause_before_retry(done - 1, deadline);
        // Less than a millisecond is no time to wait for a lock, nor to pause.
        if (deadline.remaining(kFirstPause) == std::chrono::milliseconds(0)) {
            if (!outcome) return outcome;
            return Error{ErrorCode::kDeadlineExceeded,
                         "The time was up before the database was asked; try again.",
                         {}};
        }
        outcome = attempt();
        if (outcome || outcome.error().code != ErrorCode::kUnavailable) return outcome;
    }
    return outcome;
}

Result<void> GuardedSession::begin(std::span<const Value> values) {
    if (is_failed_)
        return Error{ErrorCode::kInternal,
                     "The request could not be completed.",
                     "a statement was run after a failed one in the same transaction"};
    is_failed_ = true;
    if (access_ == Access::kReadOne && ++statements_ > 1)
        return Error{ErrorCode::kInternal,
                     "The request could not be completed.",
                     "a second statement was run where one was announced"};
    return check_storable(values);
}

Result<Rows> GuardedSession::execute(std::string_view sql, std::span<const Value> values) {
    TRY(begin(values));
    auto rows = TRY(run(sql, values));
    is_failed_ = false;
    return rows;
}

Result<void> GuardedSession::visit(std::string_view sql,
                                   std::span<const Value> values,
                                   const Take& take) {
    TRY(begin(values));
    TRY(run_visit(sql, values, take));
    is_failed_ = false;
    return {};
}

Result<void> GuardedSession::check_committable() const {
    if (!is_failed_) return {};
    return Error{ErrorCode::kInternal,
                 "The request could not be completed.",
                 "a transaction with a failed statement was to be committed"};
}

Result<void> check_storable(std::span<const Value> values) {
    for (const Value& value : values) {
        const auto* text = std::get_if<std::string>(&value);
        if (text != nullptr && text->find('\0') != std::string::npos)
            return invalid_argument("A text has a NUL character (U+0000): take it out.");
        if (text != nullptr && !is_utf8(*text))
            return invalid_argument("A text is not in UTF-8: convert it first.");
        const auto* number = std::get_if<double>(&value);
        if (number != nullptr && std::isnan(*number))
            return invalid_argument("A number is not a number (NaN).");
    }
    return {};
}

}  // namespace cpo::store
