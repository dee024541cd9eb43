#include "model/fiml.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "base/missing.hpp"
#include "base/random.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

/// Three-level data: x0 varies within studies, x1 between them alone.
FimlData three_level(std::size_t studies, std::uint64_t seed) {
  RandomStream random(seed, 0);
  FimlData out;
  out.names = {"dose", "year"};
  out.study_effect = true;
  std::vector<std::array<double, 2>> x;
  for (std::size_t j = 0; j < studies; ++j) {
    const double year = 3 + random.normal(), dose_of_study = 0.7 * random.normal(), u = 0.4 * random.normal();
    for (std::size_t i = 0; i < 2 + j % 4; ++i) {
      const double dose = 10 + 2 * dose_of_study + random.normal(), v = 0.05 + 0.1 * random.uniform();
      x.push_back({dose, year});
      out.study.push_back(static_cast<std::uint32_t>(j));
      out.vi.push_back(v);
      out.yi.push_back(0.2 + 0.3 * dose - 0.4 * year + u + 0.3 * random.normal() + std::sqrt(v) * random.normal());
    }
  }
  out.x = Matrix(x.size(), 2);
  for (std::size_t i = 0; i < x.size(); ++i) {
    out.x(i, 0) = x[i][0];
    out.x(i, 1) = x[i][1];
  }
  return out;
}

FimlData two_level(std::size_t k, std::uint64_t seed) {
  RandomStream random(seed, 1);
  FimlData out;
  out.names = {"x"};
  out.x = Matrix(k, 1);
  for (std::size_t i = 0; i < k; ++i) {
    out.x(i, 0) = 5 + 2 * random.normal();
    out.study.push_back(static_cast<std::uint32_t>(i));
    out.vi.push_back(0.1);
    out.yi.push_back(1 + 0.5 * out.x(i, 0) + 0.6 * random.normal());
  }
  return out;
}

Fit ml_fit(const FimlData& data) {
  Data plain;
  plain.yi = data.yi;
  plain.vi = data.vi;
  plain.names = {"intrcpt"};
  plain.term = {0};
  plain.x = Matrix(data.yi.size(), 1 + data.names.size(), 1.0);
  for (std::size_t c = 0; c < data.names.size(); ++c) {
    plain.names.push_back(data.names[c]);
    plain.term.push_back(static_cast<int>(c) + 1);
    plain.term_labels.push_back(data.names[c]);
    for (std::size_t i = 0; i < data.yi.size(); ++i) plain.x(i, c + 1) = data.x(i, c);
  }
  Spec spec = Univariate{Tau2Method::ml};
  if (data.study_effect) {
    std::vector<std::uint32_t> rows;
    for (std::size_t i = 0; i < data.yi.size(); ++i) rows.push_back(static_cast<std::uint32_t>(i));
    Multilevel levels;
    levels.likelihood = Likelihood::ml;
    levels.s_names = {"study", "study/es"};
    levels.groups = {data.study, rows};
    spec = levels;
  }
  return fit(Problem::create(plain, spec).take()).take();
}

/// All parameters of a FimlFit in one list, and back.
struct Parameters {
  Vector beta, sigma2, mean;
  Matrix between, within;
};

