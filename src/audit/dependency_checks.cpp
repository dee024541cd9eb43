// DE: rows that rest on the same people, and units of analysis that are not people.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "audit/analysis.hpp"
#include "audit/check.hpp"
#include "base/text.hpp"
#include "effect/aggregate.hpp"

namespace hedgerow::audit {

namespace {

/// Sampling errors of effects that share one of two equal groups correlate at one half.
constexpr double kSharedGroup = 0.5;

/// The same analysis with the entries of each cluster averaged, errors within a cluster correlated at `rho`.
std::optional<Analysis> averaged(const Analysis& analysis, const std::vector<std::string>& cluster, double rho) {
  effect::AggregateRules rules;
  rules.rho = {rho};
  effect::AggregateData data;
  data.yi = analysis.yi;
  data.vi = analysis.vi;
  data.cluster = cluster;
  const auto aggregated = effect::aggregate(data, rules);
  if (!aggregated) return std::nullopt;
  Analysis out = analysis;
  out.yi = aggregated->yi;
  out.vi = aggregated->vi;
  out.study.clear();
  return out;
}

/// What identifies the control group of a row; empty if nothing does.
std::string control_of(const Sheet& sheet, std::size_t row) {
  const std::string study = sheet.text(row, "study");
  if (study.empty()) return "";
  if (const std::string arm = sheet.text(row, "arm_2"); !arm.empty() && sheet.has("n2i"))
    return study + "|" + arm + "|" + sheet.text(row, "n2i") + "|" + sheet.text(row, "time");
  for (const std::vector<std::string>& set :
       {std::vector<std::string>{"m2i", "sd2i", "n2i"}, std::vector<std::string>{"ci", "n2i"},
        std::vector<std::string>{"ci", "di"}}) {
    std::string out = study;
    bool whole = true;
    for (const std::string& quantity : set) {
      const std::string text = sheet.text(row, quantity);
      whole = whole && !text.empty();
      out += "|" + text;
    }
    if (whole) return out;
  }
  return "";
}

/// Entries of an analysis by control group; an entry without one is alone.
std::map<std::string, std::vector<std::size_t>> by_control(const Sheet& sheet, const Analysis& analysis) {
  std::map<std::string, std::vector<std::size_t>> out;
  for (std::size_t i = 0; i < analysis.rows.size(); ++i)
    if (const std::string control = control_of(sheet, analysis.rows[i]); !control.empty()) out[control].push_back(i);
  return out;
}

/// The rows of one study whose treated groups are the same too are one comparison at several outcomes, not a shared
/// control.
bool other_treatments(const Sheet& sheet, const Analysis& analysis, const std::vector<std::size_t>& entries) {
  std::set<std::string> treated;
  for (const std::size_t i : entries) {
    const std::size_t row = analysis.rows[i];
    treated.insert(sheet.text(row, "arm_1") + "|" + sheet.text(row, "m1i") + "|" + sheet.text(row, "sd1i") + "|" +
                   sheet.text(row, "ai") + "|" + sheet.text(row, "n1i"));
  }
  return treated.size() == entries.size();
}

void report_control(const Subject& subject, const Analysis& analysis, const std::vector<std::size_t>& entries,
                    Sink& sink) {
  const Sheet& sheet = subject.sheets[analysis.sheet];
  std::vector<Place> places;
  std::vector<std::string> cluster;
  for (std::size_t i = 0; i < analysis.rows.size(); ++i) cluster.push_back(fmt::format("row {}", i));
  for (const std::size_t i : entries) {
    places.push_back(sheet.place(analysis.rows[i], "n2i"));
    cluster[i] = "shared";
  }
  const std::string n = sheet.text(analysis.rows[entries.front()], "n2i");
  Finding& finding =
      sink.add(sheet.subject(analysis.rows[entries.front()]),
               fmt::format("One control group{} is counted {} times in \"{}\".",
                           n.empty() ? "" : fmt::format(" of {} people", n), entries.size(), analysis.id),
               std::move(places));
  if (!analysis.declared) finding.severity = Severity::note;
  finding.causes = {
      "a study with several treated groups: combine them, split the control, or give the covariance "
      "1 / n_c + g1 g2 / (2 N) to the model"};
  if (const auto repaired = averaged(analysis, cluster, kSharedGroup)) {
    tell_change(finding, analysis, *repaired, subject.options);
    if (!finding.effect.empty()) finding.effect += fmt::format(" with these rows averaged (r = {})", kSharedGroup);
  }
}

void run_shared_control(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (!analysis.independent) continue;
    const Sheet& sheet = subject.sheets[analysis.sheet];
    for (const auto& [control, entries] : by_control(sheet, analysis)) {
      sink.looked();
      if (entries.size() > 1 && other_treatments(sheet, analysis, entries))
        report_control(subject, analysis, entries, sink);
    }
  }
}

void run_many_per_study(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (!analysis.declared || analysis.study.size() != analysis.yi.size()) continue;
    sink.looked();
    const std::size_t studies = analysis.studies();
    if (!analysis.independent || studies == analysis.study.size()) continue;
    Finding& finding =
        sink.add(analysis.title(),
                 fmt::format("{} effects of {} studies are treated as independent.", analysis.yi.size(), studies),
                 {analysis.place});
    finding.causes = {
        "several outcomes, times or groups of one study: add a random effect of studies, a covariance, "
        "or cluster-robust tests"};
    Analysis nested = analysis;
    nested.independent = false;
    if (nested.test != "z") nested.test = "t";
    tell_change(finding, analysis, nested, subject.options);
    if (!finding.effect.empty()) finding.effect += " with random effects of studies and of effects within them";
  }
}

