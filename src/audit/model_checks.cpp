// MO: choices of the model that the data do not bear.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "audit/analysis.hpp"
#include "audit/check.hpp"
#include "base/text.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit {

namespace {

std::string interval(const Pooled& pooled) {
  return fmt::format("[{}; {}]", format_fixed(pooled.ci_lb, 2), format_fixed(pooled.ci_ub, 2));
}

Analysis with_test(const Analysis& analysis, const std::string& test) {
  Analysis out = analysis;
  out.test = test;
  return out;
}

Analysis with_method(const Analysis& analysis, const std::string& method) {
  Analysis out = analysis;
  out.method = method;
  out.independent = true;
  return out;
}

bool random_effects(const Analysis& analysis) { return analysis.method != "EE" && analysis.method != "FE"; }

void run_few_studies(const Subject& subject, Sink& sink) {
  constexpr std::size_t kVeryFew = 4;
  for (const Analysis& analysis : subject.analyses) {
    if (analysis.moderators || !analysis.declared || !analysis.independent || !random_effects(analysis)) continue;
    sink.looked();
    const auto z = pooled(analysis);
    if (analysis.test != "z" || !z || static_cast<double>(z->k) > sink.limit() || z->tau2 <= 0 || z->k < 3) continue;
    const auto knha = pooled(with_test(analysis, "knha"));
    Finding& finding = sink.add(analysis.title(),
                                fmt::format("The interval {} of {} studies takes tau2 as known.", interval(*z), z->k),
                                {analysis.place});
    if (z->k > kVeryFew) finding.severity = Severity::note;
    if (!knha) continue;
    finding.arithmetic = {"Knapp-Hartung: " + interval(*knha)};
    finding.effect = change(analysis, *z, *knha);
    finding.decides = changes_conclusion(*z, *knha, subject.options.alpha);
  }
}

void run_two_studies(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (!analysis.declared) continue;
    sink.looked();
    if (analysis.studies() != 2 || !random_effects(analysis)) continue;
    Finding& finding =
        sink.add(analysis.title(), "Two studies cannot tell how much effects vary between studies.", {analysis.place});
    const auto random = pooled(analysis), common = pooled(with_method(with_test(analysis, "z"), "EE"));
    if (random && common)
      finding.arithmetic = {fmt::format("random effects {}, common effect {}", interval(*random), interval(*common))};
  }
}

void run_too_narrow(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (analysis.moderators || !analysis.declared || analysis.test != "knha") continue;
    sink.looked();
    const auto knha = pooled(analysis), common = pooled(with_method(with_test(analysis, "z"), "EE"));
    if (!knha || !common || knha->ci_ub - knha->ci_lb >= common->ci_ub - common->ci_lb) continue;
    Finding& finding =
        sink.add(analysis.title(),
                 fmt::format("The Knapp-Hartung interval {} is narrower than that of a common effect, {}.",
                             interval(*knha), interval(*common)),
                 {analysis.place});
    if (const auto modified = pooled(with_test(analysis, "adhoc"))) {
      finding.arithmetic = {"with the factor at least 1 (test = \"adhoc\"): " + interval(*modified)};
      finding.effect = change(analysis, *knha, *modified);
      finding.decides = changes_conclusion(*knha, *modified, subject.options.alpha);
    }
  }
}

void run_zero_cells(const Subject& subject, Sink& sink) {
  static const std::vector<std::string> kCounts = {"OR", "RR"};
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    if (std::find(kCounts.begin(), kCounts.end(), analysis.measure) == kCounts.end() || !sheet.has("ai")) continue;
    std::vector<Place> places;
    for (const std::size_t row : analysis.rows) {
      sink.looked();
      for (const char* cell : {"ai", "bi", "ci", "di"})
        if (const auto count = sheet.number(row, cell); count && count->value == 0)
          places.push_back(sheet.place(row, cell));
    }
    if (places.empty()) continue;
    const std::size_t cells = places.size();
    places.resize(std::min<std::size_t>(cells, 3));
    Finding& finding =
        sink.add(analysis.title(),
                 fmt::format("{} of {} studies {} zero cells, and ratios are pooled by inverse variance.", cells,
                             analysis.rows.size(), cells == 1 ? "has" : "have"),
                 std::move(places));
    if (!analysis.declared) finding.severity = Severity::note;
    finding.causes = {
        "a correction of 1/2 per cell decides the result: use Mantel-Haenszel, Peto or a model of the "
        "counts (--model MH, PETO, UM.FS)"};
  }
}

