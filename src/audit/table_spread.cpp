// Standard deviations and standard errors that do not fit those of the other studies.
#include <fmt/format.h>

#include <cmath>

#include "audit/analysis.hpp"
#include "audit/detail/peers.hpp"
#include "audit/detail/slips.hpp"
#include "audit/detail/table_groups.hpp"
#include "base/missing.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

constexpr double kWarn = 3.0, kNote = 1.5;

std::string digits(double value) { return format_significant(value, 3); }

std::string slip_name(Slip slip) {
  switch (slip) {
    case Slip::se_for_sd:
      return "a standard error in place of the standard deviation";
    case Slip::ten_times:
      return "a decimal point one place too far right";
    case Slip::tenth:
      return "a decimal point one place too far left";
    case Slip::none:
      break;
  }
  return "";
}

std::string slip_formula(Slip slip, const SpreadCell& cell) {
  const std::string sd = format_shortest(cell.sd), better = digits(without_slip(slip, cell));
  if (slip == Slip::se_for_sd) return fmt::format("{} * sqrt({}) = {}", sd, format_shortest(cell.n), better);
  return fmt::format("{} {} 10 = {}", sd, slip == Slip::ten_times ? "/" : "*", better);
}

void report_slip(const Subject& subject, const Sheet& sheet, std::size_t row, const SlipFound& slip, Sink& sink) {
  const bool below = slip.slip != Slip::ten_times;
  const double factor = below ? slip.median / slip.cells.front().sd : slip.cells.front().sd / slip.median;
  std::vector<Place> places;
  std::vector<std::string> formulas;
  std::map<std::string, double> repaired;
  for (const SpreadCell& cell : slip.cells) {
    places.push_back(sheet.place(row, cell.sd_name));
    formulas.push_back(slip_formula(slip.slip, cell));
    repaired[cell.sd_name] = without_slip(slip.slip, cell);
  }
  Finding& finding =
      sink.add(sheet.subject(row),
               fmt::format("SD {} is {} times {} than the median of the other studies, {}; {} would fit.",
                           format_shortest(slip.cells.front().sd), digits(factor), below ? "smaller" : "larger",
                           digits(slip.median), digits(without_slip(slip.slip, slip.cells.front()))),
               std::move(places));
  if (slip.log_ratio < kWarn) finding.severity = Severity::note;
  finding.arithmetic = formulas;
  finding.arithmetic.push_back(fmt::format("the corrected value is {} times as likely among the other studies",
                                           digits(std::exp(slip.log_ratio))));
  finding.causes = {slip_name(slip.slip)};
  if (slip.slip == Slip::se_for_sd) finding.causes.emplace_back("another unit, or a more uniform sample");
  if (slip.alone()) finding.repair = "SD = " + join(formulas, ", ");
  tell_repair(finding, subject, sheet, row, repaired);
}

/// Looks for one kind of slip; the best explanation of a row is told by its own check.
void look_for(const Subject& subject, Sink& sink, bool standard_errors) {
  for (const Sheet& sheet : subject.sheets)
    for (const SpreadGroup& group : spread_groups(sheet)) {
      const SlipSearch search = find_slips(group);
      if (!search.why_not.empty()) {
        sink.could_not(search.why_not);
        continue;
      }
      for (std::size_t i = 0; i < search.rows.size(); ++i) {
        sink.looked();
        const SlipFound& slip = search.rows[i];
        if (slip.slip == Slip::none || (slip.slip == Slip::se_for_sd) != standard_errors) continue;
        if (slip.log_ratio > (standard_errors ? kNote : kWarn))
          report_slip(subject, sheet, group.rows[i].row, slip, sink);
      }
    }
}

void run_se_as_sd(const Subject& subject, Sink& sink) { look_for(subject, sink, true); }
void run_decimal(const Subject& subject, Sink& sink) { look_for(subject, sink, false); }

