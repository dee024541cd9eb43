#include "diagnose/influence.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/missing.hpp"
#include "data/formula.hpp"
#include "data/readers.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::diagnose {
namespace {

using stats::Matrix;
using stats::Vector;

data::Table table(const std::string& name) {
  return *data::read_table(std::string(HEDGEROW_SOURCE_DIR "/tests/reference/data/") + name);
}

/// Effects of a table with the constant and some columns as moderators.
model::Data effects(const data::Table& rows, const std::vector<std::string>& moderators = {}) {
  model::Data out;
  out.yi = *rows.numbers("yi");
  out.vi = *rows.numbers("vi");
  out.x = Matrix(out.k(), 1 + moderators.size(), 1.0);
  out.names = {"intrcpt"};
  out.term = {0};
  for (std::size_t j = 0; j < moderators.size(); ++j) {
    const Vector values = *rows.numbers(moderators[j]);
    for (std::size_t i = 0; i < out.k(); ++i) out.x(i, j + 1) = values[i];
    out.names.push_back(moderators[j]);
    out.term.push_back(static_cast<int>(j) + 1);
    out.term_labels.push_back(moderators[j]);
  }
  return out;
}

model::Fit fit_of(model::Data data, model::Spec spec) {
  const auto problem = model::Problem::create(std::move(data), std::move(spec));
  EXPECT_TRUE(problem.ok()) << problem.error().message;
  const auto fit = model::fit(*problem);
  EXPECT_TRUE(fit.ok()) << fit.error().message;
  return *fit;
}

model::Multilevel schools(const data::Table& rows) {
  model::Multilevel spec;
  spec.s_names = {"district", "district/school"};
  spec.groups = *data::nested_groups({"district", "school"}, rows);
  return spec;
}

model::Fit konstantopoulos(const std::vector<std::string>& moderators = {}) {
  const data::Table rows = table("konstantopoulos2011.csv");
  return fit_of(effects(rows, moderators), schools(rows));
}

Influence influence_of(const model::Fit& fit, Unit by, bool reestimate = true, infer::Test test = infer::Test::z) {
  InfluenceOptions options;
  options.by = by;
  options.reestimate = reestimate;
  options.inference.test = test;
  auto out = influence(fit, options);
  EXPECT_TRUE(out.ok()) << out.error().message;
  return out.take();
}

void expect_close(const Vector& got, const Vector& expected, double tolerance, const char* what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], expected[i], tolerance * std::max(1e-3, std::fabs(expected[i]))) << what << " of " << i + 1;
}

Vector at(const Vector& values, const std::vector<std::size_t>& rows) {
  Vector out;
  for (const std::size_t i : rows) out.push_back(values[i]);
  return out;
}

Vector column(const Matrix& a, std::size_t j) {
  Vector out;
  for (std::size_t i = 0; i < a.rows(); ++i) out.push_back(a(i, j));
  return out;
}

Vector x2(const std::vector<UnitResidual>& units) {
  Vector out;
  for (const UnitResidual& unit : units) out.push_back(unit.x2);
  return out;
}

TEST(Influence, BcgRegressionAgainstMetafor) {
  // Reference case unipost-bcg-reg14-reml (metafor 5.1-12), test knha: trials 1, 4 and 13.
  const model::Fit fit = fit_of(effects(table("bcg.csv"), {"ablat", "year"}), model::Univariate{});
  const Influence out = influence_of(fit, Unit::effect, true, infer::Test::knha);
  const std::vector<std::size_t> rows{0, 3, 12};
  constexpr double close = 1e-6;
  expect_close(at(out.deleted.z, rows), {0.265918729917413, -1.24665592557245, 1.84405746798966}, close, "rstudent");
  expect_close(at(out.deleted.se, rows), {0.838236990644605, 0.874372275517176, 0.432283009550813}, close, "se");
  expect_close(at(out.dffits, rows), {0.159418027324943, -2.61331308777534, 0.70550569611}, close, "dffits");
  expect_close(at(out.cook_d, rows), {0.0282832335593084, 5.95415964817374, 0.40630337282}, close, "cook_d");
  expect_close(at(out.cov_r, rows), {1.9112105196704, 3.85814815513101, 0.278693020306256}, close, "cov_r");
  expect_close(at(column(out.parameters, 0), rows), {0.131691266553922, 0.0905641260933103, 0.0497801193559821}, close,
               "tau2_del");
  expect_close(at(out.q_e, rows), {28.3142403415533, 23.1836456919248, 21.4920093627061}, close, "QE_del");
  expect_close(at(out.hat, rows), {0.172499104365871, 0.808215075177898, 0.161245107931428}, close, "hat");
  expect_close(at(out.weight, rows), {3.36638356533205, 11.2312399593143, 8.06296817929254}, close, "weight");
  EXPECT_NEAR(out.dfbs(3, 0), 1.97659339271879, 1e-6);
  EXPECT_NEAR(out.dfbs(3, 1), -2.25488934497086, 1e-6);
  for (std::size_t j = 0; j < 13; ++j) EXPECT_EQ(out.is_infl[j], j == 3) << j;
  EXPECT_EQ(out.parameter_names, std::vector<std::string>{"tau2"});
}

