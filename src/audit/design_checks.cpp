// MO: designs, measures and moderators that a model does not bear.
//
// Sources: cochrane-handbook (chapters 10.4.4, 10.11.5), bradburn2007 (Peto's method), schwarzer2019 (double arcsine),
// kadlec2023 (changes within groups).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "audit/analysis.hpp"
#include "audit/check.hpp"
#include "audit/detail/words.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

double count(const Sheet& sheet, std::size_t row, const char* name) {
  const auto number = sheet.number(row, name);
  return number ? number->value : -1;
}

/// Events and people of the two groups of a row.
struct Trial {
  double a = 0, n1 = 0, c = 0, n2 = 0;
};

std::optional<Trial> trial_of(const Sheet& sheet, std::size_t row) {
  Trial out{count(sheet, row, "ai"), count(sheet, row, "n1i"), count(sheet, row, "ci"), count(sheet, row, "n2i")};
  if (const double b = count(sheet, row, "bi"); out.n1 < 0 && b >= 0) out.n1 = out.a + b;
  if (const double d = count(sheet, row, "di"); out.n2 < 0 && d >= 0) out.n2 = out.c + d;
  if (out.a < 0 || out.c < 0 || out.n1 <= 0 || out.n2 <= 0) return std::nullopt;
  return out;
}

/// Why Peto's odds ratio is biased for a trial; empty if it is not.
std::string against_peto(const Trial& x) {
  constexpr double kUnbalanced = 3, kLarge = 5, kCommon = 0.1;
  const double share = (x.a + x.c) / (x.n1 + x.n2), ratio = std::max(x.n1 / x.n2, x.n2 / x.n1);
  if (ratio > kUnbalanced) return fmt::format("groups of {} and {} people", x.n1, x.n2);
  const double odds = x.a * (x.n2 - x.c) / (x.c * (x.n1 - x.a));
  if (x.a > 0 && x.c > 0 && x.a < x.n1 && x.c < x.n2 && (odds > kLarge || odds < 1 / kLarge))
    return fmt::format("an odds ratio of {}", format_significant(odds, 3));
  if (share > kCommon) return fmt::format("events in {} % of the people", format_fixed(100 * share, 0));
  return "";
}

void run_peto(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (analysis.measure != "PETO") continue;
    const Sheet& sheet = subject.sheets[analysis.sheet];
    for (const std::size_t row : analysis.rows) {
      const auto trial = trial_of(sheet, row);
      if (!trial) continue;
      sink.looked();
      const std::string why = against_peto(*trial);
      if (why.empty()) continue;
      sink.add(sheet.subject(row), fmt::format("Peto's odds ratio is biased here: {}.", why), {sheet.place(row, "ai")})
          .causes = {"use Mantel-Haenszel or a model of the counts"};
    }
  }
}

void run_double_zeros(const Subject& subject, Sink& sink) {
  static const std::set<std::string> kRatios = {"OR", "RR", "PETO"};
  for (const Analysis& analysis : subject.analyses) {
    if (!kRatios.contains(analysis.measure)) continue;
    const Sheet& sheet = subject.sheets[analysis.sheet];
    std::vector<Place> places;
    double people = 0;
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
      const auto trial = trial_of(sheet, row);
      if (!trial) continue;
      sink.looked();
      const bool used = std::find(analysis.rows.begin(), analysis.rows.end(), row) != analysis.rows.end();
      if (used || trial->a + trial->c > 0) continue;
      places.push_back(sheet.place(row, "ai"));
      people += trial->n1 + trial->n2;
    }
    if (places.empty()) continue;
    sink.add(analysis.title(),
             fmt::format("{} without events left out ({} people).",
                         places.size() == 1 ? "One study was" : fmt::format("{} studies were", places.size()), people),
             places);
  }
}

bool within_group(const std::string& measure) {
  return measure == "MC" || measure == "ROMC" || measure.rfind("SMC", 0) == 0;
}

void run_within(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    if (!within_group(analysis.measure)) continue;
    sink.looked();
    const char* column = sheet.has("group") ? "group" : "arm_1";
    const auto control = std::find_if(analysis.rows.begin(), analysis.rows.end(),
                                      [&](std::size_t row) { return detail::untreated(sheet.text(row, column)); });
    if (control == analysis.rows.end()) continue;
    sink.add(analysis.title(), "Changes within groups are pooled although there are control groups.",
             {sheet.place(*control, column)})
        .causes = {"a change without a comparison holds time and regression to the mean: compare the groups' changes"};
  }
}

void run_thin(const Subject& subject, Sink& sink) {
  const double few = sink.limit(), very_few = few / 2;
  for (const Analysis& analysis : subject.analyses) {
    if (analysis.coefficients == 0) continue;
    sink.looked();
    const std::size_t k = analysis.studies();
    const double each = static_cast<double>(k) / static_cast<double>(analysis.coefficients);
    if (each >= few) continue;
    Finding& finding = sink.add(analysis.title(),
                                fmt::format("{} coefficient{} of moderators on {} studies.", analysis.coefficients,
                                            analysis.coefficients == 1 ? "" : "s", k),
                                {analysis.place});
    finding.severity = each < very_few ? Severity::warning : Severity::note;
    finding.causes = {"the result is exploratory: at least ten studies per coefficient are advised"};
  }
}

void run_double_arcsine(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (analysis.measure != "PFT") continue;
    const Sheet& sheet = subject.sheets[analysis.sheet];
    double least = HUGE_VAL, most = 0;
    for (const std::size_t row : analysis.rows)
      if (const double n = count(sheet, row, "ni"); n > 0) {
        least = std::min(least, n);
        most = std::max(most, n);
      }
    if (!(most > 0)) continue;
    sink.looked();
    if (most / least <= sink.limit()) continue;
    sink.add(analysis.title(),
             fmt::format(
                 "Double arcsines of studies of {} to {} people: their way back to a proportion depends on one n.",
                 least, most),
             {analysis.place})
        .causes = {"use logits in a model of the counts (--model UM.FS with measure PLO)"};
  }
}

const Check kChecks[] = {
    {"MO-07", "Peto's method outside its range", Severity::warning, "Peto's odds ratio where it is biased.",
     "groups more unequal than 3 to 1, odds ratio outside 0.2 to 5, or events in more than 10 %", "none known",
     "Use Mantel-Haenszel or a model of the counts.", "bradburn2007", run_peto},
    {"MO-08", "Studies without events", Severity::note, "Studies without events that an analysis of ratios leaves out.",
     "no events in both groups, row not in the analysis", "none known", "Say how many people were left out.",
     "bradburn2007", run_double_zeros},
    {"MO-11", "Changes within groups", Severity::warning,
     "Changes of treated groups pooled although control groups exist.",
     "measures of change of one group (MC, SMCC, SMCR, ROMC) with rows of control groups", "single-arm questions",
     "Compare the groups.", "kadlec2023", run_within},
    {"MO-12", "Few studies per moderator", Severity::note, "A meta-regression of few studies.",
     "studies per coefficient below 10 (note), below 5 (warning)", "a single planned moderator", "Call it exploratory.",
     "cochrane-handbook", run_thin, 10},
    {"MO-16", "Double arcsine of unequal studies", Severity::warning,
     "Freeman-Tukey proportions of very unequal sizes.", "largest n more than 10 times the smallest",
     "results that are not transformed back", "Use a model of the counts.", "schwarzer2019", run_double_arcsine, 10},
};

}  // namespace

std::span<const Check> design_checks() { return kChecks; }

}  // namespace hedgerow::audit
