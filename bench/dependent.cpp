// Times one workload of dependent effects in process, on a file made by dependent.py.
//
//   bench_dependent WORKLOAD FILE
//
//   three-level   ~ 1 | study/es, moderator x1, REML
//   che           the same with sampling errors of a study correlated 0.6 (V by blocks)
//   un            two outcomes per study, ~ outcome | study, struct UN, errors correlated 0.6
//   crossed       ~ 1 | study, ~ 1 | instrument, ~ 1 | es, moderator x1
//   profile       profile-likelihood intervals of both components of three-level, after its fit
//
// Prints "cpu_seconds loglik peak_MiB": the median of repeated fits (V included where there is one; reading the file is
// not), as dependent.R prints it for the peers.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <map>

#include "data/formula.hpp"
#include "data/readers.hpp"
#include "infer/profile.hpp"
#include "model/fit.hpp"

namespace {

using namespace hedgerow;

constexpr double error_correlation = 0.6;

template <class T>
T need(Expected<T> value) {
  if (value) return value.take();
  fmt::print(stderr, "bench_dependent: {}\n", describe(value.error()));
  std::exit(3);
}

std::vector<std::uint32_t> groups_of(const data::Table& table, const std::string& column) {
  return need(data::nested_groups({column}, table)).front();
}

std::vector<std::uint32_t> row_groups(std::size_t rows) {
  std::vector<std::uint32_t> out(rows);
  for (std::size_t i = 0; i < rows; ++i) out[i] = static_cast<std::uint32_t>(i);
  return out;
}

/// Errors of one study correlated 0.6. Rows of a study stand together in these files.
std::shared_ptr<const stats::BlockMatrix> correlated_errors(const stats::Vector& vi,
                                                            const std::vector<std::uint32_t>& study) {
  auto v = stats::BlockMatrix::zeros(study);
  for (std::size_t i = 0; i < vi.size(); ++i) {
    v.set(i, i, vi[i]);
    for (std::size_t j = i; j-- > 0 && study[j] == study[i];) v.set(i, j, error_correlation * std::sqrt(vi[i] * vi[j]));
  }
  return std::make_shared<stats::BlockMatrix>(std::move(v));
}

void set_design(model::Data& data, std::vector<std::string> names, std::vector<int> terms,
                const std::function<double(std::size_t, std::size_t)>& value) {
  data.names = std::move(names);
  data.term = std::move(terms);
  data.x = stats::Matrix(data.k(), data.names.size());
  for (std::size_t i = 0; i < data.k(); ++i)
    for (std::size_t j = 0; j < data.names.size(); ++j) data.x(i, j) = value(i, j);
}

struct Workload {
  model::Data data;
  model::Multilevel spec;
  std::vector<std::uint32_t> study;
  bool correlated = false;

  model::Problem problem() const {
    model::Data copy = data;
    if (correlated) copy.v = correlated_errors(data.vi, study);
    return need(model::Problem::create(std::move(copy), spec));
  }
};

Workload read_workload(const std::string& kind, const std::string& file) {
  const data::Table table = need(data::read_table(file));
  Workload out;
  out.data.yi = need(table.numbers("yi"));
  out.data.vi = need(table.numbers("vi"));
  out.study = groups_of(table, "study");
  out.correlated = kind == "che" || kind == "un";
  if (kind == "un") {
    const auto outcome = groups_of(table, "outcome");
    const bool first_is_b = need(table.texts("outcome")).front() == "B";
    model::Structured term;
    term.structure = model::Structure::un;
    term.inner_name = "outcome";
    term.outer_name = "study";
    term.outer = out.study;
    term.levels = {"A", "B"};
    for (const std::uint32_t id : outcome) term.inner.push_back(first_is_b ? 1 - id : id);
    set_design(out.data, {"outcomeA", "outcomeB"}, {0, 0},
               [&](std::size_t i, std::size_t j) { return term.inner[i] == j ? 1.0 : 0.0; });
    out.data.intercept = false;
    out.spec.structured.push_back(std::move(term));
    return out;
  }
  const stats::Vector x1 = need(table.numbers("x1"));
  set_design(out.data, {"intrcpt", "x1"}, {0, 1}, [&](std::size_t i, std::size_t j) { return j == 0 ? 1.0 : x1[i]; });
  out.spec.s_names = {"study", "study/es"};
  out.spec.groups = {out.study, row_groups(out.data.k())};
  if (kind == "crossed") {
    out.spec.s_names = {"study", "instrument", "es"};
    out.spec.groups.insert(out.spec.groups.begin() + 1, groups_of(table, "instrument"));
  }
  return out;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Median of three timings, each of enough runs for 50 ms; one where a run takes more than 5 s.
double median_seconds(const std::function<void()>& run) {
  std::vector<double> seconds;
  std::size_t runs = 1;
  while (seconds.size() < 3) {
    const double start = cpu_seconds();
    for (std::size_t i = 0; i < runs; ++i) run();
    const double one = (cpu_seconds() - start) / static_cast<double>(runs);
    if (runs == 1 && one < 0.05 && seconds.empty()) {
      runs = static_cast<std::size_t>(0.05 / std::max(one, 1e-6)) + 2;
      continue;
    }
    seconds.push_back(one);
    if (one > 5) break;
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: bench_dependent three-level|che|un|crossed|profile FILE\n");
    return 2;
  }
  const std::string kind = argv[1];
  const Workload workload = read_workload(kind, argv[2]);
  double loglik = 0, seconds = 0;
  if (kind == "profile") {
    const model::Fit fit = need(model::fit(workload.problem()));
    loglik = fit.reml.loglik;
    seconds = median_seconds([&] {
      for (std::size_t a = 0; a < workload.spec.groups.size(); ++a) need(infer::profile_interval(fit, a));
    });
  } else {
    seconds = median_seconds([&] { loglik = need(model::fit(workload.problem())).reml.loglik; });
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{:.6g} {:.9f} {:.0f}\n", seconds, loglik, static_cast<double>(usage.ru_maxrss) / 1024);
  return 0;
}
