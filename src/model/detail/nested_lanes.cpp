#include "model/detail/nested_lanes.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.hpp"

namespace hedgerow::model {
namespace {

using Lanes = double __attribute__((vector_size(8 * lanes)));
using LaneBits = std::uint64_t __attribute__((vector_size(8 * lanes)));

/// Rows of a group above which its rows are dealt over the lanes.
constexpr std::size_t largest_whole_group = 64;
/// Variance of a padding row; exponent of it.
constexpr double padding = 0x1p200;
constexpr long padding_exponent = 200;
/// Factors of log |M| between two removals of the exponent: 4 * 200 bits of padding stay below 1023.
constexpr std::size_t factors_before_overflow = 4;
/// Closings summed plainly before they are added, with compensation, to the totals.
constexpr std::size_t closings_per_block = 128;

#define HR_ALWAYS_INLINE inline __attribute__((always_inline))

HR_ALWAYS_INLINE void load(Lanes& out, const double* from) { std::memcpy(&out, from, sizeof out); }

/// Sums and their derivatives for U with Q columns.
template <std::size_t Q>
struct LaneKernel {
  static constexpr std::size_t packed = Q * (Q + 1) / 2;
  static constexpr std::size_t block = packed + 1;

  Lanes s1[packed], s2[packed], s3[packed];
  Lanes totals[6 * block];
  Lanes product;
  LaneBits exponent;

  HR_ALWAYS_INLINE void clear_sums() {
    for (std::size_t i = 0; i < packed; ++i) s1[i] = s2[i] = s3[i] = Lanes{};
  }

  HR_ALWAYS_INLINE void normalise() {
    LaneBits bits;
    std::memcpy(&bits, &product, sizeof bits);
    exponent += bits >> 52;
    bits = (bits & 0x000FFFFFFFFFFFFFULL) | 0x3FF0000000000000ULL;
    std::memcpy(&product, &bits, sizeof bits);
    exponent -= LaneBits{} + 1023;
  }

  HR_ALWAYS_INLINE void sum_rows(const double* data, std::size_t steps, double s_row) {
    Lanes u[Q];
    u[0] = Lanes{} + 1.0;
    for (std::size_t step = 0; step < steps; ++step, data += Q * lanes) {
      Lanes m;
      load(m, data);
      m += s_row;
      product *= m;
      if ((step + 1) % factors_before_overflow == 0) normalise();
      const Lanes w = 1.0 / m;
      for (std::size_t j = 1; j < Q; ++j) load(u[j], data + j * lanes);
      std::size_t at = 0;
      for (std::size_t j = 0; j < Q; ++j) {
        const Lanes w1 = w * u[j];
        const Lanes w2 = w * w1;
        const Lanes w3 = w * w2;
        for (std::size_t h = j; h < Q; ++h, ++at) {
          s1[at] += w1 * u[h];
          s2[at] += w2 * u[h];
          s3[at] += w3 * u[h];
        }
      }
    }
    normalise();
  }

  /// Rows of one group dealt over the lanes: their sum goes to one lane.
  HR_ALWAYS_INLINE void gather(LaneKernel& part, std::size_t lane) {
    for (std::size_t i = 0; i < packed; ++i) {
      s1[i][lane] = (part.s1[i][0] + part.s1[i][1]) + (part.s1[i][2] + part.s1[i][3]);
      s2[i][lane] = (part.s2[i][0] + part.s2[i][1]) + (part.s2[i][2] + part.s2[i][3]);
      s3[i][lane] = (part.s3[i][0] + part.s3[i][1]) + (part.s3[i][2] + part.s3[i][3]);
    }
  }