TEST(Influence, GivenWeightsAgainstMetafor) {
  // metafor 3.8-1: influence(rma(yi, vi, mods = ~ ablat, weights = 1 / sqrt(vi), test = "knha")), trials 4, 7 and 13.
  model::Data data = effects(table("bcg.csv"), {"ablat"});
  model::Univariate spec;
  for (const double v : data.vi) spec.weights.push_back(1 / std::sqrt(v));
  const Influence out = influence_of(fit_of(std::move(data), spec), Unit::effect, true, infer::Test::knha);
  const std::vector<std::size_t> rows{3, 6, 12};
  constexpr double close = 1e-6;
  expect_close(at(out.deleted.z, rows), {-0.645591987025126, -2.62982214727104, 1.74842636578191}, close, "rstudent");
  expect_close(at(out.dffits, rows), {-0.429450715548794, -0.569598957193337, 0.378580428261284}, close, "dffits");
  expect_close(at(out.cook_d, rows), {0.208501949993344, 0.157183173482513, 0.0984014031001466}, close, "cook_d");
  expect_close(at(out.cov_r, rows), {2.00418992289609, 0.272167456006661, 0.471672988278533}, close, "cov_r");
  expect_close(at(out.hat, rows), {0.320400305191685, 0.0466402600597794, 0.056401764176399}, close, "hat");
  expect_close(at(column(out.dfbs, 1), rows), {-0.329098915188584, 0.342969066280856, 0.0737816731975235}, close,
               "dfbs");
  expect_close(at(out.internal.se, rows), {0.264428498604494, 0.541239937877827, 0.378740776442852}, close,
               "rstandard");
  for (std::size_t j = 0; j < 13; ++j) EXPECT_EQ(out.is_infl[j], j == 7) << j;
}

TEST(Influence, UnweightedAgainstMetafor) {
  // metafor 3.8-1: influence(rma(yi, vi, weighted = FALSE, method = "DL")), trials 4, 7 and 13.
  model::Univariate spec;
  spec.method = model::Tau2Method::dl;
  spec.weighted = false;
  const Influence out = influence_of(fit_of(effects(table("bcg.csv")), spec), Unit::effect);
  const std::vector<std::size_t> rows{3, 6, 12};
  expect_close(at(out.deleted.z, rows), {-1.46547560917101, -1.27330173315995, 1.19655749396219}, 1e-9, "rstudent");
  expect_close(at(out.dffits, rows), {-0.346432904779643, -0.392796539834374, 0.316846361780188}, 1e-9, "dffits");
  expect_close(at(out.cook_d, rows), {0.0960868832920011, 0.151551738564375, 0.102336760413097}, 1e-9, "cook_d");
  expect_close(at(out.hat, rows), {1 / 13.0, 1 / 13.0, 1 / 13.0}, 1e-12, "hat");
  expect_close(at(out.internal.se, rows), {0.560084819192816, 0.696757017206472, 0.597647694431605}, 1e-9, "rstandard");
}

