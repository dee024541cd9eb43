#include "audit/detail/printed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit::detail {

namespace {

Range on_scale(const Printed& p, const Reported& number) { return p.ratio ? log(number.range) : number.range; }

double quantile(const Printed& p) { return stats::interval_quantile(level(p), HUGE_VAL); }

/// Texts that one slip makes of a printed number.
std::vector<std::pair<std::string, int>> slips_of(const std::string& text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::vector<std::pair<std::string, int>> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!digit(text[i])) continue;
    // The next digit may stand behind the decimal point.
    const std::size_t next = i + 1 < text.size() && text[i + 1] == '.' ? i + 2 : i + 1;
    if (next < text.size() && digit(text[next]) && text[next] != text[i]) {
      out.emplace_back(text, 0);
      std::swap(out.back().first[i], out.back().first[next]);
    }
    for (char other = '0'; other <= '9'; ++other)
      if (other != text[i]) {
        out.emplace_back(text, 2);
        out.back().first[i] = other;
      }
  }
  out.emplace_back(text.front() == '-' ? text.substr(1) : "-" + text, 1);
  if (const auto value = parse_number(text)) {
    const std::size_t point = text.find('.');
    const int decimals = point == std::string::npos ? 0 : static_cast<int>(text.size() - point - 1);
    out.emplace_back(format_fixed(*value / 10, decimals + 1), 1);
    if (decimals > 0) out.emplace_back(format_fixed(*value * 10, decimals - 1), 1);
  }
  return out;
}

Reported& cell_of(Printed& p, int which) { return which == 0 ? p.estimate : which == 1 ? p.lower : p.upper; }

const std::string& name_of(const Printed& p, int which) {
  return which == 0 ? p.names.estimate : which == 1 ? p.names.lower : p.names.upper;
}

struct Weighted {
  std::vector<double> y, se;
};

double q_of(const Weighted& values) {
  double w = 0, wy = 0, q = 0;
  for (std::size_t i = 0; i < values.y.size(); ++i) {
    w += 1 / (values.se[i] * values.se[i]);
    wy += values.y[i] / (values.se[i] * values.se[i]);
  }
  for (std::size_t i = 0; i < values.y.size(); ++i) q += std::pow((values.y[i] - wy / w) / values.se[i], 2);
  return q;
}

/// The largest change of Q as one value runs through its range.
double moves(Weighted values, std::vector<double> Weighted::*which, std::size_t i, const Range& range) {
  const double before = q_of(values);
  double out = 0;
  for (const double end : {range.lo, range.hi}) {
    (values.*which)[i] = end;
    out = std::max(out, std::fabs(q_of(values) - before));
  }
  return out;
}

}  // namespace

std::optional<Printed> read_printed(const Sheet& sheet, std::size_t row, const Triple& names) {
  const auto estimate = sheet.number(row, names.estimate);
  const auto lower = sheet.number(row, names.lower), upper = sheet.number(row, names.upper);
  if (!estimate || !lower || !upper) return std::nullopt;
  return Printed{&sheet, row, names, *estimate, *lower, *upper, is_ratio(sheet.declared(row, "measure"))};
}

bool is_ratio(const std::string& measure) {
  static const std::vector<std::string> ratios = {"OR", "RR", "HR", "IRR", "ROM"};
  return std::find(ratios.begin(), ratios.end(), measure) != ratios.end();
}

double level(const Printed& p) {
  const auto own = p.sheet->number(p.row, "ci_level");
  return (own ? own->value : parse_number(p.sheet->setting("ci_level")).value_or(95)) / 100;
}

Range half_width(const Printed& p) { return (on_scale(p, p.upper) - on_scale(p, p.lower)) * exactly(0.5); }

bool holds_estimate(const Printed& p) {
  return p.lower.range.lo <= p.estimate.range.hi && p.estimate.range.lo <= p.upper.range.hi;
}

Range middle(const Printed& p) {
  const Range m = (on_scale(p, p.lower) + on_scale(p, p.upper)) * exactly(0.5);
  return p.ratio ? exp(m) : m;
}

bool symmetric(const Printed& p) { return p.lower.value < p.upper.value && agrees(p.estimate, middle(p)); }

Range standard_error(const Printed& p) {
  return (on_scale(p, p.upper) - on_scale(p, p.lower)) / exactly(2 * quantile(p));
}

std::string text(const Printed& p) { return fmt::format("{} [{}; {}]", p.estimate.text, p.lower.text, p.upper.text); }

std::vector<Slipped> single_slips(const Printed& p) {
  std::vector<Slipped> out;
  for (int which = 0; which < 3; ++which) {
    Printed changed = p;
    const std::string from = cell_of(changed, which).text;
    for (const auto& [to, rank] : slips_of(from)) {
      const auto number = parse_reported(to);
      if (!number || number->decimals != cell_of(changed, which).decimals) continue;
      Printed candidate = p;
      cell_of(candidate, which) = *number;
      if (symmetric(candidate)) out.push_back({candidate, name_of(p, which), from, to, rank});
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Slipped& a, const Slipped& b) { return a.rank < b.rank; });
  return out;
}

std::optional<Range> between_q(const std::vector<Printed>& results) {
  Weighted values;
  std::vector<Range> ys, ses;
  for (const Printed& p : results) {
    ys.push_back(on_scale(p, p.estimate));
    ses.push_back(standard_error(p));
    values.y.push_back(p.ratio ? std::log(p.estimate.value) : p.estimate.value);
    values.se.push_back(ses.back().middle());
    if (!(ses.back().lo > 0)) return std::nullopt;
  }
  if (results.size() < 2) return std::nullopt;
  double slack = 0;
  for (std::size_t i = 0; i < results.size(); ++i)
    slack += moves(values, &Weighted::y, i, ys[i]) + moves(values, &Weighted::se, i, ses[i]);
  const double q = q_of(values);
  return Range{std::max(0.0, q - slack), q + slack};
}

bool is_overall(const Sheet& levels, std::size_t row) {
  const std::string word = levels.setting("overall");
  return !word.empty() && to_lower(levels.text(row, "moderator")) == to_lower(word);
}

std::vector<Moderator> moderators(const Sheet& levels) {
  std::vector<Moderator> out;
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  for (std::size_t row = 0; row < levels.rows(); ++row) {
    if (is_overall(levels, row)) continue;
    const auto key = std::pair(levels.text(row, "outcome"), levels.text(row, "moderator"));
    const auto [place, fresh] = places.emplace(key, out.size());
    if (fresh) out.push_back({key.first, key.second, {}});
    out[place->second].rows.push_back(row);
  }
  return out;
}

std::vector<Printed> sound_results(const Sheet& sheet, const std::vector<std::size_t>& rows) {
  std::vector<Printed> out;
  for (const std::size_t row : rows) {
    const auto p = read_printed(sheet, row);
    if (!p) continue;
    if (!symmetric(*p)) return {};
    out.push_back(*p);
  }
  return out;
}

}  // namespace hedgerow::audit::detail
