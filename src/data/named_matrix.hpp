// Symmetric matrices from files: correlations of the levels of a random effect (phylogeny, relatedness), correlations
// among outcomes, sampling covariances.
//
// Forms, told apart by their shape (docs/formats/matrices.md):
//   header and row names   ,a,b / a,1,.5 / b,.5,1      the corner is empty or a word
//   header alone           a,b / 1,.5 / .5,1           one more row than columns
//   row names alone        a,1,.5 / b,.5,1             one more column than rows
//   neither                1,.5 / .5,1                 the corner is a number
//   long                   i,j,value / a,b,.5          pairs that are not listed are 0
// One triangle may be empty; then the other counts.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::data {

/// A symmetric matrix whose rows may have names.
struct NamedMatrix {
  std::string source;              ///< the file, as the user gave it
  std::vector<std::string> names;  ///< n, or empty where the file has none
  stats::Matrix values;            ///< n x n; a diagonal entry that a long form does not list is NaN

  std::size_t size() const { return values.rows(); }
};

/// Reads a CSV, TSV or XLSX file. Errors are located (file, line, column): not square, not a number, asymmetric by more
/// than 1e-8 relative, names missing, repeated or different in header and rows.
Expected<NamedMatrix> read_named_matrix(const std::string& path);
/// The same from the bytes of a CSV file; `source` is used in messages.
Expected<NamedMatrix> parse_named_matrix(std::string bytes, const std::string& source);

/// a_ij / sqrt(a_ii a_jj); a missing diagonal entry counts as 1. Errors: a_ii <= 0, |r| > 1, with the names.
Expected<NamedMatrix> to_correlations(NamedMatrix matrix);

/// The rows and columns of these levels, in this order. An Error names the levels without a row (`what` names their
/// variable). A matrix without names fits if it has as many rows as there are levels, and is taken in their order.
Expected<stats::Matrix> select_levels(const NamedMatrix& matrix, std::span<const std::string> levels,
                                      const std::string& what);

}  // namespace hedgerow::data
