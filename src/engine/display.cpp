// Back-transformed results: the same points of the distribution on another scale, bounds in order. Standard errors and
// tests belong to the scale of the model and stay there.
//
// A transformation that integrates over the true effects (.int) takes the variance of the model that gave the number:
// in leave-one-out and cumulative analyses that of each refit.
#include "engine/detail/display.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/missing.hpp"
#include "base/text.hpp"

namespace hedgerow::engine {
namespace {

using stats::Vector;

std::string bare(const std::string& name) { return name.starts_with("transf.") ? name.substr(7) : name; }

// "odds ratio", "odds ratio (exp.int)", or the transformation itself where it is not that of the measure.
std::string name_of(const std::string& transf, const std::string& measure) {
  const std::string usual = effect::display_transform(measure);
  if (usual.empty()) return transf;
  if (transf == usual) return effect::display_name(measure);
  return transf.starts_with(usual + ".") ? fmt::format("{} ({})", effect::display_name(measure), transf) : transf;
}

double harmonic_mean(const Vector& values) {
  double sum = 0;
  for (const double value : values) sum += 1 / value;
  return static_cast<double>(values.size()) / sum;
}

std::string harmonic_warning(const std::string& measure, const Vector& sizes) {
  const bool rate = measure == "IRFT";
  const char* quantity = rate ? "rate" : "proportion";
  return fmt::format(
      "{} is shown as a {} by {} with the harmonic mean of the {}, {}; where sizes differ much the {} shown can "
      "mislead. "
      "The measure {}, or a model of counts (GLMM), has no such step",
      measure, quantity, effect::display_transform(measure), rate ? "person-times" : "sample sizes",
      format_significant(harmonic_mean(sizes), 6), quantity, rate ? "IRLN" : "PLO");
}

// Blocks of two-level models have H2; tau2 of the others is one of several variances.
bool two_level(const Block& block) { return block.find("H2") != nullptr; }

// The values of `field` through the transformation; empty if the block has none, or has several per row.
Vector shown_values(const Shown& shown, const Block& block, const char* field) {
  Vector values = block.vector(field);
  effect::TransformArguments with = shown.with;
  const Vector tau2 = block.vector("tau2");
  const bool own_variance = effect::takes_tau2(shown.transf) && two_level(block) && tau2.size() == values.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (own_variance) with.tau2 = {tau2[i]};
    const bool known = !own_variance || tau2[i] >= 0;
    const auto moved = known ? effect::transform(shown.transf, values[i], with) : Expected<double>(kMissing);
    values[i] = moved ? *moved : kMissing;
  }
  return values;
}

// Vaccine efficacy falls where the risk ratio rises.
void order(Vector& lower, Vector& upper) {
  for (std::size_t i = 0; i < lower.size() && i < upper.size(); ++i)
    if (lower[i] > upper[i]) std::swap(lower[i], upper[i]);
}

Value as_value(const Vector& values, bool single) { return single ? Value(values.front()) : Value(values); }

// estimate, interval and prediction interval of a block as a block. `estimate`: the name of the field.
Block display_block(const Shown& shown, const Block& block, const char* estimate, bool single) {
  Block out;
  Vector lower = shown_values(shown, block, "ci_lb"), upper = shown_values(shown, block, "ci_ub");
  order(lower, upper);
  out.add("name", shown.name).add("transf", shown.transf);
  out.add("estimate", as_value(shown_values(shown, block, estimate), single));
  out.add("ci_lb", as_value(lower, single)).add("ci_ub", as_value(upper, single));
  if (!block.find("pi_lb")) return out;
  Vector pi_lb = shown_values(shown, block, "pi_lb"), pi_ub = shown_values(shown, block, "pi_ub");
  order(pi_lb, pi_ub);
  return out.add("pi_lb", as_value(pi_lb, single)).add("pi_ub", as_value(pi_ub, single));
}

void add_to(const Shown& shown, const AskPredict& ask, Block& block) {
  // The linear predictor of a scale is no effect.
  if (!ask.transf.empty() || !block.find("pi_lb")) return;
  Block display = display_block(shown, block, "pred", false);
  block.add("display", std::move(display));
}

// Slopes have no such scale of their own: with several coefficients the field is a matrix.
template <typename Refits>
void add_refits(const Shown& shown, const Refits& ask, Block& block) {
  const Value* estimate = block.find("estimate");
  if (!ask.transf.empty() || estimate == nullptr || !std::holds_alternative<Vector>(*estimate)) return;
  if (effect::takes_tau2(shown.transf) && !two_level(block)) return;
  Block display = display_block(shown, block, "estimate", false);
  block.add("display", std::move(display));
}

void add_to(const Shown& shown, const AskLeaveOneOut& ask, Block& block) { add_refits(shown, ask, block); }
void add_to(const Shown& shown, const AskCumulative& ask, Block& block) { add_refits(shown, ask, block); }

// Groups with one variance are parts of another model than the fit.
void add_to(const Shown& shown, const AskSubgroups& ask, Block& block) {
  if (effect::takes_tau2(shown.transf) && ask.common_tau2) return;
  for (auto& [name, value] : block.fields) {
    auto* groups = std::get_if<std::vector<Block>>(&value);
    if (name != "groups" || groups == nullptr) continue;
    for (Block& group : *groups) {
      Shown own = shown;
      if (group.find("sigma2")) {
        const Vector sigma2 = group.vector("sigma2");
        own.with.tau2 = {std::accumulate(sigma2.begin(), sigma2.end(), 0.0)};
      }
      Block display = display_block(own, group, "beta", true);
      group.add("display", std::move(display));
    }
  }
}

template <typename Other>
void add_to(const Shown&, const Other&, Block&) {}

}  // namespace

