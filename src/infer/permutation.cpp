#include "infer/permutation.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/missing.hpp"
#include "base/random.hpp"

namespace hedgerow::infer {
namespace {

using stats::Vector;

/// What is still as extreme as the observed statistic.
constexpr double kRounding = 1.4901161193847656e-08;

bool only_constant(const model::Data& data) {
  if (data.p() != 1) return false;
  for (std::size_t i = 0; i < data.k(); ++i)
    if (data.x(i, 0) != 1) return false;
  return true;
}

/// Number of each row's kind: equal rows of the design have the same.
std::vector<std::size_t> row_kinds(const model::Data& data) {
  std::map<Vector, std::size_t> kinds;
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < data.k(); ++i) {
    const auto row = data.x.row(i);
    out.push_back(kinds.try_emplace(Vector(row.begin(), row.end()), kinds.size()).first->second);
  }
  return out;
}

/// Statistics of one fit.
struct Statistics {
  Vector zval;
  double q_m = 0;
};

/// Counts the permutations that are at least as extreme as what was observed.
class Tally {
 public:
  explicit Tally(Statistics observed) : observed_(std::move(observed)), extreme_(observed_.zval.size(), 0.0) {}

  void add(const Expected<Statistics>& found, double times = 1) {
    if (!found) {
      failed_ += times;
      return;
    }
    total_ += times;
    for (std::size_t j = 0; j < extreme_.size(); ++j)
      if (std::fabs(found->zval[j]) >= std::fabs(observed_.zval[j]) - kRounding) extreme_[j] += times;
    if (found->q_m >= observed_.q_m - kRounding) extreme_q_m_ += times;
  }

  void finish(Permutation& out) const {
    out.failed = static_cast<std::size_t>(failed_);
    out.iterations = static_cast<std::size_t>(total_);
    for (double count : extreme_) out.pval.push_back(total_ > 0 ? count / total_ : kMissing);
    out.q_m_p = total_ > 0 ? extreme_q_m_ / total_ : kMissing;
  }

 private:
  Statistics observed_;
  Vector extreme_;
  double extreme_q_m_ = 0, total_ = 0, failed_ = 0;
};

Expected<Statistics> statistics(const model::Fit& fit, const Options& options) {
  HR_TRY(const Coefficients found, coefficients(fit, options));
  return Statistics{found.zval, found.q_m};
}

class Permuter {
 public:
  Permuter(const model::Fit& fit, const PermutationOptions& options)
      : data_(fit.problem.data()),
        spec_(fit.problem.spec()),
        clusters_(fit.problem.clusters()),
        cluster_count_(fit.problem.cluster_count()),
        options_(options),
        signs_(only_constant(fit.problem.data())),
        kinds_(row_kinds(fit.problem.data())) {
    data_.slab.clear();
    yi_ = data_.yi;
    x_ = data_.x;
  }

  void exact(Tally& tally) { signs_ ? all_signs(tally) : all_orders(tally); }

  void random(Tally& tally, const Statistics& observed) {
    tally.add(observed);
    for (std::size_t i = 1; i < options_.iterations; ++i) {
      RandomStream random(options_.seed, i);
      tally.add(signs_ ? with_signs([&](std::size_t) { return random.sign(); }) : with_order(shuffled(random)));
    }
  }

 private:
  Expected<Statistics> refit() {
    HR_TRY(const model::Problem problem, model::Problem::create(data_, spec_));
    HR_TRY(const model::Fit fit, model::fit(problem));
    return statistics(fit, options_.inference);
  }

  template <class Sign>
  Expected<Statistics> with_signs(Sign sign) {
    Vector of_cluster(cluster_count_);
    for (std::size_t c = 0; c < cluster_count_; ++c) of_cluster[c] = sign(c);
    for (std::size_t i = 0; i < yi_.size(); ++i) data_.yi[i] = of_cluster[clusters_[i]] * yi_[i];
    return refit();
  }

  Expected<Statistics> with_order(const std::vector<std::size_t>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) std::ranges::copy(x_.row(rows[i]), data_.x.row(i).begin());
    return refit();
  }

