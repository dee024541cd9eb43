// Time of deduplication against the number of records: real records, perturbed until there are 10, 20, 40, 80 thousand.
//
// Usage: bench_dedup [--threads=N] FILE...   exports in any format
//
// Two thirds of the records are new documents (words of two real titles, other names, years and pages), one third are
// copies of others as another database would spell them (capitals, a lost field, initials, a typing error).
#include "dedup/dedup.hpp"

#include <fmt/core.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/random.hpp"
#include "base/text.hpp"
#include "records/read.hpp"

namespace {

using namespace hedgerow;
using records::Record;

std::string mixed_title(const std::string& a, const std::string& b) {
  const std::vector<std::string> one = split(a, ' '), other = split(b, ' ');
  std::string title;
  for (std::size_t i = 0; i < one.size() / 2 + 1; ++i) title += one[i] + " ";
  for (std::size_t i = other.size() / 2; i < other.size(); ++i) title += other[i] + " ";
  return title;
}

Record new_document(const std::vector<Record>& real, RandomStream& random) {
  Record record = real[random.below(real.size())];
  const Record& other = real[random.below(real.size())];
  record.title = mixed_title(record.title, other.title);
  record.authors = real[random.below(real.size())].authors;
  record.year = 1980 + static_cast<int>(random.below(45));
  const std::size_t page = 1 + random.below(2000);
  record.pages = fmt::format("{}-{}", page, page + random.below(12));
  record.volume = std::to_string(1 + random.below(200));
  record.doi = fmt::format("10.{}/{}", 1000 + random.below(9000), random.bits());
  record.pmid.clear();
  record.abstract = other.abstract;
  return record;
}

Record copy_of(Record record, RandomStream& random) {
  if (random.uniform() < 0.3) record.doi.clear();
  if (random.uniform() < 0.3) record.issue.clear();
  if (random.uniform() < 0.3) record.abstract.clear();
  if (random.uniform() < 0.3 && record.authors.size() > 1) record.authors.resize(1);
  if (random.uniform() < 0.2) record.title = to_lower(record.title);
  if (random.uniform() < 0.2 && record.title.size() > 20) record.title.erase(random.below(record.title.size()), 1);
  return record;
}

double seconds(const std::vector<Record>& records, unsigned threads, std::size_t& documents) {
  SilentProgress silent;
  dedup::Options options;
  options.threads = threads;
  const auto start = std::chrono::steady_clock::now();
  documents = dedup::find_duplicates(records, options, silent).kept.size();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<Record> real;
  unsigned threads = 2;
  for (int i = 1; i < count; ++i) {
    if (std::strncmp(arguments[i], "--threads=", 10) == 0) {
      threads = static_cast<unsigned>(std::atoi(arguments[i] + 10));
      continue;
    }
    auto read = records::read_records_file(arguments[i]);
    if (!read) {
      fmt::print(stderr, "{}\n", describe(read.error()));
      return 2;
    }
    for (Record& record : read->records)
      if (record.title.size() > 10) real.push_back(std::move(record));
  }
  if (real.empty()) {
    fmt::print(stderr, "no records\n");
    return 2;
  }
  fmt::print("records documents-made documents-found seconds processor-seconds\n");
  for (const std::size_t n : {10000U, 20000U, 40000U, 80000U}) {
    RandomStream random(20261123, n);
    std::vector<Record> records;
    std::size_t made = 0, found = 0;
    while (records.size() < n) {
      if (!records.empty() && random.uniform() < 1.0 / 3) {
        records.push_back(copy_of(records[random.below(records.size())], random));
      } else {
        records.push_back(new_document(real, random));
        ++made;
      }
    }
    const std::clock_t start = std::clock();
    const double time = seconds(records, threads, found);
    const double processor = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    fmt::print("{} {} {} {:.2f} {:.2f}\n", n, made, found, time, processor);
    std::fflush(stdout);
  }
  return 0;
}
