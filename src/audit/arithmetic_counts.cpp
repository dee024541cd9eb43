// Counts against percentages, flow of people, rates and diagnostic tables.
#include <fmt/format.h>

#include <cmath>

#include "audit/detail/arithmetic_groups.hpp"
#include "audit/detail/arm_view.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

/// The number of people of whom `count` are the printed percentage, nearest to `n`; nothing if there is none to 2 n.
std::optional<long> denominator(double count, const Reported& percent, long n) {
  for (long away = 1; away <= n; ++away)
    for (const long candidate : {n - away, n + away})
      if (candidate >= std::max(1L, static_cast<long>(count)) &&
          percent.range.contains(100 * count / static_cast<double>(candidate)))
        return candidate;
  return std::nullopt;
}

void run_percent(const Subject& subject, Sink& sink) {
  for (const Arm& arm : arms_of(subject)) {
    const auto count = arm.number("events"), percent = arm.number("percent");
    const auto n = people(arm);
    if (!percent || !count) continue;
    if (!n) {
      sink.could_not("no number of people beside count and percentage");
      continue;
    }
    sink.looked();
    const double expected = 100 * count->value / static_cast<double>(*n);
    if (agrees(*percent, exactly(expected))) continue;
    Finding& finding = sink.add(arm.subject(),
                                fmt::format("{}/{} is {} %, printed {} %.", count->text, *n,
                                            printed_like(expected, *percent).text, percent->text),
                                arm.places({"percent", "events", "n"}));
    const double whole = std::round(percent->value / 100 * static_cast<double>(*n));
    if (whole != count->value && percent->range.contains(100 * whole / static_cast<double>(*n)))
      finding.causes.push_back(fmt::format("a count of {}, which gives {} %", whole, percent->text));
    if (const auto other = denominator(count->value, *percent, *n))
      finding.causes.push_back(fmt::format("{} people instead of {}", *other, *n));
    finding.causes.emplace_back("digits mistyped");
  }
}

/// One equality or inequality of numbers of people.
void expect_sum(const Arm& arm, std::initializer_list<std::string> parts, const std::string& total, Sink& sink) {
  double sum = 0;
  std::string formula;
  for (const std::string& part : parts) {
    const auto number = arm.number(part);
    if (!number) return;
    sum += number->value;
    formula += (formula.empty() ? "" : " + ") + number->text;
  }
  const auto whole = arm.number(total);
  if (!whole) return;
  sink.looked();
  if (sum == whole->value) return;
  std::vector<Place> places = arm.places({total});
  for (Place& place : arm.places(parts)) places.push_back(std::move(place));
  Finding& finding = sink.add(
      arm.subject(), fmt::format("{} = {}, not the {} {}.", formula, format_shortest(sum), whole->text, total), places);
  finding.causes = {"digits mistyped", "people who left and are counted elsewhere"};
}

void expect_within(const Arm& arm, const std::string& part, const std::string& total, Sink& sink) {
  const auto a = arm.number(part), b = arm.number(total);
  if (!a || !b) return;
  sink.looked();
  if (a->value <= b->value) return;
  Finding& finding =
      sink.add(arm.subject(), fmt::format("{} {} are more than the {} {}.", a->text, part, b->text, total),
               arm.places({part, total}));
  finding.causes = {"columns or groups swapped", "digits mistyped"};
}

void run_people(const Subject& subject, Sink& sink) {
  for (const Arm& arm : arms_of(subject)) {
    expect_sum(arm, {"analysed", "lost"}, "randomised", sink);
    expect_within(arm, "analysed", "randomised", sink);
    expect_within(arm, "n", "randomised", sink);
    // Events per person-time may be more than the people.
    if (!arm.number("person_time")) expect_within(arm, "events", "n", sink);
  }
  for (const Sheet* sheet : subject.of(SheetKind::rows))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const auto n1 = sheet->number(row, "n1i"), n2 = sheet->number(row, "n2i"), all = sheet->number(row, "n_total");
      const bool crossed = to_lower(sheet->text(row, "design")).find("cross") != std::string::npos;
      if (!n1 || !n2 || !all || crossed) continue;
      sink.looked();
      // More than two groups may share the total; fewer people than the two groups cannot be all.
      if (n1->value + n2->value <= all->value) continue;
      Finding& finding = sink.add(sheet->subject(row),
                                  fmt::format("{} + {} = {}, more than the {} people of the study.", n1->text, n2->text,
                                              format_shortest(n1->value + n2->value), all->text),
                                  {sheet->place(row, "n_total"), sheet->place(row, "n1i"), sheet->place(row, "n2i")});
      finding.causes = {"people counted in both groups (cross-over)", "digits mistyped"};
    }
}

