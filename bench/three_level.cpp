// Growth of the three-level REML fit (~ 1 | study/es) from 1,000 to 1,000,000 rows.
//
//   bench_three_level [largest] [moderators]
//
// Makes effects nested in studies (geometric number of effects per study, mean 5; sigma2 0.06 and 0.04), fits each size
// and prints CPU seconds of the fit (median of repeated fits), nanoseconds per row, and the exponent of growth from the
// regression of log time on log rows. Input is made before the clock starts; reading files is the business of w2.sh.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

#include "model/fit.hpp"

namespace {

using namespace hedgerow;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Standard normal numbers by the polar method on the fixed mt19937_64, the same on every platform.
class Normal {
 public:
  explicit Normal(std::uint64_t seed) : engine_(seed) {}
  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
  double operator()() {
    double u = 0, v = 0, s = 2;
    while (s >= 1 || s == 0) {
      u = 2 * uniform() - 1;
      v = 2 * uniform() - 1;
      s = u * u + v * v;
    }
    return u * std::sqrt(-2 * std::log(s) / s);
  }

 private:
  std::mt19937_64 engine_;
};

model::Problem make_problem(std::size_t rows, std::size_t moderators) {
  Normal normal(20240501 + rows);
  model::Data data;
  data.x = stats::Matrix(rows, 1 + moderators);
  data.names.push_back("intrcpt");
  data.term.push_back(0);
  for (std::size_t j = 1; j <= moderators; ++j) {
    data.names.push_back(fmt::format("x{}", j));
    data.term.push_back(static_cast<int>(j));
  }
  model::Multilevel spec;
  spec.s_names = {"study", "study/es"};
  spec.groups.resize(2);
  std::uint32_t study = 0;
  while (data.yi.size() < rows) {
    const double u = std::sqrt(0.06) * normal();
    do {
      const std::size_t i = data.yi.size();
      const double v = 0.02 + 0.2 * normal.uniform();
      double mean = 0.3 + u + std::sqrt(0.04) * normal() + std::sqrt(v) * normal();
      data.x(i, 0) = 1;
      for (std::size_t j = 1; j <= moderators; ++j) {
        data.x(i, j) = normal();
        mean += 0.05 * data.x(i, j);
      }
      data.yi.push_back(mean);
      data.vi.push_back(v);
      spec.groups[0].push_back(study);
      spec.groups[1].push_back(static_cast<std::uint32_t>(i));
    } while (data.yi.size() < rows && normal.uniform() > 0.2);
    ++study;
  }
  return model::Problem::create(std::move(data), std::move(spec)).take();
}

/// Median CPU seconds of a fit; small fits are repeated within one timing.
double time_fit(const model::Problem& problem, model::Fit& last) {
  const std::size_t repeats = std::max<std::size_t>(1, 200000 / problem.data().k());
  std::vector<double> seconds;
  for (int round = 0; round < 5; ++round) {
    const double start = cpu_seconds();
    for (std::size_t i = 0; i < repeats; ++i) {
      auto fit = model::fit(problem);
      if (!fit) {
        fmt::print(stderr, "{}\n", describe(fit.error()));
        std::exit(3);
      }
      last = fit.take();
    }
    seconds.push_back((cpu_seconds() - start) / static_cast<double>(repeats));
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t largest = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000000;
  const std::size_t moderators = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0;
  std::vector<double> x, y;
  fmt::print("{:>9} {:>9} {:>12} {:>9} {:>5} {:>7}  sigma2\n", "rows", "studies", "CPU s", "ns/row", "steps", "starts");
  for (std::size_t rows = 1000; rows <= largest; rows *= 10) {
    const model::Problem problem = make_problem(rows, moderators);
    model::Fit fit{.problem = problem};
    const double seconds = time_fit(problem, fit);
    fmt::print("{:>9} {:>9} {:>12.4g} {:>9.1f} {:>5} {:>7}  {:.8f} {:.8f}\n", rows, problem.cluster_count(), seconds,
               1e9 * seconds / static_cast<double>(rows), fit.certificate.iterations, fit.certificate.starts,
               fit.sigma2[0], fit.sigma2[1]);
    x.push_back(std::log(static_cast<double>(rows)));
    y.push_back(std::log(seconds));
  }
  double mx = 0, my = 0, sxx = 0, sxy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mx += x[i] / static_cast<double>(x.size());
    my += y[i] / static_cast<double>(x.size());
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    sxx += (x[i] - mx) * (x[i] - mx);
    sxy += (x[i] - mx) * (y[i] - my);
  }
  fmt::print("exponent of growth {:.3f}\n", sxy / sxx);
  return 0;
}