/// The log-likelihood from its definition: one covariance of all values of a study, element by element.
double naive_loglik(const FimlData& data, const Parameters& p, const std::vector<bool>& varies) {
  const std::size_t q = data.names.size();
  const double s_study = data.study_effect ? p.sigma2[0] : 0, s_row = p.sigma2.back();
  double out = 0;
  const std::uint32_t studies = data.study.back() + 1;
  for (std::uint32_t j = 0; j < studies; ++j) {
    struct One {
      std::size_t row, type;
      double value;
    };
    std::vector<One> seen;
    std::vector<bool> known(q, false);
    for (std::size_t i = 0; i < data.yi.size(); ++i) {
      if (data.study[i] != j) continue;
      seen.push_back({i, q, data.yi[i]});
      for (std::size_t c = 0; c < q; ++c) {
        if (is_missing(data.x(i, c)) || (!varies[c] && known[c])) continue;
        known[c] = true;
        seen.push_back({i, c, data.x(i, c)});
      }
    }
    const auto moderators = [&](std::size_t a, std::size_t b, bool same) {
      return p.between(a, b) + (same ? p.within(a, b) : 0.0);
    };
    Matrix s(seen.size(), seen.size());
    Vector r;
    for (const One& one : seen) {
      double mean = one.type < q ? p.mean[one.type] : p.beta[0];
      for (std::size_t c = 0; one.type == q && c < q; ++c) mean += p.beta[c + 1] * p.mean[c];
      r.push_back(one.value - mean);
    }
    for (std::size_t a = 0; a < seen.size(); ++a)
      for (std::size_t b = 0; b < seen.size(); ++b) {
        const bool same = seen[a].row == seen[b].row;
        double& cov = s(a, b);
        if (seen[a].type < q && seen[b].type < q) cov = moderators(seen[a].type, seen[b].type, same);
        if (seen[a].type == q && seen[b].type < q)
          for (std::size_t c = 0; c < q; ++c) cov += p.beta[c + 1] * moderators(c, seen[b].type, same);
        if (seen[a].type < q && seen[b].type == q)
          for (std::size_t c = 0; c < q; ++c) cov += p.beta[c + 1] * moderators(seen[a].type, c, same);
        if (seen[a].type == q && seen[b].type == q) {
          cov = s_study + (same ? s_row + data.vi[seen[a].row] : 0.0);
          for (std::size_t c = 0; c < q; ++c)
            for (std::size_t d = 0; d < q; ++d) cov += p.beta[c + 1] * p.beta[d + 1] * moderators(c, d, same);
        }
      }
    const auto factor = stats::Cholesky::create(s);
    if (!factor) return -1e300;
    out -= 0.5 * (static_cast<double>(seen.size()) * std::log(2 * std::numbers::pi) + factor->log_determinant() +
                  stats::dot(r, factor->solve(r)));
  }
  return out;
}

Parameters parameters_of(const FimlFit& fit) { return {fit.beta, fit.sigma2, fit.mean, fit.between, fit.within}; }

/// Pointers to the free parameters; an element off the diagonal comes with its mirror.
std::vector<std::vector<double*>> free_elements(Parameters& p, const std::vector<bool>& varies) {
  std::vector<std::vector<double*>> out;
  for (double& b : p.beta) out.push_back({&b});
  for (double& b : p.sigma2) out.push_back({&b});
  for (double& b : p.mean) out.push_back({&b});
  for (std::size_t a = 0; a < varies.size(); ++a)
    for (std::size_t b = 0; b <= a; ++b) {
      out.push_back({&p.between(a, b)});
      if (a != b) out.back().push_back(&p.between(b, a));
      if (varies[a] && varies[b]) out.push_back({&p.within(a, b)});
      if (varies[a] && varies[b] && a != b) out.back().push_back(&p.within(b, a));
    }
  return out;
}

double moved(const FimlData& data, Parameters p, const std::vector<bool>& varies, std::size_t i, double by,
             std::size_t j, double by_j) {
  const auto elements = free_elements(p, varies);
  for (double* e : elements[i]) *e += by;
  for (double* e : elements[j]) *e += by_j;
  return naive_loglik(data, p, varies);
}

void expect_top_of_the_naive_likelihood(const FimlData& data, const FimlFit& fit, const std::vector<bool>& varies) {
  Parameters p = parameters_of(fit);
  EXPECT_NEAR(naive_loglik(data, p, varies), fit.loglik, 1e-8 * std::fabs(fit.loglik));
  const std::size_t n = free_elements(p, varies).size();
  EXPECT_EQ(static_cast<int>(n), fit.parms);
  const double h = 1e-3;
  Matrix information(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_LT(moved(data, p, varies, i, h, i, 0), fit.loglik) << i;
    EXPECT_LT(moved(data, p, varies, i, -h, i, 0), fit.loglik) << i;
    for (std::size_t j = 0; j < n; ++j)
      information(i, j) = -(moved(data, p, varies, i, h, j, h) - moved(data, p, varies, i, h, j, -h) -
                            moved(data, p, varies, i, -h, j, h) + moved(data, p, varies, i, -h, j, -h)) /
                          (4 * h * h);
  }
  const Matrix covariance = stats::Cholesky::create(information)->inverse();
  for (std::size_t c = 0; c < fit.beta.size(); ++c)
    EXPECT_NEAR(fit.se[c], std::sqrt(covariance(c, c)), 2e-3 * fit.se[c]) << c;
  for (std::size_t c = 0; c < fit.sigma2.size(); ++c) {
    const std::size_t at = fit.beta.size() + c;
    EXPECT_NEAR(fit.se_sigma2[c], std::sqrt(covariance(at, at)), 2e-3 * fit.se_sigma2[c]) << c;
  }
}

