// Remarks on assessments, and the agreement of their raters.
#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/text.hpp"
#include "review/assess.hpp"

namespace hedgerow::review {
namespace {

std::string who(const Assessment& a) {
  std::string out = a.study;
  if (!a.result.empty()) out += ", " + a.result;
  if (!a.rater.empty()) out += " (" + a.rater + ")";
  return out;
}

void domain_remarks(const Instrument& instrument, const Assessment& a, std::vector<std::string>& out) {
  const auto word = [&](std::size_t j) { return instrument.judgements[j].word; };
  for (std::size_t d = 0; d < a.domains.size(); ++d) {
    const Judged& domain = a.domains[d];
    const std::string& id = instrument.domains[d].id;
    const bool answered = std::any_of(instrument.items.begin(), instrument.items.end(), [&](const Item& item) {
      return item.domain == d && a.answers[static_cast<std::size_t>(&item - instrument.items.data())].has_value();
    });
    if (!domain.needs.empty() && answered && !domain.given)
      out.push_back(fmt::format("{}: {} has no proposal: question {} needs an answer", who(a), id, domain.needs));
    if (domain.overridden() && domain.reason.empty())
      out.push_back(fmt::format("{}: {} is set to {} where the rules propose {}, without a reason", who(a), id,
                                word(*domain.given), word(*domain.proposed)));
    if (!domain.judgement() && !(answered && !domain.needs.empty()) && instrument.domains[d].key)
      out.push_back(fmt::format("{}: {} is not judged", who(a), id));
  }
  if (a.overall.overridden() && a.overall.reason.empty())
    out.push_back(fmt::format("{}: overall is set to {}; its domains give {}", who(a), word(*a.overall.given),
                              word(*a.overall.proposed)));
}

void score_remarks(const Instrument& instrument, const Assessment& a, std::vector<std::string>& out) {
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < a.answers.size(); ++i)
    if (!a.answers[i]) missing.push_back(instrument.items[i].id);
  if (!missing.empty()) out.push_back(fmt::format("{}: not rated: {}", who(a), join(missing, ", ")));
  if (a.declared && a.score && *a.declared != *a.score)
    out.push_back(fmt::format("{}: the file declares a total of {}; the items add up to {}", who(a),
                              format_shortest(*a.declared), *a.score));
}

/// Items (study and result) by raters of one slot.
Ratings slot_ratings(const std::vector<Assessment>& assessments, std::vector<std::string> classes,
                     const std::function<std::optional<std::size_t>(const Assessment&)>& code) {
  Ratings out;
  out.classes = std::move(classes);
  std::map<std::string, std::size_t> item_of, rater_of;
  for (const Assessment& a : assessments) {
    if (to_lower(a.rater) == "consensus") continue;
    const std::string name = a.result.empty() ? a.study : a.study + ", " + a.result;
    const auto item = item_of.emplace(name, out.items.size());
    if (item.second) {
      out.items.push_back(name);
      out.codes.emplace_back();
    }
    const auto rater = rater_of.emplace(a.rater, out.raters.size());
    if (rater.second) out.raters.push_back(a.rater);
    auto& row = out.codes[item.first->second];
    if (row.size() <= rater.first->second) row.resize(rater.first->second + 1, kNotRated);
    if (const auto value = code(a)) row[rater.first->second] = static_cast<int>(*value);
  }
  for (auto& row : out.codes) row.resize(out.raters.size(), kNotRated);
  return out;
}

std::vector<std::string> words_of(const std::vector<Word>& words) {
  std::vector<std::string> out;
  for (const Word& word : words) out.push_back(word.word);
  return out;
}

std::vector<std::string> numbers_to(int most) {
  std::vector<std::string> out;
  for (int i = 0; i <= most; ++i) out.push_back(std::to_string(i));
  return out;
}

/// Classes that nobody used would only lower the chance agreement of PABAK and AC1: they are left out.
void drop_unused(Ratings& ratings) {
  std::set<int> used;
  for (const auto& row : ratings.codes)
    for (const int code : row)
      if (code != kNotRated) used.insert(code);
  std::map<int, int> moved;
  std::vector<std::string> classes;
  for (const int code : used) {
    moved[code] = static_cast<int>(classes.size());
    classes.push_back(ratings.classes[static_cast<std::size_t>(code)]);
  }
  ratings.classes = classes;
  for (auto& row : ratings.codes)
    for (int& code : row)
      if (code != kNotRated) code = moved[code];
}

/// How many words are always in play: the two outer ones of yes and no.
constexpr std::size_t kAlways = 2;

Checked add_slot(std::vector<AgreementReport>& out, Ratings ratings, const std::string& name, bool ordered) {
  if (ratings.count() == 0) return {};
  const std::vector<std::string> all = ratings.classes;
  drop_unused(ratings);
  if (ratings.classes.size() < kAlways) {  // one word only: keep a second one, else nothing is defined
    const bool first = ratings.classes.front() == all.front();
    ratings.classes.push_back(first ? all[1] : all.front());
  }
  AgreementOptions options;
  options.bootstrap.replicates = 500;
  if (ordered && ratings.classes.size() > 2) options.weights = WeightKind::linear;
  HR_TRY(AgreementReport report, agreement(ratings, options, name));
  out.push_back(std::move(report));
  return {};
}

}  // namespace

