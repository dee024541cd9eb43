#include "screening/configuration.hpp"

namespace hedgerow::screening {

Configuration hedgerow_configuration() {
  Configuration result;
  result.name = "hedgerow";
  result.blocks = {{.terms = Terms::words, .longest = 2, .weight = 0.55, .most_documents = 0.95},
                   {.terms = Terms::stems, .longest = 2, .weight = 0.65, .most_documents = 0.95},
                   {.terms = Terms::title_stems, .longest = 2, .weight = 0.23, .most_documents = 0.95},
                   {.terms = Terms::authors, .weight = 0.04, .sublinear = false},
                   {.terms = Terms::year, .weight = 0.015},
                   {.terms = Terms::abstract, .weight = 0.01}};
  result.cost = 0.08;
  result.ratio = 6.5;
  return result;
}

Configuration u4_configuration() {
  Configuration result;
  result.name = "u4";
  result.blocks = {{.terms = Terms::words, .longest = 2, .most_documents = 0.95}};
  return result;
}

Configuration u3_configuration() {
  Configuration result;
  result.name = "u3";
  result.learner = Configuration::Learner::naive_bayes;
  result.blocks = {{.terms = Terms::words, .sublinear = false, .without_stop_words = true}};
  result.ratio = 1.2;
  return result;
}

std::optional<Configuration> configuration_named(std::string_view name) {
  if (name == "hedgerow" || name == "default") return hedgerow_configuration();
  if (name == "u4") return u4_configuration();
  if (name == "u3") return u3_configuration();
  return std::nullopt;
}

}  // namespace hedgerow::screening