TEST(Fiml, WithoutMissingValuesItIsMaximumLikelihood) {
  for (const FimlData& data : {three_level(25, 3), two_level(40, 4)}) {
    const auto fit = fit_fiml(data);
    ASSERT_TRUE(fit.ok()) << describe(fit.error());
    const Fit plain = ml_fit(data);
    for (std::size_t c = 0; c < plain.beta.size(); ++c) EXPECT_NEAR(fit->beta[c], plain.beta[c], 1e-6);
    ASSERT_EQ(fit->sigma2.size(), data.study_effect ? 2U : 1U);
    if (data.study_effect) {
      EXPECT_NEAR(fit->sigma2[0], plain.sigma2[0], 1e-6);
      EXPECT_NEAR(fit->sigma2[1], plain.sigma2[1], 1e-6);
    } else {
      EXPECT_NEAR(fit->sigma2[0], plain.tau2, 1e-6);
    }
    EXPECT_TRUE(fit->certificate.converged);
    EXPECT_LT(fit->certificate.gradient_norm, 1e-5);
  }
}

TEST(Fiml, ACompleteComponentAtZeroStaysThere) {
  FimlData data = three_level(25, 3);
  for (double& v : data.vi) v = 5;
  const auto fit = fit_fiml(data);
  ASSERT_TRUE(fit.ok()) << describe(fit.error());
  const Fit plain = ml_fit(data);
  EXPECT_EQ(fit->sigma2[1], 0);
  EXPECT_TRUE(std::isnan(fit->se_sigma2[1]));
  EXPECT_TRUE(fit->certificate.at_boundary[1]);
  for (std::size_t c = 0; c < plain.beta.size(); ++c) EXPECT_NEAR(fit->beta[c], plain.beta[c], 1e-6);
}

TEST(Fiml, MissingValuesOfThreeLevels) {
  FimlData data = three_level(30, 8);
  for (std::size_t i = 0; i < data.yi.size(); ++i) {
    if (i % 5 == 1) data.x(i, 0) = kMissing;
    if (data.study[i] % 6 == 2) data.x(i, 1) = kMissing;
  }
  const auto fit = fit_fiml(data);
  ASSERT_TRUE(fit.ok()) << describe(fit.error());
  expect_top_of_the_naive_likelihood(data, *fit, {true, false});
}

TEST(Fiml, AValueOfTheStudyIsKnownInAllItsRows) {
  const FimlData whole = three_level(20, 5);
  FimlData data = whole;
  for (std::size_t i = 1; i < data.yi.size(); ++i)
    if (data.study[i] == data.study[i - 1]) data.x(i, 1) = kMissing;
  const auto a = fit_fiml(whole), b = fit_fiml(data);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_NEAR(a->loglik, b->loglik, 1e-9);
  EXPECT_NEAR(a->beta[2], b->beta[2], 1e-8);
}

