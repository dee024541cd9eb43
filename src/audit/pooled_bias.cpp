// Egger's test, trim and fill and leave-one-out as printed beside a pooled result.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/detail/members.hpp"
#include "audit/detail/pooled_groups.hpp"
#include "audit/detail/printed.hpp"
#include "base/text.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit::detail {

namespace {

template <typename Function>
void for_each_result(const Subject& subject, Function&& look) {
  for (const Sheet* sheet : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < sheet->rows(); ++row) look(*sheet, row);
}

const Triple kFilled{"tf_estimate", "tf_ci_lb", "tf_ci_ub"};

/// Imputed studies: printed, or the k after filling minus the k before.
std::optional<double> imputed(const Sheet& sheet, std::size_t row) {
  if (const auto missing = sheet.number(row, "tf_missing")) return missing->value;
  const auto before = sheet.number(row, "k"), after = sheet.number(row, "tf_k");
  if (!before || !after) return std::nullopt;
  return after->value - before->value;
}

void run_nothing_imputed(const Subject& subject, Sink& sink) {
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto mean = read_printed(sheet, row);
    const auto filled = read_printed(sheet, row, kFilled);
    const auto added = imputed(sheet, row);
    if (!mean || !filled || !added) return;
    sink.looked();
    if (*added < 0) {
      sink.add(sheet.subject(row),
               fmt::format("{} effects before trim and fill, {} after.", sheet.text(row, "k"), sheet.text(row, "tf_k")),
               {sheet.place(row, "tf_k"), sheet.place(row, "k")});
      return;
    }
    const bool same = overlap(mean->estimate.range, filled->estimate.range) &&
                      overlap(mean->lower.range, filled->lower.range) &&
                      overlap(mean->upper.range, filled->upper.range);
    if (*added > 0 || same) return;
    Finding& finding = sink.add(
        sheet.subject(row), fmt::format("Trim and fill added nothing, but {} became {}.", text(*mean), text(*filled)),
        {sheet.place(row, "tf_estimate"), sheet.place(row, "tf_k"), sheet.place(row, "estimate")});
    finding.causes = {"another model behind the filled result (another tau2, other intervals)",
                      "a wrong number of effects"};
  });
}

void run_direction(const Subject& subject, Sink& sink) {
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto before = sheet.number(row, "estimate"), after = sheet.number(row, "tf_estimate");
    const auto added = imputed(sheet, row);
    const auto slope = sheet.number(row, "egger_t");
    if (!before || !after || !added || *added < 1) return;
    const std::string side = to_lower(sheet.text(row, "tf_side"));
    // A positive slope has its small studies on the right, so that studies are missing on the left.
    const bool left = side == "left" || (side.empty() && slope && slope->value > 0);
    const bool right = side == "right" || (side.empty() && slope && slope->value < 0);
    if (!left && !right) return;
    sink.looked();
    const bool wrong = left ? after->range.lo > before->range.hi : after->range.hi < before->range.lo;
    if (!wrong) return;
    Finding& finding = sink.add(sheet.subject(row),
                                fmt::format("{} effects were imputed {}, but the estimate {} from {} to {}.", *added,
                                            side.empty() ? fmt::format("(Egger's t = {} puts them on the {})",
                                                                       slope->text, left ? "left" : "right")
                                                         : "on the " + side,
                                            left ? "rose" : "fell", before->text, after->text),
                                {sheet.place(row, "tf_estimate"), sheet.place(row, "estimate"),
                                 sheet.place(row, side.empty() ? "egger_t" : "tf_side")});
    finding.causes = {"studies filled on the other side than the asymmetry lies",
                      "another model behind the filled result"};
    if (!side.empty()) finding.severity = Severity::error;
  });
}

