#include "engine/review_words.hpp"

#include <fmt/core.h>

#include <cmath>
#include <set>
#include <utility>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "effect/transform.hpp"

namespace hedgerow::engine {
namespace {

double at(const stats::Vector& values, std::size_t i) { return i < values.size() ? values[i] : kMissing; }

/// Fixed digits with a minus sign that is as wide as a digit.
std::string fixed(double value, int digits) {
  std::string text = format_fixed(value, digits);
  if (text.front() == '-') text.replace(0, 1, "−");
  return text;
}

/// The number that belongs to each of some levels, or the only one.
std::string by_level(const stats::Vector& values, const std::vector<std::string>& levels) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < values.size(); ++i)
    parts.push_back(values.size() == levels.size() ? fmt::format("{} {}", levels[i], format_fixed(values[i], 3))
                                                   : format_fixed(values[i], 3));
  return join(parts, ", ");
}

std::string structured_text(const Block& term) {
  const stats::Vector rho = term.vector("rho");
  std::string out = fmt::format("{}: τ² {}", term.text("name"), by_level(term.vector("tau2"), term.texts("levels")));
  return rho.empty() ? out : out + "; ρ " + by_level(rho, {});
}

std::string test_words(const InferenceRequest& inference) {
  if (inference.robust) return inference.robust->adjustment + " robust";
  if (inference.dfs == "satterthwaite") return "t (Satterthwaite df)";
  if (inference.dfs == "kenward-roger") return "t (Kenward-Roger)";
  if (inference.test == "t" && inference.dfs == "contain") return "t (containment df)";
  if (inference.test == "knha") return "Knapp-Hartung";
  return inference.test == "adhoc" ? "Knapp-Hartung (factor at least 1)" : inference.test;
}

}  // namespace

Pooled pooled(const Block& fit, std::size_t j) {
  Pooled out;
  out.k = fit.number("k");
  out.studies = kMissing;
  out.estimate = at(fit.vector("beta"), j);
  out.se = at(fit.vector("se"), j);
  out.ci_lb = at(fit.vector("ci_lb"), j);
  out.ci_ub = at(fit.vector("ci_ub"), j);
  out.stat = at(fit.vector("zval"), j);
  out.p = at(fit.vector("pval"), j);
  const stats::Vector ddf = fit.vector("ddf");
  out.ddf = ddf.size() == 1 ? ddf.front() : at(ddf, j);
  out.q = fit.number("QE");
  out.q_df = fit.number("QE_df");
  out.q_p = fit.number("QEp");
  out.i2 = fit.number("I2");
  out.i2_q = fit.number("I2_q");
  out.tau2 = fit.number("tau2");
  out.pi_lb = out.pi_ub = kMissing;
  out.i2_levels = fit.vector("I2_levels");
  out.s_names = fit.texts("s_names");
  // Models of counts have a sigma2 without a name, that of their study effects.
  if (!out.s_names.empty()) out.sigma2 = fit.vector("sigma2");
  for (const Block& term : fit.blocks("structured")) out.structured.push_back(structured_text(term));
  return out;
}

Pooled pooled(const ReviewSpec& spec, const Result& result) {
  Pooled out = pooled(*result.fit);
  out.studies = static_cast<double>(count_studies(spec, result));
  for (const Answer& answer : result.answers) {
    if (answer.ask != "predict" || answer.error || answer.name == kStudyPrediction) continue;
    out.pi_lb = at(answer.block.vector("pi_lb"), 0);
    out.pi_ub = at(answer.block.vector("pi_ub"), 0);
    break;
  }
  order_shown(spec, out.ci_lb, out.ci_ub);
  order_shown(spec, out.pi_lb, out.pi_ub);
  return out;
}

void order_shown(const ReviewSpec& spec, double& lower, double& upper) {
  if (shown_value(spec, lower) > shown_value(spec, upper)) std::swap(lower, upper);
}

