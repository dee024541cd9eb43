// Likelihood of crossed and nested random intercepts by sparse elimination; formulas in detail/mixed_likelihood.hpp,
// detail/mixed_sparse.hpp and docs/methods/crossed-effects.md. With A = X'M^-1 X, N = M^-1 X, r = P y = M^-1 (y - X b)
// and f_a = M_a r
//
//   tr(P M_a) = tr(M^-1 M_a) - tr(A^-1 N'M_a N),     y'P M_a P M_b P y = f_a'M^-1 f_b - (N'f_a)'A^-1 (N'f_b)
//
// tr(M^-1 M_a) comes from the selected inverse, so no trace is estimated and no rows x rows matrix is made.
#include "model/detail/mixed_sparse.hpp"

#include <cmath>
#include <mutex>
#include <numbers>

#include "model/detail/mixed_likelihood.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

/// Sums of 512 products at a time, so that rounding does not grow with the number of rows.
double blocked_dot(std::span<const double> a, std::span<const double> b) {
  double total = 0;
  for (std::size_t begin = 0; begin < a.size(); begin += 512) {
    const std::size_t count = std::min<std::size_t>(512, a.size() - begin);
    total += stats::dot(a.subspan(begin, count), b.subspan(begin, count));
  }
  return total;
}

/// Generalised least squares at one point, for the orthonormal design and the centred y.
struct SparseGls {
  std::vector<Vector> solved;  ///< N = M^-1 Q, p columns
  std::optional<stats::Cholesky> a;
  Vector b;         ///< coefficients
  Vector residual;  ///< r = P y
  double quadratic = 0;

  static std::optional<SparseGls> create(const SparseMarginal& marginal) {
    const SparseDesign& design = marginal.design();
    const std::size_t p = design.p();
    SparseGls out;
    Matrix gram(p, p);
    Vector right(p);
    out.residual = marginal.solve(design.y);
    for (std::size_t i = 0; i < p; ++i) {
      out.solved.push_back(marginal.solve(design.q[i]));
      right[i] = blocked_dot(design.q[i], out.residual);
      for (std::size_t j = 0; j <= i; ++j) gram(i, j) = gram(j, i) = blocked_dot(design.q[i], out.solved[j]);
    }
    out.a = stats::Cholesky::create(gram);
    if (!out.a) return std::nullopt;
    out.b = out.a->solve(right);
    Vector e = design.y;
    for (std::size_t j = 0; j < p; ++j)
      for (std::size_t i = 0; i < e.size(); ++i) {
        e[i] -= out.b[j] * design.q[j][i];
        out.residual[i] -= out.b[j] * out.solved[j][i];
      }
    out.quadratic = blocked_dot(e, out.residual);
    return out;
  }

  Vector times_solved(std::span<const double> v) const {
    Vector out;
    for (const Vector& column : solved) out.push_back(blocked_dot(column, v));
    return out;
  }
};

void set_likelihood(MixedEvaluation& out, const SparseMarginal& marginal, const SparseGls& gls) {
  const SparseDesign& design = marginal.design();
  const double log_2_pi = std::log(2 * std::numbers::pi);
  const auto k = static_cast<double>(design.k()), p = static_cast<double>(design.p());
  out.loglik_ml = -0.5 * (k * log_2_pi + marginal.log_determinant() + gls.quadratic);
  // |X'M^-1 X| / |X'X| is the same ratio for X T.
  out.loglik_reml = out.loglik_ml + 0.5 * (p * log_2_pi - gls.a->log_determinant() + design.log_det_qtq);
  Vector b = gls.b;
  for (std::size_t j = 0; j < b.size(); ++j) b[j] += design.beta_start[j];
  out.beta = stats::multiply(design.t, b);
  out.vb = stats::multiply(design.t, stats::multiply(gls.a->inverse(), stats::transpose(design.t)));
  out.finite = std::isfinite(out.loglik_ml) && std::isfinite(out.loglik_reml);
}

/// tr(A^-1 N'M_a N).
double design_trace(const SparseDesign& design, const SparseGls& gls, std::size_t parameter) {
  const std::size_t p = gls.solved.size();
  Matrix products(p, p);
  for (std::size_t j = 0; j < p; ++j) {
    const Vector moved = design.derivative(parameter, gls.solved[j]);
    for (std::size_t i = 0; i < p; ++i) products(i, j) = blocked_dot(gls.solved[i], moved);
  }
  return stats::trace(gls.a->solve(products));
}

