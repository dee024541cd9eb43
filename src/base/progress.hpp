// Progress of long work: one line on a terminal, silence in a pipe.
#pragma once

#include <string>

namespace hedgerow {

/// Receives what is being done. The core calls it; only the edge prints.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void step(const std::string& what, int done, int total) = 0;
};

/// Says nothing.
class SilentProgress : public Progress {
 public:
  void step(const std::string&, int, int) override {}
};

}  // namespace hedgerow
