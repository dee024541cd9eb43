#include "base/random.hpp"

#include <cmath>

#include "base/expected.hpp"

namespace hedgerow {
namespace {

constexpr std::uint32_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;

std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = static_cast<std::uint64_t>(kMultiplier0) * c[0];
    const std::uint64_t b = static_cast<std::uint64_t>(kMultiplier1) * c[2];
    c = {high(b) ^ c[1] ^ key[0], low(b), high(a) ^ c[3] ^ key[1], low(a)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return c;
}

RandomStream::RandomStream(std::uint64_t seed, std::uint64_t stream)
    : key_{low(seed), high(seed)}, counter_{0, 0, low(stream), high(stream)} {}

std::uint64_t RandomStream::bits() {
  if (used_ == 4) {
    words_ = philox(counter_, key_);
    if (++counter_[0] == 0) ++counter_[1];
    used_ = 0;
  }
  const auto first = static_cast<std::size_t>(used_);
  used_ += 2;
  return static_cast<std::uint64_t>(words_[first + 1]) << 32 | words_[first];
}

double RandomStream::uniform() { return (static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52; }

double RandomStream::normal() {
  has_spare_ = !has_spare_;
  if (!has_spare_) return spare_;
  const double radius = std::sqrt(-2 * std::log(uniform()));
  const double angle = 6.283185307179586477 * uniform();
  spare_ = radius * std::sin(angle);
  return radius * std::cos(angle);
}

std::size_t RandomStream::below(std::size_t n) {
  HR_ASSERT(n > 0);
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::size_t>(static_cast<Wide>(bits()) * n >> 64);
}

double RandomStream::sign() { return (bits() & 1) != 0 ? 1 : -1; }

}  // namespace hedgerow
