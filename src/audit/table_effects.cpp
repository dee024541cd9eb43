// Effects that do not fit those of the other studies: very large ones, reversed ones, outliers.
#include <fmt/format.h>

#include <cmath>
#include <set>

#include "audit/analysis.hpp"
#include "audit/detail/moments.hpp"
#include "audit/detail/peers.hpp"
#include "audit/detail/table_groups.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

constexpr std::size_t kFewest = 5;

std::string digits(double value) { return format_significant(value, 3); }

/// Rows that several analyses share are told once.
class Told {
 public:
  bool first(const Analysis& analysis, std::size_t i) { return rows_.emplace(analysis.sheet, analysis.rows[i]).second; }

 private:
  std::set<std::pair<std::size_t, std::size_t>> rows_;
};

/// The cell that holds the effect, or the first number behind it.
Place effect_place(const Sheet& sheet, std::size_t row) {
  for (const char* name : {"yi", "estimate", "m1i", "m1_post", "m1_change", "ai", "x1i", "ri", "ni", "n1i"})
    if (!sheet.text(row, name).empty()) return sheet.place(row, name);
  return sheet.place(row, "study");
}

bool standardised(const std::string& measure) { return measure.rfind("SM", 0) == 0; }

void run_giant(const Subject& subject, Sink& sink) {
  Told told;
  for (const Analysis& analysis : subject.analyses) {
    if (!standardised(analysis.measure)) continue;
    const Sheet& sheet = subject.sheets[analysis.sheet];
    for (std::size_t i = 0; i < analysis.yi.size(); ++i) {
      sink.looked();
      if (std::fabs(analysis.yi[i]) <= sink.limit() || !told.first(analysis, i)) continue;
      Finding& finding =
          sink.add(sheet.subject(analysis.rows[i]),
                   fmt::format("The standardised mean difference is {}: the groups would hardly overlap.",
                               format_fixed(analysis.yi[i], 2)),
                   {effect_place(sheet, analysis.rows[i])});
      finding.causes = {"a standard error in place of a standard deviation (about 60 % of such effects in one audit)",
                        "a within-group change divided by its own standard deviation",
                        "a manipulation that works as intended"};
      tell_change(finding, analysis, without(analysis, i), subject.options);
      if (!finding.effect.empty()) finding.effect += " without this row";
    }
  }
}

/// Rows of an analysis that are alone in their study or not: each is left out by itself.
struct Residuals {
  std::vector<LeftOut> others;
  std::vector<double> scale;  ///< standard deviation of the row about the others' mean
};

Residuals residuals(const Analysis& analysis) {
  Residuals out{leave_one_out(analysis.yi, analysis.vi), {}};
  for (std::size_t i = 0; i < analysis.yi.size(); ++i)
    out.scale.push_back(std::sqrt(analysis.vi[i] + out.others[i].tau2 + out.others[i].variance));
  return out;
}

double reversed_ratio(const Analysis& analysis, const Residuals& rows, std::size_t i) {
  const double df = std::max(3.0, static_cast<double>(analysis.yi.size()) - 2);
  const double mean = rows.others[i].mean;
  return log_t((-analysis.yi[i] - mean) / rows.scale[i], df) - log_t((analysis.yi[i] - mean) / rows.scale[i], df);
}

void report_reversed(const Subject& subject, const Analysis& analysis, const Residuals& rows, std::size_t i,
                     double ratio, Sink& sink) {
  const Sheet& sheet = subject.sheets[analysis.sheet];
  Finding& finding =
      sink.add(sheet.subject(analysis.rows[i]),
               fmt::format("The effect {} lies on the other side of the mean of the other rows, {}; with its sign "
                           "reversed it would fit.",
                           format_fixed(analysis.yi[i], 2), format_fixed(rows.others[i].mean, 2)),
               {effect_place(sheet, analysis.rows[i])});
  finding.arithmetic = {fmt::format("{} is {} times as likely among the others as {}", format_fixed(-analysis.yi[i], 2),
                                    digits(std::exp(ratio)), format_fixed(analysis.yi[i], 2))};
  finding.causes = {"a scale whose direction is the other way round, without a change of sign",
                    "the two groups swapped", "a study that truly found the opposite"};
  tell_change(finding, analysis, replaced(analysis, i, -analysis.yi[i], analysis.vi[i]), subject.options);
}

