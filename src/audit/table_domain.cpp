// Values that no data can have, and values of a table that do not belong together.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/detail/table_groups.hpp"
#include "base/text.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit::detail {

namespace {

struct Domain {
  const char* quantity;
  double low, high;
  bool open_low;  ///< the lower bound itself is impossible
  const char* what;
};

constexpr double kNoEnd = HUGE_VAL;
constexpr Domain kDomains[] = {{"sd1i", 0, kNoEnd, true, "a standard deviation"},
                               {"sd2i", 0, kNoEnd, true, "a standard deviation"},
                               {"sd", 0, kNoEnd, true, "a standard deviation"},
                               {"vi", 0, kNoEnd, true, "a variance"},
                               {"sei", 0, kNoEnd, true, "a standard error"},
                               {"n1i", 1, kNoEnd, false, "a number of people"},
                               {"n2i", 1, kNoEnd, false, "a number of people"},
                               {"ni", 1, kNoEnd, false, "a number of people"},
                               {"n", 1, kNoEnd, false, "a number of people"},
                               {"ri", -1, 1, false, "a correlation"},
                               {"p", 0, 1, false, "a p-value"},
                               {"or", 0, kNoEnd, true, "an odds ratio"},
                               {"rr", 0, kNoEnd, true, "a risk ratio"},
                               {"hr", 0, kNoEnd, true, "a hazard ratio"},
                               {"irr", 0, kNoEnd, true, "a rate ratio"},
                               {"ai", 0, kNoEnd, false, "a count"},
                               {"bi", 0, kNoEnd, false, "a count"},
                               {"ci", 0, kNoEnd, false, "a count"},
                               {"di", 0, kNoEnd, false, "a count"},
                               {"x1i", 0, kNoEnd, false, "a count"},
                               {"x2i", 0, kNoEnd, false, "a count"},
                               {"t1i", 0, kNoEnd, true, "a time at risk"},
                               {"t2i", 0, kNoEnd, true, "a time at risk"}};

std::string allowed(const Domain& domain) {
  if (domain.high == kNoEnd) return fmt::format("{} {}", domain.open_low ? "above" : "at least", domain.low);
  return fmt::format("between {} and {}", domain.low, domain.high);
}

bool possible(const Domain& domain, const Reported& number) {
  // "0.00" may stand for a small positive number, "0" for none.
  const double highest = number.decimals == 0 ? number.value : number.range.hi;
  if (domain.open_low ? highest <= domain.low : highest < domain.low) return false;
  return number.range.lo <= domain.high;
}

void check_domains(const Sheet& sheet, std::size_t row, Sink& sink) {
  for (const Domain& domain : kDomains) {
    const auto number = sheet.number(row, domain.quantity);
    if (!number) continue;
    sink.looked();
    if (possible(domain, *number)) continue;
    sink.add(sheet.subject(row),
             fmt::format("{} is no value of {}: it is {}.", number->text, domain.what, allowed(domain)),
             {sheet.place(row, domain.quantity)});
  }
}

void check_events(const Sheet& sheet, std::size_t row, Sink& sink) {
  for (const auto& [events, size] : {std::pair("ai", "n1i"), std::pair("ci", "n2i"), std::pair("events", "n")}) {
    const auto some = sheet.number(row, events), all = sheet.number(row, size);
    if (!some || !all) continue;
    sink.looked();
    if (some->range.lo <= all->range.hi) continue;
    Finding& finding = sink.add(sheet.subject(row), fmt::format("{} events among {} people.", some->text, all->text),
                                {sheet.place(row, events), sheet.place(row, size)});
    finding.causes = {"episodes counted instead of people", "the two columns swapped", "a typing error"};
  }
}

void run_domain(const Subject& subject, Sink& sink) {
  for (const Sheet& sheet : subject.sheets) {
    if (sheet.kind() != SheetKind::rows && sheet.kind() != SheetKind::arms) continue;
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
      check_domains(sheet, row, sink);
      check_events(sheet, row, sink);
    }
  }
}

constexpr double kThrice = 1.0986122886681098;  // ln 3
constexpr double kAlmostNever = 1e-4;

/// Two-sided p-value of equal variances.
double variance_ratio_p(double s1, double n1, double s2, double n2) {
  const double f = (s1 * s1) / (s2 * s2);
  const double upper = stats::f_upper(f, n1 - 1, n2 - 1);
  return 2 * std::min(upper, 1 - upper);
}