bool names_design(const std::string& text, std::initializer_list<const char*> words) {
  const std::string lower = to_lower(text);
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return lower.find(word) != std::string::npos; });
}

/// Rows whose effect the program computes from summaries of two groups, so that its variance is that of independent
/// people.
bool of_independent_people(const Sheet& sheet) { return !sheet.has("vi") && !sheet.has("sei"); }

void run_cluster_trial(const Subject& subject, Sink& sink) {
  constexpr double kUsualIcc = 0.05;
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    if (!sheet.has("design") || !of_independent_people(sheet)) continue;
    for (std::size_t i = 0; i < analysis.rows.size(); ++i) {
      const std::size_t row = analysis.rows[i];
      sink.looked();
      if (!names_design(sheet.text(row, "design"), {"cluster"})) continue;
      Finding& finding =
          sink.add(sheet.subject(row), "A cluster-randomised study is analysed as if people had been randomised.",
                   {sheet.place(row, "design")});
      const auto size = sheet.number(row, "cluster_size");
      if (!size || size->value <= 1) continue;
      const auto icc = sheet.number(row, "icc");
      const double rho = icc ? icc->value : kUsualIcc;
      const double design = 1 + (size->value - 1) * rho;
      finding.arithmetic = {fmt::format("1 + ({} - 1) * {} = {}: standard error times {}", size->text,
                                        format_shortest(rho), format_significant(design, 3),
                                        format_significant(std::sqrt(design), 3))};
      tell_change(finding, analysis, replaced(analysis, i, analysis.yi[i], analysis.vi[i] * design), subject.options);
    }
  }
}

void run_crossover(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    if (!sheet.has("design") || !of_independent_people(sheet)) continue;
    for (const std::size_t row : analysis.rows) {
      sink.looked();
      if (!names_design(sheet.text(row, "design"), {"crossover", "cross-over"})) continue;
      sink.add(sheet.subject(row), "A crossover study is analysed as two separate groups of people.",
               {sheet.place(row, "design")})
          .causes = {
          "results of paired analyses not reported: use the correlation of the periods (0.3 to 0.8 is usual), "
          "or the first period alone"};
    }
  }
}

void run_units(const Subject& subject, Sink& sink) {
  for (const Sheet& sheet : subject.sheets)
    for (std::size_t row = 0; row < sheet.rows(); ++row)
      for (const auto& [analysed, randomised] : {std::pair("n1i", "randomised1"), std::pair("n2i", "randomised2"),
                                                 std::pair("n", "randomised"), std::pair("analysed", "randomised")}) {
        const auto units = sheet.number(row, analysed), people = sheet.number(row, randomised);
        if (!units || !people) continue;
        sink.looked();
        if (units->range.lo <= people->range.hi) continue;
        sink.add(sheet.subject(row), fmt::format("{} were analysed, but {} took part.", units->text, people->text),
                 {sheet.place(row, analysed), sheet.place(row, randomised)})
            .causes = {"eyes, limbs or lesions counted instead of people", "a typing error"};
      }
}

const Check kChecks[] = {
    {"DE-01", "Control group counted several times", Severity::warning,
     "Rows of one study with the same control group in an analysis that treats its rows as independent.",
     "same study, and the same arm name or the same numbers of the control group, with different treated groups; a "
     "note "
     "for a bare table, whose model is not known",
     "groups that coincide in all numbers by chance",
     "Combine the treated groups, split the control group, or model the "
     "covariance (docs/methods/covariance.md).",
     "gleser2009", run_shared_control},
    {"DE-02", "Several effects per study treated as independent", Severity::warning,
     "More rows than studies in a model without random effect of studies, covariance or robust variance.",
     "rows > studies", "rows of one study that are of different people: name them as studies of their own",
     "Use a multilevel model or cluster-robust tests.", "kadlec2023", run_many_per_study},
    {"DE-03", "Cluster-randomised study as if people were randomised", Severity::warning,
     "A row of cluster design whose variance is computed from the numbers of people.",
     "design effect 1 + (m - 1) ICC; ICC 0.05 if none is given", "numbers that are already effective sizes",
     "Multiply the standard error by the root of the design effect.", "own", run_cluster_trial},
    {"DE-04", "Crossover study as two groups", Severity::warning,
     "A row of crossover design whose variance is computed as for separate groups.",
     "column `design` against the formula", "data of the first period alone",
     "Use the paired difference and its standard error.", "own", run_crossover},
    {"DE-11", "More units than people", Severity::warning, "Groups with more analysed units than people.",
     "analysed > randomised", "none", "Name the unit; model people as clusters.", "own", run_units},
};

}  // namespace

std::span<const Check> dependency_checks() { return kChecks; }

}  // namespace hedgerow::audit
