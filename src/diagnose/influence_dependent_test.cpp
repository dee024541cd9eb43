// Case diagnostics of crossed models and of models with a sampling covariance: metafor, and refits by hand with dense
// matrices.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "diagnose/influence.hpp"
#include "model/fit.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::diagnose {
namespace {

using stats::Matrix;
using stats::Vector;
using Ids = std::vector<std::uint32_t>;

model::Fit fit_of(model::Data data, model::Spec spec) {
  const auto problem = model::Problem::create(std::move(data), std::move(spec));
  EXPECT_TRUE(problem.ok()) << problem.error().message;
  const auto fit = model::fit(*problem);
  EXPECT_TRUE(fit.ok()) << fit.error().message;
  return *fit;
}

std::shared_ptr<const stats::BlockMatrix> dependent(const Ids& group, const Vector& vi, double rho) {
  auto out = stats::BlockMatrix::zeros(group);
  for (std::size_t i = 0; i < group.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j)
      if (group[i] == group[j]) out.set(i, j, i == j ? vi[i] : rho * std::sqrt(vi[i] * vi[j]));
  return std::make_shared<const stats::BlockMatrix>(std::move(out));
}

Influence influence_of(const model::Fit& fit, Unit by) {
  InfluenceOptions options;
  options.by = by;
  auto out = influence(fit, options);
  EXPECT_TRUE(out.ok()) << out.error().message;
  return out.take();
}
Influence units(const model::Fit& fit, const Ids& clusters) {
  InfluenceOptions options;
  options.by = Unit::study;
  options.clusters = clusters;
  auto out = influence(fit, options);
  EXPECT_TRUE(out.ok()) << out.error().message;
  return out.take();
}

Vector column(const Matrix& m, std::size_t j) {
  Vector out;
  for (std::size_t i = 0; i < m.rows(); ++i) out.push_back(m(i, j));
  return out;
}
Vector x2(const std::vector<UnitResidual>& units) {
  Vector out;
  for (const UnitResidual& unit : units) out.push_back(unit.x2);
  return out;
}
Vector at(const Vector& v, const std::vector<std::size_t>& rows) {
  Vector out;
  for (const std::size_t i : rows) out.push_back(v[i]);
  return out;
}
void expect_close(const Vector& got, const Vector& expected, double tolerance, const char* what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], expected[i], tolerance * std::max(1.0, std::fabs(expected[i]))) << what << " " << i;
}

/// M, coefficients and their variance by dense matrices at given components.
struct Dense {
  Matrix m, vb;
  Vector beta;
};
Dense dense(const model::Problem& problem, const Vector& sigma2) {
  const model::Data& data = problem.data();
  const auto& groups = std::get<model::Multilevel>(problem.spec()).groups;
  Dense out;
  out.m = data.v ? data.v->dense() : Matrix(data.k(), data.k());
  for (std::size_t i = 0; i < data.k(); ++i) {
    out.m(i, i) = data.vi[i];
    for (std::size_t j = 0; j < data.k(); ++j)
      for (std::size_t l = 0; l < groups.size(); ++l)
        if (groups[l][i] == groups[l][j]) out.m(i, j) += sigma2[l];
  }
  const Matrix w = stats::Cholesky::create(out.m)->inverse();
  const Matrix xw = stats::multiply(stats::transpose(data.x), w);
  out.vb = stats::Cholesky::create(stats::multiply(xw, data.x))->inverse();
  out.beta = stats::multiply(out.vb, stats::multiply(xw, data.yi));
  return out;
}