  /// Formulas of nested_totals.cpp (close_group, put_back_shift) for one parameter s above and one below.
  HR_ALWAYS_INLINE void close(double s, const double* shift) {
    const Lanes a = s1[0];
    const Lanes ar = -s2[0];
    const Lanes arr = 2.0 * s3[0];
    const Lanes d = 1.0 + s * a;
    product *= d;
    normalise();
    const Lanes inv = 1.0 / d;
    const Lanes inv2 = inv * inv;
    const Lanes inv3 = inv2 * inv;
    const Lanes t = s * inv;
    const Lanes t2 = t * t;
    Lanes b[6][packed];
    std::size_t at = 0;
    const Lanes f_r = t2 * ar;
    const Lanes f_ss = 2.0 * a * inv3;
    const Lanes f_sr = 2.0 * s * ar * inv3;
    const Lanes f_rr = t2 * (arr - 2.0 * t * ar * ar);
    for (std::size_t i = 0; i < Q; ++i) {
      for (std::size_t j = i; j < Q; ++j, ++at) {
        const Lanes g = s1[i] * s1[j];
        const Lanes x = -(s2[i] * s1[j] + s1[i] * s2[j]);
        const Lanes y = 2.0 * (s3[i] * s1[j] + s1[i] * s3[j] + s2[i] * s2[j]);
        b[0][at] = s1[at] - t * g;
        b[1][at] = -(inv2 * g);
        b[2][at] = f_r * g - s2[at] - t * x;
        b[3][at] = f_ss * g;
        b[4][at] = f_sr * g - inv2 * x;
        b[5][at] = 2.0 * s3[at] + f_rr * g + 2.0 * f_r * x - t * y;
      }
    }
    // Entry (0, 0) in forms without cancellation; the rest of row 0 of the value likewise.
    for (std::size_t j = 0; j < Q; ++j) b[0][j] = inv * s1[j];
    b[1][0] = -(a * a * inv2);
    b[2][0] = inv2 * ar;
    b[3][0] = 2.0 * a * a * a * inv3;
    b[4][0] = -2.0 * a * ar * inv3;
    b[5][0] = inv2 * arr - 2.0 * s * inv3 * ar * ar;
    Lanes c[Q];
    for (std::size_t j = 1; j < Q; ++j) load(c[j], shift + (j - 1) * lanes);
    for (std::size_t n = 0; n < 6; ++n) {
      Lanes* const sum = totals + n * block;
      at = Q;
      for (std::size_t i = 1; i < Q; ++i) {
        const Lanes both = b[n][i] + c[i] * b[n][0];
        for (std::size_t j = i; j < Q; ++j, ++at) sum[at] += b[n][at] + c[i] * b[n][j] + c[j] * both;
      }
      sum[0] += b[n][0];
      for (std::size_t j = 1; j < Q; ++j) sum[j] += b[n][j] + c[j] * b[n][0];
    }
    totals[1 * block + packed] += a * inv;
    totals[2 * block + packed] += a + t * ar;
    totals[3 * block + packed] -= a * a * inv2;
    totals[4 * block + packed] += ar * inv2;
    totals[5 * block + packed] += ar + t * arr - t2 * ar * ar;
  }
};

void add_compensated(double& sum, double& carry, double x) {
  const double next = sum + x;
  carry += std::fabs(sum) >= std::fabs(x) ? (sum - next) + x : (x - next) + sum;
  sum = next;
}

template <std::size_t Q>
HR_ALWAYS_INLINE void run(const LaneLayout& layout, double s_group, double s_row, NestedTotals& out) {
  using Kernel = LaneKernel<Q>;
  Kernel kernel, part;
  kernel.product = part.product = Lanes{} + 1.0;
  kernel.exponent = part.exponent = LaneBits{};
  stats::Vector carry(6 * Kernel::block);
  out.sums.assign(6 * Kernel::block, 0.0);
  for (std::size_t begin = 0; begin < layout.closings.size(); begin += closings_per_block) {
    for (Lanes& total : kernel.totals) total = Lanes{};
    const std::size_t end = std::min(layout.closings.size(), begin + closings_per_block);
    for (std::size_t i = begin; i < end; ++i) {
      const LaneLayout::Closing& closing = layout.closings[i];
      const double* data = layout.data.data() + closing.offset;
      kernel.clear_sums();
      if (closing.split) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          part.clear_sums();
          part.sum_rows(data, closing.steps[lane], s_row);
          kernel.gather(part, lane);
          data += Q * lanes * closing.steps[lane];
        }
      } else {
        kernel.sum_rows(data, closing.steps[0], s_row);
      }
      kernel.close(s_group, layout.shift.data() + i * (Q - 1) * lanes);
    }
    for (std::size_t i = 0; i < 6 * Kernel::block; ++i) {
      const Lanes& t = kernel.totals[i];
      add_compensated(out.sums[i], carry[i], (t[0] + t[1]) + (t[2] + t[3]));
    }
  }
  for (std::size_t i = 0; i < carry.size(); ++i) out.sums[i] += carry[i];
  constexpr double ln2 = 0.693147180559945309417;
  long exponent = -static_cast<long>(layout.padded) * padding_exponent;
  out.log_det = 0;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    exponent += static_cast<long>(kernel.exponent[lane]) + static_cast<long>(part.exponent[lane]);
    out.log_det += std::log(kernel.product[lane]) + std::log(part.product[lane]);
  }
  out.log_det += static_cast<double>(exponent) * ln2;
}

