#include "mutations.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"

namespace hedgerow::audit_recall {

namespace {

using Place = std::optional<std::size_t>;

std::size_t decimals(const std::string& text) {
  const std::size_t point = text.find('.');
  return point == std::string::npos ? 0 : text.size() - point - 1;
}

void scale(Cells& cells, std::size_t row, const char* name, double factor) {
  std::string& cell = cells.at(row, name);
  cell = format_fixed(factor * cells.number(row, name), static_cast<int>(decimals(cell)));
}

std::size_t some_row(const Cells& cells, RandomStream& random) { return random.below(cells.rows.size()); }

Place se_for_sd(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  scale(cells, row, "sd1i", 1 / std::sqrt(cells.number(row, "n1i")));
  scale(cells, row, "sd2i", 1 / std::sqrt(cells.number(row, "n2i")));
  return row;
}

Place se_for_sd_in_one_group(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  scale(cells, row, "sd1i", 1 / std::sqrt(cells.number(row, "n1i")));
  return row;
}

Place decimal_shift_of_sd(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  scale(cells, row, random.below(2) ? "sd1i" : "sd2i", random.below(2) ? 10 : 0.1);
  return row;
}

Place decimal_shift_of_mean(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  scale(cells, row, random.below(2) ? "m1i" : "m2i", random.below(2) ? 10 : 0.1);
  return row;
}

Place other_unit(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  for (const char* name : {"m1i", "sd1i", "m2i", "sd2i"}) scale(cells, row, name, 2.54);
  return row;
}

Place swapped_groups(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  for (const auto& [one, other] : {std::pair("n1i", "n2i"), std::pair("m1i", "m2i"), std::pair("sd1i", "sd2i")})
    std::swap(cells.at(row, one), cells.at(row, other));
  return row;
}

Place copied_row(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random), source = (row + 1) % cells.rows.size();
  const std::string study = cells.at(row, "study");
  cells.rows[row] = cells.rows[source];
  cells.at(row, "study") = study;
  return row;
}

Place duplicated_control(Cells& cells, RandomStream& random) {
  const std::size_t source = some_row(cells, random);
  cells.rows.push_back(cells.rows[source]);
  const std::size_t row = cells.rows.size() - 1;
  scale(cells, row, "m1i", 1.05);
  scale(cells, row, "sd1i", 1.1);
  return row;
}

/// Swaps two neighbouring different digits.
bool transpose(std::string& cell, RandomStream& random) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i + 1 < cell.size(); ++i)
    if (std::isdigit(static_cast<unsigned char>(cell[i])) && std::isdigit(static_cast<unsigned char>(cell[i + 1])) &&
        cell[i] != cell[i + 1])
      places.push_back(i);
  if (places.empty()) return false;
  const std::size_t place = places[random.below(places.size())];
  std::swap(cell[place], cell[place + 1]);
  return true;
}

Place transposed_in(Cells& cells, RandomStream& random, std::initializer_list<const char*> names) {
  const std::size_t row = some_row(cells, random);
  const std::vector<const char*> all(names);
  return transpose(cells.at(row, all[random.below(all.size())]), random) ? Place(row) : std::nullopt;
}

Place transposed_mean(Cells& cells, RandomStream& random) { return transposed_in(cells, random, {"m1i", "m2i"}); }
Place transposed_sd(Cells& cells, RandomStream& random) { return transposed_in(cells, random, {"sd1i", "sd2i"}); }
Place transposed_bound(Cells& cells, RandomStream& random) { return transposed_in(cells, random, {"ci_lb", "ci_ub"}); }
Place transposed_effect(Cells& cells, RandomStream& random) { return transposed_in(cells, random, {"yi"}); }

Place sd_for_se(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  const double n1 = cells.number(row, "n1i"), n2 = cells.number(row, "n2i");
  scale(cells, row, "sei", std::sqrt(n1 * n2 / (n1 + n2)));
  return row;
}

Place variance_for_se(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  scale(cells, row, "sei", cells.number(row, "sei"));
  return row;
}

Place swapped_bounds(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  std::swap(cells.at(row, "ci_lb"), cells.at(row, "ci_ub"));
  return row;
}

Place lost_sign_of_bound(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  std::string& bound = cells.at(row, "ci_lb");
  if (bound.front() != '-') return std::nullopt;
  bound.erase(0, 1);
  return row;
}

