// What the rules of an instrument propose from the answers, and the overall judgement.
//
//   The rules of a domain are tried in their order; a rule's conditions in theirs. The first rule whose conditions all
//   hold decides. A condition on a question without an answer stops the search: that answer is needed. "Not applicable"
//   is an answer only where a condition names it. A domain with two tables is the worse of both.
//   Overall: the worst judgement of the key domains, by rank; judgements without rank (not applicable) are left out.
//   For RoB 2 that is: all low -> low; any high -> high; else some concerns.
//
// Source: sterne2019 (RoB 2: docs/methods/appraisal.md has the paths); sterne2016 (ROBINS-I: no information ranks
//         between moderate and serious).
// Tests:  review/rob2_test.cpp: every combination of answers of every domain against code written in another style.
#pragma once

#include "review/instrument.hpp"

namespace hedgerow::review {

/// Index of the answer to each item; nothing: not answered.
using Answers = std::vector<std::optional<std::size_t>>;

struct Proposal {
  std::optional<std::size_t> judgement;
  std::string needs;  ///< id of the item whose answer is needed, if there is no judgement for lack of it
};

/// Nothing and no need for a domain without rules.
Proposal propose(const Instrument& instrument, std::size_t domain, const Answers& answers);

/// Overall judgement of these judgements, one per domain; nothing as long as a key domain has none.
std::optional<std::size_t> overall_judgement(const Instrument& instrument,
                                             const std::vector<std::optional<std::size_t>>& domains);

}  // namespace hedgerow::review
