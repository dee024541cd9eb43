// The twin is dense: M as a k x k matrix entry by entry, the likelihood as in the textbook, derivatives by differences.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <random>

#include "data/readers.hpp"
#include "model/detail/mixed_optimum.hpp"
#include "model/fit.hpp"
#include "model/multilevel.hpp"
#include "model/parameters.hpp"
#include "stats/factors.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

std::vector<std::uint32_t> ids(const std::vector<std::string>& text) {
  std::map<std::string, std::uint32_t> known;
  std::vector<std::uint32_t> out;
  for (const auto& t : text)
    out.push_back(known.try_emplace(t, static_cast<std::uint32_t>(known.size())).first->second);
  return out;
}

std::vector<std::string> sorted_levels(std::vector<std::string> text) {
  std::sort(text.begin(), text.end());
  text.erase(std::unique(text.begin(), text.end()), text.end());
  return text;
}

std::vector<std::uint32_t> positions(const std::vector<std::string>& text, const std::vector<std::string>& levels) {
  std::vector<std::uint32_t> out;
  for (const auto& t : text)
    out.push_back(static_cast<std::uint32_t>(std::find(levels.begin(), levels.end(), t) - levels.begin()));
  return out;
}

/// A data set of the reference corpus.
struct Source {
  data::Table table;
  Data data;

  explicit Source(const std::string& file)
      : table(data::read_table(std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/" + file).take()) {
    data.yi = table.numbers("yi").take();
    data.vi = table.numbers("vi").take();
    intercept();
  }
  std::vector<std::string> text(const std::string& column) const { return table.texts(column).take(); }
  void intercept() {
    data.x = Matrix(data.k(), 1, 1.0);
    data.names = {"intrcpt"};
  }
  /// ~ factor(column) - 1.
  void means_of(const std::string& column) {
    const auto levels = sorted_levels(text(column));
    const auto at = positions(text(column), levels);
    data.x = Matrix(data.k(), levels.size());
    for (std::size_t i = 0; i < data.k(); ++i) data.x(i, at[i]) = 1;
    data.names = levels;
  }
  void add(const std::string& name, const Vector& values) {
    Matrix x(data.k(), data.p() + 1);
    for (std::size_t i = 0; i < data.k(); ++i) {
      for (std::size_t j = 0; j < data.p(); ++j) x(i, j) = data.x(i, j);
      x(i, data.p()) = values[i];
    }
    data.x = x;
    data.names.push_back(name);
  }
  /// Cov(i, j) = f(i, j) sqrt(vi vj) within clusters.
  void correlate(const std::string& cluster, const std::function<double(std::size_t, std::size_t)>& f) {
    const auto id = ids(text(cluster));
    auto v = stats::BlockMatrix::zeros(id);
    for (std::size_t i = 0; i < data.k(); ++i)
      for (std::size_t j = 0; j <= i; ++j)
        if (id[i] == id[j]) v.set(i, j, i == j ? data.vi[i] : f(i, j) * std::sqrt(data.vi[i] * data.vi[j]));
    data.v = std::make_shared<stats::BlockMatrix>(std::move(v));
  }
  Structured term(Structure s, const std::string& inner, const std::string& outer) const {
    Structured out;
    out.structure = s;
    out.inner_name = inner;
    out.outer_name = outer;
    out.outer = ids(text(outer));
    out.levels = sorted_levels(text(inner));
    out.inner = positions(text(inner), out.levels);
    return out;
  }
  Problem problem(Multilevel spec) const {
    Data copy = data;
    copy.term.assign(copy.p(), 0);
    for (std::size_t l = spec.s_names.size(); l < spec.groups.size(); ++l)
      spec.s_names.push_back("level" + std::to_string(l));
    auto out = Problem::create(std::move(copy), std::move(spec));
    EXPECT_TRUE(out.ok()) << (out.ok() ? "" : describe(out.error()));
    return out.take();
  }
};

Fit fitted(const Problem& problem) {
  auto out = fit(problem);
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : describe(out.error()));
  return out.take();
}

