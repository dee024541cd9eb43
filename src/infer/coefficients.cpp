// Wald-type tests of coefficients.
//
//   z, t     b_j / se_j against N(0, 1) or t(df)
//   knha     Var(b) multiplied by s2w = y'P y / (k - p) with random-effects weights, t(k - p)
//   adhoc    the same with max(1, s2w)
//   adhoc_iqwig6  adhoc if t(k-1) sqrt(s2w Var(b)) < z sqrt(Var(b) at tau2 by DL), else knha
//   adhoc_ci      z if its interval is wider than that of knha, else knha
//   Q_M      b_S' Var(b_S)^-1 b_S ~ chi2(m) for z; divided by m ~ F(m, df) for the others
//   satterthwaite, kenward_roger   df, F and (for the latter) Var(b) of infer/small_sample.hpp
//   contain  df_j = (levels of the coarsest random effect within whose groups column j is constant) - p
//
// Source:     knapp2003, hartung1999; pinheiro2000 for the containment rule.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "infer/detail/between.hpp"
#include "infer/detail/robust_inference.hpp"
#include "infer/detail/wald.hpp"
#include "infer/inference.hpp"
#include "infer/small_sample.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// True if column j takes one value within every group.
bool constant_within(const stats::Matrix& x, std::size_t j, const std::vector<std::uint32_t>& groups,
                     std::size_t count) {
  stats::Vector value(count, missing);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    double& seen = value[groups[i]];
    if (std::isnan(seen)) seen = x(i, j);
    if (seen != x(i, j)) return false;
  }
  return true;
}

double containment_df(const model::Fit& fit, const std::vector<std::vector<std::uint32_t>>& groupings, std::size_t j) {
  std::size_t smallest = fit.k();
  for (const auto& groups : groupings) {
    const std::size_t count = *std::max_element(groups.begin(), groups.end()) + std::size_t{1};
    if (constant_within(fit.problem.data().x, j, groups, count)) smallest = std::min(smallest, count);
  }
  return static_cast<double>(smallest) - static_cast<double>(fit.p());
}

Checked check_options(const model::Fit& fit, const Options& options) {
  if (!(options.level > 0 && options.level < 1))
    return make_error(ErrorCode::usage,
                      fmt::format("level is {}: it must lie between 0 and 1 (0.95 for 95%)", options.level), "level");
  if (options.dfs.kind == Dfs::Kind::given && !(options.dfs.value > 0))
    return make_error(ErrorCode::usage, fmt::format("dfs is {}: degrees of freedom must be above 0", options.dfs.value),
                      "dfs");
  if (fit.is_multilevel() && is_knapp_hartung(options.test))
    return make_error(
        ErrorCode::not_supported,
        "the Knapp-Hartung method is defined for two-level models; for a multilevel model use test t (with "
        "dfs contain) or a cluster-robust test",
        "test");
  if (fit.is_counts() && (is_knapp_hartung(options.test) || options.dfs.is_small_sample()))
    return make_error(ErrorCode::not_defined,
                      "the Knapp-Hartung method and Satterthwaite or Kenward-Roger degrees of freedom are defined for "
                      "models of effects; a model of counts has test z, a mixed one also t",
                      "test");
  const bool chooses = options.test == Test::adhoc_iqwig6 || options.test == Test::adhoc_ci;
  if (chooses && (!fit.is_two_level() || fit.p() != 1))
    return make_error(ErrorCode::not_defined,
                      "the choice between Knapp-Hartung and classic intervals is defined for two-level models without "
                      "moderators; use test adhoc",
                      "test");
  if (options.dfs.is_small_sample() && is_knapp_hartung(options.test))
    return make_error(ErrorCode::usage,
                      "Satterthwaite and Kenward-Roger degrees of freedom go with test t; the Knapp-Hartung factor has "
                      "its own",
                      "dfs");
  if (!options.btt) return {};
  for (const std::size_t j : *options.btt)
    if (j >= fit.p())
      return make_error(ErrorCode::usage, fmt::format("btt names coefficient {}, but the model has {}", j + 1, fit.p()),
                        "btt");
  if (options.btt->empty()) return make_error(ErrorCode::usage, "btt names no coefficient", "btt");
  return {};
}