void run_filled_width(const Subject& subject, Sink& sink) {
  constexpr double kMuch = 0.8;
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto mean = read_printed(sheet, row);
    const auto filled = read_printed(sheet, row, kFilled);
    if (!mean || !filled || !symmetric(*mean)) return;
    sink.looked();
    const Range ratio = standard_error(*filled) / standard_error(*mean);
    if (ratio.hi >= kMuch) return;
    Finding& finding = sink.add(
        sheet.subject(row),
        fmt::format("The interval shrinks from {} to {} by trim and fill: its standard error is {} of what it was.",
                    text(*mean), text(*filled), text(ratio)),
        {sheet.place(row, "tf_ci_lb"), sheet.place(row, "tf_ci_ub"), sheet.place(row, "ci_lb")});
    finding.causes = {"a common-effect interval inside a random-effects analysis",
                      "imputed effects add heterogeneity, so that a random-effects interval rather widens"};
  });
}

void check_left_out(const Sheet& sheet, std::size_t row, const std::string& which, Sink& sink) {
  const auto k = sheet.number(row, "k"), rest = sheet.number(row, which + "_k");
  if (!k || !rest) return;
  sink.looked();
  if (rest->value == k->value - 1) return;
  Finding& finding =
      sink.add(sheet.subject(row),
               fmt::format("Without one of {} effects {} are left, printed {}.", k->text, k->value - 1, rest->text),
               {sheet.place(row, which + "_k"), sheet.place(row, "k")});
  finding.causes = {"the number of another outcome", "a whole study left out"};
}

void run_left_out_k(const Subject& subject, Sink& sink) {
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    for (const char* which : {"loo_min", "loo_max"}) check_left_out(sheet, row, which, sink);
  });
}

void run_left_out_range(const Subject& subject, Sink& sink) {
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto all = sheet.number(row, "estimate"), least = sheet.number(row, "loo_min"),
               most = sheet.number(row, "loo_max");
    if (!all || !least || !most) return;
    sink.looked();
    if (least->range.lo <= all->range.hi && most->range.hi >= all->range.lo) return;
    sink.add(sheet.subject(row),
             fmt::format("Without single effects the estimate runs from {} to {}, which does not hold {}.", least->text,
                         most->text, all->text),
             {sheet.place(row, "loo_min"), sheet.place(row, "loo_max"), sheet.place(row, "estimate")});
  });
}

void run_egger_p(const Subject& subject, Sink& sink) {
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto t = sheet.number(row, "egger_t"), p = sheet.number(row, "egger_p"), k = sheet.number(row, "k");
    if (!t || !p || !k || k->value < 3) return;
    sink.looked();
    const auto given = sheet.number(row, "egger_df");
    const double df = given ? given->value : k->value - 2;
    const Range size = abs(t->range);
    const Range of_t = monotone(size, [df](double value) { return 2 * stats::t_upper(value, df); });
    const Range of_z = monotone(size, [](double value) { return 2 * stats::normal_upper(value); });
    if (agrees(*p, of_t) || agrees(*p, of_z)) return;
    sink.add(sheet.subject(row),
             fmt::format("t = {} on {} degrees of freedom gives p = {}, printed {}.", t->text, df, text(of_t), p->text),
             {sheet.place(row, "egger_p"), sheet.place(row, "egger_t")});
  });
}

bool printed_asymmetry(const Sheet& sheet, std::size_t row) {
  return sheet.number(row, "egger_t") || sheet.number(row, "egger_p");
}

void run_few_studies(const Subject& subject, Sink& sink) {
  constexpr std::size_t kFewest = 10;
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    if (!printed_asymmetry(sheet, row)) return;
    const auto studies = sheet.number(row, "studies"), k = sheet.number(row, "k");
    if (!studies) return sink.could_not("the number of studies is not printed");
    sink.looked();
    if (studies->value >= kFewest) return;
    sink.add(sheet.subject(row),
             fmt::format("An asymmetry test of {} studies{}: guidance asks for ten studies, not ten effects.",
                         studies->text, k ? fmt::format(" ({} effects)", k->text) : ""),
             {sheet.place(row, "egger_t"), sheet.place(row, "studies")});
  });
}

