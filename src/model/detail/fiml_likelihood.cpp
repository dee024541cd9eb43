#include "model/detail/fiml_likelihood.hpp"

#include <cmath>
#include <numbers>

#include "base/missing.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {

using stats::Matrix;
using stats::Vector;

FimlLikelihood::FimlLikelihood(const FimlData& data, const std::vector<bool>& varies_within) : q_(data.x.cols()) {
  std::vector<int> rows;  // seen so far of each study
  for (std::size_t i = 0; i < data.yi.size(); ++i) {
    const std::size_t j = data.study[i];
    if (j >= studies_.size()) {
      studies_.resize(j + 1);
      rows.resize(j + 1, 0);
    }
    studies_[j].push_back({0, rows[j], data.yi[i], data.vi[i]});
    for (std::size_t c = 0; c < q_; ++c) {
      if (is_missing(data.x(i, c))) continue;
      bool known = false;  // a value of the study counts once
      if (!varies_within[c])
        for (const Value& value : studies_[j]) known = known || value.type == c + 1;
      if (!known) studies_[j].push_back({c + 1, varies_within[c] ? rows[j] : -1, data.x(i, c), 0});
    }
    ++rows[j];
  }
  for (const auto& study : studies_) observed_ += study.size();
}

bool FimlLikelihood::add_study(const std::vector<Value>& study, const Vector& mean, const Matrix& between,
                               const Matrix& within, Totals& totals) const {
  const std::size_t n = study.size();
  Matrix s(n, n);
  Vector r(n);
  const auto same_row = [&](std::size_t a, std::size_t b) { return study[a].row >= 0 && study[a].row == study[b].row; };
  for (std::size_t a = 0; a < n; ++a) {
    r[a] = study[a].value - mean[study[a].type];
    for (std::size_t b = 0; b < n; ++b) {
      s(a, b) = between(study[a].type, study[b].type);
      if (same_row(a, b)) s(a, b) += within(study[a].type, study[b].type);
    }
    s(a, a) += study[a].v;
  }
  const auto factor = stats::Cholesky::create(s);
  if (!factor) return false;
  const Vector solved = factor->solve(r);
  const Matrix inverse = factor->inverse();
  totals.value -= 0.5 * (static_cast<double>(n) * std::log(2 * std::numbers::pi) + factor->log_determinant() +
                         stats::dot(r, solved));
  for (std::size_t a = 0; a < n; ++a) {
    totals.residual[study[a].type] += solved[a];
    for (std::size_t b = 0; b < n; ++b) {
      const double g = 0.5 * (solved[a] * solved[b] - inverse(a, b));
      totals.between(study[a].type, study[b].type) += g;
      if (same_row(a, b)) totals.within(study[a].type, study[b].type) += g;
    }
  }
  return true;
}

std::optional<JointScore> FimlLikelihood::at(const JointNormal& p) const {
  Matrix load = stats::identity(q_ + 1);
  Vector mean(q_ + 1);
  mean[0] = p.beta[0];
  for (std::size_t c = 1; c <= q_; ++c) {
    load(0, c) = p.beta[c];
    mean[c] = p.mean[c - 1];
    mean[0] += p.beta[c] * mean[c];
  }
  const Matrix loaded_between = stats::multiply(load, p.between), loaded_within = stats::multiply(load, p.within);
  const Matrix transposed = stats::transpose(load);
  const Matrix between = stats::multiply(loaded_between, transposed);
  const Matrix within = stats::multiply(loaded_within, transposed);
  Totals totals{0, Vector(q_ + 1, 0.0), Matrix(q_ + 1, q_ + 1), Matrix(q_ + 1, q_ + 1)};
  for (const auto& study : studies_)
    if (!add_study(study, mean, between, within, totals)) return std::nullopt;
  JointScore out;
  out.value = totals.value;
  out.score.between = stats::multiply(transposed, stats::multiply(totals.between, load));
  out.score.within = stats::multiply(transposed, stats::multiply(totals.within, load));
  const Matrix by_between = stats::multiply(totals.between, loaded_between);
  const Matrix by_within = stats::multiply(totals.within, loaded_within);
  out.score.beta.push_back(totals.residual[0]);
  for (std::size_t c = 1; c <= q_; ++c) {
    out.score.beta.push_back(totals.residual[0] * mean[c] + 2 * (by_between(0, c) + by_within(0, c)));
    out.score.mean.push_back(totals.residual[c] + totals.residual[0] * p.beta[c]);
  }
  return out;
}

}  // namespace hedgerow::model
