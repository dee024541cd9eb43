// Two ways to the same answer: values missing completely at random by maximum likelihood and by many imputations.
#include <gtest/gtest.h>

#include <cmath>

#include "base/missing.hpp"
#include "base/random.hpp"
#include "infer/multiple_imputation.hpp"
#include "infer/rubin.hpp"
#include "model/fiml.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

/// y_ij = 1 + 0.5 x_j + u_j + e_ij + error of variance 0.1, `rows` effects in each study; x misses in 30 % of studies.
model::FimlData simulated(std::size_t studies, std::size_t rows, std::uint64_t seed) {
  RandomStream random(seed, 0);
  model::FimlData out;
  out.names = {"x"};
  out.study_effect = rows > 1;
  out.x = Matrix(studies * rows, 1);
  for (std::size_t j = 0; j < studies; ++j) {
    const double x = 5 + 2 * random.normal(), u = rows > 1 ? 0.5 * random.normal() : 0;
    const bool missing = random.uniform() < 0.3;
    for (std::size_t i = 0; i < rows; ++i) {
      out.x(out.yi.size(), 0) = missing ? kMissing : x;
      out.study.push_back(static_cast<std::uint32_t>(j));
      out.vi.push_back(0.1);
      out.yi.push_back(1 + 0.5 * x + u + std::sqrt(0.3 + 0.1) * random.normal());
    }
  }
  return out;
}

model::Fit ml_fit(const model::FimlData& data, const Vector& x) {
  model::Data plain;
  plain.yi = data.yi;
  plain.vi = data.vi;
  plain.names = {"intrcpt", "x"};
  plain.term = {0, 1};
  plain.term_labels = {"x"};
  plain.x = Matrix(x.size(), 2, 1.0);
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < x.size(); ++i) {
    plain.x(i, 1) = x[i];
    rows.push_back(static_cast<std::uint32_t>(i));
  }
  model::Spec spec = model::Univariate{model::Tau2Method::ml};
  if (data.study_effect) {
    model::Multilevel levels;
    levels.likelihood = model::Likelihood::ml;
    levels.s_names = {"study", "study/es"};
    levels.groups = {data.study, rows};
    spec = levels;
  }
  return model::fit(model::Problem::create(plain, spec).take()).take();
}

Pooled imputed(const model::FimlData& data, std::size_t m) {
  Moderator x{"x", false, Vector(data.yi.size())};
  Matrix auxiliary(data.yi.size(), 2);
  Vector sum(data.yi.size(), 0.0), count(data.yi.size(), 0.0);
  for (std::size_t i = 0; i < data.yi.size(); ++i) {
    sum[data.study[i]] += data.yi[i];
    count[data.study[i]] += 1;
  }
  for (std::size_t i = 0; i < data.yi.size(); ++i) {
    x.values[i] = data.x(i, 0);
    auxiliary(i, 0) = data.yi[i];
    auxiliary(i, 1) = sum[data.study[i]] / count[data.study[i]];
  }
  ImputationOptions options;
  options.m = m;
  options.method = ImputationMethod::normal;
  std::vector<CompletedFit> fits;
  const auto sets = impute({x}, auxiliary, data.study, options).take();
  for (const Completed& drawn : sets) {
    const model::Fit fit = ml_fit(data, drawn[0]);
    fits.push_back({fit.beta, fit.vb, Vector(2, kMissing)});
  }
  return pool(fits, 0.95).take();
}

// The imputation model is right here (x given the study's mean is normal), so that what is left is of order 1 / studies
// and 1 / sqrt(m).
TEST(MissingModerators, LikelihoodAndImputationAgree) {
  for (const std::size_t rows : {1U, 3U}) {
    const model::FimlData data = simulated(300, rows, 5);
    const auto fit = model::fit_fiml(data);
    ASSERT_TRUE(fit.ok()) << describe(fit.error());
    const Pooled pooled = imputed(data, 200);
    for (std::size_t c = 0; c < 2; ++c) {
      EXPECT_NEAR(fit->beta[c], pooled.beta[c], 0.1 * fit->se[c]) << rows << " " << c;
      EXPECT_NEAR(pooled.se[c] / fit->se[c], 1, 0.05) << rows << " " << c;
    }
  }
}

}  // namespace
}  // namespace hedgerow::infer
