// The pre-post correlation, back-solved where it is not reported [cochrane-handbook, 6.5.2.8].

#include "effect/detail/prepost_r.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"
#include "effect/detail/smd.hpp"

namespace hedgerow::effect::detail {
namespace {

std::string name_of(std::string_view stem, std::string_view suffix) { return std::string(stem) + std::string(suffix); }

// SD of the changes as the row reports it, and the argument that it came from.
struct ChangeSd {
  double value = kMissing;
  std::string_view from;
};

ChangeSd reported_change_sd(Row& row, const PairedGroup& group) {
  if (row.given(group.sd_change)) return {row.in(group.sd_change), group.sd_change};
  const double change = std::fabs(row.in(group.m_a) - row.in(group.m_b));
  if (!(change > 0)) return {};  // A change of 0 has t = 0 whatever its SD.
  const double n = row.in(group.n);
  if (row.given(group.t)) return {change * std::sqrt(n) / std::fabs(row.in(group.t)), group.t};
  if (row.given(group.p)) {
    const double t = row.step(name_of("t", group.suffix), t_from_p(std::fabs(row.in(group.p)), 2, n - 1));
    return {change * std::sqrt(n) / t, group.p};
  }
  return {};
}

Expected<double> back_solve(Row& row, const PairedGroup& group, const ChangeSd& change) {
  const double sa = row.in(group.sd_a);
  const double sb = row.in(group.sd_b);
  const double sc = change.value;
  const double r = (sa * sa + sb * sb - sc * sc) / (2 * sa * sb);
  if (std::fabs(r) > 1) {
    return row.bad(change.from,
                   fmt::format("the correlation that follows from the SDs {} = {}, {} = {} and of the "
                               "changes {} is {}, outside -1 to 1: one of the three is wrong",
                               group.sd_a, format_significant(sa, 6), group.sd_b, format_significant(sb, 6),
                               format_significant(sc, 6), format_significant(r, 6)));
  }
  row.step(name_of("sd_change", group.suffix), sc);
  row.step(name_of("r", group.suffix), r);
  row.note(fmt::format("r{} back-solved from {}", group.suffix, change.from));
  return r;
}

}  // namespace

Expected<double> prepost_r(Row& row, const PairedGroup& group) {
  if (row.given(group.r)) return row.in(group.r);
  if (row.given(group.r_common)) return row.in(group.r_common);
  const ChangeSd change = reported_change_sd(row, group);
  if (std::isfinite(change.value) && row.given(group.sd_a) && row.given(group.sd_b)) {
    return back_solve(row, group, change);
  }
  if (!row.setting().r) return kMissing;
  row.note(fmt::format("r{} = {} declared", group.suffix, format_shortest(*row.setting().r)));
  return *row.setting().r;
}

double change_sd(double sd_a, double sd_b, double r) {
  return std::sqrt(sd_a * sd_a + sd_b * sd_b - 2 * r * sd_a * sd_b);
}

std::vector<Argument> paired_arguments() {
  return {{"m1i"},
          {"m2i"},
          {"sd1i", Kind::sd},
          {"sd2i", Kind::sd},
          {"ni", Kind::sample},
          {"ri", Kind::correlation},
          {"sdci", Kind::sd},
          {"ti"},
          {"pi", Kind::signed_p}};
}

std::vector<std::vector<std::string_view>> paired_ways() {
  std::vector<std::vector<std::string_view>> ways;
  for (const std::string_view source : {"ri", "sdci", "ti", "pi"})
    ways.push_back({"m1i", "m2i", "sd1i", "sd2i", "ni", source});
  return ways;
}

}  // namespace hedgerow::effect::detail