std::vector<std::size_t> default_btt(const model::Data& data) {
  std::vector<std::size_t> out;
  for (std::size_t j = data.intercept && data.p() > 1 ? 1 : 0; j < data.p(); ++j) out.push_back(j);
  return out;
}

void omnibus(Coefficients& out, bool normal) {
  const std::size_t m = out.btt.size();
  stats::Matrix l(m, out.beta.size());
  for (std::size_t r = 0; r < m; ++r) l(r, out.btt[r]) = 1;
  stats::Vector estimate;
  double df = std::numeric_limits<double>::infinity();
  for (const std::size_t j : out.btt) {
    estimate.push_back(out.beta[j]);
    if (!normal) df = std::min(df, out.ddf[j]);
  }
  const detail::Wald wald = detail::wald_test(l, estimate, out, normal ? missing : df);
  out.q_m = wald.statistic;
  out.q_m_p = wald.pval;
  out.q_m_df1 = static_cast<double>(m);
  out.q_m_df2 = wald.df2;
}

/// The test that a choice between tests comes down to for this fit.
Expected<Test> resolved_test(const model::Fit& fit, const Options& options) {
  if (options.test != Test::adhoc_iqwig6 && options.test != Test::adhoc_ci) return options.test;
  if (fit.k() < 2) return Test::z;
  const double df = degrees_of_freedom(fit, options.dfs).front();
  const double margin = detail::critical_value(options.level, df) * std::sqrt(fit.s2w * fit.vb(0, 0));
  const double z = detail::critical_value(options.level, missing);
  if (options.test == Test::adhoc_ci) return z * std::sqrt(fit.vb(0, 0)) > margin ? Test::z : Test::knha;
  HR_TRY(const model::Problem dl, fit.problem.with_spec(model::Univariate{model::Tau2Method::dl}));
  HR_TRY(const model::Fit classic, model::fit(dl));
  return margin < z * std::sqrt(classic.vb(0, 0)) ? Test::adhoc : Test::knha;
}

/// Covariance and degrees of freedom by Satterthwaite or Kenward and Roger.
Checked use_small_sample(const model::Fit& fit, Dfs::Kind kind, Coefficients& out) {
  const auto method =
      kind == Dfs::Kind::kenward_roger ? SmallSampleMethod::kenward_roger : SmallSampleMethod::satterthwaite;
  HR_TRY(SmallSample prepared, SmallSample::create(fit, method));
  out.small_sample = std::make_shared<const SmallSample>(std::move(prepared));
  out.vb = out.small_sample->vb();
  const stats::Matrix unit = stats::identity(fit.p());
  for (std::size_t j = 0; j < fit.p(); ++j) out.ddf[j] = out.small_sample->df(unit.row(j));
  return {};
}

}  // namespace

namespace detail {

namespace {
double f_p_value(double statistic, double df1, double df2) {
  if (std::isnan(statistic) || !(df2 > 0)) return missing;
  return std::isinf(df2) ? stats::chi2_upper(statistic * df1, df1) : stats::f_upper(statistic, df1, df2);
}
}  // namespace

Wald wald_test(const stats::Matrix& l, std::span<const double> estimate, const stats::Matrix& vb, double df2) {
  const double m = static_cast<double>(l.rows());
  const auto factor = stats::Cholesky::create(stats::multiply(stats::multiply(l, vb), stats::transpose(l)));
  if (!factor) return {missing, missing, df2};
  const double q = stats::dot(estimate, factor->solve(estimate));
  if (std::isnan(df2)) return {q, stats::chi2_upper(q, m), df2};
  return {q / m, f_p_value(q / m, m, df2), df2};
}

Wald wald_test(const stats::Matrix& l, std::span<const double> estimate, const Coefficients& base, double df2) {
  if (!base.small_sample) return wald_test(l, estimate, base.vb, df2);
  const SmallSample::F f = base.small_sample->f_test(l, estimate);
  return {f.statistic, f_p_value(f.statistic, static_cast<double>(l.rows()), f.df2), f.df2};
}

double critical_value(double level, double df) {
  return std::isnan(df) || df > 0 ? stats::interval_quantile(level, df) : missing;
}

double p_value(double statistic, double df) {
  if (std::isnan(statistic) || (!std::isnan(df) && !(df > 0))) return missing;
  if (std::isinf(statistic)) return 0;
  return stats::two_sided_p(statistic, df);
}

}  // namespace detail

