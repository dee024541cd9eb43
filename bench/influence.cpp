// Times refits without units, in process: bench_influence {cook|leave1out} {effect|study} FILE. Prints CPU seconds,
// number of units, and the sum of Cook's distances (of estimates for leave1out), by which both sides can be compared.
#include "diagnose/influence.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "data/formula.hpp"
#include "data/readers.hpp"
#include "diagnose/leave_one_out.hpp"

namespace {

using namespace hedgerow;

template <class T>
T need(Expected<T> value) {
  if (value.ok()) return value.take();
  std::fprintf(stderr, "%s\n", describe(value.error()).c_str());
  std::exit(1);
}

model::Fit three_level(const std::string& path) {
  const data::Table rows = need(data::read_table(path));
  model::Data data;
  data.yi = need(rows.numbers("yi"));
  data.vi = need(rows.numbers("vi"));
  data.x = stats::Matrix(data.k(), 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  model::Multilevel spec;
  spec.s_names = {"study", "study/es"};
  spec.groups = need(data::nested_groups({"study", "es"}, rows));
  return need(model::fit(need(model::Problem::create(std::move(data), std::move(spec)))));
}

double cpu_seconds() { return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC); }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: bench_influence {cook|leave1out} {effect|study} FILE\n");
    return 2;
  }
  const model::Fit fit = three_level(argv[3]);
  const diagnose::Unit by = need(diagnose::parse_unit(argv[2]));
  const double start = cpu_seconds();
  double sum = 0;
  std::size_t units = 0;
  if (std::string(argv[1]) == "cook") {
    diagnose::InfluenceOptions options;
    options.by = by;
    const diagnose::Influence found = need(diagnose::influence(fit, options));
    for (const double d : found.cook_d) sum += d;
    units = found.units.size();
  } else {
    diagnose::LeaveOneOutOptions options;
    options.by = by;
    const diagnose::LeaveOneOut found = need(diagnose::leave_one_out(fit, options));
    for (const auto& unit : found.units) sum += unit.beta[0];
    units = found.units.size();
  }
  std::printf("%.5f %zu %.10g\n", cpu_seconds() - start, units, sum);
  return 0;
}
