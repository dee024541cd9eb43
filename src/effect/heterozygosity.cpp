// Relative excess heterozygosity: deviation from the Hardy-Weinberg equilibrium.
//
//   a, b, c individuals that are homozygous dominant, heterozygous, homozygous recessive; p0, p1, p2 their shares in
//   N = a + b + c
//   REH  ln(p1 / (2 sqrt(p0 p2)));   ((1 - p1) / (4 p0 p2) + 1/p1) / N                            [ziegler2011]

#include <cmath>

#include "effect/detail/measure.hpp"

namespace hedgerow::effect::detail {
namespace {

Expected<Estimate> reh_row(Row& row) {
  const double n = row.in("ai") + row.in("bi") + row.in("ci");
  const double p0 = row.in("ai") / n;
  const double p1 = row.in("bi") / n;
  const double p2 = row.in("ci") / n;
  const double vi = ((1 - p1) / (4 * p0 * p2) + 1 / p1) / n;
  return Estimate{.yi = std::log(p1) - std::log(2 * std::sqrt(p0 * p2)), .vi = vi, .ni = n};
}

}  // namespace

Family heterozygosity_family() {
  return {{.name = "REH",
           .scale = "REH",
           .text = "log relative excess heterozygosity",
           .arguments = {{"ai", Kind::count}, {"bi", Kind::count}, {"ci", Kind::count}},
           .ways = {{"ai", "bi", "ci"}},
           .vtypes = {"LS"},
           .row = reh_row}};
}

}  // namespace hedgerow::effect::detail