// Anderson (1957): y is complete, x misses values by y. The regression of x on y comes from the complete rows, mean and
// variance of y from all of them.
TEST(Fiml, MonotoneMissingHasTheFactoredSolution) {
  FimlData data = two_level(60, 11);
  for (std::size_t i = 0; i < data.yi.size(); ++i)
    if (data.yi[i] > 4) data.x(i, 0) = kMissing;
  const auto fit = fit_fiml(data);
  ASSERT_TRUE(fit.ok()) << describe(fit.error());
  double n = 0, my = 0, nc = 0, cy = 0, cx = 0;
  for (std::size_t i = 0; i < data.yi.size(); ++i) {
    n += 1;
    my += data.yi[i];
    if (is_missing(data.x(i, 0))) continue;
    nc += 1;
    cy += data.yi[i];
    cx += data.x(i, 0);
  }
  my /= n, cy /= nc, cx /= nc;
  ASSERT_LT(nc, n);
  double syy = 0, cyy = 0, cxy = 0, cxx = 0;
  for (std::size_t i = 0; i < data.yi.size(); ++i) {
    syy += (data.yi[i] - my) * (data.yi[i] - my) / n;
    if (is_missing(data.x(i, 0))) continue;
    cyy += (data.yi[i] - cy) * (data.yi[i] - cy) / nc;
    cxy += (data.yi[i] - cy) * (data.x(i, 0) - cx) / nc;
    cxx += (data.x(i, 0) - cx) * (data.x(i, 0) - cx) / nc;
  }
  const double slope_x = cxy / cyy, residual = cxx - slope_x * cxy;
  const double mx = cx + slope_x * (my - cy), sxy = slope_x * syy, sxx = residual + slope_x * slope_x * syy;
  const double b = sxy / sxx;
  EXPECT_NEAR(fit->beta[1], b, 1e-8);
  EXPECT_NEAR(fit->beta[0], my - b * mx, 1e-7);
  EXPECT_NEAR(fit->sigma2[0], syy - b * sxy - 0.1, 1e-8);
  EXPECT_NEAR(fit->mean[0], mx, 1e-7);
  EXPECT_NEAR(fit->between(0, 0), sxx, 1e-7);
  expect_top_of_the_naive_likelihood(data, *fit, {false});
}

/// Bornmann et al. (2007): study, log odds ratio, variance, fellowship (1) or grant (0), as Cheung (2015) has them,
/// with the 17 values missing that his example takes out at random.
struct Award {
  std::uint32_t study;
  double yi, vi, fellowship;
};
const std::vector<Award> awards{
    {0, -0.40108, 0.01391663, 1},         {0, -0.05727, 0.03428886, kMissing},  {0, -0.29852, 0.03391225, 1},
    {0, 0.36094, 0.03404192, 1},          {0, -0.33336, 0.01282044, 1},         {0, -0.07173, 0.01361164, 1},
    {0, -0.16793, 0.00583711, kMissing},  {1, -0.55585, 0.39649950, 0},         {1, -0.09217, 0.58668402, 0},
    {1, 0.48184, 0.71195145, 0},          {1, -0.25672, 0.29325817, kMissing},  {1, -0.429, 0.43652112, 0},
    {1, -0.55207, 0.13616427, kMissing},  {1, -1.113, 0.33602484, 0},           {2, -0.24714, 0.12914323, 0},
    {3, -0.45176, 0.00920864, 1},         {4, -0.44629, 0.54000000, 1},         {4, -0.87855, 0.36068376, kMissing},
    {4, 1.50539, 0.31466738, kMissing},   {4, -0.8546, 0.17508714, 1},          {4, -0.09465, 0.08342505, kMissing},
    {5, 0.04879, 0.04385865, 1},          {5, -0.14259, 0.02257044, 0},         {5, -0.89097, 0.38525641, kMissing},
    {6, 0.35229, 0.08992273, 1},          {7, -0.05753, 0.00569022, 0},         {7, -0.20078, 0.07686067, 1},
    {7, -0.27131, 0.01573016, 1},         {8, -0.31304, 0.01066947, 1},         {8, -0.05053, 0.00519599, 1},
    {9, -0.03353, 0.02356005, kMissing},  {9, 0.48551, 0.20966880, 1},          {9, 0.14548, 0.03722035, kMissing},
    {9, -0.5499, 0.14413224, 1},          {10, -0.00307, 0.01532539, kMissing}, {11, 0.18275, 0.00099023, kMissing},
    {11, 0.08592, 0.00098946, 0},         {11, -0.02845, 0.00106854, 0},        {11, 0.11214, 0.00098547, kMissing},
    {11, 0.0739, 0.00096526, 0},          {11, 0.00872, 0.00088387, 0},         {11, 0.06467, 0.00083081, kMissing},
    {11, 0.07257, 0.00079627, 0},         {12, 0.10536, 0.14295102, 0},         {13, -0.86392, 0.60912881, 0},
    {14, -0.1039, 0.01518416, 1},         {14, -0.31322, 0.00354110, 1},        {14, -0.16188, 0.04602747, 1},
    {15, 0.35424, 0.02589863, 0},         {15, 0.05373, 0.02286316, 0},         {16, 0.08573, 0.05107187, 1},
    {17, 0.71562, 0.22651515, 0},         {18, -1.42885, 0.35507246, 1},        {19, -0.07833, 0.00657840, 0},
    {19, -0.10434, 0.00574394, 0},        {19, -0.07452, 0.00628065, kMissing}, {19, -0.08312, 0.00552346, 0},
    {20, -0.26194, 0.14709610, kMissing}, {20, -0.43191, 0.15262100, 0},        {20, -0.56531, 0.61840909, 0},
    {20, -1.48881, 1.10672106, 0},        {20, -0.15985, 0.26959596, 0},        {20, 0.11464, 0.07515258, 0},
    {20, -0.17096, 0.45485607, 0},        {20, 0.02763, 0.05699007, 0},         {20, 0.66155, 0.27443736, kMissing}};