  /// A vector of signs and its negative have the same |z|: the last cluster keeps its sign.
  void all_signs(Tally& tally) {
    const std::uint64_t half = std::uint64_t{1} << (cluster_count_ - 1);
    for (std::uint64_t mask = 0; mask < half; ++mask)
      tally.add(with_signs([mask](std::size_t c) { return (mask >> c) & 1U ? -1.0 : 1.0; }), 2);
  }

  /// All distinct orders of the kinds of rows.
  void all_orders(Tally& tally) {
    std::vector<std::size_t> order = kinds_, rows(order.size());
    std::vector<std::size_t> first(order.size());
    for (std::size_t i = order.size(); i-- > 0;) first[kinds_[i]] = i;
    std::ranges::sort(order);
    do {
      std::ranges::transform(order, rows.begin(), [&](std::size_t kind) { return first[kind]; });
      tally.add(with_order(rows));
    } while (std::ranges::next_permutation(order).found);
  }

  std::vector<std::size_t> shuffled(RandomStream& random) const {
    std::vector<std::size_t> out(yi_.size());
    std::iota(out.begin(), out.end(), std::size_t{0});
    for (std::size_t i = out.size(); i > 1; --i) std::swap(out[i - 1], out[random.below(i)]);
    return out;
  }

  model::Data data_;
  const model::Spec& spec_;
  std::vector<std::uint32_t> clusters_;
  std::size_t cluster_count_;
  const PermutationOptions& options_;
  bool signs_;
  std::vector<std::size_t> kinds_;
  Vector yi_;
  stats::Matrix x_;
};

Checked check(const model::Fit& fit, const PermutationOptions& options) {
  if (fit.is_counts())
    return make_error(ErrorCode::not_defined,
                      "effects of a model of counts can't be permuted without their counts; ask the two-level model of "
                      "the effects");
  const auto* two_level = std::get_if<model::Univariate>(&fit.problem.spec());
  if (two_level && two_level->q_about)
    return make_error(ErrorCode::not_defined,
                      "permuted effects have no tables, about whose Mantel-Haenszel estimate Q could be taken; ask the "
                      "model with Q about the mean (q_centre = inverse)");
  if (fit.is_multilevel() && !only_constant(fit.problem.data()))
    return make_error(ErrorCode::not_defined,
                      "dependent effects are not exchangeable, so the rows of their design can't be permuted; use the "
                      "cluster wild bootstrap");
  if (options.iterations == 0) return make_error(ErrorCode::usage, "a permutation test needs at least 1 iteration");
  return {};
}

}  // namespace

double permutation_count(const model::Fit& fit) {
  const model::Data& data = fit.problem.data();
  if (only_constant(data)) return std::pow(2.0, static_cast<double>(fit.problem.cluster_count()));
  std::map<std::size_t, double> copies;
  double log_count = std::lgamma(static_cast<double>(data.k()) + 1);
  for (std::size_t kind : row_kinds(data)) ++copies[kind];
  for (const auto& [kind, n] : copies) log_count -= std::lgamma(n + 1);
  return std::round(std::exp(log_count));
}

Expected<Permutation> permutation_test(const model::Fit& fit, const PermutationOptions& options) {
  HR_CHECK(check(fit, options));
  const double count = permutation_count(fit);
  Permutation out;
  out.exact = options.exact || count <= static_cast<double>(options.iterations);
  if (out.exact && count > kMostPermutations)
    return make_error(
        ErrorCode::not_supported,
        fmt::format("an exact test takes {:.3g} permutations, more than {:.0f}; take random ones (a number "
                    "of iterations)",
                    count, kMostPermutations));
  const bool signs = only_constant(fit.problem.data());
  out.permuted = !signs ? "rows of the design" : fit.is_multilevel() ? "signs of clusters" : "signs of effects";
  HR_TRY(const Statistics observed, statistics(fit, options.inference));
  for (double z : observed.zval)
    if (is_missing(z))
      return make_error(ErrorCode::not_defined,
                        "the observed test statistic is 0 / 0 (no residual variation), so nothing can be more extreme");
  Tally tally(observed);
  Permuter permuter(fit, options);
  if (out.exact)
    permuter.exact(tally);
  else
    permuter.random(tally, observed);
  tally.finish(out);
  return out;
}

}  // namespace hedgerow::infer