/// Rows of effects that were given with a precision and with sizes.
struct Precision {
  std::vector<std::size_t> rows;
  std::vector<double> values, sizes;  ///< ln(se sqrt(n_eff)); n_eff = n1 n2 / (n1 + n2), or n / 4
  std::vector<std::string> studies;
  bool variance = false;  ///< the column holds variances
};

double effective_size(const Sheet& sheet, std::size_t row) {
  const auto n1 = sheet.number(row, "n1i"), n2 = sheet.number(row, "n2i"), n = sheet.number(row, "ni");
  if (n1 && n2) return n1->value * n2->value / (n1->value + n2->value);
  return n ? n->value / 4 : kMissing;
}

Precision precision_of(const Sheet& sheet, const std::vector<std::size_t>& rows) {
  Precision out;
  out.variance = !sheet.has("sei") && sheet.has("vi");
  for (const std::size_t row : rows) {
    const auto printed = sheet.number(row, out.variance ? "vi" : "sei");
    const double n = effective_size(sheet, row);
    if (!printed || !(printed->value > 0) || !(n > 0)) continue;
    out.rows.push_back(row);
    out.sizes.push_back(n);
    out.values.push_back((out.variance ? 0.5 : 1.0) * std::log(printed->value) + 0.5 * std::log(n));
    out.studies.push_back(sheet.text(row, "study"));
  }
  return out;
}

constexpr double kPrecisionFloor = 0.1, kFarOff = 4.0;
/// Up to this robust spread of ln(se sqrt(n_eff)) the size decides the precision, as for standardised differences and
/// correlations; up to the second one it decides it well enough to tell a standard deviation from a standard error.
constexpr double kDecides = 0.15, kTells = 0.4;
/// A standard deviation is at least this much larger than a standard error, on the log scale.
constexpr double kClear = 1.0986122886681098;  // ln 3

void report_precision(const Subject& subject, const Sheet& sheet, const Precision& precision, std::size_t i,
                      const Peers& peers, bool as_sd, Sink& sink) {
  const std::size_t row = precision.rows[i];
  const char* name = precision.variance ? "vi" : "sei";
  const double printed = sheet.number(row, name)->value;
  const double power = precision.variance ? 2 : 1;
  const double usual = std::exp(power * (peers.median - 0.5 * std::log(precision.sizes[i])));
  Finding& finding = sink.add(
      sheet.subject(row),
      fmt::format("{} {} is {} times what the other studies' precision gives for {} people per group on average, {}.",
                  precision.variance ? "variance" : "standard error", format_shortest(printed), digits(printed / usual),
                  digits(2 * precision.sizes[i]), digits(usual)),
      {sheet.place(row, name)});
  if (!as_sd) {
    finding.causes = {"a typing error in the size or in the precision",
                      "a unit of analysis that is not the person (clusters, periods, limbs)",
                      "an estimate adjusted for strong covariates"};
    return;
  }
  const double repaired = std::exp(power * (precision.values[i] - std::log(precision.sizes[i])));
  finding.causes = {"a standard deviation in place of the standard error: this study gets too little weight"};
  finding.arithmetic = {
      fmt::format("{} / sqrt({}) = {}", format_shortest(printed), digits(precision.sizes[i]), digits(repaired))};
  tell_repair(finding, subject, sheet, row, {{name, repaired}});
}

void look_at_precision(const Subject& subject, Sink& sink, bool as_sd) {
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    if (!sheet.has("yi") && !sheet.has("estimate")) continue;
    const Precision precision = precision_of(sheet, analysis.rows);
    const PeerGroup peers(precision.values, precision.studies, kPrecisionFloor);
    if (peers.spread() > (as_sd ? kTells : kDecides)) {
      sink.could_not("sizes do not decide the precision of these effects");
      continue;
    }
    for (std::size_t i = 0; i < precision.rows.size(); ++i) {
      const auto own = peers.of(i);
      if (!own) {
        sink.could_not("fewer than five studies give both precision and size");
        break;
      }
      sink.looked();
      const double x = precision.values[i], shift = -0.5 * std::log(precision.sizes[i]);
      const bool explained = -shift > kClear && log_ratio(x, shift, *own, 0) > kWarn;
      const bool far = std::fabs(distance(x, *own, 0)) > kFarOff;
      if (as_sd ? explained : far && !explained) report_precision(subject, sheet, precision, i, *own, as_sd, sink);
    }
  }
}

