// What two records say about each other, field by field. The score and the reason of a pair follow from it alone.
#pragma once

#include <string>

#include "dedup/detail/prepare.hpp"

namespace hedgerow::dedup::detail {

/// missing: at least one of the two has no value.
enum class Agreement { missing, differs, near, equal };

struct Comparison {
  // The title: of all wordings of the two, those that agree best.
  bool title_missing = false;
  double title = 0;              ///< edit similarity of the letters and digits, 0 to 1
  double contained = 0;          ///< share of the words of the shorter title that the other one has
  double substituted = 0;        ///< words that stand in either title where the other has different ones
  double inserted = 0;           ///< words that the longer title has beyond that
  bool number_conflict = false;  ///< "part I" and "part II", "beta 1" and "beta 2"
  double words = 0;              ///< of the shorter title, without stop words
  bool notice_differs = false;   ///< one is an erratum, a comment, a reply

  Agreement first_author = Agreement::missing;
  double authors = 0;      ///< share of the shorter list that the other one has; 0 if missing
  double all_authors = 0;  ///< the same of the longer list

  int year_gap = -1;  ///< -1: missing
  Agreement journal = Agreement::missing;
  Agreement volume = Agreement::missing, issue = Agreement::missing;
  Agreement first_page = Agreement::missing, last_page = Agreement::missing;
  Agreement doi = Agreement::missing, pmid = Agreement::missing;
  double abstract = -1;          ///< share of the runs of words in common, -1: missing
  bool meeting_differs = false;  ///< one looks like an abstract of a conference, the other does not
  bool both_meeting = false;
  bool registration_differs = false;
  Agreement registry = Agreement::missing;  ///< numbers of two registrations

  bool authors_missing() const { return first_author == Agreement::missing; }
};

/// Cheap bound: whether the pair may be the same at all, from hashes of title words, DOI, PMID and places.
bool worth_comparing(const Prepared& a, const Prepared& b);
Comparison compare(const Prepared& a, const Prepared& b);

/// Similarity of two names of journals, 0 to 1: abbreviations match what they abbreviate, common words count little.
double journal_similarity(const std::vector<std::string>& a, const std::vector<std::string>& b);

}  // namespace hedgerow::dedup::detail
