// Features of records: what a learner sees of title, abstract, keywords, authors, journal and year.
//
// A block turns each record into terms and weighs them:
//
//   value(term, record) = (1 + ln count) * (ln((1 + n) / (1 + documents)) + 1),  then each row is scaled to length 1
//
// (sublinear counts, smooth inverse document frequency, for n records of which `documents` have the term; terms of more
// than `most_documents` n records are left out). A configuration is a list of blocks with weights: the inner product of
// two records is the weighted sum of the blocks' inner products, so a weight says how much a block may decide.
//
// Source: salton1988 (term weights).
// Tests:  screening/features_test.cpp (numbers worked by hand).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "records/record.hpp"
#include "screening/sparse_rows.hpp"

namespace hedgerow::screening {

/// What is known of a record.
struct Text {
  std::string title, abstract;
  std::vector<std::string> keywords, authors;
  std::string journal;
  std::optional<int> year;
};

Text text_of(const records::Record& record);

enum class Terms {
  words,          ///< of title and abstract
  stems,          ///< of the same words
  title_stems,    ///< of the title alone
  keyword_stems,  ///< of the keywords (MeSH headings too)
  authors,        ///< each name is a term
  journal,        ///< its name is the term
  year,           ///< near years are similar: a bell of the difference
  abstract,       ///< whether there is one
};

struct Block {
  Terms terms = Terms::words;
  int longest = 1;            ///< 2: pairs of neighbours too
  double weight = 1;          ///< of the block's inner product
  double most_documents = 1;  ///< terms of a larger share of the records are left out
  bool sublinear = true;      ///< 1 + ln count, else the count
  bool without_stop_words = false;
};

/// The features of all records, one row each, in the order of `texts`.
SparseRows features(std::span<const Text> texts, std::span<const Block> blocks);

/// Width of the bell of Terms::year, in years (its standard deviation for the inner product).
inline constexpr double kYearWidth = 4;

}  // namespace hedgerow::screening
