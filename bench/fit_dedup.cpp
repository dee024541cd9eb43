// Fits the weights of src/dedup/detail/weights.cpp, and says what a set reaches when it is left out of the fit.
//
// Usage: fit_dedup FOLDER...      each with records.csv.gz and truth.csv.gz (record_id, cluster)
//        fit_dedup --errors FOLDER...   also lists the pairs that the left-out fits get wrong
//
// Pairs are the candidates of the blocking. Each pair is used as it is and three times with fields taken away at random
// (a pair that lost its DOI, its pages, ... keeps its label), so that no field is relied upon alone. Each set weighs
// the same. Ridge towards the priors, with the signs kept, by coordinate descent on the quadratic approximation.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <unordered_map>

#include "base/gzip.hpp"
#include "base/random.hpp"
#include "data/readers.hpp"
#include "dedup/dedup.hpp"
#include "dedup/detail/blocking.hpp"
#include "dedup/detail/groups.hpp"
#include "dedup/detail/model.hpp"
#include "records/read.hpp"

namespace {

using namespace hedgerow;
using namespace hedgerow::dedup;
using namespace hedgerow::dedup::detail;

constexpr double kRidge = 0.5;
constexpr int kMaskedCopies = 3;

struct LabelledPair {
  Candidate at;
  Comparison compared;
  Features x;
  bool same = false;
};

struct Set {
  std::string name;
  std::vector<records::Record> records;
  std::vector<std::size_t> truth;
  std::vector<Prepared> prepared;
  std::vector<LabelledPair> pairs;
  long true_pairs = 0;
};

using Weights = std::array<double, kFeatures>;

[[noreturn]] void stop(const std::string& why) {
  fmt::print(stderr, "{}\n", why);
  std::exit(2);
}

std::string tag(const records::Record& record, const char* name) {
  for (const records::Tag& one : record.tags)
    if (one.name == name) return one.value;
  return "";
}

Set read_set(const std::string& folder) {
  Set set;
  set.name = folder.substr(folder.find_last_of('/') + 1);
  auto read = records::read_records_file(folder + "/records.csv.gz");
  if (!read) stop(describe(read.error()));
  set.records = std::move(read->records);
  auto bytes = read_file_unpacked(folder + "/truth.csv.gz");
  if (!bytes) stop(describe(bytes.error()));
  auto table = data::parse_csv(bytes.take(), folder + "/truth.csv.gz");
  if (!table) stop(describe(table.error()));
  std::unordered_map<std::string, std::size_t> cluster;
  const auto ids = table->texts("record_id"), clusters = table->texts("cluster");
  for (std::size_t i = 0; i < ids->size(); ++i) cluster[(*ids)[i]] = std::stoul((*clusters)[i]);
  for (const records::Record& record : set.records) {
    const auto found = cluster.find(tag(record, "record_id"));
    if (found == cluster.end()) stop(folder + ": no label for " + tag(record, "record_id"));
    set.truth.push_back(found->second);
    set.prepared.push_back(prepare(record));
  }
  for (const Candidate at : candidates(set.prepared, 0, 0)) {
    LabelledPair pair;
    pair.at = at;
    pair.compared = compare(set.prepared[at.first], set.prepared[at.second]);
    pair.x = features(pair.compared);
    pair.same = set.truth[at.first] == set.truth[at.second];
    set.pairs.push_back(pair);
  }
  std::unordered_map<std::size_t, long> sizes;
  for (const std::size_t t : set.truth) ++sizes[t];
  for (const auto& [t, n] : sizes) set.true_pairs += n * (n - 1) / 2;
  return set;
}

Comparison without_fields(Comparison pair, RandomStream& random) {
  const auto lose = [&random](Agreement& field, double p) {
    if (random.uniform() < p) field = Agreement::missing;
  };
  lose(pair.doi, 0.5);
  lose(pair.pmid, 0.5);
  lose(pair.journal, 0.1);
  lose(pair.volume, 0.2);
  lose(pair.issue, 0.3);
  if (random.uniform() < 0.2) pair.first_page = pair.last_page = Agreement::missing;
  lose(pair.last_page, 0.3);
  if (random.uniform() < 0.1) pair.year_gap = -1;
  if (random.uniform() < 0.5) pair.abstract = -1;
  if (random.uniform() < 0.1) {
    pair.first_author = Agreement::missing;
    pair.authors = pair.all_authors = 0;
  }
  return pair;
}

struct Example {
  Features x;
  double y = 0, weight = 0;
};

std::vector<Example> examples(const std::vector<const Set*>& sets) {
  std::vector<Example> all;
  for (const Set* set : sets) {
    RandomStream random(20261123, 1);
    const double weight = 1000.0 / static_cast<double>(set->pairs.size() * (kMaskedCopies + 1));
    for (const LabelledPair& pair : set->pairs) {
      all.push_back({pair.x, pair.same ? 1.0 : 0.0, weight});
      for (int copy = 0; copy < kMaskedCopies; ++copy)
        all.push_back({features(without_fields(pair.compared, random)), pair.same ? 1.0 : 0.0, weight});
    }
  }
  return all;
}

double bounded(double value, int sign) {
  return sign > 0 ? std::max(value, 0.0) : sign < 0 ? std::min(value, 0.0) : value;
}

/// One step: the quadratic approximation at w, minimised one coordinate after the other within the signs.
Weights newton_step(const std::vector<Example>& all, const Weights& w, double ridge) {
  std::vector<double> h(kFeatures * kFeatures, 0), g(kFeatures, 0);
  for (const Example& one : all) {
    const double p = probability(one.x, std::span<const double, kFeatures>(w));
    const double curve = one.weight * std::max(p * (1 - p), 1e-6);
    const double slope = one.weight * (p - one.y);
    for (std::size_t i = 0; i < kFeatures; ++i) {
      if (one.x[i] == 0) continue;
      g[i] += slope * one.x[i];
      for (std::size_t j = 0; j < kFeatures; ++j) h[i * kFeatures + j] += curve * one.x[i] * one.x[j];
    }
  }
  Weights d{};
  for (int sweep = 0; sweep < 200; ++sweep)
    for (std::size_t i = 0; i < kFeatures; ++i) {
      double slope = g[i] + ridge * (w[i] + d[i] - weights()[i].prior);
      for (std::size_t j = 0; j < kFeatures; ++j) slope += h[i * kFeatures + j] * d[j];
      if (!weights()[i].fixed)
        d[i] = bounded(w[i] + d[i] - slope / (h[i * kFeatures + i] + ridge), weights()[i].sign) - w[i];
    }
  return d;
}

double loss(const std::vector<Example>& all, const Weights& w, double ridge) {
  double sum = 0;
  for (const Example& one : all) {
    const double p = probability(one.x, std::span<const double, kFeatures>(w));
    sum -= one.weight * std::log(std::max(one.y > 0.5 ? p : 1 - p, 1e-300));
  }
  for (std::size_t i = 0; i < kFeatures; ++i)
    sum += 0.5 * ridge * (w[i] - weights()[i].prior) * (w[i] - weights()[i].prior);
  return sum;
}

Weights fit(const std::vector<const Set*>& sets, double ridge) {
  const std::vector<Example> all = examples(sets);
  Weights w{};
  for (std::size_t i = 0; i < kFeatures; ++i) w[i] = weights()[i].prior;
  double now = loss(all, w, ridge);
  for (int step = 0; step < 40; ++step) {
    const Weights d = newton_step(all, w, ridge);
    double length = 1, then = now;
    Weights tried = w;
    for (; length > 1e-4; length /= 2) {
      for (std::size_t i = 0; i < kFeatures; ++i) tried[i] = w[i] + length * d[i];
      then = loss(all, tried, ridge);
      if (then < now) break;
    }
    if (now - then < 1e-7 * now) break;
    w = tried;
    now = then;
  }
  return w;
}

double bounded_score(const Comparison& pair, const Features& x, const Weights& w) {
  const double p = probability(x, std::span<const double, kFeatures>(w));
  return may_be_same(pair) ? p : std::min(p, 0.01);
}

std::vector<std::size_t> grouped(const Set& set, const Weights& w, double same_from) {
  std::vector<Pair> links;
  for (const LabelledPair& pair : set.pairs) {
    const double p = bounded_score(pair.compared, pair.x, w);
    if (p < same_from) continue;
    Pair link;
    link.first = pair.at.first;
    link.second = pair.at.second;
    link.score = p;
    links.push_back(link);
  }
  return group_records(set.records.size(), links, {}, [&](std::size_t a, std::size_t b) {
    const Comparison pair = compare(set.prepared[a], set.prepared[b]);
    return probability(features(pair), std::span<const double, kFeatures>(w)) < kClearlyDifferent;
  });
}

Score scored(const Set& set, const Weights& w, double same_from) {
  const std::vector<std::size_t> group = grouped(set, w, same_from);
  std::vector<bool> removed(group.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < group.size(); ++i) {
    removed[i] = group[i] != next;
    if (!removed[i]) ++next;
  }
  return score(removed, set.truth);
}

/// The threshold with the fewest errors on the sets, a wrong removal counting as three kept copies; in the middle
/// of the best ones.
double best_threshold(const std::vector<const Set*>& sets, const Weights& w) {
  std::vector<double> best;
  long least = 1L << 40;
  for (double logit = -2; logit <= 4.01; logit += 0.25) {
    const double at = 1 / (1 + std::exp(-logit));
    long cost = 0;
    for (const Set* set : sets) {
      const Score s = scored(*set, w, at);
      cost += s.fn + 3 * s.fp;
    }
    if (cost < least) best.clear();
    if (cost <= least) best.push_back(at);
    least = std::min(least, cost);
  }
  return best[best.size() / 2];
}

void list_errors(const Set& set, const Weights& w, double same_from) {
  const std::vector<std::size_t> group = grouped(set, w, same_from);
  for (const LabelledPair& pair : set.pairs) {
    const bool linked = group[pair.at.first] == group[pair.at.second];
    if (linked == pair.same) continue;
    fmt::print("  {} {:.3f} {}\n", linked ? "WRONG LINK" : "missed", bounded_score(pair.compared, pair.x, w),
               reason(pair.compared));
    for (const std::size_t i : {pair.at.first, pair.at.second}) {
      const records::Record& r = set.records[i];
      fmt::print("      [{}] {} | {} +{} | {} | {} | {} ({}) {} | {}\n", tag(r, "record_id"), r.title,
                 r.authors.empty() ? "" : r.authors[0], r.authors.size(), r.year.value_or(0), r.journal, r.volume,
                 r.issue, r.pages, r.doi);
    }
  }
}

double calibration_error(const Set& set, const Weights& w) {
  double sum = 0;
  for (const LabelledPair& pair : set.pairs) {
    const double p = probability(pair.x, std::span<const double, kFeatures>(w));
    sum += (p - (pair.same ? 1 : 0)) * (p - (pair.same ? 1 : 0));
  }
  return sum / static_cast<double>(set.pairs.size());
}

}  // namespace