void run_sd_ratio(const Subject& subject, Sink& sink) {
  for (const Sheet& sheet : subject.sheets)
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
      const auto s1 = sheet.number(row, "sd1i"), s2 = sheet.number(row, "sd2i");
      const auto n1 = sheet.number(row, "n1i"), n2 = sheet.number(row, "n2i");
      if (!s1 || !s2 || !n1 || !n2 || !(s1->value > 0) || !(s2->value > 0) || n1->value < 2 || n2->value < 2) continue;
      sink.looked();
      const double ratio = std::fabs(std::log(s1->value / s2->value));
      const double p = variance_ratio_p(s1->value, n1->value, s2->value, n2->value);
      if (ratio <= kThrice || p >= kAlmostNever) continue;
      const bool first = s1->value < s2->value;
      const double n = first ? n1->value : n2->value;
      const bool like_root = std::fabs(ratio - 0.5 * std::log(n)) < std::log(1.25);
      Finding& finding =
          sink.add(sheet.subject(row),
                   fmt::format("The standard deviations of the two groups, {} and {}, differ {} times.", s1->text,
                               s2->text, format_significant(std::exp(ratio), 3)),
                   {sheet.place(row, first ? "sd1i" : "sd2i"), sheet.place(row, first ? "sd2i" : "sd1i")});
      if (like_root) {
        finding.severity = Severity::warning;
        finding.arithmetic = {fmt::format("sqrt({}) = {}", format_shortest(n), format_significant(std::sqrt(n), 3))};
        finding.causes = {"a standard error in place of the smaller standard deviation"};
      }
      finding.causes.emplace_back("a treatment that changes the spread");
      finding.causes.emplace_back("a typing error");
    }
}

void run_follow_up(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    std::optional<std::size_t> first, last;
    for (const std::size_t row : analysis.rows) {
      const auto time = sheet.number(row, "time");
      if (!time || !(time->value > 0)) continue;
      sink.looked();
      if (!first || time->value < sheet.number(*first, "time")->value) first = row;
      if (!last || time->value > sheet.number(*last, "time")->value) last = row;
    }
    if (!first || sheet.number(*last, "time")->value <= sink.limit() * sheet.number(*first, "time")->value) continue;
    sink.add(
        analysis.title(),
        fmt::format("Times from {} to {} are pooled together.", sheet.text(*first, "time"), sheet.text(*last, "time")),
        {sheet.place(*first, "time"), sheet.place(*last, "time")});
  }
}

void run_exact_zero(const Subject& subject, Sink& sink) {
  for (const Sheet& sheet : subject.sheets)
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
      const auto p = sheet.number(row, "p");
      if (!p || p->relation != '=') continue;
      sink.looked();
      if (p->value != 0 || p->decimals > 0) continue;
      sink.add(sheet.subject(row), "A p-value is never 0.", {sheet.place(row, "p")}).causes = {
          "a small p-value cut off by a program: write < 0.001"};
    }
}

const Check kChecks[] = {
    {"DA-04", "Standard deviations of the groups differ", Severity::note,
     "Two groups of one study whose standard deviations differ more than threefold.",
     "ratio above 3 and p of the variance ratio below 1e-4; a warning where the ratio is within 25 % of sqrt(n)",
     "treatments that change the spread", "Look whether one of them is a standard error.", "own", run_sd_ratio},
    {"DA-13", "Impossible value", Severity::error,
     "Counts, sizes, spreads, ratios and correlations out of their range.",
     "counts at least 0, events at most n, SD, SE, variance and ratios above 0, |r| at most 1, p from 0 to 1, n at "
     "least 1",
     "counts with a continuity correction are allowed; none other known", "Correct the cell.", "own", run_domain},
    {"DA-20", "Different times pooled", Severity::note,
     "Follow-up times that differ more than fourfold in one analysis.", "longest / shortest > 4", "planned so",
     "Say why, or make time a moderator.", "own", run_follow_up, 4},
    {"DA-21", "p-value of zero", Severity::error, "A p-value printed as 0.", "p = 0 without decimals", "none",
     "Give a bound.", "own", run_exact_zero},
};

}  // namespace

std::span<const Check> table_domain_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
