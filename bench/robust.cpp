// Times robust tests, in process: bench_robust FILE REPEATS. The fit is a common-effect regression on x1 (its time does
// not count); CR2 with Satterthwaite df by study, and a wild bootstrap of 1,999 replicates. Prints clusters, CPU ms of
// CR2, CPU ms of the bootstrap, then standard error and df of the slope, by which both sides can be compared.
#include "infer/robust.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "data/formula.hpp"
#include "data/readers.hpp"
#include "infer/wild_bootstrap.hpp"

namespace {

using namespace hedgerow;

template <class T>
T need(Expected<T> value) {
  if (value.ok()) return value.take();
  std::fprintf(stderr, "%s\n", describe(value.error()).c_str());
  std::exit(1);
}

double cpu_ms() { return 1e3 * static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC); }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bench_robust FILE REPEATS\n");
    return 2;
  }
  const data::Table rows = need(data::read_table(argv[1]));
  model::Data data;
  data.yi = need(rows.numbers("yi"));
  data.vi = need(rows.numbers("vi"));
  const stats::Vector x1 = need(rows.numbers("x1"));
  data.x = stats::Matrix(data.k(), 2, 1.0);
  for (std::size_t i = 0; i < data.k(); ++i) data.x(i, 1) = x1[i];
  data.names = {"intrcpt", "x1"};
  data.term = {0, 1};
  model::Univariate spec;
  spec.tau2 = 0.1;
  const model::Fit fit = need(model::fit(need(model::Problem::create(std::move(data), spec))));
  const infer::RobustOptions options{.clusters = need(data::nested_groups({"study"}, rows)).front()};
  const int repeats = std::atoi(argv[2]);
  infer::Robust table;
  double start = cpu_ms();
  for (int r = 0; r < repeats; ++r) table = need(infer::robust(fit, options));
  const double cr2 = (cpu_ms() - start) / repeats;
  stats::Matrix l(1, 2);
  l(0, 1) = 1;
  start = cpu_ms();
  need(infer::wild_bootstrap(fit, options, l, {}, {}));
  std::printf("%zu %.4g %.4g %.12g %.12g\n", table.n_clusters, cr2, cpu_ms() - start, table.se[1], table.ddf[1]);
  return 0;
}
