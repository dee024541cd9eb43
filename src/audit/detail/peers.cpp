#include "audit/detail/peers.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace hedgerow::audit::detail {

namespace {

constexpr double kNormalMad = 1.4826;
constexpr std::size_t kFewestPeers = 4;

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

/// Median and robust standard deviation; `values` is used up.
Peers summary(std::vector<double>& values) {
  Peers out;
  out.k = values.size();
  out.median = median(values);
  for (double& value : values) value = std::fabs(value - out.median);
  out.spread = kNormalMad * median(values);
  return out;
}

double total_spread(const Peers& peers, double sampling) {
  return std::sqrt(peers.spread * peers.spread * (1 + 1.0 / static_cast<double>(peers.k)) + sampling * sampling);
}

}  // namespace

PeerGroup::PeerGroup(const std::vector<double>& values, const std::vector<std::string>& studies, double floor)
    : floor_(floor) {
  std::map<std::string, std::size_t> places;
  std::vector<std::vector<double>> of_study;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool known = i < studies.size() && !studies[i].empty();
    const std::size_t place = known ? places.emplace(studies[i], of_study.size()).first->second : of_study.size();
    if (place == of_study.size()) of_study.emplace_back();
    of_study[place].push_back(values[i]);
    study_.push_back(place);
  }
  for (std::vector<double>& own : of_study) by_study_.push_back(median(own));
  if (by_study_.empty()) return;
  std::vector<double> all = by_study_;
  spread_ = summary(all).spread;
}

std::optional<Peers> PeerGroup::of(std::size_t i) const {
  if (by_study_.size() < kFewestPeers + 1) return std::nullopt;
  std::vector<double> others = by_study_;
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(study_[i]));
  Peers out = summary(others);
  out.spread = std::max(out.spread, floor_);
  return out;
}

double distance(double x, const Peers& peers, double sampling) {
  return (x - peers.median) / total_spread(peers, sampling);
}

double log_t(double x, double df) { return -0.5 * (df + 1) * std::log1p(x * x / df); }

double log_ratio(double x, double shift, const Peers& peers, double sampling) {
  const double df = std::max(3.0, static_cast<double>(peers.k) - 2);
  return log_t(distance(x + shift, peers, sampling), df) - log_t(distance(x, peers, sampling), df);
}

}  // namespace hedgerow::audit::detail