Place other_level(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  const double y = cells.number(row, "yi"), half = 1.6449 * cells.number(row, "sei");
  cells.at(row, "ci_lb") = format_fixed(y - half, 2);
  cells.at(row, "ci_ub") = format_fixed(y + half, 2);
  return row;
}

Place another_p(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  const std::string before = cells.at(row, "p");
  cells.at(row, "p") = cells.at((row + 1) % cells.rows.size(), "p");
  return cells.at(row, "p") == before ? std::nullopt : Place(row);
}

Place ignored_clusters(Cells& cells, RandomStream& random) {
  constexpr double kDesignEffect = 4;
  const std::size_t row = some_row(cells, random);
  scale(cells, row, "sei", 1 / std::sqrt(kDesignEffect));
  return row;
}

/// A significant effect of a real table reversed.
Place reversed_sign(Cells& cells, RandomStream& random) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < cells.rows.size(); ++i)
    if (std::fabs(cells.number(i, "yi")) > 1.96 * std::sqrt(cells.number(i, "vi"))) rows.push_back(i);
  if (rows.empty()) return std::nullopt;
  const std::size_t row = rows[random.below(rows.size())];
  std::string& cell = cells.at(row, "yi");
  cell = cell.front() == '-' ? cell.substr(1) : "-" + cell;
  return row;
}

/// Variances as of independent measurements although the data are paired with r = 0.8.
Place paired_as_independent(Cells& cells, RandomStream&) {
  constexpr double kFactor = 5;  // 1 / (1 - r)
  for (std::size_t row = 0; row < cells.rows.size(); ++row) scale(cells, row, "sei", std::sqrt(kFactor));
  for (std::size_t row = 0; row < cells.rows.size(); ++row)
    for (const auto& [bound, side] : {std::pair("ci_lb", -1.96), std::pair("ci_ub", 1.96)})
      cells.at(row, bound) = format_fixed(cells.number(row, "yi") + side * cells.number(row, "sei"), 2);
  for (std::size_t row = 0; row < cells.rows.size(); ++row) cells.at(row, "p").clear();
  return cells.rows.size();
}

Place transposed_result(Cells& cells, RandomStream& random) {
  return transposed_in(cells, random, {"estimate", "ci_lb", "ci_ub"});
}

/// Exchanges a cell, or an interval, of a row with the next row's.
Place exchanged(Cells& cells, RandomStream& random, std::initializer_list<const char*> names) {
  const std::size_t row = some_row(cells, random), other = (row + 1) % cells.rows.size();
  bool differs = false;
  for (const char* name : names) {
    differs = differs || cells.at(row, name) != cells.at(other, name);
    std::swap(cells.at(row, name), cells.at(other, name));
  }
  return differs ? Place(row) : std::nullopt;
}

Place exchanged_intervals(Cells& cells, RandomStream& random) { return exchanged(cells, random, {"ci_lb", "ci_ub"}); }
Place exchanged_i2(Cells& cells, RandomStream& random) { return exchanged(cells, random, {"i2"}); }
Place exchanged_q_p(Cells& cells, RandomStream& random) { return exchanged(cells, random, {"q_p"}); }
Place exchanged_prediction(Cells& cells, RandomStream& random) { return exchanged(cells, random, {"pi_lb", "pi_ub"}); }
Place exchanged_p(Cells& cells, RandomStream& random) { return exchanged(cells, random, {"p"}); }

/// The square root of tau2 in its place.
Place tau_for_tau2(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  const double tau2 = cells.number(row, "tau2");
  if (!(tau2 > 0.005)) return std::nullopt;
  cells.at(row, "tau2") = format_fixed(std::sqrt(tau2), 3);
  return row;
}

Place zero_tau2(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  if (!(cells.number(row, "tau2") > 0)) return std::nullopt;
  cells.at(row, "tau2") = "0";
  return row;
}

Place another_mark(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  std::string& mark = cells.at(row, "marked");
  mark = mark.empty() ? "*" : "";
  return row;
}

Place lost_sign_of_estimate(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  std::string& cell = cells.at(row, "estimate");
  cell = cell.front() == '-' ? cell.substr(1) : "-" + cell;
  return row;
}

/// A row with a test between levels gets the p of another test.
Place another_test(Cells& cells, RandomStream& random) {
  std::vector<std::size_t> tests;
  for (std::size_t row = 0; row < cells.rows.size(); ++row)
    if (!cells.at(row, "q_p").empty()) tests.push_back(row);
  const std::size_t one = random.below(tests.size()), other = (one + 1) % tests.size();
  std::swap(cells.at(tests[one], "q_p"), cells.at(tests[other], "q_p"));
  return cells.at(tests[one], "q_p") == cells.at(tests[other], "q_p") ? std::nullopt : Place(tests[one]);
}