Source berkey() {
  Source s("berkey1998.csv");
  s.means_of("outcome");
  const Vector v1 = s.table.numbers("v1i").take(), v2 = s.table.numbers("v2i").take();
  const auto id = ids(s.text("trial"));
  auto v = stats::BlockMatrix::zeros(id);
  for (std::size_t i = 0; i < s.data.k(); i += 2) {
    v.set(i, i, v1[i]);
    v.set(i + 1, i + 1, v2[i + 1]);
    v.set(i, i + 1, v2[i]);
  }
  s.data.v = std::make_shared<stats::BlockMatrix>(std::move(v));
  return s;
}

TEST(Mixed, Berkey1998Unstructured) {
  // metafor stops a little short: its score is not 0 to more digits than the tolerances below.
  // Golden numbers of metafor 5.1-12 (definitions 5.7 and mv-berkey-un-reml of the reference corpus).
  const Source s = berkey();
  Multilevel spec;
  spec.structured = {s.term(Structure::un, "outcome", "trial")};
  const Fit f = fitted(s.problem(spec));
  EXPECT_NEAR(f.reml.loglik, 3.6917676943702, 1e-9);
  EXPECT_NEAR(f.ml.loglik, 5.68639548966204, 3e-7);
  EXPECT_NEAR(f.ml.deviance, 25.9706623671646, 1e-6);
  EXPECT_NEAR(f.reml.aicc, 32.6164646112596, 1e-7);
  EXPECT_NEAR(f.structured[0].tau2[0], 0.0326513204788577, 2e-8);
  EXPECT_NEAR(f.structured[0].tau2[1], 0.0117330230387208, 1e-8);
  EXPECT_NEAR(f.structured[0].rho[0], 0.608798575350459, 2e-7);
  EXPECT_NEAR(f.beta[0], -0.339215180366805, 1e-8);
  EXPECT_NEAR(f.beta[1], 0.353428169966055, 1e-8);
  EXPECT_NEAR(f.q_e, 128.226716212968, 1e-9);
  EXPECT_LT(f.certificate.gradient_norm, 1e-6);
  EXPECT_TRUE(f.certificate.hessian_negative_definite);
}

TEST(Mixed, Ishak2007EveryTimeStructure) {
  // Log-likelihoods of metafor 5.1-12 (mv-ishak-* of the reference corpus), V with correlation 0.97^|t - s|.
  Source s("ishak2007_long.csv");
  s.means_of("time");
  const Vector t = s.table.numbers("time").take();
  s.correlate("id", [&](std::size_t i, std::size_t j) { return std::pow(0.97, std::fabs(t[i] - t[j])); });
  const std::pair<Structure, double> cases[] = {
      {Structure::har, -231.36235921103}, {Structure::ar, -232.270176684999},  {Structure::car, -232.270176684999},
      {Structure::cs, -232.808762011869}, {Structure::hcs, -231.918365387344}, {Structure::id, -246.546700026868}};
  for (const auto& [structure, expected] : cases) {
    SCOPED_TRACE(name(structure));
    Multilevel spec;
    spec.structured = {s.term(structure, "time", "id")};
    if (structure == Structure::car) {
      spec.structured[0].z = Matrix(4, 1);
      for (std::size_t a = 0; a < 4; ++a) spec.structured[0].z(a, 0) = static_cast<double>(a + 1);
    }
    const Fit f = fitted(s.problem(spec));
    EXPECT_NEAR(f.reml.loglik, expected, 1e-9);
    EXPECT_TRUE(f.certificate.converged);
    EXPECT_LT(f.certificate.gradient_norm, 1e-9);
  }
}

TEST(Mixed, Assink2016CorrelatedErrors) {
  // mv-assink-V-ml: rho = 0.6 within studies; golden numbers 5.6 under REML.
  Source s("assink2016.csv");
  s.correlate("study", [](std::size_t, std::size_t) { return 0.6; });
  Multilevel spec;
  spec.groups = {ids(s.text("study")), ids(s.text("id"))};
  spec.likelihood = Likelihood::ml;
  EXPECT_NEAR(fitted(s.problem(spec)).ml.loglik, -73.6321598223423, 1e-9);
  spec.likelihood = Likelihood::reml;
  const Fit f = fitted(s.problem(spec));
  EXPECT_NEAR(f.sigma2[0], 0.08073299, 1e-7);
  EXPECT_NEAR(f.sigma2[1], 0.15454321, 1e-7);
  EXPECT_NEAR(f.beta[0], 0.36775489, 1e-7);
  EXPECT_NEAR(std::sqrt(f.vb(0, 0)), 0.09653182, 1e-7);
}

