// Errors as values.
//
// An Error is something that the user can act on: the data or the request is wrong, and the message says what was
// found,
// where, and what would be right. A broken invariant of ours is not an Error: it stops the program through HR_ASSERT.
#pragma once

#include <string>

namespace hedgerow {

/// Kinds of failure. One table (error.cpp) gives each its text and its exit code.
enum class ErrorCode {
  usage,          ///< the request contradicts itself or names something that does not exist
  input,          ///< a file or a value in it is wrong
  io,             ///< a file can't be read or written
  not_supported,  ///< the request is sound, but this version can't do it
  not_defined,    ///< the asked quantity has no value for these data (k too small, ...)
  not_converged,  ///< an iteration ended without an answer that its certificate confirms
  internal,       ///< our own invariant is broken
};

/// Short text of a kind, as in "input error".
const char* name(ErrorCode code);

/// Exit code of the process for a failure of this kind (2 request or input, 3 internal).
int exit_code(ErrorCode code);

/// A failure. `where` is what a user can open ("effects.csv:17:sd_t"), empty when the request as a whole is meant.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string where;
  const char* made_in = "";
  int made_at = 0;
};

/// Builds an Error that remembers the line of ours that made it.
Error make_error(ErrorCode code, std::string message, std::string where = "", const char* file = __builtin_FILE(),
                 int line = __builtin_LINE());

/// "effects.csv:17:sd_t: message".
std::string describe(const Error& error);

/// Ends the program: an invariant of ours does not hold.
[[noreturn]] void fail_assertion(const char* condition, const char* file, int line);

}  // namespace hedgerow

/// Checks an invariant of ours; stays on in release builds.
#define HR_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::hedgerow::fail_assertion(#condition, __FILE__, __LINE__))