// One symbol for each order, compiled for AVX2 and for the baseline; the loader takes the one that the processor has.
// Sanitizers run before the loader's choice is safe.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define HR_PROCESSORS __attribute__((target_clones("avx2", "default")))
#else
#define HR_PROCESSORS
#endif
#define HR_LANE_KERNEL(Q)                                                                                 \
  HR_PROCESSORS void run_##Q(const LaneLayout& layout, double s_group, double s_row, NestedTotals& out) { \
    run<Q>(layout, s_group, s_row, out);                                                                  \
  }
HR_LANE_KERNEL(2)
HR_LANE_KERNEL(3)
HR_LANE_KERNEL(4)
HR_LANE_KERNEL(5)
HR_LANE_KERNEL(6)

/// Groups in the order of their sizes, stable.
std::vector<std::uint32_t> by_size(const std::vector<std::uint32_t>& first) {
  std::vector<std::uint32_t> order(first.size() - 1);
  std::vector<std::uint32_t> start(largest_whole_group + 3, 0);
  const auto bin = [&](std::size_t g) {
    return std::min<std::size_t>(first[g + 1] - first[g], largest_whole_group + 1);
  };
  for (std::size_t g = 0; g < order.size(); ++g) ++start[bin(g) + 1];
  for (std::size_t b = 0; b + 1 < start.size(); ++b) start[b + 1] += start[b];
  for (std::size_t g = 0; g < order.size(); ++g) order[start[bin(g)]++] = static_cast<std::uint32_t>(g);
  return order;
}

class LayoutBuilder {
 public:
  LayoutBuilder(const NestedTree& tree, const stats::Vector& v, const std::vector<stats::Vector>& u,
                const stats::Vector& shift)
      : first_(tree.first[0]), v_(v), u_(u), shift_(shift), q_(u.size() + 1) {}

  LaneLayout run() {
    const std::vector<std::uint32_t> order = by_size(first_);
    out_.data.resize(q_ * lanes * count_steps(order));
    out_.shift.reserve((order.size() + lanes) * (q_ - 1));
    next_ = out_.data.data();
    for (std::size_t at = 0; at < order.size(); at += lanes) {
      LaneLayout::Closing closing;
      closing.offset = static_cast<std::size_t>(next_ - out_.data.data());
      const std::size_t count = std::min(lanes, order.size() - at);
      std::size_t longest = 0;
      for (std::size_t lane = 0; lane < count; ++lane) longest = std::max(longest, size(order[at + lane]));
      closing.split = longest > largest_whole_group;
      if (closing.split) {
        add_split(order, at, count, closing);
      } else {
        add_whole(order, at, count, longest);
        closing.steps.fill(static_cast<std::uint32_t>(longest));
      }
      add_shift(order, at, count);
      out_.closings.push_back(closing);
    }
    return std::move(out_);
  }