TEST(Mixed, LevelsInOneStudyHaveNoVariance) {
  // mv-assink-sub, mv-assink-hcs: all "covert" effects are of one study. HCS ends at rho = 1.
  Source s("assink2016.csv");
  s.means_of("deltype");
  Multilevel spec;
  spec.groups = {ids(s.text("id"))};
  spec.structured = {s.term(Structure::diag, "deltype", "study")};
  const Fit f = fitted(s.problem(spec));
  EXPECT_NEAR(f.reml.loglik, -68.3081469511023, 1e-9);
  EXPECT_NEAR(f.reml.aic, 148.616293902205, 1e-8);
  EXPECT_EQ(f.structured[0].tau2[0], 0);
  EXPECT_FALSE(f.certificate.identified[1]);
  spec.structured = {s.term(Structure::hcs, "deltype", "study")};
  const Fit hcs = fitted(s.problem(spec));
  EXPECT_GT(hcs.reml.loglik, -66.1740241405794 - 1e-9);
  EXPECT_EQ(hcs.structured[0].rho[0], 1);
  EXPECT_TRUE(hcs.certificate.at_boundary[4]);
}

TEST(Mixed, CorrelationsReachTheirBounds) {
  // mv-kalaian and mv-raud-gen end at a singular G.
  Source s("kalaian1996.csv");
  s.means_of("outcome");
  s.correlate("study", [](std::size_t, std::size_t) { return 0.66; });
  Multilevel spec;
  spec.likelihood = Likelihood::ml;
  spec.structured = {s.term(Structure::un, "outcome", "study")};
  const Fit f = fitted(s.problem(spec));
  EXPECT_GT(f.ml.loglik, 7.06258766299016 - 1e-10);
  EXPECT_EQ(f.structured[0].rho[0], -1);
  EXPECT_TRUE(f.certificate.at_boundary[2]);

  Source g("prepared_mv-raud-gen.csv");
  g.add("yr", g.table.numbers("yr").take());
  Multilevel slopes;
  slopes.groups = {ids(g.text("id"))};
  Structured term;
  term.structure = Structure::gen;
  term.inner_name = "1 + yr";
  term.outer_name = "study";
  term.outer = ids(g.text("study"));
  term.levels = {"intrcpt", "yr"};
  term.z = g.data.x;
  slopes.structured = {term};
  const Fit h = fitted(g.problem(slopes));
  EXPECT_GT(h.reml.loglik, -65.6286176540061 - 1e-10);
  EXPECT_EQ(h.structured[0].rho[0], -1);
  EXPECT_NEAR(h.structured[0].tau2[1], 0.217008183449319, 1e-6);
}

TEST(Mixed, FixedCorrelationGlsAndWeights) {
  const Source s = berkey();
  Multilevel spec;
  EXPECT_NEAR(fitted(s.problem(spec)).reml.loglik, -49.6134396935037, 1e-9);  // mv-berkey-fe
  spec.structured = {s.term(Structure::un, "outcome", "trial")};
  spec.structured[0].rho = {0.5};
  const Fit f = fitted(s.problem(spec));  // mv-berkey-fixrho
  EXPECT_NEAR(f.reml.loglik, 3.66867643280812, 1e-9);
  EXPECT_EQ(f.structured[0].rho[0], 0.5);

  Source w("konstantopoulos2011.csv");  // mv-konst-W
  Multilevel weighted;
  weighted.groups = {ids(w.text("district")), ids(w.text("study"))};
  for (const double v : w.data.vi) weighted.weights.push_back(1 / (v + 0.1));
  const Fit g = fitted(w.problem(weighted));
  EXPECT_NEAR(g.sigma2[0], 0.0650619443, 1e-8);
  EXPECT_NEAR(g.beta[0], 0.127521782141481, 1e-9);
  EXPECT_NEAR(g.vb(0, 0), 0.00865159618771627, 1e-9);
  EXPECT_NEAR(g.reml.loglik, -8.18746456890703, 1e-7);
  EXPECT_NEAR(g.ml.loglik, -8.64873677048928, 1e-7);
}