/// The definitions of the header for every unit, each refitted from the usual starts.
void expect_twin(const model::Fit& fit, const Influence& out) {
  const model::Data& data = fit.problem.data();
  const Dense full = dense(fit.problem, fit.sigma2);
  const Matrix information = stats::Cholesky::create(full.vb)->inverse();
  for (std::size_t j = 0; j < out.units.size(); ++j) {
    const auto& rows = out.units.rows[j];
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < fit.k(); ++i)
      if (std::find(rows.begin(), rows.end(), i) == rows.end()) kept.push_back(i);
    const model::Problem part = *fit.problem.subset(kept);
    const model::Fit refit = *model::fit(part);
    const Dense without = dense(part, refit.sigma2), all = dense(fit.problem, refit.sigma2);
    Vector change(fit.p());
    for (std::size_t c = 0; c < change.size(); ++c) {
      change[c] = full.beta[c] - without.beta[c];
      EXPECT_NEAR(out.dfbs(j, c), change[c] / std::sqrt(all.vb(c, c)), 1e-5) << j;
    }
    for (std::size_t l = 0; l < refit.sigma2.size(); ++l) EXPECT_NEAR(out.parameters(j, l), refit.sigma2[l], 1e-6);
    EXPECT_NEAR(out.cook_d[j], stats::quadratic_form(information, change), 1e-5) << j;
    EXPECT_NEAR(out.cov_r[j], std::exp(*stats::log_determinant(without.vb) - *stats::log_determinant(full.vb)), 1e-5);
    Matrix s(rows.size(), rows.size());
    Vector d(rows.size());
    for (std::size_t a = 0; a < rows.size(); ++a) {
      const Vector vb_x = stats::multiply(without.vb, data.x.row(rows[a]));
      d[a] = data.yi[rows[a]] - stats::dot(data.x.row(rows[a]), without.beta);
      for (std::size_t b = 0; b < rows.size(); ++b)
        s(a, b) = all.m(rows[a], rows[b]) + stats::dot(vb_x, data.x.row(rows[b]));
      EXPECT_NEAR(out.deleted.z[rows[a]], d[a] / std::sqrt(s(a, a)), 1e-5);
    }
    EXPECT_NEAR(out.deleted_units[j].x2, stats::dot(d, stats::Cholesky::create(s)->solve(d)), 1e-4) << j;
    EXPECT_NEAR(out.q_e[j], refit.q_e, 1e-8);
  }
}

// Nine studies by five laboratories, 36 of the cells.
class InfluenceOfDependentEffects : public ::testing::Test {
 protected:
  void SetUp() override {
    data.yi = {.884,  .971, 1.111, .367, -.601, -.278, -.505, -.385, -.291, .004,  .671,  .646,
               1.149, .386, .264,  .532, -.558, -.255, -.52,  -.105, .827,  .462,  .244,  -.586,
               -.212, .446, .522,  .796, -.638, -.522, -.127, -.425, .116,  -.596, -.434, .235};
    const Vector x{.841,  .909, .141, -.757, -.959, -.279, .657,  .989, .412, -.544, -1,    -.537,
                   .42,   .991, .65,  -.288, -.961, -.751, .15,   .913, .837, -.009, -.846, -.906,
                   -.132, .763, .956, .271,  -.664, -.988, -.404, .551, 1,    .529,  -.428, -.992};
    data.x = Matrix(36, 2, 1.0);
    for (std::uint32_t i = 0; i < 36; ++i) {
      study.push_back(i / 4);
      lab.push_back((i * 7) % 5);
      data.vi.push_back(.02 + .015 * ((i * 7) % 5));
      data.x(i, 1) = x[i];
    }
    data.names = {"intrcpt", "x"};
    data.term = {0, 1};
    data.term_labels = {"x"};
  }
  model::Data data;
  Ids study, lab;
};

