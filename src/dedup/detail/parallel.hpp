// Work split over threads in fixed pieces: each index is handled once and writes its own place, so the result does not
// depend on the number of threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

namespace hedgerow::dedup::detail {

/// Calls use(begin, end) for pieces of 0 .. n. `threads` 0: as many as the machine has.
template <class Use>
void in_parallel(std::size_t n, unsigned threads, Use use) {
  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t pieces = std::min<std::size_t>(threads, n / 256 + 1);
  if (pieces <= 1) {
    use(std::size_t{0}, n);
    return;
  }
  std::vector<std::thread> running;
  for (std::size_t piece = 0; piece < pieces; ++piece)
    running.emplace_back([&use, piece, pieces, n] { use(n * piece / pieces, n * (piece + 1) / pieces); });
  for (std::thread& thread : running) thread.join();
}

}  // namespace hedgerow::dedup::detail
