#include "cli/output.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

#include "base/file.hpp"
#include "cli/excerpt.hpp"

namespace hedgerow::cli {

int report(const Error& error) {
  fmt::print(stderr, "hedgerow: {}: {}\n{}", name(error.code), describe(error), excerpt(error.where));
  return exit_code(error.code);
}

Checked emit(const std::string& path, std::string_view text) {
  if (!path.empty() && path != "-") return write_file(path, text);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    return make_error(ErrorCode::io, "can't write to standard output");
  return {};
}

TerminalProgress::TerminalProgress() : active_(::isatty(STDERR_FILENO) == 1) {}

TerminalProgress::~TerminalProgress() { clear(); }

void TerminalProgress::clear() {
  if (printed_) fmt::print(stderr, "\r\033[K");
  printed_ = false;
}

void TerminalProgress::step(const std::string& what, int done, int total) {
  if (!active_) return;
  printed_ = true;
  fmt::print(stderr, "\r\033[K[{}/{}] {}", done, total, what);
  std::fflush(stderr);
}

}  // namespace hedgerow::cli