Expected<Test> parse_test(const std::string& text) {
  const std::vector<std::string> names{"z", "t", "knha", "adhoc", "adhoc-iqwig6", "adhoc-ci"};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (to_lower(text) == names[i]) return static_cast<Test>(i);
  if (to_lower(text) == "hksj") return Test::knha;
  return make_error(
      ErrorCode::usage,
      fmt::format("unknown test '{}'{}; known are {}", text, did_you_mean(text, names), join(names, ", ")), "test");
}

std::string name(Test test) {
  switch (test) {
    case Test::z:
      return "z";
    case Test::t:
      return "t";
    case Test::knha:
      return "knha";
    case Test::adhoc:
      return "adhoc";
    case Test::adhoc_iqwig6:
      return "adhoc-iqwig6";
    case Test::adhoc_ci:
      return "adhoc-ci";
  }
  HR_ASSERT(false);
}

Expected<Dfs> parse_dfs(const std::string& text) {
  const std::vector<std::string> names{"residual", "contain", "satterthwaite", "kenward-roger"};
  constexpr Dfs::Kind kinds[] = {Dfs::Kind::residual, Dfs::Kind::contain, Dfs::Kind::satterthwaite,
                                 Dfs::Kind::kenward_roger};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (to_lower(text) == names[i]) return Dfs{kinds[i], 0};
  const auto value = parse_number(text);
  if (value && *value > 0) return Dfs{Dfs::Kind::given, *value};
  return make_error(
      ErrorCode::usage,
      fmt::format("dfs is '{}'{}; it is {} or a positive number", text, did_you_mean(text, names), join(names, ", ")),
      "dfs");
}

stats::Vector degrees_of_freedom(const model::Fit& fit, const Dfs& dfs) {
  const double residual = static_cast<double>(fit.k() - fit.p());
  stats::Vector out(fit.p(), dfs.kind == Dfs::Kind::given ? dfs.value : residual);
  const auto* spec = std::get_if<model::Multilevel>(&fit.problem.spec());
  if (spec == nullptr) return out;
  if (dfs.kind == Dfs::Kind::contain) {
    const auto groupings = detail::groupings(*spec);
    for (std::size_t j = 0; j < fit.p(); ++j) out[j] = containment_df(fit, groupings, j);
  }
  for (double& df : out) df = std::max(df, dfs.kind == Dfs::Kind::given ? df : 1.0);
  return out;
}

Expected<Coefficients> coefficients(const model::Fit& fit, const Options& options) {
  HR_CHECK(check_options(fit, options));
  if (options.robust)
    return detail::robust_coefficients(fit, options, options.btt.value_or(default_btt(fit.problem.data())));
  const std::size_t p = fit.p();
  HR_TRY(const Test test, resolved_test(fit, options));
  const bool normal = test == Test::z || fit.k() == 1;
  Coefficients out;
  out.beta = fit.beta;
  out.vb = fit.vb;
  if (!normal && test == Test::knha) out.s2w = fit.s2w;
  if (!normal && test == Test::adhoc) out.s2w = std::max(1.0, fit.s2w);
  for (std::size_t r = 0; r < p; ++r)
    for (double& value : out.vb.row(r)) value *= out.s2w;
  out.ddf = normal ? stats::Vector(p, missing) : degrees_of_freedom(fit, options.dfs);
  if (!normal && options.dfs.is_small_sample()) HR_CHECK(use_small_sample(fit, options.dfs.kind, out));
  for (std::size_t j = 0; j < p; ++j) {
    const double se = std::sqrt(out.vb(j, j));
    const double margin = detail::critical_value(options.level, out.ddf[j]) * se;
    out.se.push_back(se);
    out.zval.push_back(out.beta[j] / se);
    out.pval.push_back(detail::p_value(out.zval[j], out.ddf[j]));
    out.ci_lb.push_back(out.beta[j] - margin);
    out.ci_ub.push_back(out.beta[j] + margin);
  }
  out.btt = options.btt.value_or(default_btt(fit.problem.data()));
  omnibus(out, normal);
  return out;
}

}  // namespace hedgerow::infer
