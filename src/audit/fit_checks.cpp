// DE, MO: what a fitted model rests on: assumed correlations, few degrees of freedom, weights, a likelihood with two
// summits, a moderator that is part of the effect.
//
//   profile likelihood of tau2 (normal random effects, mu eliminated; REML adds -ln(sum w) / 2)
//     l = -1/2 sum ln(v_i + tau2) - 1/2 sum w_i (y_i - mu)^2,  w_i = 1 / (v_i + tau2),  mu = sum w y / sum w
//
// Sources: tipton2015 (degrees of freedom), sharp2000 (baseline risk), kadlec2023 (weights), cochrane-handbook
// (6.5.2.8).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/analysis.hpp"
#include "audit/check.hpp"
#include "audit/detail/words.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

std::string interval(const Pooled& result) {
  return fmt::format("{} [{}; {}]", format_fixed(result.estimate, 2), format_fixed(result.ci_lb, 2),
                     format_fixed(result.ci_ub, 2));
}

bool excludes_none(const Pooled& result) { return result.ci_lb > 0 || result.ci_ub < 0; }

void run_assumed_r(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (analysis.by_r.empty()) continue;
    sink.looked();
    std::vector<std::string> lines;
    std::size_t significant = 0;
    for (const auto& [r, result] : analysis.by_r) {
      lines.push_back(fmt::format("r = {}: {}", format_shortest(r), interval(result)));
      significant += excludes_none(result);
    }
    if (significant == 0 || significant == analysis.by_r.size()) continue;
    Finding& finding = sink.add(analysis.title(),
                                "Whether the interval excludes no effect depends on an assumed pre-post correlation.",
                                {analysis.place});
    finding.arithmetic = std::move(lines);
    finding.decides = true;
    finding.causes = {"take correlations from studies that tell all three SDs, and show the range"};
  }
}

void run_few_df(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (!analysis.robust_df) continue;
    sink.looked();
    if (*analysis.robust_df >= sink.limit()) continue;
    sink.add(analysis.title(),
             fmt::format("A cluster-robust test with {} degrees of freedom: its p-value cannot be trusted.",
                         format_significant(*analysis.robust_df, 2)),
             {analysis.place});
  }
}

void run_covariance(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (!analysis.smallest_eigenvalue) continue;
    sink.looked();
    if (*analysis.smallest_eigenvalue > 0) continue;
    sink.add(analysis.title(),
             fmt::format("The covariances of the effects are impossible together: smallest eigenvalue {}.",
                         format_significant(*analysis.smallest_eigenvalue, 3)),
             {analysis.place})
        .causes = {"an assumed correlation that is too strong, or of the wrong sign for some pairs"};
  }
}

void run_weighting(const Subject& subject, Sink& sink) {
  for (const Sheet* pooled : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < pooled->rows(); ++row) {
      const std::string weights = to_lower(pooled->declared(row, "weighting"));
      if (weights.empty()) continue;
      sink.looked();
      if (!detail::holds_any(weights, {"equal", "sample size", "unweighted", "none"})) continue;
      sink.add(pooled->subject(row), fmt::format("Effects are weighted by {}, not by their precision.", weights),
               {pooled->place(row, "estimate")});
    }
}

/// What may stand behind an effect's own baseline: numbers of group 2.
std::optional<double> baseline_of(const Sheet& sheet, std::size_t row, const std::string& kind) {
  const auto number = [&](const char* name) { return sheet.number(row, name); };
  if (kind == "mean") return number("m2i") ? std::optional(number("m2i")->value) : std::nullopt;
  const auto events = number("ci"), others = number("di"), people = number("n2i");
  if (!events) return std::nullopt;
  const double all = people ? people->value : others ? events->value + others->value : 0;
  if (!(all > 0)) return std::nullopt;
  return events->value / all;
}

/// Whether a column is group 2's own mean or risk in every row that has both.
bool is_baseline(const Analysis& analysis, const Sheet& sheet, const std::string& column, const std::string& kind) {
  const auto index = sheet.table().find(column);
  if (!index) return false;
  std::size_t both = 0;
  for (const std::size_t row : analysis.rows) {
    const auto baseline = baseline_of(sheet, row, kind);
    const auto given = parse_reported(sheet.table().cell(row, *index));
    if (!baseline || !given) continue;
    // A risk may be given in percent.
    const bool equal = agrees(*given, exactly(*baseline)) || agrees(*given, exactly(100 * *baseline));
    if (!equal) return false;
    ++both;
  }
  return both >= 3;
}

void run_baseline_risk(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses)
    for (const std::string& covariate : analysis.covariates) {
      sink.looked();
      const Sheet& sheet = subject.sheets[analysis.sheet];
      for (const char* kind : {"mean", "risk"}) {
        if (!is_baseline(analysis, sheet, covariate, kind)) continue;
        sink.add(analysis.title(),
                 fmt::format("The moderator '{}' is the {} of group 2, which the effect itself is made of.", covariate,
                             kind),
                 {analysis.place})
            .causes = {"regression to the mean makes such a slope of itself: model both groups jointly"};
      }
    }
}