TEST(Influence, DistrictsAgainstMetafor) {
  // Reference case mv-konst-diagnostics (metafor 5.1-12).
  const model::Fit fit = konstantopoulos();
  const Influence out = influence_of(fit, Unit::study);
  const Vector internal{1.93326498540073, 3.93863832870434, 0.686705734995992, 4.59088839982357,
                        1.08369691294269, 4.2499833477845,  15.3431798229587,  1.09763389628545,
                        8.50632071526793, 15.3359973378047, 2.36620336784834};
  const Vector cook{0.0693784140446277,  0.0161880606801503, 0.0419849758818479,  0.119208945590396,
                    0.021356636974482,   0.101450698409653,  0.558517485639287,   0.0656500672050306,
                    0.00374385172021564, 0.0548839760443497, 0.000344164653152016};
  const Vector dfb{-0.262501555249337, -0.121232377283787, 0.199411631638308,  0.348468580729617,
                   -0.140253767247114, -0.323718643538646, 1.08256984059098,   -0.255153622248923,
                   0.0575999709948999, -0.224325669716136, -0.0177107117971015};
  expect_close(x2(out.internal_units), internal, 1e-5, "X2");
  expect_close(out.cook_d, cook, 1e-4, "cook_d");
  expect_close(column(out.dfbs, 0), dfb, 1e-4, "dfbs");
  const std::vector<std::size_t> k{4, 4, 3, 4, 4, 11, 3, 8, 6, 5, 4};
  for (std::size_t j = 0; j < k.size(); ++j) {
    EXPECT_EQ(out.units.rows[j].size(), k[j]);
    EXPECT_EQ(out.internal_units[j].rank, k[j]);
    EXPECT_EQ(out.is_infl[j], j == 6);  // |dfbs| > 1
  }
  const Influence rows = influence_of(fit, Unit::effect);
  expect_close(at(rows.deleted.resid, {0, 1, 2, 3}),
               {-0.368461588002598, -0.409336577743734, 0.0496298675266717, -0.489975618825941}, 1e-4, "resid");
  expect_close(at(rows.deleted.z, {0, 1, 2, 3}),
               {-0.781874817655154, -0.869394622827111, 0.0987948721760405, -0.985416442837845}, 1e-4, "rstudent");
  // hatvalues and rstandard of reference case mv-konst-3level-reml.
  EXPECT_NEAR(rows.hat[0], 0.0182464144246447, 1e-8);
  EXPECT_NEAR(std::accumulate(rows.hat.begin(), rows.hat.end(), 0.0), 1, 1e-12);
  EXPECT_NEAR(rows.internal.resid[0], -0.364713163675436, 1e-8);
  expect_close(at(rows.internal.z, {0, 1, 2}), {-0.798442299666144, -0.886011642282654, 0.0934895033574896}, 1e-6, "z");
}

TEST(Influence, DistrictsWithModeratorAgainstMetafor) {
  // metafor 3.8-1, rstudent, cooks.distance and dfbetas with cluster = district, mods = ~ year.
  const Influence out = influence_of(konstantopoulos({"year"}), Unit::study);
  const Vector deleted{1.56280585747771, 3.99985800873773, 0.554993323168171, 6.21200168063453,
                       1.11075223338526, 3.20064212998735, 23.223325828979,   1.20247135699147,
                       9.87621786635025, 18.3687821014865, 2.33511560935478};
  const Vector cook{0.196548464974175,    0.0124082822514759, 0.0349576585978701, 1.11760232848729,
                    0.0555120065111323,   0.333145136645253,  0.850718235847637,  0.145308620812703,
                    4.49198516595524e-06, 0.171312681137579,  0.00148357857791521};
  const Vector dfb{0.366369748534436,   0.00692430139496107, 0.0499025968513198, -0.9624272273308,
                   -0.134539239059348,  0.498647394507042,   0.831297170062978,  -0.228039571292752,
                   0.00196559377797848, -0.269595763122227,  0.00848129331526745};
  expect_close(x2(out.deleted_units), deleted, 1e-4, "X2");
  expect_close(out.cook_d, cook, 1e-4, "cook_d");
  expect_close(column(out.dfbs, 1), dfb, 1e-3, "dfbs");
}