std::string shown_transform(const Job& job, const std::string& measure) {
  const std::string asked = bare(job.transf);
  if (asked == "none" || asked == "identity") return "";
  return asked.empty() ? effect::display_transform(measure) : asked;
}

effect::TransformArguments transform_arguments(const model::Fit& fit, const std::string& measure) {
  effect::TransformArguments with;
  with.ni = fit.problem.data().ni;
  if (measure == "IRFT") with.ti = with.ni;  // the size of a rate is its person-time
  if (fit.is_multilevel()) {
    double total = std::accumulate(fit.sigma2.begin(), fit.sigma2.end(), 0.0);
    bool one_variance = true;
    for (const model::StructuredFit& term : fit.structured) {
      one_variance = one_variance && term.tau2.size() == 1;
      total += term.tau2.front();
    }
    if (one_variance) with.tau2 = {total};
  } else if (std::isfinite(fit.tau2)) {
    with.tau2 = {fit.tau2};
  }
  return with;
}

Expected<Shown> shown_scale(const Context& context) {
  const std::string& measure = context.rows.effects.measure;
  Shown out;
  out.transf = shown_transform(context.job, measure);
  if (out.transf.empty()) return out;
  out.with = transform_arguments(context.fit, measure);
  const auto tried = effect::transform(out.transf, 0.5, out.with);
  if (!tried && !context.job.transf.empty()) {
    if (effect::takes_tau2(out.transf) && out.with.tau2.empty())
      return make_error(
          ErrorCode::not_defined,
          fmt::format("{} integrates over the true effects, and this model has no one variance of them", out.transf),
          "transf");
    return tried.error();
  }
  if (!tried) return Shown{};
  out.name = name_of(out.transf, measure);
  if (out.transf.ends_with(".hm") && out.transf == effect::display_transform(measure))
    out.warnings.push_back(harmonic_warning(measure, out.with.ni));
  return out;
}

void add_fit_display(const Shown& shown, Block& fit) {
  const std::vector<std::string> names = fit.texts("coef_names");
  if (shown.transf.empty() || names.size() != 1 || names.front() != "intrcpt") return;
  Block display = display_block(shown, fit, "beta", true);
  fit.add("display", std::move(display));
}

void add_answer_display(const Shown& shown, const Ask& ask, Block& block) {
  if (shown.transf.empty()) return;
  std::visit([&](const auto& question) { add_to(shown, question, block); }, ask);
}

}  // namespace hedgerow::engine