TEST(Mixed, RangesWithoutAMaximumAreSaid) {
  // mv-spatial-*: the likelihood rises as range and variance go to infinity together.
  Source s("syn_spatial.csv");
  const Vector x = s.table.numbers("x").take(), y = s.table.numbers("y").take();
  const std::pair<Structure, double> cases[] = {
      {Structure::spexp, 4.6969249}, {Structure::splin, 4.6969249225052}, {Structure::spgau, 9.0375876}};
  for (const auto& [structure, limit] : cases) {
    SCOPED_TRACE(name(structure));
    Multilevel spec;
    spec.structured = {s.term(structure, "study", "const")};
    Structured& term = spec.structured[0];
    term.z = Matrix(20, 2);
    for (std::size_t i = 0; i < 20; ++i) {
      term.z(term.inner[i], 0) = x[i];
      term.z(term.inner[i], 1) = y[i];
    }
    const Fit f = fitted(s.problem(spec));
    EXPECT_NEAR(f.reml.loglik, limit, 1e-6);
    EXPECT_FALSE(f.certificate.converged);
    EXPECT_FALSE(f.certificate.identified[1]);
  }
}

TEST(Mixed, ProfileHoldsAnyParameter) {
  const Source s = berkey();
  Multilevel spec;
  spec.structured = {s.term(Structure::un, "outcome", "trial")};
  const Problem problem = s.problem(spec);
  const Fit f = fitted(problem);
  const auto profile = MultilevelProfile::create(problem);
  ASSERT_TRUE(profile.ok());
  const Vector at = parameter_values(f);
  for (std::size_t i = 0; i < at.size(); ++i) {
    const auto top = profile->at(i, at[i]);
    ASSERT_TRUE(top.ok()) << describe(top.error());
    EXPECT_NEAR(top->loglik, f.reml.loglik, 1e-9);
    EXPECT_LT(profile->at(i, 0.8 * at[i])->loglik, f.reml.loglik);
  }
  EXPECT_NEAR(profile->at(2, 0.5)->loglik, 3.66867643280812, 1e-9);  // mv-berkey-fixrho
  EXPECT_TRUE(profile->at(2, -1).ok());
  EXPECT_FALSE(profile->at(2, 1.5).ok());
}