TEST(Influence, UnstructuredOutcomesAgainstMetafor) {
  // metafor 3.8-1, berkey1998 by trial: mods = ~ outcome - 1, random = ~ outcome | trial, struct = "UN".
  const data::Table rows = table("berkey1998.csv");
  model::Data data = effects(rows, {"vi"});
  model::Structured term;
  term.structure = model::Structure::un;
  term.inner_name = "outcome";
  term.outer_name = "trial";
  term.levels = {"AL", "PD"};
  const std::vector<std::string> outcome = *rows.texts("outcome");
  const Vector trial = *rows.numbers("trial");
  for (std::size_t i = 0; i < data.k(); ++i) {
    const bool pd = outcome[i] == "PD";
    data.x(i, 0) = pd ? 0.0 : 1.0;
    data.x(i, 1) = pd ? 1.0 : 0.0;
    term.inner.push_back(pd ? 1U : 0U);
    term.outer.push_back(static_cast<std::uint32_t>(trial[i]) - 1U);
  }
  data.names = {"outcomeAL", "outcomePD"};
  data.intercept = false;
  model::Multilevel spec;
  spec.structured.push_back(std::move(term));
  const Influence out = influence_of(fit_of(std::move(data), spec), Unit::study);
  expect_close(out.cook_d, {0.66927, 0.96303, 1.17473, 0.61002, 0.54470}, 2e-4, "cook_d");
  expect_close(column(out.dfbs, 0), {-0.03630, -1.39892, 0.95761, 0.07975, 0.03486}, 2e-3, "dfbs");
  expect_close(x2(out.deleted_units), {2.5560, 9.6750, 2.9153, 1.5967, 3.6750}, 2e-4, "X2 deleted");
  expect_close(x2(out.internal_units), {1.4462, 3.0019, 1.7718, 1.6135, 2.7635}, 2e-4, "X2");
}

TEST(Influence, WithoutReestimation) {
  // metafor 3.8-1 with reestimate = FALSE. With known variances the deleted and the internal X2 of independent clusters
  // are the same number.
  const Influence out = influence_of(konstantopoulos({"year"}), Unit::study, false);
  const Vector cook{0.197350474414609,    0.011565979381478, 0.034712741451373,  1.14128146314251,
                    0.0549353578776994,   0.338891266533402, 0.759441503474633,  0.160902524834889,
                    0.000773040682119627, 0.151659521714642, 0.00157047437249275};
  const Vector dfb{0.375270365666064,  0.0201236768712651, 0.0605043736612831, -0.902446707476703,
                   -0.129604953542338, 0.491762458715413,  0.481884309381801,  -0.221807920964888,
                   0.0195005164655994, -0.273136525026747, 0.0184613140394232};
  expect_close(out.cook_d, cook, 1e-5, "cook_d");
  expect_close(column(out.dfbs, 1), dfb, 1e-4, "dfbs");
  expect_close(x2(out.deleted_units), x2(out.internal_units), 1e-8, "X2");
}

/// Everything by dense matrices, and by refits from the usual starts.
struct Naive {
  Matrix m, vb;
  Vector beta;
};

Naive dense_gls(const model::Data& data, const model::Multilevel& spec, const Vector& sigma2) {
  const std::size_t k = data.k();
  Naive out{Matrix(k, k), {}, {}};
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j) {
      out.m(i, j) = i == j ? data.vi[i] : 0.0;
      for (std::size_t l = 0; l < sigma2.size(); ++l)
        if (spec.groups[l][i] == spec.groups[l][j]) out.m(i, j) += sigma2[l];
    }
  const Matrix w = stats::Cholesky::create(out.m)->inverse();
  const Matrix xw = stats::multiply(stats::transpose(data.x), w);
  out.vb = stats::Cholesky::create(stats::multiply(xw, data.x))->inverse();
  out.beta = stats::multiply(out.vb, stats::multiply(xw, data.yi));
  return out;
}

