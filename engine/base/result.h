// engine/base/result.h
//
// What a fallible call returns. Codes are named by what the caller does next; no exception crosses
// a room.
#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace tenure {

enum class ErrorCode {
  kInvalid,      // the input is wrong: refuse or quarantine it; trying again does not help
  kNotFound,     // there is no such thing: often an answer, not a fault
  kDuplicate,    // it is there already: count it and go on
  kOverloaded,   // slow down and try again
  kUnavailable,  // try again later, with back-off
  kDeadline,     // the outcome is not known: try again only what may happen twice
  kCorrupt,      // stored bytes are wrong: stop the shard and call a person
  kBusy,         // somebody else holds it: name them, and refuse
  kStopping,     // the process is ending: give up quietly
  kUnsupported,  // it is not offered here: ask in another way
};

/// The code's name as it stands in messages: "invalid", "not found".
std::string_view to_string(ErrorCode code);

/// An error: what the caller should do, and one sentence for a person: what, where, and what to do.
/// The message never holds personal data or secrets.
struct Error {
  ErrorCode code = ErrorCode::kInvalid;
  std::string message;
};

[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

/// A value or an Error. `value()` on an error is our own mistake and ends the process.
template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
 public:
  using Base = boost::system::result<T, Error>;
  using Base::Base;
};

template <>
class [[nodiscard]] Result<void> : public boost::system::result<void, Error> {
 public:
  using Base = boost::system::result<void, Error>;
  using Base::Base;
  Result() = default;
};

/// Success without a value.
inline Result<void> ok() { return {}; }

/// `return fail(ErrorCode::kInvalid, "line 3: ...")` in any function that returns a Result.
inline Error fail(ErrorCode code, std::string message) { return Error{code, std::move(message)}; }

}  // namespace tenure

/// Returns the error of `expression` from the enclosing function, if it has one.
#define TENURE_TRY(expression)                                      \
  do {                                                              \
    if (auto tenure_try_ = (expression); !tenure_try_) [[unlikely]] \
      return ::tenure::Error(std::move(tenure_try_).error());       \
  } while (false)

#define TENURE_CONCAT_(a, b) a##b
#define TENURE_CONCAT(a, b) TENURE_CONCAT_(a, b)

/// `TENURE_TRY_ASSIGN(auto x, f())`: the value of f(), or the enclosing function returns its error.
#define TENURE_TRY_ASSIGN(target, expression)                                           \
  auto TENURE_CONCAT(tenure_result_, __LINE__) = (expression);                          \
  if (!TENURE_CONCAT(tenure_result_, __LINE__)) [[unlikely]]                            \
    return ::tenure::Error(std::move(TENURE_CONCAT(tenure_result_, __LINE__)).error()); \
  target = std::move(*TENURE_CONCAT(tenure_result_, __LINE__))
