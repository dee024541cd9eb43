// Does the fit of general models find the global maximum? Simulated small sets against a grid of all variance
// parameters, the best grid point climbed on by a search without derivatives.
//
//   check_mixed_grid [sets of each model [che|un|crossed]]
//
//   che      ~ 1 | study/es with correlated sampling errors
//   un       two outcomes, ~ outcome | study, struct UN, correlated sampling errors
//   crossed  ~ 1 | study, ~ 1 | instrument, ~ 1 | es
//
// Sets of 4 to 12 studies, ML and REML, with and without a moderator, components at and off the boundary, sampling
// variances of very different size. Exit code 1 if the search ends above a fit that says it converged by more than
// 1e-7. The likelihood itself is compared with a dense twin by the unit tests.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>

#include "model/detail/mixed_likelihood.hpp"
#include "model/fit.hpp"
#include "model/parameters.hpp"

namespace {

using namespace hedgerow;
using stats::Vector;

constexpr double tolerance = 1e-7;
constexpr double error_correlation = 0.6;

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed) : engine_(seed) {}

  model::Problem problem(const std::string& kind) {
    model::Data data;
    model::Multilevel spec;
    spec.likelihood = uniform() < 0.7 ? model::Likelihood::reml : model::Likelihood::ml;
    std::vector<std::uint32_t> study, instrument, outcome;
    Vector x;
    const double variance[] = {component(), component(), component()};
    const double rho = uniform() < 0.2 ? 1 : 2 * uniform() - 1;
    const double spread = 3 * uniform();
    Vector instrument_effect(4);
    for (double& u : instrument_effect) u = normal() * std::sqrt(variance[2]);
    const auto studies = static_cast<std::uint32_t>(4 + 9 * uniform());
    for (std::uint32_t s = 0; s < studies; ++s) {
      const double shared = normal(), u[] = {normal(), normal()};
      const auto rows = static_cast<std::uint32_t>(kind == "un" ? 2 : 1 + 5 * uniform());
      const std::uint32_t first = kind == "un" && uniform() < 0.2 ? 1 : 0;
      for (std::uint32_t n = first; n < rows; ++n) {
        const double v = 0.05 * std::exp(spread * (uniform() - 0.5));
        const auto tool = static_cast<std::uint32_t>(4 * uniform());
        double y = std::sqrt(v) * (kind == "crossed" ? normal() : std::sqrt(0.6) * shared + std::sqrt(0.4) * normal());
        if (kind == "un")
          y += std::sqrt(variance[n]) * (n == 0 ? u[0] : rho * u[0] + std::sqrt(1 - rho * rho) * u[1]);
        else
          y += std::sqrt(variance[0]) * u[0] + std::sqrt(variance[1]) * normal();
        if (kind == "crossed") y += instrument_effect[tool];
        data.yi.push_back(y);
        data.vi.push_back(v);
        x.push_back(uniform());
        study.push_back(s);
        instrument.push_back(tool);
        outcome.push_back(n);
      }
    }
    if (kind != "crossed") data.v = correlated_errors(data.vi, study);
    set_design(data, x, uniform() < 0.3);
    set_model(spec, kind, study, instrument, outcome);
    return model::Problem::create(std::move(data), std::move(spec)).take();
  }

 private:
  double component() { return uniform() < 0.3 ? 0 : std::pow(10, -2 + 2 * uniform()); }

  static std::shared_ptr<const stats::BlockMatrix> correlated_errors(const Vector& vi,
                                                                     const std::vector<std::uint32_t>& study) {
    auto v = stats::BlockMatrix::zeros(study);
    for (std::size_t i = 0; i < vi.size(); ++i)
      for (std::size_t j = 0; j <= i; ++j)
        if (study[i] == study[j]) v.set(i, j, (i == j ? 1 : error_correlation) * std::sqrt(vi[i] * vi[j]));
    return std::make_shared<stats::BlockMatrix>(std::move(v));
  }

  static void set_design(model::Data& data, const Vector& x, bool moderator) {
    data.x = stats::Matrix(data.k(), moderator ? 2 : 1, 1.0);
    data.names = {"intrcpt"};
    data.term = {0};
    if (!moderator) return;
    for (std::size_t i = 0; i < data.k(); ++i) data.x(i, 1) = x[i];
    data.names.push_back("x");
    data.term.push_back(1);
  }

  static void set_model(model::Multilevel& spec, const std::string& kind, const std::vector<std::uint32_t>& study,
                        const std::vector<std::uint32_t>& instrument, const std::vector<std::uint32_t>& outcome) {
    if (kind == "un") {
      model::Structured term;
      term.structure = model::Structure::un;
      term.inner_name = "outcome";
      term.outer_name = "study";
      term.outer = study;
      term.inner = outcome;
      term.levels = {"A", "B"};
      spec.structured.push_back(std::move(term));
      return;
    }
    spec.s_names = {"study", "es"};
    spec.groups = {study, std::vector<std::uint32_t>(study.size())};
    for (std::size_t i = 0; i < study.size(); ++i) spec.groups[1][i] = static_cast<std::uint32_t>(i);
    if (kind != "crossed") return;
    // Instruments in the order of their first row, without gaps.
    std::vector<std::uint32_t> number(4, 4), ids;
    std::uint32_t next = 0;
    for (const std::uint32_t tool : instrument) {
      if (number[tool] == 4) number[tool] = next++;
      ids.push_back(number[tool]);
    }
    spec.s_names.push_back("instrument");
    spec.groups.push_back(std::move(ids));
  }

  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
  double normal() { return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(6.283185307179586 * uniform()); }
  std::mt19937_64 engine_;
};

