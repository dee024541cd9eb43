#include "model/detail/glmm_newton.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

constexpr double tolerance = 1e-12;      // of the Newton decrement: log-likelihood still to be gained, twice
constexpr double longest_predictor = 4;  // largest change of a linear predictor in one step
constexpr double longest_sd = 1;         // the same of a standard deviation or of the angle of the correlation

RandomPart shifted(const GlmmModel& model, RandomPart random, const stats::Vector& step, double by) {
  const std::size_t g = model.fixed();
  for (int r = 0; r < model.effects; ++r)
    random.sd[static_cast<std::size_t>(r)] += by * step[g + static_cast<std::size_t>(r)];
  if (model.effects == 2 && model.correlated) random.angle += by * step[g + 2];
  return random;
}

struct Step {
  stats::Vector local, common;
};

GlmmState moved(const GlmmModel& model, const GlmmState& from, const Step& step, double by) {
  GlmmState out = from;
  for (std::size_t j = 0; j < out.local.size(); ++j) out.local[j] += by * step.local[j];
  for (std::size_t i = 0; i < model.fixed(); ++i) out.fixed[i] += by * step.common[i];
  out.random = shifted(model, from.random, step.common, by);
  return out;
}

std::array<double, 2> predictors(const GlmmModel& model, const GlmmState& state, std::size_t j) {
  std::array<double, 2> e = model.offset.empty() ? std::array<double, 2>{} : model.offset[j];
  for (std::size_t a = 0; a < model.studies[j].cells.size(); ++a) {
    if (model.has_local) e[a] += model.local[a] * state.local[j];
    e[a] += stats::dot(model.x[a].row(j), state.fixed);
  }
  return e;
}

/// Adds the derivatives of one study, by the chain rule from its predictors to the parameters.
void add_study(const GlmmModel& model, std::size_t j, const StudyValue& study, GlmmValue& out) {
  const std::size_t cells = model.studies[j].cells.size(), g = model.fixed(), all = model.common();
  const std::size_t variables = cells + (all - g);
  // Row v: derivative of variable v of the study in (lambda_j, common parameters).
  std::array<double, StudyValue::most> to_local{};
  const auto to_common = [&](std::size_t v, std::size_t i) {
    if (v < cells) return i < g ? model.x[v](j, i) : 0.0;
    return i == g + v - cells ? 1.0 : 0.0;
  };
  for (std::size_t a = 0; a < cells; ++a) to_local[a] = model.has_local ? model.local[a] : 0;
  out.loglik += study.value;
  out.conditional_deviance += study.conditional_deviance;
  for (std::size_t v = 0; v < variables; ++v) {
    if (model.has_local) out.local_score[j] += study.gradient[v] * to_local[v];
    for (std::size_t i = 0; i < all; ++i) out.score[i] += study.gradient[v] * to_common(v, i);
    for (std::size_t w = 0; w < variables; ++w) {
      const double h = study.hessian[v][w];
      if (h == 0) continue;
      if (model.has_local) out.local_information[j] -= h * to_local[v] * to_local[w];
      for (std::size_t i = 0; i < all; ++i) {
        const double left = h * to_common(v, i);
        if (left == 0) continue;
        if (model.has_local) out.cross(j, i) -= left * to_local[w];
        for (std::size_t m = 0; m < all; ++m) out.information(i, m) -= left * to_common(w, m);
      }
    }
  }
}

/// Rows and columns of the parameters that are held become those of the identity, their scores 0.
void hold(const GlmmModel& model, stats::Matrix& information, stats::Vector& score) {
  for (std::size_t i = 0; i < model.common(); ++i) {
    if (model.is_free(i)) continue;
    for (std::size_t m = 0; m < model.common(); ++m) information(i, m) = information(m, i) = 0;
    information(i, i) = 1;
    score[i] = 0;
  }
}

double positive(double information) { return information > 0 ? information : std::max(-information, 1e-10); }

