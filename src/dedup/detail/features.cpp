// From a comparison to the numbers that the model weighs.
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "dedup/detail/model.hpp"

namespace hedgerow::dedup::detail {
namespace {

double ramp(double value, double from, double to) { return std::clamp((value - from) / (to - from), 0.0, 1.0); }
double flag(bool is) { return is ? 1.0 : 0.0; }
double equals(Agreement a) { return flag(a == Agreement::equal); }
double differs(Agreement a) { return flag(a == Agreement::differs); }

int count(std::initializer_list<Agreement> fields, Agreement what) {
  return static_cast<int>(std::count(fields.begin(), fields.end(), what));
}

/// Fills the values in the order of the table.
class Row {
 public:
  explicit Row(Features& x) : x_(x) {}
  void add(double value) {
    HR_ASSERT(at_ < x_.size());
    x_[at_++] = value;
  }
  std::size_t size() const { return at_; }

 private:
  Features& x_;
  std::size_t at_ = 0;
};

void add_title(const Comparison& pair, Row& row) {
  row.add(ramp(pair.title, 0.999, 1));
  row.add(ramp(pair.title, 0.9, 1));
  row.add(ramp(pair.title, 0.6, 0.9));
  row.add(ramp(pair.contained, 0.6, 1));
  row.add(std::min(pair.substituted, 1.0));
  row.add(ramp(pair.substituted, 1, 4));
  row.add(std::min(pair.inserted, 1.0));
  row.add(ramp(pair.inserted, 1, 7));
  row.add(flag(pair.number_conflict));
  row.add(ramp(pair.title, 0.9, 1) * ramp(pair.words, 2, 8));
  row.add(flag(pair.title_missing));
  row.add(flag(pair.notice_differs));
}

void add_authors(const Comparison& pair, Row& row) {
  const bool known = !pair.authors_missing();
  row.add(known ? pair.first_author == Agreement::equal ? 1.0 : pair.first_author == Agreement::near ? 0.7 : 0.0 : 0.0);
  row.add(differs(pair.first_author));
  row.add(known ? ramp(pair.authors, 0.5, 1) : 0);
  row.add(known ? 1 - ramp(pair.authors, 0, 0.5) : 0);
  row.add(known ? 1 - ramp(pair.all_authors, 0.4, 1) : 0);
  row.add(flag(!known));
}

void add_place(const Comparison& pair, Row& row) {
  row.add(flag(pair.year_gap == 0));
  row.add(flag(pair.year_gap == 1));
  row.add(flag(pair.year_gap >= 2));
  row.add(equals(pair.journal));
  row.add(flag(pair.journal == Agreement::near));
  row.add(differs(pair.journal));
  row.add(equals(pair.volume));
  row.add(differs(pair.volume));
  row.add(equals(pair.issue));
  row.add(differs(pair.issue));
  row.add(equals(pair.first_page));
  row.add(flag(pair.first_page == Agreement::near));
  row.add(differs(pair.first_page));
  row.add(equals(pair.last_page));
  row.add(differs(pair.last_page));
  const bool at_one_place = pair.volume == Agreement::equal && pair.first_page == Agreement::equal;
  row.add(flag(at_one_place));
  row.add(flag(at_one_place && pair.journal == Agreement::equal && pair.year_gap == 0));
  row.add(flag(at_one_place) * ramp(pair.title, 0.6, 0.9));
  const int conflicts = count({pair.journal, pair.volume, pair.first_page}, Agreement::differs);
  row.add(flag(conflicts >= 2));
  row.add(flag(conflicts == 3));
  const int missing = count({pair.journal, pair.volume, pair.first_page}, Agreement::missing);
  row.add(flag(conflicts == 0 && missing < 3) * ramp(pair.title, 0.9, 1) * flag(pair.year_gap <= 1));
  row.add(flag(missing >= 2));
  row.add(differs(pair.first_page) * std::max(differs(pair.issue), differs(pair.last_page)));
}

void add_identifiers(const Comparison& pair, Row& row) {
  row.add(equals(pair.doi));
  row.add(differs(pair.doi));
  // Abstracts of a supplement share its DOI: then the title, or the page, has to agree too.
  const bool tied = pair.first_page == Agreement::equal && pair.first_author != Agreement::differs;
  row.add(equals(pair.doi) * (1 - ramp(pair.contained, 0.5, 0.9)) * flag(!tied));
  row.add(equals(pair.pmid));
  row.add(differs(pair.pmid));
  row.add(pair.abstract < 0 ? 0 : ramp(pair.abstract, 0.2, 0.8));
  row.add(pair.abstract < 0 ? 0 : 1 - ramp(pair.abstract, 0, 0.2));
}

}  // namespace

Features features(const Comparison& pair) {
  Features x{};
  Row row(x);
  row.add(1);
  add_title(pair, row);
  add_authors(pair, row);
  add_place(pair, row);
  add_identifiers(pair, row);
  HR_ASSERT(row.size() == kFeatures);
  return x;
}

double probability(const Features& x, std::span<const double, kFeatures> w) {
  double sum = 0;
  for (std::size_t k = 0; k < kFeatures; ++k) sum += w[k] * x[k];
  return 1 / (1 + std::exp(-sum));
}

bool may_be_same(const Comparison& pair) {
  const bool identifier = pair.doi == Agreement::equal || pair.pmid == Agreement::equal;
  if (pair.registry != Agreement::missing) return pair.registry == Agreement::equal;
  if (pair.title_missing) return identifier;
  const bool page = pair.first_page == Agreement::equal || pair.first_page == Agreement::near;
  const bool replaced = pair.substituted >= 1 || pair.number_conflict;
  if (replaced && !identifier && !page && pair.abstract < 0.6) return false;
  const bool other_title = pair.title < 0.95 && (pair.contained < 0.999 || pair.inserted > 2);
  return pair.doi != Agreement::differs || pair.pmid == Agreement::equal || !other_title;
}

double pair_score(const Comparison& pair) {
  // A register gives a number once: titles of registrations change, and two trials may share one.
  if (pair.registry == Agreement::equal) return kOneRegistration;
  if (pair.registry == Agreement::differs) return 0;
  static const std::array<double, kFeatures> fitted = [] {
    std::array<double, kFeatures> w{};
    for (std::size_t k = 0; k < kFeatures; ++k) w[k] = weights()[k].weight;
    return w;
  }();
  const double p = probability(features(pair), fitted);
  return may_be_same(pair) ? p : std::min(p, kSameFrom * 0.9);
}

}  // namespace hedgerow::dedup::detail