void run_sd_as_se(const Subject& subject, Sink& sink) { look_at_precision(subject, sink, true); }
void run_precision(const Subject& subject, Sink& sink) { look_at_precision(subject, sink, false); }

struct Unit {
  double factor;
  const char* what;
};

constexpr Unit kUnits[] = {{10, "10"},
                           {100, "100 (cm and m, percent and share)"},
                           {1000, "1000 (g and mg, L and mL)"},
                           {18.016, "18.016 (glucose, mg/dL and mmol/L)"},
                           {38.67, "38.67 (cholesterol, mg/dL and mmol/L)"},
                           {88.42, "88.4 (creatinine, mg/dL and umol/L)"},
                           {2.2046, "2.2046 (pounds and kilograms)"},
                           {2.54, "2.54 (inches and centimetres)"},
                           {4.184, "4.184 (calories and joules)"},
                           {7.5006, "7.5006 (kPa and mmHg)"},
                           {60, "60 (minutes and seconds)"}};

/// Logarithm of the mean of a row's groups; NaN where one of them is missing or not positive.
double log_mean(const SpreadRow& row) {
  double sum = 0;
  for (const SpreadCell& cell : row.cells) sum += cell.mean > 0 ? std::log(cell.mean) : kMissing;
  return sum / static_cast<double>(row.cells.size());
}

/// Means and standard deviations of a group on the log scale, if they can be compared.
struct Levels {
  std::vector<double> means, spreads;
  std::vector<std::string> studies;
  std::string why_not;
};

Levels levels_of(const SpreadGroup& group) {
  Levels out;
  for (const SpreadRow& row : group.rows) {
    out.means.push_back(log_mean(row));
    out.spreads.push_back(log_sd(row));
    out.studies.push_back(row.study);
    if (is_missing(out.means.back())) out.why_not = "means that are not all positive have no ratios";
  }
  return out;
}

/// The unit that brings both the mean and the spread of a row among its peers, with the direction of the factor.
std::optional<std::pair<Unit, double>> unit_of(double mean, const Peers& means, double spread, const Peers& spreads,
                                               double sampling) {
  constexpr double kFits = 2.0;
  std::optional<std::pair<Unit, double>> out;
  double best = kFits;
  for (const Unit& unit : kUnits)
    for (const double sign : {-1.0, 1.0}) {
      const double shift = sign * std::log(unit.factor);
      const double off =
          std::max(std::fabs(distance(mean + shift, means, 0)), std::fabs(distance(spread + shift, spreads, sampling)));
      if (off >= best) continue;
      best = off;
      out = {unit, std::exp(shift)};
    }
  return out;
}

void report_unit(const Sheet& sheet, const SpreadRow& row, const Unit& unit, double factor, double median, Sink& sink) {
  std::vector<Place> places;
  for (const SpreadCell& cell : row.cells) {
    places.push_back(sheet.place(row.row, cell.mean_name));
    places.push_back(sheet.place(row.row, cell.sd_name));
  }
  const double mean = row.cells.front().mean;
  Finding& finding =
      sink.add(sheet.subject(row.row),
               fmt::format("Mean {} with SD {} is far from the other studies (median {}); both fit after {} by {}.",
                           format_shortest(mean), format_shortest(row.cells.front().sd), digits(median),
                           factor < 1 ? "dividing" : "multiplying", unit.what),
               std::move(places));
  finding.arithmetic = {fmt::format("{} * {} = {}", format_shortest(mean), digits(factor), digits(mean * factor))};
  finding.causes = {"another unit", "another version of the scale"};
}