void run_mixed_measures(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    if (!sheet.has("measure")) continue;
    std::set<std::string> names;
    for (const std::size_t row : analysis.rows)
      if (const std::string measure = sheet.text(row, "measure"); !measure.empty()) names.insert(measure);
    sink.looked();
    if (names.size() < 2) continue;
    Finding& finding = sink.add(
        analysis.title(),
        fmt::format("{} are pooled together.", join(std::vector<std::string>(names.begin(), names.end()), ", ")),
        {sheet.place(analysis.rows.front(), "measure")});
    finding.causes = {"measures that differ where events are common: convert them or keep them apart"};
  }
}

void run_dominance(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (analysis.moderators || !analysis.declared || analysis.yi.size() < 3) continue;
    const auto all = pooled(analysis);
    if (!all) continue;
    sink.looked();
    double sum = 0, largest = 0;
    std::size_t place = 0;
    for (std::size_t i = 0; i < analysis.vi.size(); ++i) {
      const double weight = 1 / (analysis.vi[i] + all->tau2);
      sum += weight;
      if (weight > largest) {
        largest = weight;
        place = i;
      }
    }
    if (largest <= sink.limit() * sum) continue;
    const Sheet& sheet = subject.sheets[analysis.sheet];
    Finding& finding = sink.add(analysis.title(),
                                fmt::format("{} carries {} % of the weight.", sheet.subject(analysis.rows[place]),
                                            format_fixed(100 * largest / sum, 0)),
                                {sheet.place(analysis.rows[place], "study")});
    tell_change(finding, analysis, without(analysis, place), subject.options);
    if (!finding.effect.empty()) finding.effect += " without it";
  }
}

void run_fragile(const Subject& subject, Sink& sink) {
  constexpr std::size_t kTooMany = 200;  // no single one of so many decides, and each is a refit
  for (const Analysis& analysis : subject.analyses) {
    if (analysis.moderators || !analysis.declared || analysis.yi.size() < 3 || analysis.yi.size() > kTooMany) continue;
    const auto all = pooled(analysis);
    if (!all) continue;
    sink.looked();
    std::vector<Place> places;
    std::string effect;
    const Sheet& sheet = subject.sheets[analysis.sheet];
    for (std::size_t i = 0; i < analysis.yi.size(); ++i) {
      const auto rest = pooled(without(analysis, i));
      if (!rest || !changes_conclusion(*all, *rest, subject.options.alpha)) continue;
      places.push_back(sheet.place(analysis.rows[i], "study"));
      if (effect.empty()) effect = change(analysis, *all, *rest) + " without " + sheet.subject(analysis.rows[i]);
    }
    if (places.empty()) continue;
    const std::size_t rows = places.size();
    Finding& finding = sink.add(
        analysis.title(),
        fmt::format("Significance depends on {}.", rows == 1 ? "one row" : fmt::format("each of {} rows", rows)),
        std::move(places));
    finding.effect = effect;
    finding.decides = true;
  }
}