void run_reversed(const Subject& subject, Sink& sink) {
  Told told;
  for (const Analysis& analysis : subject.analyses) {
    if (analysis.yi.size() < kFewest) {
      sink.could_not("fewer than five effects in an analysis");
      continue;
    }
    const Residuals rows = residuals(analysis);
    for (std::size_t i = 0; i < analysis.yi.size(); ++i) {
      sink.looked();
      const double ratio = reversed_ratio(analysis, rows, i);
      if (ratio > sink.limit() && told.first(analysis, i)) report_reversed(subject, analysis, rows, i, ratio, sink);
    }
  }
}

/// Whether exchanging the groups' later means brings them nearer to their own earlier ones: in squares of the changes,
/// (post2 - pre1)^2 + (post1 - pre2)^2 is below (post1 - pre1)^2 + (post2 - pre2)^2.
bool nearer_when_exchanged(const Sheet& sheet, std::size_t row) {
  const auto number = [&](const char* name) { return sheet.number(row, name); };
  const auto pre1 = number("m1_pre"), pre2 = number("m2_pre"), post1 = number("m1_post"), post2 = number("m2_post");
  if (!pre1 || !pre2 || !post1 || !post2) return false;
  return (post1->value - post2->value) * (pre1->value - pre2->value) < 0;
}

void run_exchanged(const Subject& subject, Sink& sink) {
  Told told;
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    if (analysis.yi.size() < kFewest || !sheet.has_all({"m1_pre", "m2_pre", "m1_post", "m2_post"})) continue;
    const Residuals rows = residuals(analysis);
    for (std::size_t i = 0; i < analysis.yi.size(); ++i) {
      const std::size_t row = analysis.rows[i];
      sink.looked();
      if (reversed_ratio(analysis, rows, i) <= sink.limit() || !nearer_when_exchanged(sheet, row)) continue;
      if (!told.first(analysis, i)) continue;
      sink.add(sheet.subject(row),
               "With its later means exchanged between the groups this row agrees with the other rows, and each group "
               "with its own earlier mean.",
               {sheet.place(row, "m1_post"), sheet.place(row, "m2_post")})
          .causes = {"columns of the groups exchanged"};
    }
  }
}

void run_outlier(const Subject& subject, Sink& sink) {
  Told told;
  for (const Analysis& analysis : subject.analyses) {
    if (analysis.yi.size() < kFewest) continue;
    const Sheet& sheet = subject.sheets[analysis.sheet];
    const Residuals rows = residuals(analysis);
    for (std::size_t i = 0; i < analysis.yi.size(); ++i) {
      sink.looked();
      const double z = (analysis.yi[i] - rows.others[i].mean) / rows.scale[i];
      if (std::fabs(z) <= sink.limit() || reversed_ratio(analysis, rows, i) > find_check("DA-07")->limit ||
          !told.first(analysis, i))
        continue;
      Finding& finding = sink.add(
          sheet.subject(analysis.rows[i]),
          fmt::format("The effect {} is {} standard errors from the mean of the other rows, {}.",
                      format_fixed(analysis.yi[i], 2), digits(std::fabs(z)), format_fixed(rows.others[i].mean, 2)),
          {effect_place(sheet, analysis.rows[i])});
      finding.causes = {"a typing error", "a population or an intervention unlike the others"};
      tell_change(finding, analysis, without(analysis, i), subject.options);
      if (!finding.effect.empty()) finding.effect += " without this row";
    }
  }
}

const Check kChecks[] = {
    {"DA-03", "Very large standardised mean difference", Severity::warning,
     "A standardised mean difference beyond 3 in size.", "|SMD| > 3",
     "animal and laboratory studies, checks of a manipulation", "Look at the standard deviations behind it.",
     "kadlec2023", run_giant, 3},
    {"DA-07", "Effect that would fit with its sign reversed", Severity::warning,
     "An effect on the wrong side of the others.",
     "mean and tau2 of the other rows (DerSimonian-Laird); LR = ln t(-y) - ln t(y) > 3 with df = max(3, k - 2)",
     "true opposite results: about 4 in 1,000 published effects",
     "Check the direction of the scale and which group is "
     "which.",
     "gotzsche2007", run_reversed, 3},
    {"DA-18", "Groups exchanged", Severity::note, "Later means that seem to stand with the wrong group.",
     "as DA-07, and the exchange brings the groups nearer to their own earlier means", "true opposite results",
     "Compare with the report.", "gotzsche2007", run_exchanged, 3},
    {"DA-19", "Outlier", Severity::note, "An effect far from the mean of the other rows.",
     "deleted residual above 3 in size, with tau2 of the other rows (DerSimonian-Laird)",
     "about 1 in 75 effects of published tables", "Say what the result is without it.", "viechtbauer2010", run_outlier,
     3},
};

}  // namespace

std::span<const Check> table_effect_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
