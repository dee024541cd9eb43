#include "audit/detail/row_effect.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"

namespace hedgerow::audit::detail {

namespace {

constexpr double kFewestDf = 4;    // where nothing tells how many people there were
constexpr double kLopsided = 1.1;  // exact intervals of standardised differences stay below
constexpr double kOtherTest = 2;   // p of two usual tests of the same data differ by less, mostly

double degrees(const Sheet& sheet, std::size_t row) {
  const auto value = [&](const char* name) { return sheet.number(row, name); };
  if (const auto df = value("df"); df && df->value >= 1) return df->value;
  const auto n1 = value("n1i"), n2 = value("n2i"), n = value("ni");
  if (n1 && n2) return std::max(1.0, n1->value + n2->value - 2);
  if (n) return std::max(1.0, n->value - 2);
  return kFewestDf;
}

bool all_positive(const Printed& p) { return p.estimate.range.lo > 0 && p.lower.range.lo > 0 && p.upper.range.lo > 0; }

Range on_scale(const Printed& p, const Reported& number) { return p.ratio ? log(number.range) : number.range; }

}  // namespace

std::optional<RowEffect> row_effect(const Sheet& sheet, std::size_t row) {
  auto p = read_printed(sheet, row, {"yi", "ci_lb", "ci_ub"});
  const bool on_model_scale = p.has_value();
  if (!p) p = read_printed(sheet, row);
  if (!p || p->estimate.relation != '=' || p->lower.relation != '=' || p->upper.relation != '=') return std::nullopt;
  RowEffect out;
  if (on_model_scale) p->ratio = false;
  out.readings = {*p};
  const bool told = on_model_scale || !sheet.text(row, "measure").empty() || !sheet.setting("measure").empty();
  if (!told && all_positive(*p)) {
    p->ratio = true;
    out.readings.push_back(*p);
  }
  out.p = sheet.number(row, "p");
  if (const auto se = sheet.number(row, "sei"); se && se->relation == '=')
    out.se = se->range;
  else if (const auto vi = sheet.number(row, "vi"); vi && vi->relation == '=')
    out.se = sqrt(vi->range);
  out.df = degrees(sheet, row);
  return out;
}

Range quantiles(double level, double df) {
  return {stats::interval_quantile(level, HUGE_VAL), stats::interval_quantile(level, df)};
}

Range p_of_interval(const Printed& p, double df) {
  const Range widths = abs(on_scale(p, p.estimate) / half_width(p));
  const Range q = quantiles(level(p), df);
  const auto tail = [](double statistic, double of) { return stats::two_sided_p(statistic, of); };
  const Range normal = monotone(widths, [&](double w) { return tail(w * q.lo, HUGE_VAL); });
  const Range student = monotone(widths, [&](double w) { return tail(w * q.hi, df); });
  return hull(normal, student);
}

bool lopsided(const Printed& p) {
  const Range below = on_scale(p, p.estimate) - on_scale(p, p.lower);
  const Range above = on_scale(p, p.upper) - on_scale(p, p.estimate);
  return below.lo > kLopsided * above.hi || above.lo > kLopsided * below.hi;
}

bool fits_se(const RowEffect& effect, const Printed& p) {
  if (!effect.se || !(effect.se->lo > 0)) return true;
  const Range q = quantiles(level(p), effect.df);
  return overlap(half_width(p), *effect.se * Range{0.98 * q.lo, 1.02 * q.hi});
}

bool fits_p(const RowEffect& effect, const Printed& p) {
  if (!effect.p) return true;
  const Range range = p_of_interval(p, effect.df);
  // Tables print all smaller ones as 0.001 or 0.0001.
  constexpr double kFloor = 0.001;
  const bool floor = effect.p->value <= kFloor && effect.p->value < 3 * effect.p->half_unit();
  if (floor && range.lo <= effect.p->range.hi) return true;
  return agrees(*effect.p, {range.lo / kOtherTest, std::min(1.0, range.hi * kOtherTest)});
}

std::optional<double> other_level(const RowEffect& effect) {
  for (const Printed& reading : effect.readings)
    if (fits_se(effect, reading)) return std::nullopt;
  const Printed& p = effect.printed();
  for (const double other : {0.90, 0.99, 0.95, 0.80, 0.68}) {
    const Range q = quantiles(other, effect.df);
    if (other != level(p) && overlap(half_width(p), *effect.se * Range{0.99 * q.lo, 1.01 * q.hi})) return 100 * other;
  }
  return std::nullopt;
}

std::optional<Slipped> only_slip(const RowEffect& effect) {
  std::vector<Slipped> fitting;
  for (const Printed& reading : effect.readings)
    for (const Slipped& slip : single_slips(reading))
      if (fits_se(effect, slip.result) && fits_p(effect, slip.result)) fitting.push_back(slip);
  if (fitting.empty()) return std::nullopt;
  const auto best = [](const Slipped& a, const Slipped& b) { return a.rank < b.rank; };
  const Slipped first = *std::min_element(fitting.begin(), fitting.end(), best);
  const auto rival = [&](const Slipped& slip) {
    return slip.rank == first.rank && (slip.cell != first.cell || slip.to != first.to);
  };
  if (std::any_of(fitting.begin(), fitting.end(), rival)) return std::nullopt;
  return first;
}

}  // namespace hedgerow::audit::detail
