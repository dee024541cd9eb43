// Rows of few numbers: the features of records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hedgerow::screening {

/// Compressed rows. `squared_norm` of a row also counts features that only this row has: those are not stored, because
/// no other row's score can depend on them; a learner needs only their length.
struct SparseRows {
  std::vector<std::size_t> starts{0};  ///< rows + 1
  std::vector<std::uint32_t> columns;  ///< rising within a row
  std::vector<float> values;
  std::vector<double> squared_norm;  ///< of each row
  std::vector<double> own_sum;       ///< sum of the row's features that are not stored
  std::size_t width = 0;             ///< number of columns
  std::size_t all_features = 0;      ///< with those that are not stored

  std::size_t rows() const { return squared_norm.size(); }
  std::span<const std::uint32_t> columns_of(std::size_t row) const {
    return {columns.data() + starts[row], starts[row + 1] - starts[row]};
  }
  std::span<const float> values_of(std::size_t row) const {
    return {values.data() + starts[row], starts[row + 1] - starts[row]};
  }
};

}  // namespace hedgerow::screening
