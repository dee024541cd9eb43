// How one value stands among its peers, and whether a slip of a known size would bring it among them.
//
//   m = median, s = max(1.4826 MAD, floor) over the other studies;  s_tot^2 = s^2 (1 + 1/k) + sampling^2
//   LR(shift) = ln t_df((x + shift - m) / s_tot) - ln t_df((x - m) / s_tot),  df = max(3, k - 2)
//
// A shift is believed only if LR > 3: the value as it should have been is exp(3) = 20 times as likely as the one given.
// Calibration: docs/methods/audit.md.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hedgerow::audit::detail {

struct Peers {
  double median = 0, spread = 0;  ///< spread: robust standard deviation, at least the floor
  std::size_t k = 0;              ///< other studies
};

/// One value per study: medians of its own values. `values` and `studies` have one entry per observation; an empty
/// list of studies makes each observation a study.
class PeerGroup {
 public:
  PeerGroup(const std::vector<double>& values, const std::vector<std::string>& studies, double floor);

  /// The peers of observation i: all studies but its own. Nothing with fewer than four of them.
  std::optional<Peers> of(std::size_t i) const;
  /// Robust standard deviation of all studies, without a floor.
  double spread() const { return spread_; }

 private:
  std::vector<double> by_study_;
  std::vector<std::size_t> study_;  ///< of each observation
  double floor_ = 0, spread_ = 0;
};

/// Distance from the peers in units of s_tot.
double distance(double x, const Peers& peers, double sampling);
/// LR of the header.
double log_ratio(double x, double shift, const Peers& peers, double sampling);

/// Logarithm of the density of Student's t up to a constant.
double log_t(double x, double df);

}  // namespace hedgerow::audit::detail