/// Bivariate or trivariate sets with true G anywhere from regular to singular.
Problem simulated(Structure structure, std::size_t q, std::mt19937_64& engine) {
  const auto normal = [&] {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(engine() >> 11) * 0x1.0p-53;
    return sum;
  };
  const std::size_t studies = 4 + engine() % 12;
  Data data;
  Multilevel spec;
  Structured term;
  term.structure = structure;
  term.inner_name = "outcome";
  term.outer_name = "study";
  for (std::size_t a = 0; a < q; ++a) term.levels.push_back(std::string(1, static_cast<char>('a' + a)));
  std::vector<std::uint32_t> study;
  const double shared = 0.3 * static_cast<double>(engine() % 3), own = 0.2 * static_cast<double>(engine() % 3);
  for (std::size_t j = 0; j < studies; ++j) {
    const double common = shared * normal();
    for (std::size_t a = 0; a < q; ++a) {
      if (engine() % 5 == 0) continue;
      const double v = 0.02 + 0.1 * static_cast<double>(engine() % 10) / 10;
      data.vi.push_back(v);
      data.yi.push_back(common + own * normal() + std::sqrt(v) * normal());
      study.push_back(static_cast<std::uint32_t>(j));
      term.inner.push_back(static_cast<std::uint32_t>(a));
    }
  }
  term.outer = ids([&] {
    std::vector<std::string> text;
    for (const std::uint32_t id : study) text.push_back(std::to_string(id));
    return text;
  }());
  data.x = Matrix(data.k(), 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  spec.structured = {term};
  return Problem::create(std::move(data), std::move(spec)).take();
}

TEST(Mixed, NoRandomRestartFindsAHigherLikelihood) {
  std::mt19937_64 engine(20);
  const auto uniform = [&] { return static_cast<double>(engine() >> 11) * 0x1.0p-53; };
  int compared = 0;
  for (std::size_t set = 0; set < 200; ++set) {
    const Structure structure = std::array{Structure::un, Structure::cs, Structure::hcs}[set % 3];
    const Problem problem = simulated(structure, 2 + set / 3 % 2, engine);
    SCOPED_TRACE(name(structure) + " set " + std::to_string(set));
    const auto best = fit(problem);
    ASSERT_TRUE(best.ok()) << describe(best.error());
    for (int restart = 0; restart < 4; ++restart) {
      Vector start;
      for (const Parameter& p : parameters(problem))
        start.push_back(p.kind == Parameter::Kind::rho ? p.lower + (1 - p.lower) * (0.3 + 0.6 * uniform())
                                                       : std::exp(4 * uniform() - 4));
      const auto other = fit(problem, start);
      if (!other.ok()) continue;
      EXPECT_LE(other->reml.loglik, best->reml.loglik + 1e-8);
      ++compared;
    }
  }
  EXPECT_GT(compared, 700);
}

// One block of 40 rows with constant correlation, once exactly and once with an entry off by 1e-11, which takes the
// general inverse.
TEST(MixedFit, LargeBlocksOfConstantCorrelation) {
  const auto fitted = [](double off) {
    Data data;
    Multilevel spec;
    spec.s_names = {"study", "es"};
    spec.groups.resize(2);
    for (std::uint32_t i = 0; i < 46; ++i) {
      data.vi.push_back(0.02 + 0.001 * ((i * 7) % 11));
      data.yi.push_back(0.1 * ((i * 5) % 13) - 0.3);
      spec.groups[0].push_back(i < 40 ? 0 : i - 39);
      spec.groups[1].push_back(i);
    }
    data.x = Matrix(46, 1, 1.0);
    data.names = {"intrcpt"};
    data.term = {0};
    std::vector<std::uint32_t> block;
    for (std::uint32_t i = 0; i < 46; ++i) block.push_back(i < 40 ? 0 : i - 39);
    auto v = stats::BlockMatrix::zeros(block);
    for (std::size_t i = 0; i < 46; ++i) v.set(i, i, data.vi[i]);
    for (std::size_t i = 0; i < 40; ++i)
      for (std::size_t j = 0; j < i; ++j) v.set(i, j, 0.6 * std::sqrt(data.vi[i] * data.vi[j]));
    v.set(1, 0, (0.6 + off) * std::sqrt(data.vi[0] * data.vi[1]));
    data.v = std::make_shared<stats::BlockMatrix>(std::move(v));
    return model::fit(Problem::create(std::move(data), std::move(spec)).take());
  };
  const auto constant = fitted(0), general = fitted(1e-11);
  ASSERT_TRUE(constant.ok() && general.ok());
  EXPECT_NEAR(constant->q_e, general->q_e, 1e-8 * general->q_e);
  EXPECT_NEAR(constant->vt, general->vt, 1e-8 * general->vt);
  EXPECT_NEAR(constant->reml.loglik, general->reml.loglik, 1e-7);
  EXPECT_NEAR(constant->ml.deviance, general->ml.deviance, 1e-7);
  EXPECT_NEAR(constant->sigma2[1], general->sigma2[1], 1e-7);
}

// The nested road does the same: the design takes up every group of a component.
TEST(MixedFit, ComponentsAbsorbedByTheDesignAreZero) {
  Data data;
  data.yi = {0.1, 0.5, -0.3, 0.9, 0.2};
  data.vi = {0.04, 0.05, 0.03, 0.06, 0.05};
  data.x = Matrix(5, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  auto v = stats::BlockMatrix::zeros(std::vector<std::uint32_t>{0, 0, 1, 2, 3});
  for (std::size_t i = 0; i < 5; ++i) v.set(i, i, data.vi[i]);
  v.set(1, 0, 0.01);
  data.v = std::make_shared<stats::BlockMatrix>(std::move(v));
  Multilevel spec;
  spec.s_names = {"lab", "es"};
  spec.groups = {{0, 0, 0, 0, 0}, {0, 1, 2, 3, 4}};
  const auto fitted = model::fit(Problem::create(std::move(data), std::move(spec)).take());
  ASSERT_TRUE(fitted.ok());
  EXPECT_EQ(fitted->sigma2[0], 0);
  EXPECT_FALSE(fitted->certificate.identified[0]);
  EXPECT_TRUE(fitted->certificate.identified[1]);
  EXPECT_EQ(fitted->certificate.warnings.size(), 1U);
}

}  // namespace
}  // namespace hedgerow::model
