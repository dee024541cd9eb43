// Measures that users know under a name of their own, computed as the odds ratio and the risk ratio are.
//
//   DOR   ln(TP TN / (FP FN)), the log diagnostic odds ratio;  1/TP + 1/FN + 1/FP + 1/TN          [glas2003]
//   VE    ln(p1 / p2) as RR (group 1 vaccinated); shown as vaccine efficacy 1 - exp(yi)           [halloran1997]
//
// `add`, `to` and `drop00` as for 2x2 tables: the diseased (TP, FN) are group 1 of DOR, the others (FP, TN) group 2.

#include "effect/detail/table_2x2.hpp"

namespace hedgerow::effect::detail {
namespace {

Expected<Estimate> dor_row(Row& row) {
  const Adjusted table = adjust(row, {row.in("tp"), row.in("fn"), row.in("fp"), row.in("tn")});
  const Cells& x = table.cells;
  return with_shares(of_table(log_odds_ratio(row, x, variance_proportions(row, x)), table), 1 / x.a + 1 / x.b,
                     1 / x.c + 1 / x.d);
}

}  // namespace

Family diagnostic_family() {
  Measure dor = table_measure("DOR", "log diagnostic odds ratio", {"LS"}, dor_row);
  dor.arguments = {{"tp", Kind::count}, {"fp", Kind::count}, {"fn", Kind::count}, {"tn", Kind::count}};
  dor.ways = {{"tp", "fp", "fn", "tn"}};
  Measure ve = table_measure("VE", "log risk ratio, for vaccine efficacy 1 - RR", {"LS", "HO", "AV"}, log_risk_ratio);
  ve.continuity = "events";
  return {dor, ve};
}

}  // namespace hedgerow::effect::detail