void run_estimators(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (analysis.moderators || !analysis.declared || !analysis.independent || !random_effects(analysis) ||
        analysis.yi.size() < 3)
      continue;
    const auto own = pooled(analysis);
    if (!own) continue;
    sink.looked();
    const double se = (own->ci_ub - own->ci_lb) / 3.92;
    std::vector<std::string> lines;
    bool differs = false;
    for (const char* method : {"DL", "PM", "REML", "SJ"}) {
      const auto other = pooled(with_method(analysis, method));
      if (!other) continue;
      lines.push_back(fmt::format("{} {} {}", method, format_fixed(other->estimate, 2), interval(*other)));
      differs = differs || std::fabs(other->estimate - own->estimate) > 0.5 * se ||
                changes_conclusion(*own, *other, subject.options.alpha);
    }
    if (!differs) continue;
    Finding& finding = sink.add(analysis.title(), "The result depends on the estimator of tau2.", {analysis.place});
    finding.arithmetic = lines;
    finding.decides = true;
  }
}

void run_too_homogeneous(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (analysis.moderators || analysis.yi.size() < 5 || !analysis.independent) continue;
    const auto common = pooled(with_method(with_test(analysis, "z"), "EE"));
    if (!common) continue;
    sink.looked();
    const double df = static_cast<double>(common->k) - 1;
    const double p = stats::chi2_cdf(common->q, df);
    if (p >= sink.limit()) continue;
    Finding& finding =
        sink.add(analysis.title(),
                 fmt::format("The effects agree better than chance allows: Q = {} on {} degrees of freedom.",
                             format_significant(common->q, 3), df),
                 {analysis.place});
    finding.arithmetic = {fmt::format("P(Q <= {}) = {}", format_significant(common->q, 3), format_p(p))};
    finding.causes = {"standard deviations in place of standard errors", "the same people in several rows",
                      "variances that are too large for the design (paired data as independent)", "imputed effects"};
  }
}

const Check kChecks[] = {
    {"MO-02", "Few studies and a normal quantile", Severity::warning,
     "A random-effects interval by z with few studies.", "k <= 4: warning; k <= 10: note; tau2 > 0", "none known",
     "Use Knapp-Hartung (test = \"knha\").", "inthout2014", run_few_studies, 10},
    {"MO-03", "Random effects of two studies", Severity::warning,
     "A between-study variance estimated from two studies.", "k = 2", "none known",
     "Show both models, or give tau2 from elsewhere.", "own", run_two_studies},
    {"MO-04", "Knapp-Hartung interval too narrow", Severity::warning,
     "A Knapp-Hartung interval narrower than that of the common-effect model.", "width compared", "none known",
     "Use the variant whose factor is at least 1.", "rover2015", run_too_narrow},
    {"MO-06", "Zero cells and inverse variance", Severity::warning,
     "Odds or risk ratios with zero cells pooled by inverse variance with a correction.", "any cell 0",
     "few zero cells among many studies", "Pool without correction, or model the counts.", "own", run_zero_cells},
    {"MO-09", "Different measures pooled", Severity::warning, "Rows of different measures in one analysis.",
     "values of the column `measure`", "rare events, where odds and risk ratios agree", "Convert or separate them.",
     "kanukula2024", run_mixed_measures},
    {"MO-17", "One row dominates", Severity::note, "A row with more than half of the weight.", "weight > 50 %",
     "planned mega-trials", "Show the result without it.", "own", run_dominance, 0.5},
    {"MO-18", "Fragile conclusion", Severity::note, "Significance that changes when one row is left out.",
     "leave-one-out, alpha of the table; up to 200 rows", "about one analysis in nine", "Say so.", "own", run_fragile},
    {"MO-19", "Result depends on the estimator", Severity::note,
     "Estimators of tau2 whose results differ by more than half a standard error, or in significance.",
     "DL, PM, REML, SJ", "none known", "Name the estimator and why.", "own", run_estimators},
    {"MO-22", "Too homogeneous", Severity::warning, "Effects that agree better than their standard errors allow.",
     "lower tail of Q below 0.01; k >= 5", "1 analysis in 100 by chance",
     "Look for standard errors that are too large.", "own", run_too_homogeneous, 0.01},
};

}  // namespace

std::span<const Check> model_checks() { return kChecks; }

}  // namespace hedgerow::audit
