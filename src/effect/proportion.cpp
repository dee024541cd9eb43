// Single proportions: x events among n, m = n - x, p = x/n.
//
//   PR   p;             LS p(1-p)/n;  UB p(1-p)/(n-1)
//   PLN  ln p;          LS 1/x - 1/n
//   PLO  ln(p/(1-p));   LS 1/x + 1/m
//   PRZ  qnorm p;       LS 2 pi p(1-p) exp(z^2) / n, z = qnorm p                                [sanchezmeca2003]
//   PAS  asin sqrt p;   1/(4n)
//   PFT  (asin sqrt(x/(n+1)) + asin sqrt((x+1)/(n+1))) / 2;  1/(4n+2)                            [freeman1950]
//
// AV puts the average proportion of all rows, weighted by n, in the variance of PR, PLN, PLO and PRZ. `add` is added to
// x and to m as for 2x2 tables (detail/table_2x2.cpp); PAS and PFT need none.

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"
#include "effect/detail/adjustment.hpp"
#include "effect/detail/measure.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::effect::detail {
namespace {

struct Counts {
  double x, m;
  double n_given;  // before `add`
  double n() const { return x + m; }
  double p() const { return x / n(); }
};

Expected<Counts> read(Row& row) {
  Counts counts{row.in("xi"), row.in("mi"), kMissing};
  if (!row.given("mi") && row.in("xi") > row.in("ni")) {
    return row.bad(
        "xi", fmt::format("{} events among ni = {}", format_shortest(row.in("xi")), format_shortest(row.in("ni"))));
  }
  if (!row.given("mi")) counts.m = row.in("ni") - row.in("xi");
  counts.n_given = counts.n();
  const double add = amount_to_add(row, counts.x == 0 || counts.m == 0, "events and non-events");
  counts.x += add;
  counts.m += add;
  return counts;
}

// The proportion in the variance: the row's own or, for AV, the average.
double variance_proportion(Row& row, const Counts& counts) {
  if (!row.vtype("AV")) return counts.p();
  return row.step("p_average", row.average("p", counts.p(), counts.n()));
}

Expected<Estimate> pr_row(Row& row) {
  HR_TRY(const Counts counts, read(row));
  const double p = variance_proportion(row, counts);
  const double vi = p * (1 - p) / (counts.n() - (row.vtype("UB") ? 1 : 0));
  return Estimate{.yi = counts.p(), .vi = vi, .ni = counts.n_given};
}

Expected<Estimate> pln_row(Row& row) {
  HR_TRY(const Counts counts, read(row));
  const double p = variance_proportion(row, counts);
  return Estimate{.yi = std::log(counts.p()), .vi = 1 / (p * counts.n()) - 1 / counts.n(), .ni = counts.n_given};
}

Expected<Estimate> plo_row(Row& row) {
  HR_TRY(const Counts counts, read(row));
  const double p = variance_proportion(row, counts);
  const double vi = 1 / (p * counts.n()) + 1 / ((1 - p) * counts.n());
  return Estimate{.yi = std::log(counts.x) - std::log(counts.m), .vi = vi, .ni = counts.n_given};
}

Expected<Estimate> prz_row(Row& row) {
  HR_TRY(const Counts counts, read(row));
  const double p = variance_proportion(row, counts);
  const double z = stats::normal_quantile(p);
  const double vi = 2 * M_PI * p * (1 - p) * std::exp(z * z) / counts.n();
  return Estimate{.yi = stats::normal_quantile(counts.p()), .vi = vi, .ni = counts.n_given};
}

Expected<Estimate> pas_row(Row& row) {
  HR_TRY(const Counts counts, read(row));
  return Estimate{.yi = std::asin(std::sqrt(counts.p())), .vi = 1 / (4 * counts.n()), .ni = counts.n_given};
}

Expected<Estimate> pft_row(Row& row) {
  HR_TRY(const Counts counts, read(row));
  const double n = counts.n();
  const double yi = 0.5 * (std::asin(std::sqrt(counts.x / (n + 1))) + std::asin(std::sqrt((counts.x + 1) / (n + 1))));
  return Estimate{.yi = yi, .vi = 1 / (4 * n + 2), .ni = counts.n_given};
}

Measure measure(std::string_view name, std::string_view text, std::vector<std::string_view> vtypes, RowFunction row,
                double add) {
  return {.name = name,
          .scale = name,
          .text = text,
          .arguments = {{"xi", Kind::count}, {"mi", Kind::count}, {"ni", Kind::size}},
          .ways = {{"xi", "ni"}, {"xi", "mi"}},
          .vtypes = std::move(vtypes),
          .row = row,
          .default_add = add};
}

}  // namespace

Family proportion_family() {
  return {measure("PR", "proportion", {"LS", "UB", "AV"}, pr_row, 0.5),
          measure("PLN", "log proportion", {"LS", "AV"}, pln_row, 0.5),
          measure("PLO", "logit of the proportion", {"LS", "AV"}, plo_row, 0.5),
          measure("PRZ", "probit of the proportion", {"LS", "AV"}, prz_row, 0.5),
          measure("PAS", "arcsine square root of the proportion", {"LS"}, pas_row, 0),
          measure("PFT", "Freeman-Tukey double arcsine of the proportion", {"LS"}, pft_row, 0)};
}

}  // namespace hedgerow::effect::detail