void set_score(MixedEvaluation& out, const SparseMarginal& marginal, const SparseGls& gls) {
  const SparseDesign& design = marginal.design();
  const Vector traces = marginal.traces();
  out.score.resize(design.parameters());
  for (std::size_t a = 0; a < out.score.size(); ++a) {
    const double trace = traces[a] - (design.likelihood == Likelihood::reml ? design_trace(design, gls, a) : 0.0);
    out.score[a] = -0.5 * (trace - blocked_dot(gls.residual, design.derivative(a, gls.residual)));
  }
}

void set_average_information(MixedEvaluation& out, const SparseMarginal& marginal, const SparseGls& gls) {
  const SparseDesign& design = marginal.design();
  const std::size_t m = design.parameters();
  std::vector<Vector> moved, on_design;  // f_a, N'f_a
  out.average_information = Matrix(m, m);
  for (std::size_t a = 0; a < m; ++a) {
    moved.push_back(design.derivative(a, gls.residual));
    on_design.push_back(gls.times_solved(moved[a]));
    const Vector solved = marginal.solve(moved[a]), projected = gls.a->solve(on_design[a]);
    for (std::size_t b = 0; b <= a; ++b)
      out.average_information(a, b) = out.average_information(b, a) =
          0.5 * (blocked_dot(moved[b], solved) - stats::dot(on_design[b], projected));
  }
}

class SparseForm : public MarginalForm {
 public:
  SparseForm(SparseMarginal marginal, Vector theta) : marginal_(std::move(marginal)), theta_(std::move(theta)) {}

  Vector solve(std::span<const double> v) const override { return marginal_.solve(v); }
  Vector derivative(std::size_t parameter, std::span<const double> v) const override {
    return marginal_.design().derivative(parameter, v);
  }
  Matrix block(std::span<const std::size_t> rows) const override {
    const Data& data = marginal_.design().problem.data();
    const auto& spec = std::get<Multilevel>(marginal_.design().problem.spec());
    Matrix out(rows.size(), rows.size());
    for (std::size_t a = 0; a < rows.size(); ++a)
      for (std::size_t b = 0; b <= a; ++b) {
        const std::size_t i = rows[a], j = rows[b];
        double shared = data.v ? (*data.v)(i, j) : (i == j ? data.vi[i] : 0.0);
        for (std::size_t l = 0; l < theta_.size(); ++l)
          if (spec.groups[l][i] == spec.groups[l][j]) shared += theta_[l];
        out(a, b) = out(b, a) = shared;
      }
    return out;
  }

 private:
  SparseMarginal marginal_;
  Vector theta_;
};

Error singular() {
  return make_error(ErrorCode::not_defined,
                    "the covariance of the effects is singular: an effect has no sampling variance and no component of "
                    "its own");
}

class SparseLikelihood : public MixedLikelihood {
 public:
  explicit SparseLikelihood(std::shared_ptr<const SparseDesign> design) : design_(std::move(design)) {}

  MixedEvaluation evaluate(const Vector& theta, bool derivatives) const override {
    if (derivatives && !theta.empty()) {
      const std::lock_guard lock(mutex_);
      if (theta == evaluated_at_) return evaluated_;
    }
    MixedEvaluation out = evaluate_anew(theta, derivatives);
    if (derivatives) {
      const std::lock_guard lock(mutex_);
      evaluated_at_ = theta;
      evaluated_ = out;
    }
    return out;
  }

  bool information_is_costly() const override { return true; }

  Expected<Matrix> expected_information(const Vector& theta) const override {
    {
      const std::lock_guard lock(mutex_);
      if (!theta.empty() && theta == informed_at_) return information_;
    }
    HR_TRY(Matrix out, information_anew(theta));
    const std::lock_guard lock(mutex_);
    informed_at_ = theta;
    information_ = out;
    return out;
  }

  Expected<std::unique_ptr<MarginalForm>> factorise(const Vector& theta) const override {
    auto marginal = SparseMarginal::create(design_, theta);
    if (!marginal) return singular();
    return std::unique_ptr<MarginalForm>(new SparseForm(std::move(*marginal), theta));
  }

 private:
  MixedEvaluation evaluate_anew(const Vector& theta, bool derivatives) const {
    MixedEvaluation out;
    const auto marginal = SparseMarginal::create(design_, theta);
    if (!marginal) return out;
    const auto gls = SparseGls::create(*marginal);
    if (!gls) return out;
    set_likelihood(out, *marginal, *gls);
    if (out.finite && derivatives) {
      set_score(out, *marginal, *gls);
      set_average_information(out, *marginal, *gls);
    }
    return out;
  }