/// A printed share of two counts, as a fraction or a percentage.
void expect_share(const Sheet& sheet, std::size_t row, const char* hits, const char* misses, const char* name,
                  Sink& sink) {
  const auto a = sheet.number(row, hits), b = sheet.number(row, misses), printed = sheet.number(row, name);
  if (!a || !b || !printed || !(a->value + b->value > 0)) return;
  sink.looked();
  const double share = a->value / (a->value + b->value);
  if (agrees(*printed, exactly(share)) || agrees(*printed, exactly(100 * share))) return;
  const double shown = printed->value > 1 ? 100 * share : share;
  Finding& finding = sink.add(sheet.subject(row),
                              fmt::format("{} is {}, printed {}.", name, format_significant(shown, 4), printed->text),
                              {sheet.place(row, name), sheet.place(row, hits), sheet.place(row, misses)});
  finding.arithmetic = {fmt::format("{0} / ({0} + {1}) = {2}", a->text, b->text, format_significant(share, 4))};
  finding.causes = {"sensitivity and specificity swapped", "results that were not clear counted in one of them"};
}

void run_diagnostic(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::rows))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      expect_share(*sheet, row, "tp", "fn", "sensitivity", sink);
      expect_share(*sheet, row, "tn", "fp", "specificity", sink);
    }
}

/// "1000" if the printed number is the expected one in another unit.
std::string power_of_ten_between(const Reported& printed, const Range& expected) {
  for (int power = -6; power <= 6; ++power)
    if (power != 0 && agrees(printed, expected * exactly(std::pow(10, power))))
      return format_shortest(std::pow(10, power));
  return "";
}

void report_rate(const std::string& subject, const char* what, const Reported& printed, const Range& expected,
                 std::vector<Place> places, Sink& sink) {
  Finding& finding =
      sink.add(subject, fmt::format("{} is {}, printed {}.", what, text(expected), printed.text), places);
  const std::string factor = power_of_ten_between(printed, expected);
  if (!factor.empty()) finding.causes.push_back(fmt::format("another unit of person-time: {} times as much", factor));
  finding.causes.emplace_back("digits mistyped");
}

void run_rates(const Subject& subject, Sink& sink) {
  for (const Arm& arm : arms_of(subject)) {
    if (arm.group != 0) continue;
    const auto events = arm.number("events"), time = arm.number("person_time"), rate = arm.number("rate");
    if (!events || !time || !rate || !(time->range.lo > 0)) continue;
    sink.looked();
    const Range expected = events->range / time->range;
    // A rate is per as much person-time as the table likes: any power of ten will do.
    if (agrees(*rate, expected) || !power_of_ten_between(*rate, expected).empty()) continue;
    report_rate(arm.subject(), "The rate", *rate, expected, arm.places({"rate", "events", "person_time"}), sink);
  }
  for (const Sheet* sheet : subject.of(SheetKind::rows))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const auto x1 = sheet->number(row, "x1i"), t1 = sheet->number(row, "t1i"), x2 = sheet->number(row, "x2i"),
                 t2 = sheet->number(row, "t2i"), irr = sheet->number(row, "irr");
      if (!x1 || !t1 || !x2 || !t2 || !irr || x2->value < 1 || !(t1->range.lo > 0) || !(t2->range.lo > 0)) continue;
      sink.looked();
      const Range expected = exactly(x1->value / x2->value) * (t2->range / t1->range);
      if (agrees(*irr, expected)) continue;
      report_rate(sheet->subject(row), "The ratio of rates", *irr, expected,
                  {sheet->place(row, "irr"), sheet->place(row, "x1i"), sheet->place(row, "t1i"),
                   sheet->place(row, "x2i"), sheet->place(row, "t2i")},
                  sink);
    }
}

const Check kChecks[] = {
    {"AR-07", "Count against percentage", Severity::warning, "A percentage that the count and the group do not give.",
     "100 count / n within rounding of the percentage", "another number of people behind this row",
     "Find the denominator.", "own", run_percent},
    {"AR-19", "Flow of people", Severity::error, "Numbers of people that do not add up.",
     "analysed + lost = randomised; analysed, n <= randomised; events <= n; n1 + n2 <= people of the study",
     "run-in phases; cross-over trials; rounds of measurement with different people",
     "Compare with the trial's diagram.", "own", run_people},
    {"AR-25", "Sensitivity and specificity against counts", Severity::error,
     "A sensitivity or specificity that the table of results does not give.",
     "TP / (TP + FN) and TN / (TN + FP), as fraction or percentage", "unclear results", "Compare with the report.",
     "own", run_diagnostic},
    {"AR-26", "Rates against events and person-time", Severity::warning,
     "A rate, or a ratio of rates, that the events and the person-time do not give.",
     "events / person-time up to a power of ten; (x1 / t1) / (x2 / t2)", "adjusted rates", "Look at the unit of time.",
     "own", run_rates},
};

}  // namespace

std::span<const Check> arithmetic_count_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