TEST(Influence, TwinWithDenseMatrices) {
  const model::Fit fit = konstantopoulos({"year"});
  const model::Data& data = fit.problem.data();
  const auto& spec = std::get<model::Multilevel>(fit.problem.spec());
  const Influence out = influence_of(fit, Unit::study);
  const Naive full = dense_gls(data, spec, fit.sigma2);
  for (const std::size_t j : {0UL, 6UL, 10UL}) {
    const auto& rows = out.units.rows[j];
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < fit.k(); ++i)
      if (std::find(rows.begin(), rows.end(), i) == rows.end()) kept.push_back(i);
    const model::Problem part = *fit.problem.subset(kept);
    const model::Fit refit = *model::fit(part);
    const Naive without = dense_gls(part.data(), std::get<model::Multilevel>(part.spec()), refit.sigma2);
    const Naive all = dense_gls(data, spec, refit.sigma2);
    for (std::size_t l = 0; l < 2; ++l) EXPECT_NEAR(out.parameters(j, l), refit.sigma2[l], 1e-7);
    Vector change(2);
    for (std::size_t c = 0; c < 2; ++c) {
      change[c] = full.beta[c] - without.beta[c];
      EXPECT_NEAR(out.dfbs(j, c), change[c] / std::sqrt(all.vb(c, c)), 1e-6);
    }
    const Matrix inverse = stats::Cholesky::create(full.vb)->inverse();
    EXPECT_NEAR(out.cook_d[j], stats::quadratic_form(inverse, change), 1e-6);
    EXPECT_NEAR(out.cov_r[j], std::exp(*stats::log_determinant(without.vb) - *stats::log_determinant(full.vb)), 1e-6);
    Matrix s(rows.size(), rows.size());
    Vector d(rows.size());
    for (std::size_t a = 0; a < rows.size(); ++a) {
      d[a] = data.yi[rows[a]] - stats::dot(data.x.row(rows[a]), without.beta);
      for (std::size_t b = 0; b < rows.size(); ++b)
        s(a, b) =
            all.m(rows[a], rows[b]) + stats::dot(data.x.row(rows[a]), stats::multiply(without.vb, data.x.row(rows[b])));
      EXPECT_NEAR(out.deleted.z[rows[a]], d[a] / std::sqrt(s(a, a)), 1e-6);
    }
    EXPECT_NEAR(out.deleted_units[j].x2, stats::dot(d, stats::Cholesky::create(s)->solve(d)), 1e-5);
    EXPECT_NEAR(out.q_e[j], refit.q_e, 1e-9);
  }
  double hat = 0;
  for (const double h : out.hat) hat += h;
  EXPECT_NEAR(hat, 2.0, 1e-10);  // year is not centred
}

TEST(Influence, WarmRefitsEndWhereUsualStartsEnd) {
  const model::Fit fit = konstantopoulos({"year"});
  const Influence out = influence_of(fit, Unit::effect);
  for (std::size_t i = 0; i < fit.k(); ++i) {
    std::vector<std::size_t> kept;
    for (std::size_t r = 0; r < fit.k(); ++r)
      if (r != i) kept.push_back(r);
    const model::Fit refit = *model::fit(*fit.problem.subset(kept));
    for (std::size_t l = 0; l < 2; ++l) EXPECT_NEAR(out.parameters(i, l), refit.sigma2[l], 1e-7) << i;
  }
}

TEST(Influence, StudyWithItsOwnModeratorLosesRank) {
  // A dummy for the first study: its residuals have lost one dimension, and without it the dummy is 0 in every row.
  model::Data data;
  data.yi = {0.3, 0.5, 0.1, 0.4, 0.2, 0.6, 0.35};
  data.vi = {0.04, 0.05, 0.03, 0.06, 0.04, 0.05, 0.03};
  data.x = Matrix(7, 2, 1.0);
  for (std::size_t i = 0; i < 7; ++i) data.x(i, 1) = i < 3 ? 1.0 : 0.0;
  data.names = {"intrcpt", "first"};
  data.term = {0, 1};
  data.term_labels = {"first"};
  model::Multilevel spec;
  spec.s_names = {"study"};
  spec.groups = {{0, 0, 0, 1, 1, 2, 2}};
  spec.sigma2 = {0.02};
  const Influence out = influence_of(fit_of(std::move(data), spec), Unit::study);
  EXPECT_EQ(out.internal_units[0].rank, 2U);
  EXPECT_EQ(out.internal_units[1].rank, 2U);
  // Within the study only differences are left, and they have no study effect: sum of w (y - mean)^2.
  const double mean = (0.3 / 0.04 + 0.5 / 0.05 + 0.1 / 0.03) / (1 / 0.04 + 1 / 0.05 + 1 / 0.03);
  const double q = std::pow(0.3 - mean, 2) / 0.04 + std::pow(0.5 - mean, 2) / 0.05 + std::pow(0.1 - mean, 2) / 0.03;
  EXPECT_NEAR(out.internal_units[0].x2, q, 1e-10);
  EXPECT_EQ(out.failed, 1U);
  EXPECT_NE(out.errors[0].find("first"), std::string::npos) << out.errors[0];
  EXPECT_TRUE(is_missing(out.cook_d[0]));
  EXPECT_FALSE(is_missing(out.cook_d[1]));
}

TEST(Influence, OneUnitIsRefused) {
  const data::Table rows = table("konstantopoulos2011.csv");
  InfluenceOptions options;
  options.by = Unit::study;
  options.clusters = std::vector<std::uint32_t>(56, 0);
  const auto out = influence(konstantopoulos(), options);
  ASSERT_FALSE(out.ok());
  EXPECT_NE(out.error().message.find("at least two"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::diagnose