std::size_t count_studies(const ReviewSpec& spec, const Result& result) {
  const auto column = result.effects.table->find(spec.effects.study);
  if (!column) return 0;
  std::set<std::string> names;
  for (std::uint32_t i : result.used) names.emplace(result.effects.table->cell(result.effects.row[i], *column));
  return names.size();
}

double shown_value(const ReviewSpec& spec, double value) {
  if (spec.effects.transf.empty()) return value;
  const auto shown = effect::transform(spec.effects.transf, value);
  return shown ? *shown : kMissing;
}

std::string number_text(const ReviewSpec& spec, double value) { return fixed(shown_value(spec, value), 2); }

std::string interval_text(const ReviewSpec& spec, double estimate, double lower, double upper) {
  order_shown(spec, lower, upper);
  return fmt::format("{} [{}, {}]", number_text(spec, estimate), number_text(spec, lower), number_text(spec, upper));
}

std::string p_text(double p) {
  if (is_missing(p)) return "p not defined";
  const std::string text = format_p(p);
  return text.front() == '<' ? "p < " + text.substr(1) : "p = " + text;
}

std::string variance_text(const Pooled& p) {
  if (p.sigma2.empty() && p.structured.empty()) return is_missing(p.tau2) ? "" : format_fixed(p.tau2, 3);
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < p.sigma2.size(); ++i)
    parts.push_back(fmt::format("{} {}", p.s_names[i], format_fixed(p.sigma2[i], 3)));
  parts.insert(parts.end(), p.structured.begin(), p.structured.end());
  return join(parts, "; ");
}

namespace {

std::string counts_text(const Job& job) {
  const CountRequest& counts = *job.model.counts;
  if (counts.model == "MH") return "Mantel-Haenszel";
  if (counts.model == "PETO") return "Peto";
  if (counts.model == "FIRTH") return "logistic regression with Firth's penalty";
  const std::string kind = counts.model == "BB"     ? "beta-binomial model"
                           : counts.model == "GLMM" ? "mixed model of counts (GLMM)"
                                                    : fmt::format("mixed model of counts (GLMM, {})", counts.model);
  return kind + (job.model.method == "EE" ? ", common effect" : ", random effects");
}

}  // namespace

std::string model_text(const Job& job) {
  if (job.model.counts) return fmt::format("{}; {}", counts_text(job), test_words(job.inference));
  std::string name = job.model.method == "EE" ? "common effect" : fmt::format("random effects, {}", job.model.method);
  if (!job.model.random.empty())
    name = fmt::format("multilevel {}, {}", join(job.model.random, ", "), job.model.method);
  if (job.effect.covariance) name += ", dependent sampling errors";
  return fmt::format("{}; {}", name, test_words(job.inference));
}

std::string counted(double count, const std::string& one, const std::string& many) {
  return fmt::format("{} {}", format_fixed(count, 0), count == 1 ? one : many);
}

report::Cell number_cell(double value, int digits) {
  if (is_missing(value)) return report::Cell(report::Text("–"), "NA");
  return report::Cell(report::Text(fixed(value, digits)), format_shortest(value));
}

report::Cell effect_cell(const ReviewSpec& spec, double value) { return number_cell(shown_value(spec, value), 2); }

report::Cell interval_cell(const ReviewSpec& spec, double estimate, double lower, double upper) {
  if (is_missing(estimate)) return report::Cell(report::Text("–"), "NA");
  return report::Cell(report::Text(interval_text(spec, estimate, lower, upper)),
                      format_shortest(shown_value(spec, estimate)));
}

report::Cell p_cell(double p) {
  if (is_missing(p)) return report::Cell(report::Text("–"), "NA");
  const std::string text = format_p(p);
  return report::Cell(report::Text(text.front() == '<' ? "< " + text.substr(1) : text), format_shortest(p));
}

}  // namespace hedgerow::engine
