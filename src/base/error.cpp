#include "base/error.hpp"

#include <fmt/core.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace hedgerow {
namespace {

struct CodeRow {
  ErrorCode code;
  const char* name;
  int exit_code;
};

constexpr std::array<CodeRow, 7> kCodes{{
    {ErrorCode::usage, "usage error", 2},
    {ErrorCode::input, "input error", 2},
    {ErrorCode::io, "file error", 2},
    {ErrorCode::not_supported, "not supported", 2},
    {ErrorCode::not_defined, "not defined", 2},
    {ErrorCode::not_converged, "not converged", 2},
    {ErrorCode::internal, "internal error", 3},
}};

const CodeRow& row(ErrorCode code) {
  for (const CodeRow& r : kCodes)
    if (r.code == code) return r;
  return kCodes.back();
}

}  // namespace

const char* name(ErrorCode code) { return row(code).name; }

int exit_code(ErrorCode code) { return row(code).exit_code; }

Error make_error(ErrorCode code, std::string message, std::string where, const char* file, int line) {
  return Error{code, std::move(message), std::move(where), file, line};
}

std::string describe(const Error& error) {
  return error.where.empty() ? error.message : fmt::format("{}: {}", error.where, error.message);
}

void fail_assertion(const char* condition, const char* file, int line) {
  throw std::logic_error(fmt::format("{}:{}: invariant does not hold: {}", file, line, condition));
}

}  // namespace hedgerow