TEST_F(InfluenceOfDependentEffects, CrossedEffectsAgainstMetafor) {
  // metafor 3.8-1, mods = ~ x, random = list(~ 1 | study, ~ 1 | lab).
  model::Multilevel spec;
  spec.s_names = {"study", "lab"};
  spec.groups = {study, lab};
  const model::Fit fit = fit_of(data, spec);
  EXPECT_NEAR(fit.sigma2[0], 0.16268884967, 1e-6);
  EXPECT_NEAR(fit.sigma2[1], 0.0884601150284, 1e-6);
  EXPECT_NEAR(fit.reml.loglik, -16.246437608, 1e-8);
  const Influence by_study = units(fit, study);
  expect_close(by_study.cook_d,
               {0.626602012, 0.376953176, 0.80337976, 0.447639666, 0.92310645, 2.95056267, 0.0101380483, 0.156917585,
                0.59479976},
               1e-4, "cook_d");
  expect_close(column(by_study.dfbs, 1),
               {-0.662491089, -0.448766807, -0.877538298, 0.589735553, 0.928379683, 1.7146964, 0.0200286337,
                -0.292483178, -0.752828021},
               1e-4, "dfbs");
  expect_close(
      x2(by_study.deleted_units),
      {4.24438574, 2.42787532, 8.97745312, 3.96241628, 1.65016584, 9.7264822, 3.43149721, 2.18923971, 5.77486018}, 1e-4,
      "X2 deleted");
  expect_close(x2(by_study.internal_units),
               {4.63467532, 2.23429031, 7.3564046, 4.31979054, 1.94282782, 7.4470374, 3.4279503, 2.5427062, 5.20466262},
               1e-5, "X2");
  const Influence by_row = influence_of(fit, Unit::effect);
  const std::vector<std::size_t> rows{0, 7, 20, 35};
  expect_close(at(by_row.deleted.z, rows), {1.16129146, -0.98163406, 1.28814825, 0.525156856}, 1e-4, "rstudent");
  expect_close(at(by_row.internal.z, rows), {1.46660712, -1.07033721, 1.3491081, 0.515737948}, 1e-5, "rstandard");
  expect_close(at(by_row.hat, rows), {0.0938182352, 0.0592861241, 0.126826592, 0.122685852}, 1e-5, "hat");
  expect_close(at(by_row.cook_d, {0, 3, 5}), {0.230341097, 0.35453462, 0.00020929494}, 1e-4, "cook_d by row");
  expect_twin(fit, by_study);
}

TEST_F(InfluenceOfDependentEffects, DependentSamplingErrorsAgainstMetafor) {
  // metafor 3.8-1, mods = ~ x, V = vcalc(vi, cluster = study, obs = es, rho = .6), random = ~ 1 | study/es.
  model::Multilevel spec;
  spec.s_names = {"study", "study/es"};
  spec.groups = {study, Ids(36)};
  std::iota(spec.groups[1].begin(), spec.groups[1].end(), 0U);
  data.v = dependent(study, data.vi, 0.6);
  const model::Fit fit = fit_of(data, spec);
  EXPECT_NEAR(fit.sigma2[0], 0.123823250668, 1e-6);
  EXPECT_NEAR(fit.sigma2[1], 0.127615876808, 1e-6);
  EXPECT_NEAR(fit.reml.loglik, -22.162996872, 1e-8);
  const Influence by_study = units(fit, study);
  expect_close(by_study.cook_d,
               {0.430601207, 0.276895582, 0.495751982, 0.123120817, 0.148188665, 0.831096787, 0.116642122, 0.167477102,
                0.236093214},
               1e-4, "cook_d");
  expect_close(column(by_study.dfbs, 1),
               {0.288168503, -0.248791567, -0.718777852, -0.103695209, 0.0223106289, 0.981357014, 0.27772024,
                0.0349796631, -0.451287589},
               1e-4, "dfbs");
  expect_close(
      x2(by_study.deleted_units),
      {4.68804996, 2.39278062, 8.39595827, 4.25722279, 1.84288175, 7.69492032, 3.27459364, 2.2505379, 5.1127719}, 1e-4,
      "X2 deleted");
  expect_close(
      x2(by_study.internal_units),
      {4.06635087, 2.18982552, 7.17481351, 4.26125043, 1.87739866, 6.20625294, 3.2919311, 2.27338399, 4.86286329}, 1e-5,
      "X2");
  const Influence by_row = influence_of(fit, Unit::effect);
  const std::vector<std::size_t> rows{0, 7, 20, 35};
  expect_close(at(by_row.deleted.z, rows), {1.24912811, -1.06535576, 1.24126959, 0.604240556}, 1e-4, "rstudent");
  expect_close(at(by_row.internal.z, rows), {1.34954807, -1.13355624, 1.23513646, 0.548439829}, 1e-5, "rstandard");
  expect_close(at(by_row.hat, rows), {0.0724879716, 0.072360007, 0.0934441319, 0.106138129}, 1e-5, "hat");
  expect_close(at(by_row.cook_d, {0, 3, 5}), {0.00728224964, 0.0442335584, 0.00113563616}, 1e-4, "cook_d by row");
  expect_twin(fit, by_study);
}

}  // namespace
}  // namespace hedgerow::diagnose