TEST(Fiml, AwardsAsMetaSem) {
  FimlData data;
  data.names = {"fellowship"};
  data.study_effect = true;
  data.x = Matrix(awards.size(), 1);
  for (std::size_t i = 0; i < awards.size(); ++i) {
    data.study.push_back(awards[i].study);
    data.yi.push_back(awards[i].yi);
    data.vi.push_back(awards[i].vi);
    data.x(i, 0) = awards[i].fellowship;
  }
  const auto fit = fit_fiml(data);
  ASSERT_TRUE(fit.ok()) << describe(fit.error());
  // meta3X(y = logOR, v = v, cluster = Cluster, x2 = Type_MCAR) of metaSEM; the variances in its table differ from
  // these in the fifth digit.
  EXPECT_NEAR(fit->beta[0], -0.0106318, 1e-5);
  EXPECT_NEAR(fit->beta[1], -0.1753249, 1e-5);
  EXPECT_NEAR(fit->se[0], 0.0397685, 1e-5);
  EXPECT_NEAR(fit->se[1], 0.0582619, 1e-5);
  EXPECT_NEAR(fit->sigma2[0], 0.0036839, 1e-5);
  EXPECT_NEAR(fit->sigma2[1], 0.0030338, 1e-5);
  EXPECT_NEAR(fit->se_sigma2[0], 0.0042817, 1e-5);
  EXPECT_NEAR(fit->se_sigma2[1], 0.0026839, 1e-5);
  EXPECT_NEAR(-2 * fit->loglik, 49.76372, 1e-3);
  EXPECT_EQ(fit->parms, 7);
  EXPECT_EQ(fit->observed, 115U);
}

TEST(Fiml, UnitsDoNotMatter) {
  FimlData data = two_level(40, 2);
  for (std::size_t i = 0; i < 10; ++i) data.x(3 * i, 0) = kMissing;
  const auto a = fit_fiml(data);
  for (std::size_t i = 0; i < 40; ++i) data.x(i, 0) *= 1000;
  const auto b = fit_fiml(data);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_NEAR(a->beta[1], 1000 * b->beta[1], 1e-8);
  EXPECT_NEAR(a->se[1], 1000 * b->se[1], 1e-8);
  const double observed = 30;  // moderators
  EXPECT_EQ(a->observed, 70U);
  EXPECT_NEAR(a->loglik, b->loglik + observed * std::log(1000.0), 1e-8);
}

TEST(Fiml, Refusals) {
  FimlData data = two_level(12, 1);
  data.study_effect = true;
  EXPECT_NE(describe(fit_fiml(data).error()).find("every study has one effect"), std::string::npos);
  data.study_effect = false;
  for (std::size_t i = 0; i < 12; ++i) data.x(i, 0) = i < 2 ? 3 : kMissing;
  EXPECT_NE(describe(fit_fiml(data).error()).find("x has 2 observed values and they are all equal"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::model
