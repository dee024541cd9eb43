// Times the order of screening: features, first fit and fits after one more label each, on the first 5,000 records of
// the files named (labelled sets, as `hedgerow screen simulate` reads them), half of them labelled.
// With --sets: mean metrics of five seeds per file and model instead, as `hedgerow screen simulate` prints them.
#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "records/read.hpp"
#include "screening/labels.hpp"
#include "screening/rank.hpp"
#include "screening/simulate.hpp"

namespace {

using namespace hedgerow;
// Time of the processor, so that other work on the machine does not count.
double now() { return 1000 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
double milliseconds(double since) { return now() - since; }

struct LabelledSet {
  std::vector<screening::Text> texts;
  std::vector<int> labels;
};

bool append(const char* file, LabelledSet& set) {
  const auto read = records::read_records_file(file);
  if (!read) return false;
  const auto labels = screening::read_labels(read->records, "");
  if (!labels) return false;
  for (const records::Record& record : read->records) set.texts.push_back(screening::text_of(record));
  set.labels.insert(set.labels.end(), labels->begin(), labels->end());
  return true;
}

void time_ranking(LabelledSet set) {
  constexpr std::size_t kRecords = 5000, kFits = 50;
  set.texts.resize(std::min(set.texts.size(), kRecords));
  const std::size_t n = set.texts.size(), half = n / 2;
  screening::Screener screener;
  screener.add(set.texts);
  auto since = now();
  screener.rank();
  fmt::print("{} records: features and first order {:.0f} ms\n", n, milliseconds(since));
  // Every second record, so that each review among the files has labels.
  for (std::size_t i = 0; i < half; ++i) screener.set_label(2 * i, {set.labels[2 * i] == 1 ? 1 : -1, 1});
  since = now();
  screener.rank();
  fmt::print("{} labels: first fit and order {:.1f} ms\n", half, milliseconds(since));
  std::vector<double> times;
  for (std::size_t i = 0; i < kFits; ++i) {
    const std::size_t record = screener.rank().front().record;
    screener.set_label(record, {set.labels[record] == 1 ? 1 : -1, 1});
    since = now();
    screener.rank();
    times.push_back(milliseconds(since));
  }
  std::sort(times.begin(), times.end());
  fmt::print("one label more: fit and order {:.1f} ms (median of {}), longest {:.1f} ms\n", times[kFits / 2], kFits,
             times.back());
}

bool print_metrics(const char* file) {
  LabelledSet set;
  if (!append(file, set)) return false;
  SilentProgress silent;
  for (const char* model : {"u3", "u4", "hedgerow"}) {
    screening::SimulationOptions options;
    options.configuration = *screening::configuration_named(model);
    const auto since = now();
    const auto result = screening::simulate(set.texts, set.labels, options, silent);
    if (!result) return false;
    using screening::Metrics;
    fmt::print("{} {} loss {:.4f} ndcg {:.3f} wss_95 {:.3f} recall_10 {:.3f} atd {:.4f} ({:.1f} s)\n", file, model,
               *mean_of(*result, &Metrics::loss), *mean_of(*result, &Metrics::ndcg),
               *mean_of(*result, &Metrics::wss_95), *mean_of(*result, &Metrics::recall_10),
               *mean_of(*result, &Metrics::atd), milliseconds(since) / 1000);
    std::fflush(stdout);
  }
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  const bool sets = count > 1 && std::strcmp(arguments[1], "--sets") == 0;
  LabelledSet all;
  for (int i = sets ? 2 : 1; i < count; ++i) {
    const bool read = sets ? print_metrics(arguments[i]) : append(arguments[i], all);
    if (read) continue;
    fmt::print(stderr, "{}: no labelled records\n", arguments[i]);
    return 2;
  }
  if (!sets) time_ranking(std::move(all));
  return 0;
}