void run_units(const Subject& subject, Sink& sink) {
  constexpr double kMeanFloor = 0.05, kFar = 4.0;
  for (const Sheet& sheet : subject.sheets)
    for (const SpreadGroup& group : spread_groups(sheet)) {
      const Levels levels = levels_of(group);
      const PeerGroup means(levels.means, levels.studies, kMeanFloor);
      const PeerGroup spreads(levels.spreads, levels.studies, kMeanFloor);
      if (!levels.why_not.empty() || !means.of(0)) {
        sink.could_not(levels.why_not.empty() ? "fewer than five studies give means of one outcome" : levels.why_not);
        continue;
      }
      for (std::size_t i = 0; i < group.rows.size(); ++i) {
        sink.looked();
        const Peers own = *means.of(i);
        if (std::fabs(distance(levels.means[i], own, 0)) <= kFar) continue;
        const double sampling = log_sd_sampling(group.rows[i]);
        if (const auto unit = unit_of(levels.means[i], own, levels.spreads[i], *spreads.of(i), sampling))
          report_unit(sheet, group.rows[i], unit->first, unit->second, std::exp(own.median), sink);
      }
    }
}

constexpr const char* kRatioRule =
    "among the other studies of the same outcome: m = median and s = robust spread of ln SD (at least 0.15), LR = ln "
    "t((x + shift - m) / s) - ln t((x - m) / s) with df = max(3, k - 2); warned of above 3; not run where the robust "
    "spread exceeds 0.7 (mixed units)";

const Check kChecks[] = {
    {"DA-01", "Standard error in place of a standard deviation", Severity::warning,
     "A standard deviation that is too small by about the square root of n.", kRatioRule,
     "a sample that is far more uniform than the others; units that differ between studies",
     "Look at the source: is the column headed SE or SEM? Standard deviation = SE * sqrt(n).", "kadlec2023",
     run_se_as_sd},
    {"DA-02", "Standard deviation in place of a standard error", Severity::warning,
     "A standard error that is too large by about the square root of n, so that the study has almost no weight.",
     "as DA-01, for ln(se * sqrt(n_eff)) with shift -0.5 ln n_eff, n_eff = n1 n2 / (n1 + n2) of at least 9; not run "
     "where its "
     "robust spread exceeds 0.4",
     "designs whose precision is not that of independent people",
     "Divide by the square root of n, or compute the "
     "standard error from the interval.",
     "kanukula2024", run_sd_as_se},
    {"DA-06", "Another unit", Severity::warning,
     "A study whose means and standard deviations are off by the factor of a unit.",
     "ln mean more than 4 robust spreads from the other studies, and mean and SD within 2 after one of the factors 10, "
     "100, "
     "1000, 18.016, 38.67, 88.4, 2.2046, 2.54, 4.184, 7.5006, 60",
     "populations that differ as much", "Look for the unit in the source; convert mean and SD.", "own", run_units},
    {"DA-09", "Decimal point moved", Severity::warning,
     "A standard deviation that fits the other studies after moving its decimal point one place.", kRatioRule,
     "another unit (then the mean is off by the same factor)", "Compare the cell with the source.", "own", run_decimal},
    {"DA-10", "Precision that does not follow from the size", Severity::warning,
     "A variance that is far from what the number of people gives in the other studies.",
     "robust distance of ln(se * sqrt(n_eff)) from the median of the other studies above 4 (spread at least 0.1); not "
     "run "
     "where the robust spread exceeds 0.15, because then other things than the size decide",
     "clusters, crossover designs, adjusted estimates: declare the design",
     "Check size and precision against the source; correct the unit of analysis.", "kadlec2023", run_precision},
};

}  // namespace

std::span<const Check> table_spread_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