  /// By traces where one solve for each row of the largest independent cluster is affordable. For larger ones from the
  /// identity expected = 2 average - observed, with the observed information by differences of the exact score (about
  /// six digits).
  Expected<Matrix> information_anew(const Vector& theta) const {
    const auto marginal = SparseMarginal::create(design_, theta);
    if (!marginal) return singular();
    const auto gls = SparseGls::create(*marginal);
    if (!gls) return singular();
    auto products = sparse_trace_products(*marginal);
    if (!products) {
      return information_by_differences(theta, evaluate(theta, true));
    }
    if (design_->likelihood == Likelihood::reml) subtract_design(*products, *marginal, *gls);
    for (std::size_t a = 0; a < products->rows(); ++a)
      for (std::size_t b = 0; b < products->cols(); ++b) (*products)(a, b) *= 0.5;
    return std::move(*products);
  }

  /// Steps are a thousandth of a standard error; next to 0 they go upwards only, with the three-point formula.
  Expected<Matrix> information_by_differences(const Vector& theta, const MixedEvaluation& at) const {
    const std::size_t m = theta.size();
    Matrix slope(m, m);
    for (std::size_t a = 0; a < m; ++a) {
      const double information = at.average_information(a, a);
      const double h = 1e-3 * (information > 0 ? 1 / std::sqrt(information) : theta[a] + 1);
      const bool central = theta[a] > h;
      Vector near = theta, far = theta;
      near[a] += h;
      far[a] += central ? -h : 2 * h;
      HR_TRY(const Vector one, score(near));
      HR_TRY(const Vector two, score(far));
      for (std::size_t b = 0; b < m; ++b)
        slope(a, b) = central ? (one[b] - two[b]) / (2 * h) : (4 * one[b] - 3 * at.score[b] - two[b]) / (2 * h);
    }
    Matrix out(m, m);
    for (std::size_t a = 0; a < m; ++a)
      for (std::size_t b = 0; b < m; ++b)
        out(a, b) = 2 * at.average_information(a, b) + 0.5 * (slope(a, b) + slope(b, a));
    return out;
  }

  Expected<Vector> score(const Vector& theta) const {
    const auto marginal = SparseMarginal::create(design_, theta);
    if (!marginal) return singular();
    const auto gls = SparseGls::create(*marginal);
    if (!gls) return singular();
    MixedEvaluation at;
    set_score(at, *marginal, *gls);
    return std::move(at.score);
  }

  /// From tr(M^-1 M_a M^-1 M_b) to tr(P M_a P M_b): - 2 tr(A^-1 N'M_a M^-1 M_b N) + tr(A^-1 N'M_a N A^-1 N'M_b N).
  void subtract_design(Matrix& products, const SparseMarginal& marginal, const SparseGls& gls) const {
    const std::size_t m = design_->parameters(), p = design_->p();
    std::vector<std::vector<Vector>> moved(m), solved(m);
    std::vector<Matrix> inner(m);
    for (std::size_t a = 0; a < m; ++a) {
      Matrix gram(p, p);
      for (std::size_t j = 0; j < p; ++j) {
        moved[a].push_back(design_->derivative(a, gls.solved[j]));
        solved[a].push_back(marginal.solve(moved[a][j]));
        for (std::size_t i = 0; i < p; ++i) gram(i, j) = blocked_dot(gls.solved[i], moved[a][j]);
      }
      inner[a] = gls.a->solve(gram);
    }
    for (std::size_t a = 0; a < m; ++a)
      for (std::size_t b = 0; b < m; ++b) {
        Matrix cross(p, p);
        for (std::size_t i = 0; i < p; ++i)
          for (std::size_t j = 0; j < p; ++j) cross(i, j) = blocked_dot(moved[a][i], solved[b][j]);
        products(a, b) += stats::trace(stats::multiply(inner[a], inner[b])) - 2 * stats::trace(gls.a->solve(cross));
      }
  }

  std::shared_ptr<const SparseDesign> design_;
  // The last point: the climb, the errors and the certificate all ask for it.
  mutable std::mutex mutex_;
  mutable Vector evaluated_at_, informed_at_;
  mutable MixedEvaluation evaluated_;
  mutable Matrix information_;
};

}  // namespace

std::unique_ptr<MixedLikelihood> make_sparse_likelihood(const Problem& problem) {
  auto design = SparseDesign::create(problem);
  if (!design) return nullptr;
  return std::make_unique<SparseLikelihood>(std::move(design));
}

}  // namespace hedgerow::model
