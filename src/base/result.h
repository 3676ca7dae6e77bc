#pragma once

#include <cassert>
#include <memory>
#include <utility>

#include "base/error.h"

namespace cpo {

/// Either a value or the Error that kept it from being made: our subset of std::expected (C++23).
/// [[nodiscard]], so that a dropped error does not compile. By hand on a union, because a
/// std::variant for each T is a tenth of the compile time of everything. T must not throw when it
/// is moved.
template <typename T>
class [[nodiscard]] Result {
public:
    // NOLINTNEXTLINE(google-explicit-constructor)
    Result(T value) : has_value_(true), held(std::move(value)) {}
    // NOLINTNEXTLINE(google-explicit-constructor)
    Result(Error error) : has_value_(false), failure(std::move(error)) {}
    Result(const Result& other) : has_value_(other.has_value_) {
        if (has_value_)
            std::construct_at(&held, other.held);
        else
            std::construct_at(&failure, other.failure);
    }
    Result(Result&& other) noexcept : has_value_(other.has_value_) { take(other); }
    Result& operator=(Result other) noexcept {
        drop();
        has_value_ = other.has_value_;
        take(other);
        return *this;
    }
    ~Result() { drop(); }

    bool has_value() const { return has_value_; }
    explicit operator bool() const { return has_value(); }

    /// REQUIRES: has_value().
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(value()); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    /// REQUIRES: !has_value().
    const Error& error() const& {
        assert(!has_value());
        return failure;
    }
    Error&& error() && {
        assert(!has_value());
        return std::move(failure);
    }

private:
    T& value() {
        assert(has_value());
        return held;
    }
    const T& value() const {
        assert(has_value());
        return held;
    }
    void take(Result& other) {
        if (has_value_)
            std::construct_at(&held, std::move(other.held));
        else
            std::construct_at(&failure, std::move(other.failure));
    }
    void drop() {
        if (has_value_)
            std::destroy_at(&held);
        else
            std::destroy_at(&failure);
    }

    bool has_value_;
    union {
        T held;
        Error failure;
    };
};

/// Success without a value, or an Error.
struct Unit {};
template <>
class [[nodiscard]] Result<void> : public Result<Unit> {
public:
    Result() : Result<Unit>(Unit{}) {}
    Result(Error error) : Result<Unit>(std::move(error)) {}  // NOLINT(google-explicit-constructor)
};

}  // namespace cpo

/// Yields the value of a Result, or returns its error from the enclosing function. One per
/// statement.
#define TRY(expression)                                                        \
    (__extension__({                                                           \
        auto try_result_ = (expression);                                       \
        if (!try_result_) return ::cpo::Error(std::move(try_result_).error()); \
        *std::move(try_result_);                                               \
    }))