/// The highest likelihood that a grid and a search from its best point reach.
class Search {
 public:
  explicit Search(const model::Problem& problem)
      : likelihood_(model::make_dense_likelihood(problem)),
        kind_(std::get<model::Multilevel>(problem.spec()).likelihood),
        all_(model::parameters(problem)),
        at_(all_.size(), 0.0) {}

  double run() {
    grid(0);
    at_ = best_at_;
    Vector step(at_.size(), 0.1);
    while (*std::max_element(step.begin(), step.end()) > 1e-7)
      for (std::size_t i = 0; i < at_.size(); ++i) {
        const bool moved = try_step(i, step[i]) || try_step(i, -step[i]);
        step[i] *= moved ? 1.5 : 0.6;
      }
    return best_;
  }

 private:
  bool correlation(std::size_t i) const { return all_[i].kind == model::Parameter::Kind::rho; }

  void grid(std::size_t i) {
    if (i == at_.size()) return look();
    if (correlation(i)) {
      for (const double rho : {-1.0, -0.95, -0.8, -0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0})
        at_[i] = rho, grid(i + 1);
      return;
    }
    at_[i] = 0, grid(i + 1);
    for (double s = 5e-4; s < 20; s *= 2) at_[i] = s, grid(i + 1);
  }

  void look() {
    const auto e = likelihood_->evaluate(at_, false);
    if (!e.finite || e.loglik(kind_) <= best_) return;
    best_ = e.loglik(kind_);
    best_at_ = at_;
  }

  /// A step in the standard deviation or the correlation.
  bool try_step(std::size_t i, double step) {
    const double before = best_, value = at_[i];
    if (correlation(i))
      at_[i] = std::clamp(value + step, -1.0, 1.0);
    else
      at_[i] = std::pow(std::max(0.0, std::sqrt(value) + step), 2);
    look();
    if (best_ > before) return true;
    at_[i] = value;
    return false;
  }

  std::unique_ptr<model::MixedLikelihood> likelihood_;
  model::Likelihood kind_;
  std::vector<model::Parameter> all_;
  Vector at_, best_at_;
  double best_ = -INFINITY;
};

struct Tally {
  int sets = 0, failed = 0, unsure = 0, below = 0, at_boundary = 0, several = 0;
  double worst = -INFINITY;
};

void examine(const model::Problem& problem, const std::string& kind, Tally& tally) {
  ++tally.sets;
  const auto fit = model::fit(problem);
  if (!fit) {
    ++tally.failed;
    fmt::print("{} set {}: {}\n", kind, tally.sets, describe(fit.error()));
    return;
  }
  const auto& certificate = fit->certificate;
  const auto& bounds = certificate.at_boundary;
  tally.at_boundary += std::find(bounds.begin(), bounds.end(), true) != bounds.end() ? 1 : 0;
  for (const std::string& warning : certificate.warnings)
    tally.several += warning.find("more than one maximum") != std::string::npos ? 1 : 0;
  const bool reml = std::get<model::Multilevel>(problem.spec()).likelihood == model::Likelihood::reml;
  const double reached = reml ? fit->reml.loglik : fit->ml.loglik, best = Search(problem).run();
  tally.worst = std::max(tally.worst, best - reached);
  tally.unsure += certificate.converged ? 0 : 1;
  if (best <= reached + tolerance || !certificate.converged) return;
  ++tally.below;
  fmt::print("{} set {}: the search reaches {:.10g}, the fit {:.10g}\n", kind, tally.sets, best, reached);
}

}  // namespace

int main(int argc, char** argv) {
  const int sets = argc > 1 ? std::atoi(argv[1]) : 300;
  int wrong = 0;
  for (const std::string kind : {"che", "un", "crossed"}) {
    if (argc > 2 && kind != argv[2]) continue;
    Simulation simulation(47);
    Tally tally;
    for (int set = 0; set < sets; ++set) examine(simulation.problem(kind), kind, tally);
    wrong += tally.below + tally.failed;
    fmt::print(
        "{}: {} sets; {} converged below the search, {} failed, {} not converged; {} at the boundary, {} with several "
        "maxima; search minus fit at most {:.3g}\n",
        kind, tally.sets, tally.below, tally.failed, tally.unsure, tally.at_boundary, tally.several, tally.worst);
  }
  return wrong > 0 ? 1 : 0;
}