/// The header's l.
double profile(const Analysis& analysis, double tau2) {
  double sum = 0, mean = 0, logs = 0, squares = 0;
  for (std::size_t i = 0; i < analysis.yi.size(); ++i) {
    const double w = 1 / (analysis.vi[i] + tau2);
    sum += w;
    mean += w * analysis.yi[i];
    logs -= std::log(w);
  }
  mean /= sum;
  for (std::size_t i = 0; i < analysis.yi.size(); ++i)
    squares += (analysis.yi[i] - mean) * (analysis.yi[i] - mean) / (analysis.vi[i] + tau2);
  return -0.5 * (logs + squares + (analysis.method == "REML" ? std::log(sum) : 0));
}

struct Summit {
  double tau2 = 0, value = 0;
};

/// Local maxima that stand out from the valleys beside them by more than rounding.
std::vector<Summit> summits(const Analysis& analysis) {
  constexpr int kSteps = 120;
  constexpr double kStandsOut = 0.01;
  const auto [least, most] = std::minmax_element(analysis.yi.begin(), analysis.yi.end());
  const double widest = (*most - *least) * (*most - *least) + *std::max_element(analysis.vi.begin(), analysis.vi.end());
  const double finest = 1e-3 * *std::min_element(analysis.vi.begin(), analysis.vi.end());
  std::vector<Summit> path{{0, profile(analysis, 0)}};
  for (int step = 0; step <= kSteps; ++step) {
    const double tau2 = finest * std::pow(widest / finest, static_cast<double>(step) / kSteps);
    path.push_back({tau2, profile(analysis, tau2)});
  }
  std::vector<Summit> out;
  double valley = -HUGE_VAL;
  for (const Summit& here : path) {
    if (out.empty() || (here.value > valley + kStandsOut && valley < out.back().value - kStandsOut)) {
      out.push_back(here);
      valley = here.value;
    } else if (here.value > out.back().value) {
      out.back() = here;
      valley = here.value;
    } else {
      valley = std::min(valley, here.value);
    }
  }
  return out;
}

void run_two_summits(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    const bool likelihood = analysis.method == "REML" || analysis.method == "ML";
    if (!analysis.declared || analysis.moderators || !analysis.independent || !likelihood || analysis.yi.size() < 3)
      continue;
    sink.looked();
    const std::vector<Summit> all = summits(analysis);
    if (all.size() < 2) continue;
    std::vector<std::string> lines;
    for (const Summit& summit : all)
      lines.push_back(fmt::format("tau2 = {}: log-likelihood {}", format_significant(summit.tau2, 3),
                                  format_fixed(summit.value, 3)));
    Finding& finding =
        sink.add(analysis.title(), fmt::format("The likelihood of tau2 has {} maxima.", all.size()), {analysis.place});
    finding.arithmetic = std::move(lines);
    finding.causes = {"one study unlike the others: either the studies vary, or it stands apart"};
  }
}

const Check kChecks[] = {
    {"DE-05", "Assumed pre-post correlation", Severity::warning,
     "A conclusion that depends on a pre-post correlation which nobody measured.",
     "the analysis again with r = 0, 0.3, 0.5, 0.7 and 0.9: the interval excludes no effect for some of them only",
     "a correlation that is known", "Show the range.", "cochrane-handbook", run_assumed_r},
    {"DE-13", "Few degrees of freedom", Severity::warning, "A cluster-robust test with very few degrees of freedom.",
     "Satterthwaite's degrees of freedom below 4", "none known", "Say that the p-value cannot be trusted.",
     "tipton2015", run_few_df, 4},
    {"DE-14", "Covariances that cannot be", Severity::error, "Assumed covariances that no effects can have together.",
     "smallest eigenvalue of a study's covariance matrix at or below 0", "rounding of nearly dependent effects",
     "Weaken the assumed correlations.", "own", run_covariance},
    {"MO-10", "Weights without precision", Severity::warning, "Effects with equal weights, or weighted by people.",
     "declared weights", "designs that ask for it", "Say why.", "kadlec2023", run_weighting},
    {"MO-15", "Baseline as moderator", Severity::warning,
     "A regression on the mean or risk of the group that the effect is compared with.",
     "a moderator's values equal those of group 2 in all rows, three or more", "none known",
     "Use a joint model of both groups.", "sharp2000", run_baseline_risk},
    {"MO-20", "Likelihood with two maxima", Severity::warning, "A tau2 for which the likelihood has several maxima.",
     "profile over 121 values of tau2: maxima more than 0.01 above the valley between them", "none known",
     "Show both, and the result without the study that stands apart.", "viechtbauer2005", run_two_summits},
};

}  // namespace

std::span<const Check> fit_checks() { return kChecks; }

}  // namespace hedgerow::audit
