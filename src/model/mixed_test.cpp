// The twin is dense: M as a k x k matrix entry by entry, the likelihood as in the textbook, derivatives by differences.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <random>

#include "data/readers.hpp"
#include "model/detail/mixed_optimum.hpp"
#include "model/fit.hpp"
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

}  // namespace
}  // namespace hedgerow::model