/// The mistakes of a forest plot show in its pooled result, so the row that they are in is not asked for.
Place left_out_row(Cells& cells, RandomStream& random) {
  cells.rows.erase(cells.rows.begin() + static_cast<std::ptrdiff_t>(some_row(cells, random)));
  return cells.rows.size();
}

Place other_row(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random), other = (row + 1) % cells.rows.size();
  for (const char* name : {"estimate", "ci_lb", "ci_ub"}) cells.at(row, name) = cells.at(other, name);
  return cells.rows.size();
}

Place turned_row(Cells& cells, RandomStream& random) {
  const std::size_t row = some_row(cells, random);
  for (const char* name : {"estimate", "ci_lb", "ci_ub"}) scale(cells, row, name, -1);
  std::swap(cells.at(row, "ci_lb"), cells.at(row, "ci_ub"));
  return cells.rows.size();
}

/// The estimate and its interval moved together, so that they still fit each other.
Place moved_result(Cells& cells, RandomStream& random) {
  Cells& result = cells.beside.front();
  const double by = random.below(2) == 0 ? 0.1 : -0.1;
  for (const char* name : {"estimate", "ci_lb", "ci_ub"})
    result.at(0, name) = format_fixed(result.number(0, name) + by, 2);
  return cells.rows.size();
}

Place other_model(Cells& cells, RandomStream&) {
  Cells& result = cells.beside.front();
  result.at(0, "test") = result.at(0, "test") == "z" ? "knha" : "z";
  return cells.rows.size();
}

}  // namespace

const std::vector<Mutation>& mutations() {
  static const std::vector<Mutation> all = {
      {"SE for SD", Base::summaries, se_for_sd},
      {"SE for SD in one group", Base::summaries, se_for_sd_in_one_group},
      {"decimal shift of an SD", Base::summaries, decimal_shift_of_sd},
      {"decimal shift of a mean", Base::summaries, decimal_shift_of_mean},
      {"another unit", Base::summaries, other_unit},
      {"swapped groups", Base::summaries, swapped_groups},
      {"copied row", Base::summaries, copied_row},
      {"duplicated control", Base::summaries, duplicated_control},
      {"transposed digits of a mean", Base::summaries, transposed_mean},
      {"transposed digits of an SD", Base::summaries, transposed_sd},
      {"transposed digits of an effect", Base::effects, transposed_effect},
      {"transposed digits of a bound", Base::effects, transposed_bound},
      {"swapped bounds", Base::effects, swapped_bounds},
      {"lost sign of a bound", Base::effects, lost_sign_of_bound},
      {"90 % interval", Base::effects, other_level},
      {"p-value of another row", Base::effects, another_p},
      {"SD for SE", Base::effects, sd_for_se},
      {"variance for SE", Base::effects, variance_for_se},
      {"ignored clusters", Base::effects, ignored_clusters},
      {"paired data, r = 0", Base::effects, paired_as_independent},
      {"reversed sign", Base::real, reversed_sign},
      {"printed: transposed digits", Base::pooled, transposed_result},
      {"printed: intervals exchanged", Base::pooled, exchanged_intervals},
      {"printed: sign of the estimate", Base::pooled, lost_sign_of_estimate},
      {"printed: p of another outcome", Base::pooled, exchanged_p},
      {"printed: I2 of another outcome", Base::pooled, exchanged_i2},
      {"printed: p of Q of another", Base::pooled, exchanged_q_p},
      {"printed: prediction interval", Base::pooled, exchanged_prediction},
      {"printed: tau for tau2", Base::pooled, tau_for_tau2},
      {"printed: tau2 of 0", Base::pooled, zero_tau2},
      {"levels: transposed digits", Base::levels, transposed_result},
      {"levels: intervals exchanged", Base::levels, exchanged_intervals},
      {"levels: mark of significance", Base::levels, another_mark},
      {"levels: p of another test", Base::levels, another_test},
      {"forest plot: row left out", Base::paper, left_out_row},
      {"forest plot: numbers of another row", Base::paper, other_row},
      {"forest plot: sign of a row", Base::paper, turned_row},
      {"forest plot: result moved by 0.1", Base::paper, moved_result},
      {"forest plot: another test declared", Base::paper, other_model},
  };
  return all;
}

}  // namespace hedgerow::audit_recall
