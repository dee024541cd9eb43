// Where results go: data to standard output or a file, messages to standard error.
#pragma once

#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/progress.hpp"

namespace hedgerow::cli {

/// Prints an Error as the user sees it, with the row of the file where there is one; gives the exit code.
int report(const Error& error);

/// Writes to `path`, or to standard output if it is empty.
Checked emit(const std::string& path, std::string_view text);

/// One line on standard error, rewritten at each step; nothing unless it is a terminal.
class TerminalProgress : public Progress {
 public:
  TerminalProgress();
  ~TerminalProgress() override;
  void step(const std::string& what, int done, int total) override;
  /// Removes the line, so that what is printed next starts clean.
  void clear();

 private:
  bool active_;
  bool printed_ = false;
};

}  // namespace hedgerow::cli
