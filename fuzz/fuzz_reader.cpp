// libFuzzer target of one reader: HEDGEROW_FUZZ_FORMAT is its format, e.g. ris.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "invariants.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string problem = hedgerow::fuzz::broken_invariant(hedgerow::records::Format::HEDGEROW_FUZZ_FORMAT, bytes);
  if (!problem.empty()) {
    std::fprintf(stderr, "invariant: %s\n", problem.c_str());
    std::abort();
  }
  return 0;
}