bool standardised(const Sheet& sheet, std::size_t row) {
  const std::string measure = sheet.declared(row, "measure");
  return measure.rfind("SM", 0) == 0;
}

void run_artefact(const Subject& subject, Sink& sink) {
  constexpr double kAlike = 2.0, kLarge = 0.5;
  for_each_result(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto estimate = sheet.number(row, "estimate");
    if (!printed_asymmetry(sheet, row) || !estimate || !standardised(sheet, row)) return;
    sink.looked();
    if (std::fabs(estimate->value) < kLarge) return;
    const std::vector<Member> members = members_of(subject, sheet.text(row, "outcome"));
    long least = 0, most = 0;
    for (const Member& member : members) {
      least = least == 0 ? member.n : std::min(least, member.n);
      most = std::max(most, member.n);
    }
    const bool alike = least > 0 && static_cast<double>(most) / static_cast<double>(least) < kAlike * kAlike;
    Finding& finding =
        sink.add(sheet.subject(row),
                 fmt::format("Egger's test of standardised differences around {}: an effect and its standard error "
                             "are linked by formula.",
                             estimate->text),
                 {sheet.place(row, "egger_t")});
    if (alike) {
      finding.message = fmt::format(
          "Egger's t of standardised differences around {} says little: the studies have {} to {} people, so "
          "that nearly all differences between standard errors come from the effects themselves.",
          estimate->text, least, most);
      finding.arithmetic = {"SE^2 = 1/n1 + 1/n2 + g^2 / (2 N): with N nearly constant only g is left"};
    }
    finding.causes = {"use a predictor of the sizes alone"};
  });
}

const Check kChecks[] = {
    {"MA-24", "Trim and fill that added nothing", Severity::error,
     "An estimate changed by trim and fill although nothing was "
     "imputed, or fewer effects after it.",
     "k after = k before, and estimate or interval apart beyond rounding", "none known",
     "Name the model of the filled result.", "own", run_nothing_imputed},
    {"MA-25", "Leave-one-out with another number of effects", Severity::error,
     "A leave-one-out result whose k is not k - 1.", "k without one = k - 1",
     "whole studies left out: then k should say so", "Correct the number.", "own", run_left_out_k},
    {"MA-26", "p-value of Egger's test", Severity::warning, "A p-value that t and its degrees of freedom do not give.",
     "p = 2 P(t_(k-2) > |t|), or the normal tail", "robust or multilevel tests", "Recompute.", "own", run_egger_p},
    {"MA-31", "Trim and fill away from the gap", Severity::warning,
     "An estimate that moved away from the side that was filled.",
     "filled left: the estimate falls; filled right: it rises; the side is printed, or opposite to Egger's slope",
     "a side that was "
     "chosen by hand",
     "Say which side was filled.", "own", run_direction},
    {"MA-32", "Filled interval much narrower", Severity::warning,
     "A trim-and-fill interval whose standard error is less than 0.8 of "
     "the one before.",
     "standard errors from the intervals", "many imputed effects in a common-effect model throughout",
     "Name the model of the filled result.", "own", run_filled_width},
    {"MA-33", "Leave-one-out range", Severity::error, "A leave-one-out range that does not hold the estimate.",
     "smallest <= estimate <= largest beyond rounding", "none known", "Recompute.", "own", run_left_out_range},
    {"BI-16", "Printed asymmetry test of few studies", Severity::warning,
     "An asymmetry test with fewer than ten studies.", "studies, not effects, below 10", "none known", "Leave it out.",
     "sterne2011", run_few_studies},
    {"BI-17", "Printed Egger's test of standardised differences", Severity::warning,
     "A regression of standardised differences on their own standard errors.",
     "measure SMD and its kin; estimate above 0.5 in size", "a predictor of the sizes", "Use a predictor of the sizes.",
     "zwetsloot2017", run_artefact},
};

}  // namespace

std::span<const Check> pooled_bias_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
