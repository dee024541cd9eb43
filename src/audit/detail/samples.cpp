#include "audit/detail/samples.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <optional>

namespace hedgerow::audit::detail {

namespace {

constexpr const char* kCharacteristics[] = {"age", "height", "mass", "bmi"};

std::string mean_of(const std::string& characteristic) { return characteristic + "_mean"; }
std::string sd_of(const std::string& characteristic) { return characteristic + "_sd"; }

std::vector<std::string> all_quantities() {
  std::vector<std::string> out = {"n"};
  for (const char* characteristic : kCharacteristics) {
    out.push_back(mean_of(characteristic));
    out.push_back(sd_of(characteristic));
  }
  return out;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

/// Robust standard deviation of a quantity over the studies; 0 if half of them are alike.
double spread_of(const Sheet& sheet, const std::string& quantity) {
  std::vector<double> values;
  for (std::size_t row = 0; row < sheet.rows(); ++row)
    if (const auto number = sheet.number(row, quantity)) values.push_back(number->value);
  if (values.size() < 2) return 0;
  const double centre = median(values);
  for (double& value : values) value = std::abs(value - centre);
  return 1.4826 * median(values);
}

bool equal_as_printed(const Reported& a, const Reported& b) {
  const Reported& coarse = a.decimals <= b.decimals ? a : b;
  const Reported& fine = a.decimals <= b.decimals ? b : a;
  return coarse.range.lo <= fine.value && fine.value <= coarse.range.hi;
}

double unit(const Reported& a, const Reported& b) { return 2 * std::max(a.half_unit(), b.half_unit()); }

/// Whether the difference is within half of ten units: the same with one digit less.
bool near(const Reported& a, const Reported& b) { return std::abs(a.value - b.value) <= 5 * unit(a, b) * (1 + 1e-9); }

double coincidence(double unit, double spread) {
  return std::min(1.0, unit / (2 * std::max(spread, unit) * std::sqrt(std::numbers::pi)));
}

double choose(std::size_t n, std::size_t k) {
  return std::exp(std::lgamma(static_cast<double>(n) + 1) - std::lgamma(static_cast<double>(k) + 1) -
                  std::lgamma(static_cast<double>(n - k) + 1));
}

/// Whole numbers m for which the ratio of the spreads can be the root of m.
std::vector<std::size_t> whole_squares(const Reported& small, const Reported& large, std::size_t limit) {
  std::vector<std::size_t> out;
  if (small.range.lo <= 0) return out;
  const Range ratio = square(large.range / small.range);
  for (std::size_t m = 2; m <= limit; ++m)
    if (ratio.contains(static_cast<double>(m))) out.push_back(m);
  return out;
}

std::vector<std::size_t> common(const std::vector<std::size_t>& a, const std::vector<std::size_t>& b) {
  std::vector<std::size_t> out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

std::optional<SpreadRatio> ratio_of(const Sheet& sheet, std::size_t small, std::size_t large) {
  SpreadRatio out{small, large, 0, {}};
  const auto n = sheet.number(small, "n");
  if (!n || n->value < 2) return std::nullopt;
  std::vector<std::size_t> possible;
  for (const char* characteristic : kCharacteristics) {
    const auto m1 = sheet.number(small, mean_of(characteristic)), m2 = sheet.number(large, mean_of(characteristic));
    const auto s1 = sheet.number(small, sd_of(characteristic)), s2 = sheet.number(large, sd_of(characteristic));
    if (!m1 || !m2 || !s1 || !s2) continue;
    if (!equal_as_printed(*m1, *m2)) return std::nullopt;
    const auto here = whole_squares(*s1, *s2, static_cast<std::size_t>(n->value));
    possible = out.names.empty() ? here : common(possible, here);
    out.names.emplace_back(characteristic);
  }
  if (out.names.size() < 2 || possible.size() != 1) return std::nullopt;
  out.people = possible.front();
  return out;
}

/// Quantities that both rows print, one after the other: spreads whose ratio is explained count as equal.
SampleMatch compare(const Sheet& sheet, std::size_t a, std::size_t b, const std::map<std::string, double>& spreads,
                    const std::optional<SpreadRatio>& ratio) {
  SampleMatch out{a, b, {}, {}, 0, 1, false};
  double product = ratio ? static_cast<double>(sheet.number(a, "n")->value) : 1;
  for (const auto& [quantity, spread] : spreads) {
    const auto x = sheet.number(a, quantity), y = sheet.number(b, quantity);
    if (!x || !y) continue;
    ++out.compared;
    const bool explained = ratio && quantity.ends_with("_sd");
    if (explained || equal_as_printed(*x, *y)) {
      product *= coincidence(unit(*x, *y), spread);
      out.equal.push_back(quantity);
    } else if (quantity != "n" && near(*x, *y)) {
      product *= coincidence(10 * unit(*x, *y), spread);
      out.near.push_back(quantity);
    }
  }
  const double pairs = choose(sheet.rows(), 2);
  out.chance = pairs * choose(out.compared, out.equal.size() + out.near.size()) * product;
  out.same_size = std::find(out.equal.begin(), out.equal.end(), "n") != out.equal.end();
  return out;
}

/// At least four numbers, among them a mean with its spread, or two means.
bool tells(const SampleMatch& match) {
  if (match.equal.size() + match.near.size() < 4) return false;
  const auto has = [&](const std::string& name) {
    return std::find(match.equal.begin(), match.equal.end(), name) != match.equal.end();
  };
  int means = 0;
  bool whole = false;
  for (const char* characteristic : kCharacteristics) {
    means += has(mean_of(characteristic)) ? 1 : 0;
    whole = whole || (has(mean_of(characteristic)) && has(sd_of(characteristic)));
  }
  return whole || means >= 2;
}

bool declared(const Sheet& sheet, std::size_t a, std::size_t b) {
  const std::string sample = sheet.text(a, "sample");
  return !sample.empty() && sample == sheet.text(b, "sample");
}

bool equal_in_all(const Sheet& sheet, const std::vector<std::size_t>& rows, const std::string& quantity) {
  const auto first = sheet.number(rows.front(), quantity);
  return first && std::all_of(rows.begin(), rows.end(), [&](std::size_t row) {
           const auto other = sheet.number(row, quantity);
           return other && equal_as_printed(*first, *other);
         });
}

}  // namespace

std::vector<SpreadRatio> spread_ratios(const Sheet& studies) {
  std::vector<SpreadRatio> out;
  for (std::size_t a = 0; a < studies.rows(); ++a)
    for (std::size_t b = 0; b < studies.rows(); ++b)
      if (a != b)
        if (auto found = ratio_of(studies, a, b)) out.push_back(std::move(*found));
  return out;
}

std::vector<SampleMatch> sample_matches(const Sheet& studies, double limit) {
  std::map<std::string, double> spreads;
  for (const std::string& quantity : all_quantities()) spreads[quantity] = spread_of(studies, quantity);
  const auto ratios = spread_ratios(studies);
  std::vector<SampleMatch> out;
  for (std::size_t a = 0; a < studies.rows(); ++a)
    for (std::size_t b = a + 1; b < studies.rows(); ++b) {
      if (declared(studies, a, b)) continue;
      std::optional<SpreadRatio> ratio;
      for (const SpreadRatio& found : ratios)
        if (std::minmax(found.small, found.large) == std::minmax(a, b)) ratio = found;
      SampleMatch match = compare(studies, a, b, spreads, ratio);
      if (match.chance < limit && tells(match)) out.push_back(std::move(match));
    }
  return out;
}

std::vector<SampleSet> sample_sets(const Sheet& studies, double limit) {
  std::vector<std::size_t> set_of(studies.rows());
  std::iota(set_of.begin(), set_of.end(), std::size_t{0});
  const auto matches = sample_matches(studies, limit);
  for (const SampleMatch& match : matches) {
    const std::size_t from = std::max(set_of[match.a], set_of[match.b]),
                      to = std::min(set_of[match.a], set_of[match.b]);
    std::replace(set_of.begin(), set_of.end(), from, to);
  }
  std::map<std::size_t, SampleSet> sets;
  for (std::size_t row = 0; row < set_of.size(); ++row) sets[set_of[row]].rows.push_back(row);
  for (const SampleMatch& match : matches) {
    double& chance = sets[set_of[match.a]].chance;
    chance = std::max(chance, match.chance);
  }
  std::vector<SampleSet> out;
  for (auto& [first, set] : sets) {
    if (set.rows.size() < 2) continue;
    for (const std::string& quantity : all_quantities())
      if (equal_in_all(studies, set.rows, quantity)) set.equal.push_back(quantity);
    set.same_size = equal_in_all(studies, set.rows, "n");
    out.push_back(std::move(set));
  }
  return out;
}

std::vector<std::vector<std::size_t>> declared_samples(const Sheet& studies) {
  std::map<std::string, std::vector<std::size_t>> samples;
  for (std::size_t row = 0; row < studies.rows(); ++row)
    if (const std::string sample = studies.text(row, "sample"); !sample.empty()) samples[sample].push_back(row);
  std::vector<std::vector<std::size_t>> out;
  for (auto& [sample, rows] : samples)
    if (rows.size() > 1) out.push_back(std::move(rows));
  return out;
}

}  // namespace hedgerow::audit::detail
