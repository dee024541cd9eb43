// Multiple imputation of missing moderators by chained equations.
//
// Each moderator with missing values is regressed on everything else: the auxiliary columns (yi, precision, study
// means) and the other moderators as they stand. From one pass to the next the missing ones are drawn anew:
//   s2* = rss / chi2(n - q),   b* = b + s* L z,   LL' = (Z'Z)^-1
//   normal   x = z'b* + s* e
//   pmm      the observed value of one of the `donors` rows whose z'b is nearest to z'b* of the missing row
// A categorical moderator is imputed by pmm on the predictions of all its indicators together, so that only levels that
// occur can be drawn. A moderator that does not vary within studies is imputed once per study, from study means.
//
// Source:     vanbuuren2018 (chained equations, pmm), rubin1987.
// Conditions: missing at random given the columns used; more observed units than regressors.
// Tests:      infer/multiple_imputation_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::infer {

struct Moderator {
  std::string name;
  bool categorical = false;
  stats::Vector values;  ///< k; NaN: missing; a categorical one holds codes 0, 1, ...
};

enum class ImputationMethod { normal, pmm };
Expected<ImputationMethod> parse_imputation_method(const std::string& text);

struct ImputationOptions {
  std::size_t m = 20;
  std::uint64_t seed = 1;
  ImputationMethod method = ImputationMethod::pmm;  ///< of numeric moderators
  std::size_t passes = 10;
  std::size_t donors = 5;
};

/// The columns of one completed data set, in the order of the moderators.
using Completed = std::vector<stats::Vector>;

/// `auxiliary` k x q without missing values and without a constant; `cluster` the study of each row, dense from 0.
/// Data set j depends on seed and j alone. Errors: nothing missing, too few observed values (named), lengths.
Expected<std::vector<Completed>> impute(const std::vector<Moderator>& moderators, const stats::Matrix& auxiliary,
                                        const std::vector<std::uint32_t>& cluster,
                                        const ImputationOptions& options = {});

}  // namespace hedgerow::infer