 private:
  std::size_t size(std::size_t group) const { return first_[group + 1] - first_[group]; }

  /// Puts row `row`, or padding if there is none, into a lane of the step at `to`.
  void put(double* to, std::size_t lane, bool present, std::size_t row) {
    to[lane] = present ? v_[row] : padding;
    for (std::size_t j = 1; j < q_; ++j) to[j * lanes + lane] = present ? u_[j - 1][row] : 0;
    out_.padded += present ? 0 : 1;
  }

  double* add_step() {
    double* const step = next_;
    next_ += q_ * lanes;
    return step;
  }

  /// Steps of all closings, as run() lays them out.
  std::size_t count_steps(const std::vector<std::uint32_t>& order) const {
    std::size_t steps = 0;
    for (std::size_t at = 0; at < order.size(); at += lanes) {
      std::size_t longest = 0;
      std::size_t dealt = 0;
      for (std::size_t i = at; i < std::min(at + lanes, order.size()); ++i) {
        longest = std::max(longest, size(order[i]));
        dealt += (size(order[i]) + lanes - 1) / lanes;
      }
      steps += longest > largest_whole_group ? dealt : longest;
    }
    return steps;
  }

  void add_whole(const std::vector<std::uint32_t>& order, std::size_t at, std::size_t count, std::size_t steps) {
    for (std::size_t step = 0; step < steps; ++step) {
      double* const to = add_step();
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const bool present = lane < count && step < size(order[at + lane]);
        put(to, lane, present, present ? first_[order[at + lane]] + step : 0);
      }
    }
  }

  void add_split(const std::vector<std::uint32_t>& order, std::size_t at, std::size_t count,
                 LaneLayout::Closing& closing) {
    for (std::size_t slot = 0; slot < lanes; ++slot) {
      const std::size_t rows = slot < count ? size(order[at + slot]) : 0;
      const std::size_t steps = (rows + lanes - 1) / lanes;
      closing.steps[slot] = static_cast<std::uint32_t>(steps);
      for (std::size_t step = 0; step < steps; ++step) {
        double* const to = add_step();
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          const std::size_t row = step * lanes + lane;
          put(to, lane, row < rows, row < rows ? first_[order[at + slot]] + row : 0);
        }
      }
    }
  }

  void add_shift(const std::vector<std::uint32_t>& order, std::size_t at, std::size_t count) {
    for (std::size_t j = 0; j + 1 < q_; ++j)
      for (std::size_t lane = 0; lane < lanes; ++lane)
        out_.shift.push_back(lane < count ? shift_[order[at + lane] * (q_ - 1) + j] : 0);
  }

  const std::vector<std::uint32_t>& first_;
  const stats::Vector& v_;
  const std::vector<stats::Vector>& u_;
  const stats::Vector& shift_;
  std::size_t q_;
  double* next_ = nullptr;  ///< where the next step goes
  LaneLayout out_;
};

}  // namespace

LaneLayout make_lanes(const NestedTree& tree, const stats::Vector& v, const std::vector<stats::Vector>& u,
                      const stats::Vector& shift) {
  const std::size_t q = u.size() + 1;
  if (tree.levels() != 1 || !tree.row_level || q < 2 || q > largest_lane_order) return {};
  for (const double x : v)
    if (!(x > 1e-30 && x < 1e30)) return {};
  return LayoutBuilder(tree, v, u, shift).run();
}

NestedTotals lane_totals(const LaneLayout& layout, std::size_t q, double s_group, double s_row) {
  NestedTotals out;
  switch (q) {
    case 2:
      run_2(layout, s_group, s_row, out);
      break;
    case 3:
      run_3(layout, s_group, s_row, out);
      break;
    case 4:
      run_4(layout, s_group, s_row, out);
      break;
    case 5:
      run_5(layout, s_group, s_row, out);
      break;
    default:
      HR_ASSERT(q == 6);
      run_6(layout, s_group, s_row, out);
      break;
  }
  return out;
}

}  // namespace hedgerow::model