std::vector<std::string> remarks(const Instrument& instrument, const std::vector<Assessment>& assessments) {
  std::vector<std::string> out;
  for (const Assessment& a : assessments)
    instrument.scoring == Scoring::worst ? domain_remarks(instrument, a, out) : score_remarks(instrument, a, out);
  return out;
}

Expected<std::vector<AgreementReport>> rater_agreement(const Instrument& instrument,
                                                       const std::vector<Assessment>& assessments) {
  std::vector<AgreementReport> out;
  std::set<std::string> raters;
  for (const Assessment& a : assessments)
    if (to_lower(a.rater) != "consensus") raters.insert(a.rater);
  if (raters.size() < 2) return out;
  for (std::size_t i = 0; i < instrument.items.size(); ++i) {
    const bool stars = instrument.scoring == Scoring::stars;
    HR_CHECK(
        add_slot(out,
                 slot_ratings(assessments, stars ? numbers_to(instrument.items[i].stars) : words_of(instrument.answers),
                              [&](const Assessment& a) { return a.answers[i]; }),
                 fmt::format("{} {}", instrument.items[i].id, instrument.items[i].label), false));
  }
  if (instrument.scoring == Scoring::worst) {
    for (std::size_t d = 0; d < instrument.domains.size(); ++d)
      HR_CHECK(add_slot(out,
                        slot_ratings(assessments, words_of(instrument.judgements),
                                     [&](const Assessment& a) { return a.domains[d].judgement(); }),
                        fmt::format("{} {}", instrument.domains[d].id, instrument.domains[d].name), true));
    HR_CHECK(add_slot(out,
                      slot_ratings(assessments, words_of(instrument.judgements),
                                   [](const Assessment& a) { return a.overall.judgement(); }),
                      "overall", true));
  }
  if (instrument.scoring == Scoring::count || instrument.scoring == Scoring::stars) {
    Ratings totals = slot_ratings(assessments, numbers_to(max_score(instrument)), [](const Assessment& a) {
      return a.score ? std::optional<std::size_t>(static_cast<std::size_t>(*a.score)) : std::nullopt;
    });
    for (int i = 0; i <= max_score(instrument); ++i) totals.values.push_back(i);
    AgreementOptions options;
    options.icc = true;
    HR_TRY(AgreementReport report, agreement(totals, options, "total score"));
    out.push_back(std::move(report));
  }
  return out;
}

}  // namespace hedgerow::review
