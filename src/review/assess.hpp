// From ratings to assessments: one per study, result and rater; consensus; agreement of the raters.
//
//   score   = number of counted items whose answer counts, or sum of stars with the maxima of the domains
//   domain  = what the rater set, else what the rules propose; both are kept
//   overall = what the rater set, else the worst domain
//   Consensus of an item or domain: the rating of the rater called "consensus", else what all raters gave alike; where
//   they differ there is none, and the difference is listed.
//
// Source: Maher2003 (PEDro), sterne2019 (RoB 2), sterne2016 (ROBINS-I).
// Tests:  review/assess_test.cpp
#pragma once

#include "review/agreement_report.hpp"
#include "review/decide.hpp"
#include "review/ratings.hpp"

namespace hedgerow::review {

/// A domain or the whole.
struct Judged {
  std::optional<std::size_t> proposed, given;  ///< indices into Instrument::judgements
  std::string reason;                          ///< the rater's support
  std::string needs;                           ///< item whose answer the rules need

  std::optional<std::size_t> judgement() const { return given ? given : proposed; }
  bool overridden() const { return given && proposed && *given != *proposed; }
};

struct Assessment {
  std::string study, result, rater;
  Answers answers;                   ///< by item: index of the answer, or stars
  std::vector<std::string> support;  ///< by item
  std::vector<Judged> domains;
  Judged overall;
  std::optional<int> score;        ///< nothing for instruments without score, and where no item was rated
  std::string band;                ///< word for the score, or ""
  std::optional<double> declared;  ///< total that the file gives
  double weight = 1;
};

/// By study, result and rater, in the order of the cells.
std::vector<Assessment> assess(const Instrument& instrument, const std::vector<RatedCell>& cells);

/// Raters who differ, without a consensus.
struct Disagreement {
  std::string study, result;
  Target target = Target::item;
  std::size_t index = 0;
  std::vector<std::pair<std::string, std::string>> ratings;  ///< rater, what they gave
};

struct Agreed {
  std::vector<Assessment> assessments;  ///< one per study and result
  std::vector<Disagreement> open;
};

/// One rater: that rater's. Several: what they agree on, see above.
Agreed consensus(const Instrument& instrument, const std::vector<RatedCell>& cells);

/// Warnings in words: overrides without reason, questions that the rules need, declared totals and overall judgements
/// that differ from what follows from the ratings, items not rated.
std::vector<std::string> remarks(const Instrument& instrument, const std::vector<Assessment>& assessments);

/// Agreement of two or more raters on each item and domain (judgements: linear weights), on the overall judgement, and
/// on the score (ICC). Empty with fewer than two raters. The consensus is no rater.
Expected<std::vector<AgreementReport>> rater_agreement(const Instrument& instrument,
                                                       const std::vector<Assessment>& assessments);

/// Studies with a score of `cut` or more, or, without a score, whose overall judgement is the best one (low): the
/// column `low_risk` of hedgerow appraise --csv, for [[subset]] conditions.
bool low_risk(const Instrument& instrument, const Assessment& assessment, int cut);
/// The cut that low_risk takes where the user sets none: the lowest score of the second best band, else 60 % of the
/// highest score.
int default_cut(const Instrument& instrument);

}  // namespace hedgerow::review