/// Newton step; the information of the common parameters is ridged until it is positive definite.
Step newton_step(const GlmmModel& model, const GlmmValue& at, double& decrement) {
  const std::size_t all = model.common();
  stats::Matrix information = at.information;
  stats::Vector score = at.score;
  for (std::size_t j = 0; j < at.local_score.size(); ++j) {
    const double d = positive(at.local_information[j]);
    for (std::size_t i = 0; i < all; ++i) {
      score[i] -= at.cross(j, i) * at.local_score[j] / d;
      for (std::size_t m = 0; m < all; ++m) information(i, m) -= at.cross(j, i) * at.cross(j, m) / d;
    }
  }
  hold(model, information, score);
  Step step{stats::Vector(at.local_score.size(), 0.0), stats::Vector(all, 0.0)};
  double ridge = 0;
  for (int attempt = 0; attempt < 40 && all > 0; ++attempt) {
    stats::Matrix ridged = information;
    for (std::size_t i = 0; i < all; ++i) ridged(i, i) += ridge * (std::abs(at.information(i, i)) + 1e-8);
    const auto factor = stats::Cholesky::create(ridged);
    if (factor) {
      step.common = factor->solve(score);
      break;
    }
    ridge = ridge == 0 ? 1e-4 : ridge * 4;
  }
  decrement = stats::dot(step.common, score);
  for (std::size_t j = 0; j < at.local_score.size(); ++j) {
    const double d = positive(at.local_information[j]);
    decrement += at.local_score[j] * at.local_score[j] / d;
    step.local[j] = (at.local_score[j] - stats::dot(at.cross.row(j), step.common)) / d;
  }
  return step;
}

/// Factor that keeps the step within what the quadratic model can be trusted for.
double trusted(const GlmmModel& model, const Step& step) {
  double factor = 1;
  for (std::size_t j = 0; j < model.k(); ++j) {
    for (std::size_t a = 0; a < model.studies[j].cells.size(); ++a) {
      double change = model.has_local ? model.local[a] * step.local[j] : 0;
      for (std::size_t i = 0; i < model.fixed(); ++i) change += model.x[a](j, i) * step.common[i];
      factor = std::min(factor, longest_predictor / std::max(std::abs(change), 1e-300));
    }
  }
  for (std::size_t i = model.fixed(); i < model.common(); ++i)
    factor = std::min(factor, longest_sd / std::max(std::abs(step.common[i]), 1e-300));
  return factor;
}

double largest_free_score(const GlmmModel& model, const GlmmValue& at) {
  double out = 0;
  for (std::size_t i = 0; i < model.common(); ++i)
    if (model.is_free(i)) out = std::max(out, std::abs(at.score[i]));
  for (const double g : at.local_score) out = std::max(out, std::abs(g));
  return out;
}

}  // namespace

std::size_t GlmmModel::common() const {
  return fixed() + static_cast<std::size_t>(effects) + (effects == 2 && correlated ? 1u : 0u);
}

bool GlmmModel::is_free(std::size_t common_parameter) const {
  if (common_parameter < fixed()) return true;
  const std::size_t at = common_parameter - fixed();
  return at >= 2 || !held[at];
}

GlmmValue glmm_loglik(const GlmmModel& model, const GlmmState& state) {
  const std::size_t all = model.common(), locals = model.has_local ? model.k() : 0;
  GlmmValue out;
  out.score.assign(all, 0.0);
  out.local_score.assign(locals, 0.0);
  out.local_information.assign(locals, 0.0);
  out.information = stats::Matrix(all, all);
  out.cross = stats::Matrix(locals, all);
  RandomPart random = state.random;
  random.effects = model.effects;
  random.correlated = model.correlated;
  for (std::size_t j = 0; j < model.k(); ++j)
    add_study(model, j, study_loglik(model.studies[j], predictors(model, state, j), random, model.rule), out);
  return out;
}

GlmmOptimum maximise_glmm(const GlmmModel& model, GlmmState start) {
  GlmmOptimum out;
  out.state = std::move(start);
  out.at = glmm_loglik(model, out.state);
  for (out.iterations = 1; out.iterations <= 300; ++out.iterations) {
    const Step step = newton_step(model, out.at, out.decrement);
    if (!std::isfinite(out.decrement)) break;
    const bool last = out.decrement < tolerance;
    double by = trusted(model, step);
    bool rose = false;
    for (int half = 0; half < 40 && !rose; ++half, by /= 2) {
      GlmmState next = moved(model, out.state, step, by);
      GlmmValue there = glmm_loglik(model, next);
      // In the last step the rise is below the rounding of the log-likelihood; the score decides.
      rose = there.loglik > out.at.loglik ||
             (last && largest_free_score(model, there) <= largest_free_score(model, out.at));
      if (!rose && last) break;
      if (!rose) continue;
      out.state = std::move(next);
      out.at = std::move(there);
    }
    out.converged = last || (!rose && out.decrement < 1e-7);
    if (last || !rose) break;
  }
  out.gradient_norm = largest_free_score(model, out.at);
  return out;
}

stats::Matrix eliminated_information(const GlmmValue& at) {
  stats::Matrix out = at.information;
  for (std::size_t j = 0; j < at.local_score.size(); ++j)
    for (std::size_t i = 0; i < out.rows(); ++i)
      for (std::size_t m = 0; m < out.cols(); ++m)
        out(i, m) -= at.cross(j, i) * at.cross(j, m) / positive(at.local_information[j]);
  return out;
}

}  // namespace hedgerow::model