int main(int count, char** arguments) {
  bool errors = false;
  double ridge = kRidge;
  std::vector<Set> sets;
  for (int i = 1; i < count; ++i) {
    if (std::strcmp(arguments[i], "--errors") == 0)
      errors = true;
    else if (std::strncmp(arguments[i], "--ridge=", 8) == 0)
      ridge = std::atof(arguments[i] + 8);
    else
      sets.push_back(read_set(arguments[i]));
  }
  fmt::print(
      "set, left out of the fit: records, candidate pairs, true pairs found of all, threshold, TP FN FP TN, Brier\n");
  long fn = 0, fp = 0;
  for (const Set& left_out : sets) {
    std::vector<const Set*> others;
    for (const Set& set : sets)
      if (&set != &left_out) others.push_back(&set);
    if (others.empty()) others.push_back(&left_out);
    const Weights w = fit(others, ridge);
    const double same_from = best_threshold(others, w);
    const Score s = scored(left_out, w, same_from);
    const auto found =
        std::count_if(left_out.pairs.begin(), left_out.pairs.end(), [](const auto& p) { return p.same; });
    fmt::print("{:24} {:6} {:7} {:6}/{:6} {:.3f}  {} {} {} {}  {:.5f}\n", left_out.name, left_out.records.size(),
               left_out.pairs.size(), found, left_out.true_pairs, same_from, s.tp, s.fn, s.fp, s.tn,
               calibration_error(left_out, w));
    fn += s.fn;
    fp += s.fp;
    if (errors) list_errors(left_out, w, same_from);
  }
  fmt::print("together: FN {} FP {} errors {}\n\n", fn, fp, fn + fp);

  std::vector<const Set*> all;
  for (const Set& set : sets) all.push_back(&set);
  const Weights w = fit(all, ridge);
  const double same_from = best_threshold(all, w);
  for (const Set& set : sets) {
    const Score s = scored(set, w, same_from);
    fmt::print("all sets, {}: {} {} {} {}\n", set.name, s.tp, s.fn, s.fp, s.tn);
  }
  fmt::print("threshold {:.3f}\n", same_from);
  for (std::size_t i = 0; i < kFeatures; ++i)
    fmt::print("    {{\"{}\", {:.3f}, {}, {}{}}},\n", weights()[i].name, w[i], weights()[i].prior, weights()[i].sign,
               weights()[i].fixed ? ", true" : "");
  return 0;
}
