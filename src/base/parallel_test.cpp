#include "base/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

namespace hedgerow {
namespace {

TEST(Parallel, EachIndexIsHandledOnce) {
  for (const std::size_t n : {0U, 1U, 7U, 64U, 1000U})
    for (const std::size_t piece : {1U, 8U, 2000U})
      for (const unsigned threads : {0U, 1U, 3U, 16U}) {
        std::vector<int> calls(n, 0);
        in_parallel(n, piece, threads, [&](std::size_t i) { ++calls[i]; });
        EXPECT_EQ(calls, std::vector<int>(n, 1)) << n << " by " << piece << " with " << threads;
      }
}

TEST(Parallel, OnePieceStaysWithTheCaller) {
  std::vector<std::thread::id> by(10);
  in_parallel(by.size(), 10, 4, [&](std::size_t i) { by[i] = std::this_thread::get_id(); });
  EXPECT_EQ(std::set<std::thread::id>(by.begin(), by.end()), std::set<std::thread::id>{std::this_thread::get_id()});
}

// Two indices that wait for one another are done only if two threads have them at the same time.
TEST(Parallel, PiecesRunAtTheSameTime) {
  std::atomic<int> arrived{0};
  in_parallel(2, 1, 2, [&](std::size_t) {
    ++arrived;
    while (arrived < 2) std::this_thread::yield();
  });
  EXPECT_EQ(arrived, 2);
}

}  // namespace
}  // namespace hedgerow
