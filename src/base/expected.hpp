// Expected<T>: a value or an Error, and the two macros that pass errors on.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "base/error.hpp"

namespace hedgerow {

/// A value of type T, or the Error that explains why there is none.
template <class T>
class [[nodiscard]] Expected {
 public:
  Expected(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Expected(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() {
    HR_ASSERT(ok());
    return std::get<0>(state_);
  }
  const T& value() const {
    HR_ASSERT(ok());
    return std::get<0>(state_);
  }
  T take() {
    HR_ASSERT(ok());
    return std::move(std::get<0>(state_));
  }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    HR_ASSERT(!ok());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Expected<void> {
 public:
  Expected() = default;
  Expected(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    HR_ASSERT(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

using Checked = Expected<void>;

}  // namespace hedgerow

#define HR_JOIN_INNER(a, b) a##b
#define HR_JOIN(a, b) HR_JOIN_INNER(a, b)

/// HR_TRY(auto x, f()); declares x from the value of f(), or returns its Error.
#define HR_TRY(declaration, expression)                                            \
  auto HR_JOIN(hr_try_, __LINE__) = (expression);                                  \
  if (!HR_JOIN(hr_try_, __LINE__).ok()) return HR_JOIN(hr_try_, __LINE__).error(); \
  declaration = HR_JOIN(hr_try_, __LINE__).take()

/// HR_CHECK(f()); returns the Error of f(), if it has one.
#define HR_CHECK(expression)                                                         \
  do {                                                                               \
    if (auto hr_checked = (expression); !hr_checked.ok()) return hr_checked.error(); \
  } while (false)
