#pragma once

#include <cassert>
#include <utility>
#include <variant>

#include "base/error.h"

namespace cpo {

/// Either a value or the Error that kept it from being made: our subset of std::expected (C++23).
/// [[nodiscard]], so that a dropped error does not compile.
template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
    Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

    bool has_value() const { return std::holds_alternative<T>(state_); }
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
        return *std::get_if<Error>(&state_);
    }
    Error&& error() && {
        assert(!has_value());
        return std::move(*std::get_if<Error>(&state_));
    }

private:
    T& value() {
        assert(has_value());
        return *std::get_if<T>(&state_);
    }
    const T& value() const {
        assert(has_value());
        return *std::get_if<T>(&state_);
    }
    std::variant<T, Error> state_;
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
