// Random numbers by counting: the n-th number of a stream is a function of seed, stream and n alone.
//
// So each replicate of a simulation or a bootstrap has its own stream, and the result does not depend on the order in
// which threads take the replicates. The function is Philox 4x32 with ten rounds, which passes BigCrush; a stream has
// 2^66 numbers of 32 bits. Nothing of <random> is used: its distributions differ between libraries.
//
// Source: salmon2011.
// Tests:  base/random_test.cpp (known answers of the authors' Random123).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace hedgerow {

/// Philox 4x32-10: four words from a counter and a key.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// Numbers in their order. A cheap value; not for use by several threads at once.
class RandomStream {
 public:
  /// Streams of one seed are independent of one another.
  RandomStream(std::uint64_t seed, std::uint64_t stream);

  std::uint64_t bits();
  /// In (0, 1): neither 0 nor 1, 52 random bits.
  double uniform();
  /// Standard normal, by Box and Muller.
  double normal();
  /// 0, 1, ..., n - 1 with equal probability; n > 0. Bias below n / 2^64.
  std::size_t below(std::size_t n);
  /// -1 or 1 with equal probability (Rademacher weights).
  double sign();

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> words_{};
  int used_ = 4;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace hedgerow
