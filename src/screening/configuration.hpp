// The models that order a list, each one documented configuration. docs/methods/screening-order.md has their figures.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "screening/features.hpp"

namespace hedgerow::screening {

struct Configuration {
  std::string name;
  enum class Learner { svm, naive_bayes } learner = Learner::svm;
  std::vector<Block> blocks;
  double cost = 0.11;        ///< C of the machine
  double intercept = 1;      ///< square of its constant feature
  double smoothing = 3.822;  ///< alpha of naive Bayes
  double ratio = 9.8;        ///< all excluded records together weigh 1/ratio of what the included ones weigh
};

/// The default of Hedgerow.
Configuration hedgerow_configuration();
/// ELAS u4 of ASReview 2: words and pairs, linear SVM.
Configuration u4_configuration();
/// ELAS u3: words without stop words, multinomial naive Bayes.
Configuration u3_configuration();

/// "hedgerow" (or "default"), "u4", "u3".
std::optional<Configuration> configuration_named(std::string_view name);

}  // namespace hedgerow::screening
