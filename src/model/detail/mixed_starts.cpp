#include "model/detail/mixed_starts.hpp"

#include <algorithm>
#include <cmath>

#include "model/parameters.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Vector;

/// Moment estimate of the heterogeneity: residual variance beyond the mean sampling variance.
double total_heterogeneity(const Problem& problem) {
  const Data& data = problem.data();
  const auto ols = stats::weighted_least_squares(data.x, data.yi, Vector(data.k(), 1.0));
  double mean = 0;
  for (const double v : data.vi) mean += v / static_cast<double>(data.k());
  const double df = std::max(1.0, static_cast<double>(data.k()) - static_cast<double>(data.p()));
  const double residual = ols ? ols->rss / df : mean;
  const double least = mean > 0 ? 0.1 * mean : 0.1 * residual;
  return std::max({residual - mean, least, 1e-300});
}

/// Starting points in the parameters.
class Starts {
 public:
  explicit Starts(const Problem& problem, const HeldParameters& held)
      : problem_(problem), held_(held), all_(parameters(problem)), total_(total_heterogeneity(problem)) {}

  std::vector<Vector> usual() const {
    const std::size_t blocks =
        std::get<Multilevel>(problem_.spec()).groups.size() + std::get<Multilevel>(problem_.spec()).structured.size();
    std::vector<Vector> out;
    const double share = total_ / static_cast<double>(std::max<std::size_t>(1, blocks));
    const std::vector<double> shapes = any_correlation() ? std::vector<double>{0.5, 0, -0.5} : std::vector<double>{0};
    for (const double shape : shapes) out.push_back(at(share, shape, blocks));
    if (any_range()) out.push_back(at(share, 1.5, blocks));
    for (std::size_t b = 0; b < blocks && blocks > 1; ++b) out.push_back(at(total_, 0.3, b));
    add_unstructured(out, share, blocks);
    return out;
  }

 private:
  /// Unstructured G of three or four levels can have a top for each pattern of signs, and one for each level that takes
  /// most of the variance.
  void add_unstructured(std::vector<Vector>& out, double share, std::size_t blocks) const {
    const auto& terms = std::get<Multilevel>(problem_.spec()).structured;
    for (std::size_t t = 0; t < terms.size(); ++t) {
      const std::size_t q = terms[t].levels.size();
      if (terms[t].rho_count() < 3 || q > 4) continue;
      for (std::size_t signs = 1; signs < (std::size_t{1} << (q - 1)); ++signs)
        out.push_back(with_signs(at(share, 0.7, blocks), t, signs));
      for (std::size_t level = 0; level < q; ++level) {
        out.push_back(at(share, 0.2, blocks));
        for (std::size_t i = 0; i < all_.size(); ++i)
          if (all_[i].kind == Parameter::Kind::tau2 && all_[i].term == t && all_[i].index != level && !held_.value[i])
            out.back()[i] *= 0.05;
      }
    }
  }

  Vector with_signs(Vector start, std::size_t term, std::size_t signs) const {
    const Structured& of = std::get<Multilevel>(problem_.spec()).structured[term];
    const StructureCovariance form(of);
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (all_[i].kind != Parameter::Kind::rho || all_[i].term != term || held_.value[i]) continue;
      for (std::size_t a = 0; a < of.levels.size(); ++a)
        for (std::size_t b = a + 1; b < of.levels.size(); ++b)
          if (form.pair(a, b) == all_[i].index && (((signs >> a) ^ (signs >> b)) & 1U) != 0) start[i] = -start[i];
    }
    return start;
  }

  bool any_correlation() const {
    for (std::size_t i = 0; i < all_.size(); ++i)
      if (all_[i].kind == Parameter::Kind::rho && !held_.value[i]) return true;
    return false;
  }
  bool any_range() const {
    return std::any_of(all_.begin(), all_.end(), [&](const Parameter& p) { return is_range(p); });
  }
  bool is_range(const Parameter& p) const { return p.kind == Parameter::Kind::rho && std::isinf(p.upper); }

  std::size_t block(const Parameter& p) const {
    const std::size_t components = std::get<Multilevel>(problem_.spec()).groups.size();
    return p.kind == Parameter::Kind::sigma2 ? p.term : components + p.term;
  }

  double correlation(const Parameter& p, double shape) const {
    const Structured& term = std::get<Multilevel>(problem_.spec()).structured[p.term];
    if (is_range(p)) {
      const Vector d = StructureCovariance(term).distances();
      if (d.empty()) return 1;
      const double quantile = std::clamp(0.5 + shape * 0.8, 0.05, 0.95);
      const double at = d[static_cast<std::size_t>(quantile * static_cast<double>(d.size() - 1))];
      return shape > 1 ? 3 * d.back() : at;
    }
    if (shape >= 0) return std::min(shape, 0.8);
    // A matrix of equal correlations is positive definite above -1 / (q - 1).
    const auto q = static_cast<double>(term.levels.size());
    const bool ar = term.structure == Structure::ar || term.structure == Structure::har;
    const double lowest = ar ? -1.0 : -1 / std::max(1.0, q - 1);
    return std::max({shape, 0.7 * lowest, p.lower + 0.05 * (1 - p.lower)});
  }

  /// All variances of one block (or of all, block = their number) at a value, the others small.
  Vector at(double variance, double shape, std::size_t only) const {
    const std::size_t blocks =
        std::get<Multilevel>(problem_.spec()).groups.size() + std::get<Multilevel>(problem_.spec()).structured.size();
    Vector out;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const Parameter& p = all_[i];
      double value = only == blocks || block(p) == only ? variance : 0.01 * variance;
      if (p.kind == Parameter::Kind::rho) value = correlation(p, shape);
      out.push_back(held_.value[i].value_or(value));
    }
    return out;
  }

  const Problem& problem_;
  const HeldParameters& held_;
  std::vector<Parameter> all_;
  double total_;
};

}  // namespace

std::vector<Vector> usual_starts(const Problem& problem, const HeldParameters& held) {
  return Starts(problem, held).usual();
}

}  // namespace hedgerow::model
