// Calibration of GRIM and GRIMMER: false alarms on simulated scores of 1 to 7, and power against what is no mean or SD
// of them. One line per setting; the arithmetic is exact, so that any false alarm is a defect.
//
//   bench_grim [samples per setting, default 200000]
//
// Power: a random mean and SD (pair), the same with the ends of the scale known (bounded), and the standard error in
// place of the SD with the ends known (SE for SD).
#include "audit/detail/grim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "base/random.hpp"
#include "base/text.hpp"

using namespace hedgerow;
using namespace hedgerow::audit;
using namespace hedgerow::audit::detail;

namespace {

struct Setting {
  int least = 0, most = 0, items = 0, decimals = 0;
};

struct Sample {
  int n = 0;
  double mean = 0, sd = 0;
};

Sample draw(const Setting& setting, RandomStream& random) {
  Sample out;
  out.n = setting.least + static_cast<int>(random.below(static_cast<std::size_t>(setting.most - setting.least + 1)));
  const double centre = 2 + 4 * random.uniform(), spread = 0.5 + 1.5 * random.uniform();
  double sum = 0, squares = 0;
  for (int i = 0; i < out.n; ++i) {
    int total = 0;
    for (int item = 0; item < setting.items; ++item)
      total += std::clamp(static_cast<int>(std::lround(centre + spread * random.normal())), 1, 7);
    sum += total;
    squares += static_cast<double>(total) * total;
  }
  out.mean = sum / out.n / setting.items;
  out.sd = std::sqrt(std::max(0.0, (squares - sum * sum / out.n) / (out.n - 1))) / setting.items;
  return out;
}

Reported printed(double value, int decimals) { return *parse_reported(format_fixed(value, decimals)); }

bool impossible(const WholeScores& scores, const Reported& mean, const Reported& sd) {
  const auto sums = sums_of(scores, mean);
  return sums && (sums->none() || !spread_possible(scores, mean, sd, Divisor::n_minus_1));
}

void run(const Setting& setting, int samples, RandomStream& random) {
  int alarms = 0, pairs = 0, bounded = 0, errors = 0;
  for (int i = 0; i < samples; ++i) {
    const Sample sample = draw(setting, random);
    const WholeScores open{sample.n, setting.items, {}, {}}, scale{sample.n, setting.items, 1, 7};
    const Reported mean = printed(sample.mean, setting.decimals), sd = printed(sample.sd, setting.decimals);
    alarms += impossible(scale, mean, sd);
    errors += impossible(scale, mean, printed(sample.sd / std::sqrt(sample.n), setting.decimals));
    const Reported other_mean = printed(1.5 + 5 * random.uniform(), setting.decimals);
    const Reported other_sd = printed(0.5 + 1.5 * random.uniform(), setting.decimals);
    pairs += impossible(open, other_mean, other_sd);
    bounded += impossible(scale, other_mean, other_sd);
  }
  const auto share = [&](int count) { return 100.0 * count / samples; };
  fmt::print("{:3}-{:<3} {:5} {:8}  {:12} {:7.1f} {:9.1f} {:10.1f}\n", setting.least, setting.most, setting.items,
             setting.decimals, alarms, share(pairs), share(bounded), share(errors));
}

}  // namespace

int main(int argc, char** argv) {
  const int samples = argc > 1 ? std::max(1, std::atoi(argv[1])) : 200000;
  fmt::print("  n     items decimals  false alarms  pair % bounded % SE for SD %   ({} samples each)\n", samples);
  RandomStream random(1, 0);
  for (const auto& [least, most] : {std::pair(5, 20), std::pair(21, 50), std::pair(51, 100), std::pair(101, 200)})
    for (const int items : {1, 2, 5})
      for (const int decimals : {1, 2}) run({least, most, items, decimals}, samples, random);
  return 0;
}
