// Work split over threads by index: each index is handled once and writes its own place, so the result does not depend
// on the number of threads.
//
// Threads take pieces of neighbouring indices as they come free, for the cost of an index may vary. Starting a thread
// takes some 20 microseconds: work that is over in less stays with the caller, who names pieces that are worth one.
//
// Tests: base/parallel_test.cpp.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace hedgerow {

/// Calls use(i) for each i of 0 .. n, `piece` of them at a time. `threads` 0: as many as the machine has. `use` is
/// called by several threads at once and must not throw.
template <class Use>
void in_parallel(std::size_t n, std::size_t piece, unsigned threads, const Use& use) {
  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t begin = next.fetch_add(piece); begin < n; begin = next.fetch_add(piece))
      for (std::size_t i = begin; i < std::min(n, begin + piece); ++i) use(i);
  };
  std::vector<std::jthread> others;
  for (std::size_t t = 1; t < std::min<std::size_t>(threads, (n + piece - 1) / piece); ++t) others.emplace_back(work);
  work();
}

}  // namespace hedgerow
