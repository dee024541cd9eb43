#include "audit/detail/slips.hpp"

#include <algorithm>
#include <cmath>

#include "audit/detail/peers.hpp"

namespace hedgerow::audit::detail {

namespace {

constexpr double kFloor = 0.15;
/// Above this robust standard deviation of ln SD the rows share no unit.
constexpr double kMixedUnits = 0.7;
/// One group alone is one more thing that could look wrong by chance; its slip has to be clearer.
constexpr double kOneGroup = 1.0;

double shift_of(Slip slip, const SpreadRow& row) {
  switch (slip) {
    case Slip::se_for_sd:
      return half_log_n(row);
    case Slip::ten_times:
      return -std::log(10);
    case Slip::tenth:
      return std::log(10);
    case Slip::none:
      break;
  }
  return 0;
}

void consider(const SpreadRow& row, const Peers& peers, double handicap, SlipFound& best) {
  for (const Slip slip : {Slip::se_for_sd, Slip::ten_times, Slip::tenth}) {
    const double ratio = log_ratio(log_sd(row), shift_of(slip, row), peers, log_sd_sampling(row)) - handicap;
    if (ratio <= best.log_ratio) {
      if (slip != best.slip) best.second = std::max(best.second, ratio);
      continue;
    }
    if (slip != best.slip) best.second = best.log_ratio;
    best.slip = slip;
    best.log_ratio = ratio;
    best.cells = row.cells;
  }
}

}  // namespace

SlipSearch find_slips(const SpreadGroup& group) {
  SlipSearch out;
  std::vector<double> values;
  std::vector<std::string> studies;
  for (const SpreadRow& row : group.rows) {
    values.push_back(log_sd(row));
    studies.push_back(row.study);
  }
  const PeerGroup peers(values, studies, kFloor);
  if (group.rows.empty() || !peers.of(0)) {
    out.why_not = "fewer than five studies give standard deviations of one outcome";
    return out;
  }
  if (peers.spread() > kMixedUnits) {
    out.why_not = "the standard deviations differ too much between studies to be in one unit";
    return out;
  }
  for (std::size_t i = 0; i < group.rows.size(); ++i) {
    const SpreadRow& row = group.rows[i];
    const Peers own = *peers.of(i);
    SlipFound best;
    best.median = std::exp(own.median);
    consider(row, own, 0, best);
    for (const SpreadCell& cell : row.cells)
      if (row.cells.size() > 1) consider({row.row, row.study, {cell}}, own, kOneGroup, best);
    out.rows.push_back(std::move(best));
  }
  return out;
}

double without_slip(Slip slip, const SpreadCell& cell) {
  switch (slip) {
    case Slip::se_for_sd:
      return cell.sd * std::sqrt(cell.n);
    case Slip::ten_times:
      return cell.sd / 10;
    case Slip::tenth:
      return cell.sd * 10;
    case Slip::none:
      break;
  }
  return cell.sd;
}

}  // namespace hedgerow::audit::detail
