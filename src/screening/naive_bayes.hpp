// Multinomial naive Bayes with weighted examples.
//
//   p(feature | class) = (sum of the class's weighted values + alpha) / (sum over features + alpha * features),
//   score = sum over the record's features of value * ln(p(feature | included) / p(feature | excluded))
//
// The share of each class is left out: it is the same for every record.
//
// Source: manning2008, chapter 13.
// Tests:  screening/naive_bayes_test.cpp (worked by hand).
#pragma once

#include <span>
#include <vector>

#include "screening/sparse_rows.hpp"
#include "screening/svm.hpp"

namespace hedgerow::screening {

/// Scores of all records; `cost` of an example is its weight.
std::vector<double> naive_bayes_scores(const SparseRows& rows, std::span<const Example> examples, double alpha);

}  // namespace hedgerow::screening
